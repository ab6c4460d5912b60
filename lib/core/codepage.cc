#include <espial/core/codepage.h>
#include <espial/core/text.h>
#include <iconv.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace espial {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
// Above all code points: the byte begins a pair.
constexpr uint32_t kLead = 0xFFFFFFFF;
constexpr uint32_t kUtf8 = 65001;

// What iconv calls the code page.
std::string IconvName(uint32_t number) {
  if (number >= 28591 && number <= 28605) {
    return "ISO-8859-" + std::to_string(number - 28590);
  }
  switch (number) {
    case 20127:
      return "ASCII";
    case 20866:
      return "KOI8-R";
    case 21866:
      return "KOI8-U";
    case 10000:
      return "MACINTOSH";
    default:
      return "CP" + std::to_string(number);
  }
}

// One conversion, closed at the end.
class Converter {
 public:
  explicit Converter(const std::string& from)
      : handle_(iconv_open("UTF-32LE", from.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (ok()) iconv_close(handle_);
  }

  [[nodiscard]] bool ok() const {
    // iconv_open gives (iconv_t)-1 where it fails.
    return reinterpret_cast<intptr_t>(handle_) != -1;
  }

  // The code point of these one or two bytes; kLead when they only begin a
  // character, kReplacement when they are none, or several.
  uint32_t Convert(unsigned first, int second = -1) {
    std::array<char, 2> in = {static_cast<char>(first),
                              static_cast<char>(second)};
    std::array<std::byte, 16> out{};
    char* in_at = in.data();
    size_t in_left = second < 0 ? 1 : 2;
    auto* out_at = reinterpret_cast<char*>(out.data());
    size_t out_left = out.size();
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    const size_t irreversible =
        iconv(handle_, &in_at, &in_left, &out_at, &out_left);
    if (irreversible == static_cast<size_t>(-1)) {
      return errno == EINVAL ? kLead : kReplacement;
    }
    // Some converters hold a character back until they know what follows.
    iconv(handle_, nullptr, nullptr, &out_at, &out_left);
    return out.size() - out_left == 4 ? LoadU32(out.data()) : kReplacement;
  }

 private:
  iconv_t handle_;
};

}  // namespace

Result<Codepage> Codepage::Load(uint32_t number) {
  Codepage codepage(number);
  if (number == kUtf8) {
    codepage.utf8_ = true;
    return codepage;
  }
  const Error unknown = {
      Errc::kUnsupported, "code page", 0,
      "expected one like 1252, 850 or 932, found " + std::to_string(number)};
  Converter converter(IconvName(number));
  if (!converter.ok()) return unknown;
  // Windows code pages hold ASCII; what iconv names alike and does not (EBCDIC,
  // UTF-7, UTF-16) is not meant.
  for (unsigned byte = 0; byte < 256; ++byte) {
    codepage.single_[byte] = converter.Convert(byte);
    if (byte >= 0x20 && byte < 0x7F && byte != '\\' && byte != '~' &&
        codepage.single_[byte] != byte) {
      return unknown;
    }
  }
  for (unsigned lead = 0; lead < 256; ++lead) {
    if (codepage.single_[lead] != kLead) continue;
    if (codepage.pairs_.empty()) {
      codepage.pairs_.assign(size_t{256} * 256, uint16_t{kReplacement});
    }
    for (unsigned second = 0; second < 256; ++second) {
      const uint32_t point = converter.Convert(lead, static_cast<int>(second));
      // Characters of three or four bytes, as GB 18030 has them.
      if (point == kLead) return unknown;
      if (point > 0xFFFF) continue;
      codepage.pairs_[lead * 256 + second] = static_cast<uint16_t>(point);
    }
  }
  return codepage;
}

uint64_t Codepage::Append(Bytes bytes, std::string* out) const {
  if (utf8_) {
    DecodedText decoded = DecodeText(bytes, Encoding::kUtf8);
    out->append(decoded.text);
    return decoded.replaced;
  }
  uint64_t replaced = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = std::to_integer<unsigned>(bytes[i]);
    uint32_t point = single_[byte];
    if (point == kLead) {
      point = kReplacement;
      if (i + 1 < bytes.size()) {
        const auto second = std::to_integer<unsigned>(bytes[i + 1]);
        point = pairs_[size_t{byte} * 256 + second];
        // A second byte that makes no pair stands for itself.
        if (point != kReplacement) ++i;
      }
    }
    replaced += point == kReplacement ? 1 : 0;
    AppendUtf8(point, out);
  }
  return replaced;
}

}  // namespace espial

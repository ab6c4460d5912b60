#include "tools/forge/text_writer.h"

#include <espial/core/bytes.h>
#include <espial/core/text.h>

#include <array>
#include <cstdint>

namespace espial::forge {
namespace {

// What the bytes 0x80 to 0x9F of code page 1252 mean; 0 is unassigned.
constexpr std::array<uint16_t, 32> kCp1252High = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char Cp1252Of(uint16_t unit) {
  if (unit < 0x80 || (unit >= 0xA0 && unit <= 0xFF)) {
    return static_cast<char>(unit);
  }
  for (size_t i = 0; i < kCp1252High.size(); ++i) {
    if (kCp1252High[i] == unit) return static_cast<char>(0x80 + i);
  }
  return '?';
}

}  // namespace

std::vector<std::byte> ToBytes(std::string_view text) {
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> EncodeText(std::string_view utf8,
                                  FileEncoding encoding) {
  if (encoding != FileEncoding::kUtf16Le) return ToBytes(utf8);
  return ToBytes("\xFF\xFE" + ToUtf16Le(utf8));
}

std::string ToCp1252(std::string_view utf8) {
  const std::string units = ToUtf16Le(utf8);
  const Bytes bytes = AsBytes(units);
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const uint16_t unit = LoadU16(bytes.data() + i);
    // The second half of a pair: its first half became '?' already.
    if (unit >= 0xDC00 && unit <= 0xDFFF) continue;
    out.push_back(Cp1252Of(unit));
  }
  return out;
}

}  // namespace espial::forge

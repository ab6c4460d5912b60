#include "parsers/support/registry_value.h"

#include <espial/core/text.h>

#include <array>
#include <utility>

#include "parsers/support/text_source.h"

namespace espial {
namespace {

constexpr std::array<std::string_view, 12> kTypeNames = {
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD"};

// The digit that each byte stands for; -1 for bytes that stand for none.
constexpr std::array<int8_t, 256> MakeHexDigits() {
  std::array<int8_t, 256> digits{};
  digits.fill(-1);
  for (uint8_t i = 0; i < 10; ++i) {
    digits[size_t{'0'} + i] = static_cast<int8_t>(i);
  }
  for (uint8_t i = 0; i < 6; ++i) {
    digits[size_t{'a'} + i] = static_cast<int8_t>(10 + i);
    digits[size_t{'A'} + i] = static_cast<int8_t>(10 + i);
  }
  return digits;
}
constexpr std::array<int8_t, 256> kHexDigits = MakeHexDigits();

int HexDigit(char c) { return kHexDigits[static_cast<unsigned char>(c)]; }

bool IsString(uint32_t type) {
  return type == kRegSz || type == kRegExpandSz || type == kRegLink ||
         type == kRegMultiSz;
}

std::string LowerHex(Bytes bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<unsigned>(b);
    out.push_back(kDigits[value >> 4U]);
    out.push_back(kDigits[value & 0xFU]);
  }
  return out;
}

// Whether the bytes of a string are UTF-16LE rather than an 8-bit text: it ends
// with a wide NUL (a list with two), or holds a wide Latin letter.
bool LooksWide(uint32_t type, Bytes bytes) {
  if (bytes.size() % 2 != 0) return false;
  size_t end = bytes.size();
  while (end > 0 && bytes[end - 1] == std::byte{0}) --end;
  if (bytes.size() - end >= (type == kRegMultiSz ? 4U : 2U)) return true;
  for (size_t i = 1; i < end; i += 2) {
    if (bytes[i] == std::byte{0} && bytes[i - 1] != std::byte{0}) return true;
  }
  return false;
}

RegistryData DecodeString(uint32_t type, Bytes bytes, RegistryText stored) {
  Encoding encoding = Encoding::kCp1252;
  if (stored == RegistryText::kUtf16Le) encoding = Encoding::kUtf16Le;
  if (stored == RegistryText::kGuess && LooksWide(type, bytes)) {
    encoding = Encoding::kUtf16Le;
  }
  DecodedText decoded = DecodeText(bytes, encoding);
  std::string text = std::move(decoded.text);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  if (type == kRegMultiSz) {
    for (char& c : text) {
      if (c == '\0') c = '\n';
    }
  }
  return {std::move(text), std::nullopt, decoded.replaced};
}

// The whole of `bytes` as a number; nothing when it has another size.
std::optional<uint64_t> DecodeNumber(uint32_t type, Bytes bytes) {
  if (type == kRegQword && bytes.size() == 8) return LoadU64(bytes.data());
  if (bytes.size() != 4) return std::nullopt;
  if (type == kRegDword) return LoadU32(bytes.data());
  if (type == kRegDwordBigEndian) {
    uint64_t number = 0;
    for (const std::byte b : bytes) {
      number = number << 8U | std::to_integer<uint64_t>(b);
    }
    return number;
  }
  return std::nullopt;
}

}  // namespace

std::string RegistryTypeName(uint32_t type) {
  if (type < kTypeNames.size()) return std::string(kTypeNames[type]);
  return "REG_0x" + ToHex(type);
}

RegistryData DecodeRegistryValue(uint32_t type, Bytes bytes,
                                 RegistryText text) {
  if (IsString(type)) return DecodeString(type, bytes, text);
  if (const auto number = DecodeNumber(type, bytes)) {
    return {std::to_string(*number), number, 0};
  }
  return {LowerHex(bytes), std::nullopt, 0};
}

bool StartsWithMark(std::string_view text, std::string_view mark) {
  if (text.size() < mark.size()) return false;
  for (size_t i = 0; i < mark.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if ((upper ? text[i] + ('a' - 'A') : text[i]) != mark[i]) return false;
  }
  return true;
}

std::optional<uint64_t> ParseHexNumber(std::string_view digits) {
  if (digits.empty() || digits.size() > 16) return std::nullopt;
  uint64_t number = 0;
  for (const char c : digits) {
    const int digit = HexDigit(c);
    if (digit < 0) return std::nullopt;
    number = number << 4U | static_cast<uint64_t>(digit);
  }
  return number;
}

bool ParseHexBytes(std::string_view text, bool runs, std::string* bytes,
                   size_t* bad) {
  const auto separates = [runs](char c) {
    return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n' ||
           (runs && c == '\\');
  };
  size_t i = 0;
  while (i < text.size()) {
    if (separates(text[i])) {
      ++i;
      continue;
    }
    const size_t start = i;
    while (i < text.size() && HexDigit(text[i]) >= 0) ++i;
    const size_t digits = i - start;
    *bad = start;
    if (digits == 0 || (i < text.size() && !separates(text[i]))) return false;
    if (digits == 1) {
      bytes->push_back(static_cast<char>(HexDigit(text[start])));
      continue;
    }
    if (digits % 2 != 0 || (digits > 2 && !runs)) return false;
    for (size_t k = start; k < i; k += 2) {
      bytes->push_back(
          static_cast<char>(HexDigit(text[k]) << 4 | HexDigit(text[k + 1])));
    }
  }
  return true;
}

std::string DescribeRegistryValue(std::string_view key, std::string_view name) {
  const std::string which =
      name.empty() ? "default value" : "value '" + Clip(name) + "'";
  return which + " of " + Clip(key, 300);
}

}  // namespace espial

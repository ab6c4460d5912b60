#include <espial/core/ascii.h>
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <limits>

namespace espial {
namespace {

// The lower-case form of a code point, by simple mapping, for the scripts that
// names on Windows are mostly written in.
uint32_t FoldCodePoint(uint32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c < 0x100) return c >= 0xC0 && c <= 0xDE && c != 0xD7 ? c + 32 : c;
  if (c < 0x180) {
    // Latin Extended-A pairs an upper-case letter with the next code point;
    // which parity is upper case changes within the block.
    const bool odd_upper = (c >= 0x139 && c <= 0x148) || c >= 0x179;
    if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x17F) {
      return c;
    }
    if (c == 0x178) return 0xFF;
    return odd_upper ? c + (c & 1U) : c | 1U;
  }
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;
  if (c == 0x386) return 0x3AC;
  if (c >= 0x388 && c <= 0x38A) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (c == 0x38E || c == 0x38F) return c + 63;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

// Reads one code point; an invalid byte stands for itself above Unicode, so
// that it equals only the same byte.
uint32_t NextCodePoint(std::string_view text, size_t* pos) {
  const auto lead = static_cast<unsigned char>(text[*pos]);
  ++*pos;
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return 0x110000U + lead;
  uint32_t code_point = lead & (0x3FU >> static_cast<unsigned>(more));
  size_t at = *pos;
  for (int i = 0; i < more; ++i, ++at) {
    if (at >= text.size()) return 0x110000U + lead;
    const auto next = static_cast<unsigned char>(text[at]);
    if ((next & 0xC0U) != 0x80U) return 0x110000U + lead;
    code_point = code_point << 6U | (next & 0x3FU);
  }
  // Overlong forms, surrogates and values above Unicode are invalid, too.
  static constexpr std::array<uint32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  if (lead >= 0xF8 || code_point < kLeast[static_cast<size_t>(more)] ||
      (code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF) {
    return 0x110000U + lead;
  }
  *pos = at;
  return code_point;
}

constexpr std::array<uint8_t, 0x80> kAsciiLower = [] {
  std::array<uint8_t, 0x80> lower{};
  for (uint8_t c = 0; c < 0x80; ++c) {
    lower[c] = c >= 'A' && c <= 'Z' ? static_cast<uint8_t>(c + 32) : c;
  }
  return lower;
}();

// Nearly all names and values are ASCII, which needs no decoding.
inline uint32_t NextFolded(std::string_view text, size_t* pos) {
  const auto lead = static_cast<unsigned char>(text[*pos]);
  if (lead < 0x80) {
    ++*pos;
    return kAsciiLower[lead];
  }
  return FoldCodePoint(NextCodePoint(text, pos));
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

// ASCII in lower case, every other byte as it is.
constexpr std::array<uint8_t, 0x100> kByteLower = [] {
  std::array<uint8_t, 0x100> lower{};
  for (size_t c = 0; c < lower.size(); ++c) {
    lower[c] = c < 0x80 ? kAsciiLower[c] : static_cast<uint8_t>(c);
  }
  return lower;
}();

uint8_t LowerByte(char c) { return kByteLower[static_cast<unsigned char>(c)]; }

// Whether `text` begins with `prefix`; *used is where the prefix ended.
bool ConsumesPrefix(std::string_view text, std::string_view prefix,
                    size_t* used) {
  // Nearly all names are ASCII on both sides.
  const size_t both = std::min(text.size(), prefix.size());
  size_t at_text = 0;
  for (; both - at_text >= sizeof(uint64_t); at_text += sizeof(uint64_t)) {
    const uint64_t x = LoadEight(text.data() + at_text);
    const uint64_t y = LoadEight(prefix.data() + at_text);
    if (!IsAsciiEight(x | y)) break;
    if (x != y && LowerEight(x) != LowerEight(y)) break;
  }
  while (at_text < both &&
         (static_cast<uint8_t>(text[at_text]) |
          static_cast<uint8_t>(prefix[at_text])) < 0x80 &&
         LowerByte(text[at_text]) == LowerByte(prefix[at_text])) {
    ++at_text;
  }
  size_t at_prefix = at_text;
  while (at_prefix < prefix.size()) {
    if (at_text >= text.size()) return false;
    if (NextFolded(text, &at_text) != NextFolded(prefix, &at_prefix)) {
      return false;
    }
  }
  *used = at_text;
  return true;
}

// ContainsFold for a part of ASCII, byte by byte: no other code point folds to
// ASCII.
bool ContainsAsciiFold(std::string_view text, std::string_view part) {
  if (part.empty()) return true;
  if (part.size() > text.size()) return false;
  const uint8_t first = LowerByte(part.front());
  const uint8_t last = LowerByte(part.back());
  const size_t reach = part.size() - 1;
  for (size_t i = 0; i + reach < text.size(); ++i) {
    if (LowerByte(text[i]) != first || LowerByte(text[i + reach]) != last) {
      continue;
    }
    size_t n = 1;
    while (n < reach && LowerByte(text[i + n]) == LowerByte(part[n])) ++n;
    if (n >= reach) return true;
  }
  return false;
}

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
         c == '\v';
}

std::optional<uint64_t> ParseDigits(std::string_view text, uint64_t base) {
  if (text.empty()) return std::nullopt;
  uint64_t value = 0;
  for (const char c : text) {
    uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint64_t>(c - '0');
    } else if (base == 16 && c >= 'a' && c <= 'f') {
      digit = static_cast<uint64_t>(c - 'a') + 10;
    } else if (base == 16 && c >= 'A' && c <= 'F') {
      digit = static_cast<uint64_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    if (value > (std::numeric_limits<uint64_t>::max() - digit) / base) {
      return std::nullopt;
    }
    value = value * base + digit;
  }
  return value;
}

}  // namespace

bool EqualsFold(std::string_view a, std::string_view b) {
  size_t used = 0;
  return ConsumesPrefix(a, b, &used) && used == a.size();
}

bool StartsWithFold(std::string_view text, std::string_view prefix) {
  size_t used = 0;
  return ConsumesPrefix(text, prefix, &used);
}

bool EndsWithFold(std::string_view text, std::string_view suffix) {
  // Folding can change the length in bytes: try every start that could fit,
  // from the shortest tail on. Sequences are at most four bytes, so the tail
  // has at most twice the bytes of the suffix in the folded scripts.
  const size_t longest = std::min(text.size(), suffix.size() * 2);
  if (suffix.size() <= text.size() &&
      EqualsFold(text.substr(text.size() - suffix.size()), suffix)) {
    return true;
  }
  // No other code point folds to ASCII.
  if (IsAscii(suffix)) return false;
  for (size_t length = suffix.size() / 2; length <= longest; ++length) {
    if (length != suffix.size() &&
        EqualsFold(text.substr(text.size() - length), suffix)) {
      return true;
    }
  }
  return false;
}

bool ContainsFold(std::string_view text, std::string_view part) {
  if (IsAscii(part)) return ContainsAsciiFold(text, part);
  for (size_t i = 0;;) {
    size_t used = 0;
    if (ConsumesPrefix(text.substr(i), part, &used)) return true;
    if (i >= text.size()) return false;
    NextCodePoint(text, &i);
  }
}

std::string Fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      out.push_back(static_cast<char>(LowerByte(text[i++])));
      continue;
    }
    const size_t start = i;
    const uint32_t c = NextFolded(text, &i);
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (c < 0x110000) {
      AppendUtf8(c, &out);
    } else {
      out.append(text.substr(start, i - start));
    }
  }
  return out;
}

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  // Where to go on when a mismatch shows that the last '*' must eat more.
  bool has_star = false;
  size_t star_p = 0;
  size_t star_t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      has_star = true;
      star_p = ++p;
      star_t = t;
      continue;
    }
    if (p < pattern.size()) {
      size_t next_p = p;
      size_t next_t = t;
      const bool any = pattern[p] == '?';
      const uint32_t want = NextFolded(pattern, &next_p);
      const uint32_t have = NextFolded(text, &next_t);
      if (any || want == have) {
        p = next_p;
        t = next_t;
        continue;
      }
    }
    if (!has_star) return false;
    NextCodePoint(text, &star_t);
    p = star_p;
    t = star_t;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<uint64_t> ParseUnsigned(std::string_view text) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    return ParseDigits(text.substr(2), 16);
  }
  return ParseDigits(text, 10);
}

std::optional<int64_t> ParseSigned(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    text.remove_prefix(1);
  }
  const auto size = ParseUnsigned(text);
  if (!size) return std::nullopt;
  constexpr auto kMax =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (negative) {
    if (*size > kMax + 1) return std::nullopt;
    return static_cast<int64_t>(~*size + 1);
  }
  if (*size > kMax) return std::nullopt;
  return static_cast<int64_t>(*size);
}

std::optional<uint64_t> ParseHex(std::string_view digits) {
  if (digits.size() > 16) return std::nullopt;
  return ParseDigits(digits, 16);
}

std::string ToHex(uint64_t value, int width) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  do {
    out.push_back(kDigits[value & 0xFU]);
    value >>= 4U;
  } while (value != 0);
  while (out.size() < static_cast<size_t>(std::max(width, 1))) {
    out.push_back('0');
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::string FormatGuid(Bytes guid) {
  // The first three groups are little-endian numbers, the rest bytes.
  const std::byte* p = guid.data();
  std::string out = "{";
  out += ToHex(LoadU32(p), 8);
  out += '-';
  out += ToHex(LoadU16(p + 4), 4);
  out += '-';
  out += ToHex(LoadU16(p + 6), 4);
  for (size_t i = 8; i < 16; ++i) {
    if (i == 8 || i == 10) out += '-';
    out += ToHex(std::to_integer<unsigned>(p[i]), 2);
  }
  out += '}';
  return out;
}

std::optional<std::array<std::byte, 16>> ParseGuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, 36);
  }
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' ||
      text[18] != '-' || text[23] != '-') {
    return std::nullopt;
  }
  std::array<std::byte, 16> guid{};
  // Which byte of the structure each pair of digits fills.
  constexpr std::array<size_t, 16> kOrder = {3, 2, 1,  0,  5,  4,  7,  6,
                                             8, 9, 10, 11, 12, 13, 14, 15};
  size_t at = 0;
  for (const size_t place : kOrder) {
    if (text[at] == '-') ++at;
    const auto value = ParseHex(text.substr(at, 2));
    if (!value) return std::nullopt;
    guid[place] = static_cast<std::byte>(*value);
    at += 2;
  }
  return guid;
}

std::optional<std::string> FormatSid(Bytes sid) {
  ByteReader reader(sid);
  const uint8_t revision = reader.U8("revision");
  const uint8_t count = reader.U8("sub_authority_count");
  uint64_t authority = 0;
  for (int i = 0; i < 6; ++i)
    authority = authority << 8U | reader.U8("authority");
  // Windows knows no SID of more than 15 parts.
  if (!reader.ok() || revision != 1 || count > 15 ||
      reader.remaining() < size_t{4} * count) {
    return std::nullopt;
  }
  std::string out = "S-1-";
  out += authority >> 32U == 0 ? std::to_string(authority)
                               : "0x" + ToHex(authority, 12);
  for (unsigned i = 0; i < count; ++i) {
    out += '-';
    out += std::to_string(reader.U32("sub_authority"));
  }
  return out;
}

std::string EscapeControls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t start = i;
    uint32_t c = NextCodePoint(text, &i);
    // An eight-bit terminal takes a stray byte for the control of that number.
    if (c >= 0x110000) c -= 0x110000;
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      out += "\\x";
      out += ToHex(c, 2);
    } else {
      out += text.substr(start, i - start);
    }
  }
  return out;
}

}  // namespace espial

// UTF-16LE to escaped UTF-8 in one pass: most of what a rendered record is.
//
// Most text is ASCII without anything to escape; the vector kernels take 16 or
// 32 units of it at once and stop for nothing else. The portable kernel is
// what the others are tested against.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {

// Bytes of output that one UTF-16 unit becomes at most: "\u0000", "&quot;".
inline constexpr size_t kEscapedUnit = 6;
// Bytes behind its output that a kernel may write.
inline constexpr size_t kEscapeSlack = 32;

// Writes `count` units at `units` to `out` and returns the end of the output.
// REQUIRES: room for kEscapedUnit * count + kEscapeSlack bytes at `out`, and
// that bytes up to `limit`, at or behind the end of the units, may be read.
// A lone surrogate becomes U+FFFD, and so does what XML forbids in XML.
using EscapeFunction = char* (*)(const std::byte* units, size_t count,
                                 const std::byte* limit, char* out);

struct EscapeKernel {
  std::string_view name;
  std::array<EscapeFunction, 3> escape;  // by Escape
};

const EscapeKernel& PortableEscape();
// Null where this processor, or this build, has not got it.
const EscapeKernel* Sse2Escape();
const EscapeKernel* Avx2Escape();
const EscapeKernel* NeonEscape();
// The fastest of them.
const EscapeKernel& BestEscape();

// What an ASCII character becomes.
struct EscapedAscii {
  std::array<char, 7> text;
  uint8_t size;
};
static_assert(sizeof(EscapedAscii) == 8);

constexpr EscapedAscii EscapeAscii(unsigned c, Escape escape) {
  constexpr auto kText = [](std::string_view text) {
    EscapedAscii escaped{{}, static_cast<uint8_t>(text.size())};
    for (size_t i = 0; i < text.size(); ++i) escaped.text[i] = text[i];
    return escaped;
  };
  const char self[] = {static_cast<char>(c)};
  if (escape == Escape::kJson) {
    constexpr std::string_view kShort = "btn?fr";
    if (c == '"') return kText("\\\"");
    if (c == '\\') return kText("\\\\");
    if (c >= 8 && c <= 13 && c != 11) {
      const char pair[] = {'\\', kShort[c - 8]};
      return kText({pair, 2});
    }
    if (c < 0x20) {
      const char code[] = {
          '\\', 'u', '0', '0', c < 16 ? '0' : '1', "0123456789ABCDEF"[c & 15U]};
      return kText({code, 6});
    }
    return kText({self, 1});
  }
  const bool in_attribute = escape == Escape::kXmlAttribute;
  if (c == '&') return kText("&amp;");
  if (c == '<') return kText("&lt;");
  if (c == '>') return kText("&gt;");
  if (in_attribute && c == '"') return kText("&quot;");
  if (in_attribute && c == '\t') return kText("&#9;");
  if (in_attribute && c == '\n') return kText("&#10;");
  if (in_attribute && c == '\r') return kText("&#13;");
  if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') {
    return kText("\xef\xbf\xbd");
  }
  return kText({self, 1});
}

template <Escape kEscape>
struct AsciiTable {
  static constexpr std::array<EscapedAscii, 128> kEntries = [] {
    std::array<EscapedAscii, 128> entries{};
    for (unsigned c = 0; c < 128; ++c) entries[c] = EscapeAscii(c, kEscape);
    return entries;
  }();
};

inline char* PutAscii(const EscapedAscii& escaped, char* out) {
  // All eight bytes in one store; the last is the size, which the next
  // character overwrites.
  std::memcpy(out, &escaped, 8);
  return out + escaped.size;
}

// A code point outside ASCII that is no surrogate.
inline char* PutCodePoint(uint32_t c, char* out) {
  if (c < 0x800) {
    *out++ = static_cast<char>(0xc0U | c >> 6U);
  } else {
    if (c < 0x10000) {
      *out++ = static_cast<char>(0xe0U | c >> 12U);
    } else {
      *out++ = static_cast<char>(0xf0U | c >> 18U);
      *out++ = static_cast<char>(0x80U | (c >> 12U & 0x3fU));
    }
    *out++ = static_cast<char>(0x80U | (c >> 6U & 0x3fU));
  }
  *out++ = static_cast<char>(0x80U | (c & 0x3fU));
  return out;
}

inline uint32_t UnitAt(const std::byte* units, size_t i) {
  return std::to_integer<uint32_t>(units[2 * i]) |
         std::to_integer<uint32_t>(units[2 * i + 1]) << 8U;
}

// Writes the character at `*i`, of one unit or two, and moves on.
template <Escape kEscape>
inline char* PutOne(const std::byte* units, size_t* i, size_t count,
                    char* out) {
  uint32_t c = UnitAt(units, (*i)++);
  if (c < 0x80) return PutAscii(AsciiTable<kEscape>::kEntries[c], out);
  if (c >= 0xd800 && c < 0xe000) {
    const uint32_t low = *i < count ? UnitAt(units, *i) : 0;
    if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      ++*i;
      c = 0x10000 + ((c - 0xd800) << 10U) + (low - 0xdc00);
    } else {
      c = 0xfffd;
    }
  } else if (kEscape != Escape::kJson && c >= 0xfffe) {
    c = 0xfffd;
  }
  return PutCodePoint(c, out);
}

}  // namespace espial::evtx

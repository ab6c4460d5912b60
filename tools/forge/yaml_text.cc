#include "tools/forge/yaml_text.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace espial::forge {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What readers of YAML take for something else than a text.
bool IsWord(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords = {
      "true", "false", "null", "yes", "no", "on", "off", "nan"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return EqualsFold(text, word);
  });
}

bool IsPlain(std::string_view text) {
  // Words, names of channels, paths and SIDs, all without a leading digit or
  // sign.
  constexpr std::string_view kInside = "_-./\\ ";
  return !text.empty() && IsLetter(text[0]) && !text.ends_with(' ') &&
         !IsWord(text) && std::all_of(text.begin(), text.end(), [&](char c) {
           return IsLetter(c) || IsDigit(c) ||
                  kInside.find(c) != std::string_view::npos;
         });
}

// Lengths of the line breaks and byte order marks of Unicode, which YAML takes
// for its own; 0 for anything else.
size_t BreakAt(std::string_view text, size_t at) {
  for (const std::string_view sign :
       {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"}) {
    if (text.substr(at).starts_with(sign)) return sign.size();
  }
  return 0;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

// C1, of which U+0085 is one.
bool IsC1(std::string_view text, size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

bool NeedsEscapes(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (IsControl(text[at]) || IsC1(text, at) || BreakAt(text, at) != 0) {
      return true;
    }
  }
  return false;
}

std::string SingleQuoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

// The code point of the break of `size` bytes.
uint32_t BreakOf(std::string_view text, size_t at, size_t size) {
  if (size == 2) return 0x85;
  if (text[at] == '\xEF') return 0xFEFF;
  return text[at + 2] == '\xA8' ? 0x2028 : 0x2029;
}

std::string DoubleQuoted(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (const size_t size = BreakAt(text, at); size != 0) {
      out += "\\u" + ToHex(BreakOf(text, at, size), 4);
      at += size - 1;
    } else if (IsC1(text, at)) {
      out += "\\x" + ToHex(static_cast<unsigned char>(text[++at]), 2);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (IsControl(c)) {
      out += "\\x" + ToHex(static_cast<unsigned char>(c), 2);
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string YamlText(std::string_view text) {
  const std::string valid = RepairUtf8(text);
  if (NeedsEscapes(valid)) return DoubleQuoted(valid);
  return IsPlain(valid) ? valid : SingleQuoted(valid);
}

std::string WithoutValues(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("${")) out += '$';
    out += text[at];
  }
  return out;
}

std::string YamlValue(std::string_view text) {
  return YamlText(WithoutValues(text));
}

}  // namespace espial::forge

#include "parsers/support/json_string.h"

#include <espial/core/text.h>

#include <algorithm>
#include <optional>

namespace espial {
namespace {

bool IsHighSurrogate(uint64_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint64_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The code unit of "\uXXXX" at `at`; nothing when something else stands there.
std::optional<uint64_t> ReadUnit(std::string_view input, size_t at) {
  if (input.size() < 6 || at > input.size() - 6) return std::nullopt;
  if (input[at] != '\\' || input[at + 1] != 'u') return std::nullopt;
  return ParseHex(input.substr(at + 2, 4));
}

// What the escape letter `c` stands for; 0 for a letter that JSON does not
// know. 'u' is not among them.
char SimpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

size_t JsonStringEnd(std::string_view input, size_t start) {
  size_t at = start;
  for (;;) {
    at = input.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return input.size();
    if (input[at] == '"') return at + 1;
    if (input.size() - at < 2) return input.size();
    at += 2;
  }
}

JsonString ReadJsonString(std::string_view input, size_t start,
                          std::string* buffer) {
  JsonString result;
  result.end = input.size();
  size_t at = input.find_first_of("\"\\", start);
  if (at == std::string_view::npos) return result;
  if (input[at] == '"') {
    result.text = input.substr(start, at - start);
    result.closed = true;
    result.end = at + 1;
    return result;
  }

  buffer->clear();
  size_t clean = start;  // start of the run not yet copied
  const auto keep_as_is = [&](size_t length) {
    if (result.bad_escapes++ == 0) result.first_bad_escape = at;
    at += length;
  };
  for (;;) {
    at = input.find_first_of("\"\\", at);
    if (at == std::string_view::npos || input.size() - at < 2) {
      // A quote as the last character closes; a backslash there is a cut.
      if (at == std::string_view::npos || input[at] != '"') return result;
    }
    if (input[at] == '"') {
      buffer->append(input.substr(clean, at - clean));
      result.text = *buffer;
      result.closed = true;
      result.end = at + 1;
      return result;
    }
    const char letter = input[at + 1];
    if (const char simple = SimpleEscape(letter); simple != '\0') {
      buffer->append(input.substr(clean, at - clean));
      buffer->push_back(simple);
      at += 2;
      clean = at;
      continue;
    }
    const auto unit = ReadUnit(input, at);
    if (!unit) {
      // The letter may be the first byte of a longer character: step over the
      // backslash alone.
      keep_as_is(1);
      continue;
    }
    buffer->append(input.substr(clean, at - clean));
    const auto low =
        IsHighSurrogate(*unit) ? ReadUnit(input, at + 6) : std::nullopt;
    uint64_t code_point = *unit;
    size_t length = 6;
    if (low && IsLowSurrogate(*low)) {
      code_point = 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00);
      length = 12;
    } else if (IsHighSurrogate(*unit) || IsLowSurrogate(*unit)) {
      if (result.bad_escapes++ == 0) result.first_bad_escape = at;
    }
    AppendUtf8(static_cast<uint32_t>(code_point), buffer);
    at += length;
    clean = at;
  }
}

}  // namespace espial

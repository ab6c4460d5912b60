// The characters of one JSON string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

struct JsonString {
  // The decoded text: a view into the input when it holds no escape, else into
  // the caller's buffer. Valid UTF-8 if the input is.
  std::string_view text;
  // Whether a closing quote was found.
  bool closed = false;
  // Behind the closing quote, or the size of the input.
  size_t end = 0;
  // Escapes that JSON does not know, which stay as they stand, and lone
  // surrogates, which become U+FFFD; where the first stood.
  uint64_t bad_escapes = 0;
  size_t first_bad_escape = 0;
};

// Reads the string whose characters begin at `start`, behind its quote.
JsonString ReadJsonString(std::string_view input, size_t start,
                          std::string* buffer);

// Behind the closing quote of that string, or the size of the input.
size_t JsonStringEnd(std::string_view input, size_t start);

}  // namespace espial

// How short a text may be that a regular expression matches.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace espial::rules {

// A number of bytes that no match of the RE2 expression `pattern` is below: a
// lower bound, and 0 for whatever is not understood here. REQUIRES: RE2 accepts
// the pattern.
size_t ShortestMatch(std::string_view pattern);

// What an expression asks for that says nothing but that there are so many
// characters, whichever they are: ".{1000,}", "([\s\S]){1000,}". Automata are
// bad at counting.
struct AnyCharacters {
  size_t least = 0;
  bool in_a_line = false;  // without a line feed between them
};
std::optional<AnyCharacters> ReadAnyCharacters(std::string_view pattern);

}  // namespace espial::rules

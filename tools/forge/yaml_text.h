// Texts as YAML scalars.
#pragma once

#include <string>
#include <string_view>

namespace espial::forge {

// `text` so that YAML reads the same text again, on one line: plain where that
// is safe, else in single quotes, else in double quotes. What YAML takes for
// nothing, true, false or a number is quoted. What is not valid UTF-8 becomes
// U+FFFD.
std::string YamlText(std::string_view text);

// The same for a place where a scenario expands ${values}: there the text ${
// is written $${.
std::string YamlValue(std::string_view text);

// `text` as a scenario writes it where it expands ${values}, without quotes.
std::string WithoutValues(std::string_view text);

}  // namespace espial::forge

// Keys of languages, as rules and the command line spell them.
#pragma once

#include <string_view>

namespace espial::rules {

inline constexpr std::string_view kEnglish = "en";

// "en", "de", "pt-br": two or three letters, and a region or script; lower
// case.
bool IsLanguage(std::string_view text);

}  // namespace espial::rules

// Lists of texts that '%name%' stands for in values with the modifier expand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"

namespace espial::rules {

// Names as written between the percent signs.
using Placeholders =
    std::map<std::string, std::vector<std::string>, std::less<>>;

// Adds what a file of YAML or JSON holds: a map of names to a text or a list
// of texts. False, and diagnostics, when anything is wrong with it.
bool AddPlaceholders(std::string_view text, const Reporter& reporter,
                     Placeholders* out);

// `text` with every placeholder replaced, in all combinations; the values of a
// placeholder are texts as a rule has them, wildcards and all. Reports an
// unknown name, and more than `most` combinations. Text without a placeholder
// stays as it is.
std::optional<std::vector<std::string>> ExpandPlaceholders(
    std::string_view text, const Placeholders& placeholders, size_t most,
    Mark mark, const Reporter& reporter);

}  // namespace espial::rules

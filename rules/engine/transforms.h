// What a text of a rule becomes by expand, windash, utf16..., base64...
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/modifiers.h"
#include "rules/engine/placeholders.h"

namespace espial::rules {

// The texts that one text of the rule stands for, by `transforms` from left to
// right; without any, the text itself. What was encoded has no wildcards: it
// is to be taken literally. Nothing, and a diagnostic, when it cannot be done.
// `placeholders` may be null.
std::optional<std::vector<std::string>> TextsOf(
    const std::string& text, Mark mark, std::span<const Transform> transforms,
    const Placeholders* placeholders, const Reporter& reporter);

}  // namespace espial::rules

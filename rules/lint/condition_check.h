// Conditions that say nothing.
#pragma once

#include <optional>

#include "rules/engine/expr.h"

namespace espial::rules {

// Whether a condition is always true or always false, whatever its operands
// are. Nothing when it depends on them, is empty, or has too many of them to
// try (more than 16).
std::optional<bool> ConstantValue(const Expr& expr);
// The same of "when and not unless"; `unless` may be empty.
std::optional<bool> ConstantValue(const Expr& when, const Expr& unless);

}  // namespace espial::rules

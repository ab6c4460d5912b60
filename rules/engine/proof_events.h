// The events that prove a condition, as indices into the timeline.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/engine/evaluator.h"

namespace espial::rules {

// Nothing where facts alone prove it, or nothing does.
std::optional<uint32_t> FirstEvent(const ExprState& state);
std::optional<uint32_t> LastEvent(const ExprState& state);

// Ascending, each once.
std::vector<uint32_t> EventsOf(const ExprState& state);

}  // namespace espial::rules

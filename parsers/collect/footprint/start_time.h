// The time behind "--- Start at:".
#pragma once

#include <espial/core/time.h>

#include <optional>
#include <string_view>

namespace espial::collect_footprint {

// Reads a date and time of day, UTC, in any of the orders that Windows writes:
// year first, or day and month in front of a four-digit year when only one of
// them can be the month; 24 hours, or 12 with AM or PM; separators of any kind.
// Nothing when it could mean two things or none.
std::optional<Ticks> ReadStartTime(std::string_view text);

}  // namespace espial::collect_footprint

// Spans of time as scenarios write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial::forge {

// "30s", "10m", "1h30m", "3d", "250ms", each also with a minus sign in front,
// in ticks of 100 ns. Nothing when the text is anything else or does not fit.
std::optional<int64_t> ParseDuration(std::string_view text);

// The same in words: "1h30m". What is less than a millisecond is left out.
std::string DurationText(int64_t ticks);

}  // namespace espial::forge

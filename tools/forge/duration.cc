#include "tools/forge/duration.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <iterator>
#include <limits>
#include <utility>

namespace espial::forge {
namespace {

// Two letters first, so that "ms" is not taken for "m".
constexpr std::pair<std::string_view, int64_t> kUnits[] = {
    {"ms", kTicksPerSecond / 1000},
    {"s", kTicksPerSecond},
    {"m", kTicksPerMinute},
    {"h", int64_t{60} * kTicksPerMinute},
    {"d", int64_t{24} * 60 * kTicksPerMinute}};

// Takes the unit at the start of `text`; 0 when there is none.
int64_t TakeUnit(std::string_view* text) {
  for (const auto& [name, ticks] : kUnits) {
    if (text->starts_with(name)) {
      text->remove_prefix(name.size());
      return ticks;
    }
  }
  return 0;
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    const size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const auto count = ParseUnsigned(text.substr(0, digits));
    text.remove_prefix(digits);
    const int64_t unit = TakeUnit(&text);
    if (!count || unit == 0) return std::nullopt;
    if (*count > static_cast<uint64_t>((kMax - total) / unit)) {
      return std::nullopt;
    }
    total += static_cast<int64_t>(*count) * unit;
  }
  return negative ? -total : total;
}

std::string DurationText(int64_t ticks) {
  std::string out;
  // Unsigned, as the lowest number has no opposite.
  uint64_t left = static_cast<uint64_t>(ticks);
  if (ticks < 0) left = -left;
  for (auto unit = std::rbegin(kUnits); unit != std::rend(kUnits); ++unit) {
    const auto size = static_cast<uint64_t>(unit->second);
    if (left < size) continue;
    out += std::to_string(left / size).append(unit->first);
    left %= size;
  }
  if (out.empty()) return "0s";
  return ticks < 0 ? "-" + out : out;
}

}  // namespace espial::forge

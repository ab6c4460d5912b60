#include "parsers/etl/trace_clock.h"

#include <limits>

namespace espial::etl {
namespace {

// A count of `frequency` a second beyond this makes the product of a rest and
// the ticks of a second overflow; no machine has such a clock.
constexpr uint64_t kMostFrequency =
    std::numeric_limits<uint64_t>::max() / kTicksPerSecond;
// A file time beyond this lies behind the year 30827.
constexpr uint64_t kMostTicks = uint64_t{1} << 63U;

// `counts` in ticks; saturates.
int64_t ToTicks(uint64_t counts, uint64_t frequency) {
  constexpr auto kSecond = static_cast<uint64_t>(kTicksPerSecond);
  constexpr uint64_t kMost = kMostTicks - 1;
  const uint64_t seconds = counts / frequency;
  if (seconds >= kMost / kSecond) return static_cast<int64_t>(kMost);
  const uint64_t rest = counts % frequency * kSecond / frequency;
  return static_cast<int64_t>(seconds * kSecond + rest);
}

}  // namespace

TraceClock::TraceClock(uint32_t type, uint64_t frequency, uint64_t stamp,
                       Ticks start)
    : absolute_(type == kClockSystemTime),
      frequency_(frequency),
      stamp_(stamp),
      start_(start) {
  const bool counts = type == kClockQpc || type == kClockCpuCycle;
  const bool sound =
      frequency > 0 && frequency <= kMostFrequency && start.value != 0;
  usable_ = absolute_ || (counts && sound);
}

Time TraceClock::At(uint64_t stamp) const {
  if (!usable_) return {};
  Ticks ticks;
  if (absolute_) {
    ticks.value = stamp;
  } else if (stamp >= stamp_) {
    ticks = AddTicks(start_, ToTicks(stamp - stamp_, frequency_));
  } else {
    ticks = AddTicks(start_, -ToTicks(stamp_ - stamp, frequency_));
  }
  if (ticks.value == 0 || ticks.value >= kMostTicks) return {};
  return {ticks, TimeQuality::kUtc, {}};
}

}  // namespace espial::etl

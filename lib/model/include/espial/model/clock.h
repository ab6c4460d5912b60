// Clock steps and the device's time zone, as far as the events prove them.
//
// OOBE often sets the clock by hours after the first network. Within one boot
// session the events before such a step carry a time that is off by the step;
// Event::corrected undoes that, so that windows and durations stay true.
#pragma once

#include <espial/core/time.h>
#include <espial/model/timeline.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace espial {

// The system time was set from `from` to `to`.
struct ClockStep {
  Ticks from;
  Ticks to;
  SourceId source;
  uint64_t record = 0;
  // The event that says so: "Microsoft-Windows-Kernel-General 1".
  std::string evidence;

  [[nodiscard]] int64_t delta() const { return TicksBetween(from, to); }
};

// A stretch of time with one offset from UTC.
struct ZoneEra {
  Ticks from;
  int32_t offset_minutes = 0;  // east of Greenwich
  std::string evidence;
};

// Every step is looked for in every log. No device steps its clock this often,
// but a forged log may claim so.
inline constexpr size_t kMostClockSteps = 256;

struct Clock {
  // Of two seconds or more, by time; the kMostClockSteps largest.
  std::vector<ClockStep> steps;
  uint64_t steps_left_out = 0;  // smaller ones beyond that number
  std::vector<ZoneEra> zones;   // by time; empty when nothing proves a zone

  // The offset at `ticks`: of the last era that began before it, or of the
  // first era.
  [[nodiscard]] std::optional<int32_t> OffsetAt(Ticks ticks) const;
};

// Reads the clock out of a sorted timeline.
Clock ReadClock(const Timeline& timeline);
// Sets Event::corrected of every event; the timeline needs Sort() after it.
void CorrectTimes(const Clock& clock, Timeline* timeline);

}  // namespace espial

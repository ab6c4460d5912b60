// The clock of a trace: from the stamps of its records to UTC.
#pragma once

#include <espial/core/time.h>

#include <cstdint>

namespace espial::etl {

// TRACE_LOGFILE_HEADER.ReservedFlags: what the stamps count.
inline constexpr uint32_t kClockQpc = 1;
inline constexpr uint32_t kClockSystemTime = 2;
inline constexpr uint32_t kClockCpuCycle = 3;

// Stamps count from any moment; the header of the trace ties one of them (its
// own) to a system time.
class TraceClock {
 public:
  // No clock: every time is unknown.
  TraceClock() = default;
  // `stamp` of the header record was taken at `start`. `frequency` is in counts
  // a second; system time needs none.
  TraceClock(uint32_t type, uint64_t frequency, uint64_t stamp, Ticks start);

  [[nodiscard]] bool usable() const { return usable_; }
  // Quality is kUtc, or kNone where the clock is not usable.
  [[nodiscard]] Time At(uint64_t stamp) const;

 private:
  bool usable_ = false;
  bool absolute_ = false;
  uint64_t frequency_ = 0;
  uint64_t stamp_ = 0;
  Ticks start_;
};

}  // namespace espial::etl

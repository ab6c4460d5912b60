// Times as other programs count them.
#pragma once

#include <espial/core/time.h>

#include <cstdint>

namespace espial::report {

// Whole microseconds since 1970, towards the past.
inline int64_t UnixMicroseconds(Ticks ticks) {
  constexpr Ticks kUnixEpoch{116'444'736'000'000'000};
  constexpr int64_t kTicksPerMicrosecond = 10;
  const int64_t since = TicksBetween(kUnixEpoch, ticks);
  const int64_t whole = since / kTicksPerMicrosecond;
  return since % kTicksPerMicrosecond < 0 ? whole - 1 : whole;
}

}  // namespace espial::report

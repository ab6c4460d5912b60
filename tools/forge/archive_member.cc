#include "tools/forge/archive_member.h"

namespace espial::forge {

DosTime ToDosTime(Ticks utc, int32_t bias_minutes) {
  const Civil local =
      ToCivil(AddTicks(utc, -int64_t{bias_minutes} * kTicksPerMinute));
  constexpr int32_t kFirstYear = 1980;
  constexpr int32_t kLastYear = 2107;
  if (local.year < kFirstYear) return {(1U << 5U) | 1U, 0};
  if (local.year > kLastYear) {
    return {(127U << 9U) | (12U << 5U) | 31U, (23U << 11U) | (59U << 5U) | 29U};
  }
  const auto years = static_cast<uint32_t>(local.year - kFirstYear);
  return {static_cast<uint16_t>(years << 9U | local.month << 5U | local.day),
          static_cast<uint16_t>(local.hour << 11U | local.minute << 5U |
                                local.second / 2)};
}

}  // namespace espial::forge

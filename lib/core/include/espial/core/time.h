// Points in time, and how they are known.
//
// Espial counts as Windows does: unsigned ticks of 100 ns since
// 1601-01-01T00:00:00Z. Local time is never converted with the zone of the
// machine that runs Espial.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial {

inline constexpr int64_t kTicksPerSecond = 10'000'000;
inline constexpr int64_t kTicksPerMinute = 60 * kTicksPerSecond;

// 100 ns ticks since 1601-01-01 UTC.
struct Ticks {
  uint64_t value = 0;
  friend auto operator<=>(Ticks, Ticks) = default;
};

// later - earlier, in ticks; negative when later comes first. Saturates.
int64_t TicksBetween(Ticks earlier, Ticks later);
// `ticks` moved by `delta`, held within [0, max].
Ticks AddTicks(Ticks ticks, int64_t delta);

// How a time is known, from the weakest to the strongest.
enum class TimeQuality : uint8_t {
  kNone,     // no time
  kAssumed,  // local time, taken as UTC or with an unproven zone
  kZone,     // local time, converted with a zone that the bundle proves
  kOffset,   // the line states its own offset
  kUtc,      // written as UTC
};
std::string_view TimeQualityName(TimeQuality quality);  // "utc", "offset", ...

// A time of an event or fact.
struct Time {
  Ticks ticks;
  TimeQuality quality = TimeQuality::kNone;
  // The text as written, when it was not UTC; else empty. Owned by the arena
  // of whoever holds this Time.
  std::string_view as_written;

  [[nodiscard]] bool known() const { return quality != TimeQuality::kNone; }
};

// A calendar date and time of day, proleptic Gregorian, no zone.
struct Civil {
  int32_t year = 1601;
  uint32_t month = 1;   // 1 to 12
  uint32_t day = 1;     // 1 to 31
  uint32_t hour = 0;    // 0 to 23
  uint32_t minute = 0;  // 0 to 59
  uint32_t second = 0;  // 0 to 59
  uint32_t tick = 0;    // 0 to 9,999,999
};

Civil ToCivil(Ticks ticks);
// Nothing when a part is out of range (month 13, February 30) or the year lies
// outside 1601 to 30827.
std::optional<Ticks> FromCivil(const Civil& civil);

// "2024-07-23T10:04:05.1234567Z". `digits` of the fraction: 0 to 7.
std::string FormatUtc(Ticks ticks, int digits = 7);
// "2024-07-23 12:04:05 +02:00": the ticks shown at `offset_minutes` east.
std::string FormatLocal(Ticks ticks, int32_t offset_minutes);
// "1h 02m 03s", "4m 05s", "12s", "0.3s". Negative spans have a sign.
std::string FormatDuration(int64_t ticks);

// Reads an ISO 8601 date and time: "2024-07-23[T
// ]10:04:05[.fraction][Z|+hh:mm]". Quality is kUtc for Z, kOffset for an
// offset, kAssumed for none. Nothing when the text is anything else. A date
// alone is midnight.
std::optional<Time> ParseIso8601(std::string_view text);

}  // namespace espial

// Quantities with units: what values of rules are, and how they compare.
//
// A unit belongs to one dimension; quantities of different dimensions do not
// compare. Within a dimension everything is kept in one base unit: durations in
// ticks of 100 ns, sizes in bytes (KB is 1024 bytes, as Windows counts),
// percents in millionths.
#pragma once

#include <espial/core/time.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial::rules {

// Units, as rules spell them (see MeasureName).
enum class Measure : uint8_t {
  kTicks,
  kMilliseconds,
  kSeconds,
  kMinutes,
  kHours,
  kDays,
  kBytes,
  kKilobytes,
  kMegabytes,
  kGigabytes,
  kPercent,
  kVersion,
  kTime,
  kCount,
};
enum class Dimension : uint8_t {
  kDuration,
  kSize,
  kShare,
  kVersion,
  kTime,
  kCount
};

// "ticks", "ms", "s", "min", "h", "d", "bytes", "KB", "MB", "GB", "percent",
// "version", "time", "count", in the order of Measure.
inline constexpr std::array<std::string_view, 14> kMeasureNames = {
    "ticks", "ms", "s",  "min",     "h",       "d",    "bytes",
    "KB",    "MB", "GB", "percent", "version", "time", "count"};
std::string_view MeasureName(Measure measure);
Dimension DimensionOf(Measure measure);
std::string_view DimensionName(Dimension dimension);  // "duration", ...

// A value of one dimension. Comparing those of different ones is meaningless.
struct Quantity {
  Dimension dimension = Dimension::kCount;
  int64_t number = 0;                 // in the base unit
  std::array<uint64_t, 4> version{};  // of kVersion

  static Quantity Duration(int64_t ticks);
  static Quantity Count(uint64_t count);
  static Quantity Time(Ticks ticks);

  friend std::strong_ordering operator<=>(const Quantity& a,
                                          const Quantity& b) {
    if (const auto order = a.number <=> b.number; order != 0) return order;
    return a.version <=> b.version;
  }
  friend bool operator==(const Quantity& a, const Quantity& b) = default;
};

// Reads text that is in `measure`: a number (decimal, 0x hexadecimal, with a
// fraction), for kVersion one to four numbers between dots, for kTime an ISO
// 8601 date and time with Z or an offset. Nothing when it is none, or out of
// range; a count is whole.
std::optional<Quantity> ParseQuantity(std::string_view text, Measure measure);

// A number followed by its unit ("30min", "1.5GB", "80%", "3"), a version of at
// least two numbers ("10.0.22621"), or a date and time. `measure` gets the
// unit.
std::optional<Quantity> ParseLiteral(std::string_view text, Measure* measure);

// "90 min", "12.5 percent", "10.0.22621.0", "2025-03-01T08:00:00Z". REQUIRES:
// `measure` is of its dimension.
std::string FormatQuantity(const Quantity& quantity, Measure measure);

}  // namespace espial::rules

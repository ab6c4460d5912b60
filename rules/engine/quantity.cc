#include "rules/engine/quantity.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rules/engine/value_test.h"

namespace espial::rules {
namespace {

struct Info {
  Dimension dimension;
  int64_t factor;  // base units in one
};
constexpr int64_t kTicksPerMillisecond = kTicksPerSecond / 1000;
constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kTicksPerHour = 60 * kTicksPerMinute;
constexpr int64_t kKilobyte = 1024;
constexpr int64_t kMegabyte = 1024 * kKilobyte;
constexpr int64_t kGigabyte = 1024 * kMegabyte;
constexpr std::array<Info, kMeasureNames.size()> kInfos = {{
    {Dimension::kDuration, 1},
    {Dimension::kDuration, kTicksPerMillisecond},
    {Dimension::kDuration, kTicksPerSecond},
    {Dimension::kDuration, kTicksPerMinute},
    {Dimension::kDuration, kTicksPerHour},
    {Dimension::kDuration, 24 * kTicksPerHour},
    {Dimension::kSize, 1},
    {Dimension::kSize, kKilobyte},
    {Dimension::kSize, kMegabyte},
    {Dimension::kSize, kGigabyte},
    {Dimension::kShare, kMillion},
    {Dimension::kVersion, 1},
    {Dimension::kTime, 1},
    {Dimension::kCount, 1},
}};

const Info& InfoOf(Measure measure) {
  return kInfos[static_cast<size_t>(measure)];
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<Quantity> ParseVersion(std::string_view text) {
  Quantity out;
  out.dimension = Dimension::kVersion;
  size_t parts = 0;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (parts == out.version.size() || part.empty() ||
        !std::all_of(part.begin(), part.end(), IsDigit)) {
      return std::nullopt;
    }
    const auto number = ParseUnsigned(part);
    if (!number) return std::nullopt;
    out.version[parts++] = *number;
    if (dot == std::string_view::npos) return out;
    text.remove_prefix(dot + 1);
  }
}

std::optional<Quantity> ParseTime(std::string_view text) {
  const auto time = ParseIso8601(text);
  if (!time || time->quality < TimeQuality::kOffset) return std::nullopt;
  return Quantity::Time(time->ticks);
}

}  // namespace

std::string_view MeasureName(Measure measure) {
  return kMeasureNames[static_cast<size_t>(measure)];
}

Dimension DimensionOf(Measure measure) { return InfoOf(measure).dimension; }

std::string_view DimensionName(Dimension dimension) {
  constexpr std::array<std::string_view, 6> kNames = {
      "duration", "size", "share", "version", "time", "count"};
  return kNames[static_cast<size_t>(dimension)];
}

Quantity Quantity::Duration(int64_t ticks) {
  return {Dimension::kDuration, ticks, {}};
}

Quantity Quantity::Count(uint64_t count) {
  return {Dimension::kCount,
          static_cast<int64_t>(std::min<uint64_t>(count, INT64_MAX)),
          {}};
}

Quantity Quantity::Time(Ticks ticks) {
  return {Dimension::kTime,
          static_cast<int64_t>(std::min<uint64_t>(ticks.value, INT64_MAX)),
          {}};
}

std::optional<Quantity> ParseQuantity(std::string_view text, Measure measure) {
  text = Trim(text);
  const Info& info = InfoOf(measure);
  if (info.dimension == Dimension::kVersion) return ParseVersion(text);
  if (info.dimension == Dimension::kTime) return ParseTime(text);
  const auto number = ParseNumber(text);
  if (!number) return std::nullopt;
  const long double base = std::round(*number * info.factor);
  // Less than 2^62 by far: such values are no durations or sizes.
  constexpr long double kMost = 4e18L;
  if (!(std::abs(base) < kMost)) return std::nullopt;
  if (info.dimension == Dimension::kCount && base != *number) {
    return std::nullopt;
  }
  return Quantity{info.dimension, static_cast<int64_t>(base), {}};
}

std::optional<Quantity> ParseLiteral(std::string_view text, Measure* measure) {
  text = Trim(text);
  if (const auto time = ParseTime(text)) {
    *measure = Measure::kTime;
    return time;
  }
  size_t end = !text.empty() && text[0] == '-' ? 1 : 0;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == '.')) ++end;
  const std::string_view number = text.substr(0, end);
  const std::string_view unit = Trim(text.substr(end));
  if (unit.empty()) {
    const bool version = std::count(text.begin(), text.end(), '.') > 0;
    *measure = version ? Measure::kVersion : Measure::kCount;
    return ParseQuantity(number, *measure);
  }
  const std::string_view name = unit == "%" ? "percent" : unit;
  const auto* const found =
      std::find(kMeasureNames.begin(), kMeasureNames.end(), name);
  if (found == kMeasureNames.end()) return std::nullopt;
  *measure = static_cast<Measure>(found - kMeasureNames.begin());
  if (DimensionOf(*measure) == Dimension::kVersion ||
      DimensionOf(*measure) == Dimension::kTime) {
    return std::nullopt;
  }
  return ParseQuantity(number, *measure);
}

std::string FormatQuantity(const Quantity& quantity, Measure measure) {
  switch (quantity.dimension) {
    case Dimension::kVersion:
      return fmt::format("{}.{}.{}.{}", quantity.version[0],
                         quantity.version[1], quantity.version[2],
                         quantity.version[3]);
    case Dimension::kTime:
      return FormatUtc({static_cast<uint64_t>(quantity.number)}, 0);
    case Dimension::kCount:
      return fmt::format("{}", quantity.number);
    default:
      break;
  }
  const int64_t factor = InfoOf(measure).factor;
  if (quantity.number % factor == 0) {
    return fmt::format("{} {}", quantity.number / factor, MeasureName(measure));
  }
  return fmt::format(
      "{:.3f} {}",
      static_cast<double>(quantity.number) / static_cast<double>(factor),
      MeasureName(measure));
}

}  // namespace espial::rules

#include <espial/core/time.h>

#include <array>
#include <cstdio>
#include <limits>

namespace espial {
namespace {

constexpr int64_t kTicksPerDay = int64_t{24} * 60 * kTicksPerMinute;
// Days from 0000-03-01 to 1601-01-01 in the proleptic Gregorian calendar.
constexpr int64_t kDaysTo1601 = 584694;

// Days since 0000-03-01: years that begin in March put the leap day last, so
// that month lengths follow one linear formula.
constexpr int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  if (month <= 2) --year;
  const int64_t era = year / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = (month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era;
}
static_assert(DaysFromCivil(1601, 1, 1) == kDaysTo1601);

uint32_t DaysInMonth(int32_t year, uint32_t month) {
  constexpr std::array<uint32_t, 12> kDays = {31, 28, 31, 30, 31, 30,
                                              31, 31, 30, 31, 30, 31};
  if (month != 2) return kDays[month - 1];
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return leap ? 29 : 28;
}

void AppendPadded(uint64_t value, int width, std::string* out) {
  std::array<char, 24> digits{};
  int count = 0;
  do {
    digits[static_cast<size_t>(count++)] =
        static_cast<char>('0' + static_cast<char>(value % 10));
    value /= 10;
  } while (value != 0);
  for (int i = count; i < width; ++i) out->push_back('0');
  while (count > 0) out->push_back(digits[static_cast<size_t>(--count)]);
}

void AppendDateTime(const Civil& civil, char separator, std::string* out) {
  AppendPadded(static_cast<uint64_t>(civil.year), 4, out);
  out->push_back('-');
  AppendPadded(civil.month, 2, out);
  out->push_back('-');
  AppendPadded(civil.day, 2, out);
  out->push_back(separator);
  AppendPadded(civil.hour, 2, out);
  out->push_back(':');
  AppendPadded(civil.minute, 2, out);
  out->push_back(':');
  AppendPadded(civil.second, 2, out);
}

// Reads exactly `count` digits at *pos.
std::optional<uint32_t> Digits(std::string_view text, size_t* pos,
                               size_t count) {
  if (text.size() - *pos < count) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const char c = text[*pos + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  *pos += count;
  return value;
}

bool Take(std::string_view text, size_t* pos, char c) {
  if (*pos >= text.size() || text[*pos] != c) return false;
  ++*pos;
  return true;
}

}  // namespace

std::string_view TimeQualityName(TimeQuality quality) {
  switch (quality) {
    case TimeQuality::kNone:
      return "none";
    case TimeQuality::kAssumed:
      return "assumed";
    case TimeQuality::kZone:
      return "zone";
    case TimeQuality::kOffset:
      return "offset";
    case TimeQuality::kUtc:
      return "utc";
  }
  return "none";
}

int64_t TicksBetween(Ticks earlier, Ticks later) {
  constexpr auto kMax =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (later >= earlier) {
    const uint64_t span = later.value - earlier.value;
    return static_cast<int64_t>(span > kMax ? kMax : span);
  }
  const uint64_t span = earlier.value - later.value;
  return -static_cast<int64_t>(span > kMax ? kMax : span);
}

Ticks AddTicks(Ticks ticks, int64_t delta) {
  if (delta >= 0) {
    const auto step = static_cast<uint64_t>(delta);
    const uint64_t room = std::numeric_limits<uint64_t>::max() - ticks.value;
    return {step > room ? std::numeric_limits<uint64_t>::max()
                        : ticks.value + step};
  }
  const uint64_t step = ~static_cast<uint64_t>(delta) + 1;
  return {step > ticks.value ? 0 : ticks.value - step};
}

Civil ToCivil(Ticks ticks) {
  constexpr auto kDay = static_cast<uint64_t>(kTicksPerDay);
  const auto day_number = static_cast<int64_t>(ticks.value / kDay);
  uint64_t rest = ticks.value % kDay;
  Civil civil;
  civil.tick = static_cast<uint32_t>(rest % kTicksPerSecond);
  rest /= kTicksPerSecond;
  civil.second = static_cast<uint32_t>(rest % 60);
  civil.minute = static_cast<uint32_t>(rest / 60 % 60);
  civil.hour = static_cast<uint32_t>(rest / 3600);

  const int64_t days = day_number + kDaysTo1601;
  const int64_t era = days / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 +
                               day_of_era / 36524 - day_of_era / 146096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  civil.day =
      static_cast<uint32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<uint32_t>(
      month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  civil.year = static_cast<int32_t>(year_of_era + era * 400 +
                                    (civil.month <= 2 ? 1 : 0));
  return civil;
}

std::optional<Ticks> FromCivil(const Civil& civil) {
  if (civil.year < 1601 || civil.year > 30827 || civil.month < 1 ||
      civil.month > 12 || civil.day < 1 ||
      civil.day > DaysInMonth(civil.year, civil.month) || civil.hour > 23 ||
      civil.minute > 59 || civil.second > 59 || civil.tick > 9'999'999) {
    return std::nullopt;
  }
  const int64_t days =
      DaysFromCivil(civil.year, civil.month, civil.day) - kDaysTo1601;
  const int64_t seconds =
      (int64_t{civil.hour} * 60 + civil.minute) * 60 + civil.second;
  return Ticks{static_cast<uint64_t>(days * kTicksPerDay +
                                     seconds * kTicksPerSecond + civil.tick)};
}

std::string FormatUtc(Ticks ticks, int digits) {
  const Civil civil = ToCivil(ticks);
  std::string out;
  out.reserve(32);
  AppendDateTime(civil, 'T', &out);
  if (digits > 0) {
    std::string fraction;
    AppendPadded(civil.tick, 7, &fraction);
    out.push_back('.');
    out.append(fraction, 0, static_cast<size_t>(digits < 7 ? digits : 7));
  }
  out.push_back('Z');
  return out;
}

std::string FormatLocal(Ticks ticks, int32_t offset_minutes) {
  const Ticks local =
      AddTicks(ticks, int64_t{offset_minutes} * kTicksPerMinute);
  std::string out;
  AppendDateTime(ToCivil(local), ' ', &out);
  const int32_t size = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  out.push_back(' ');
  out.push_back(offset_minutes < 0 ? '-' : '+');
  AppendPadded(static_cast<uint64_t>(size / 60), 2, &out);
  out.push_back(':');
  AppendPadded(static_cast<uint64_t>(size % 60), 2, &out);
  return out;
}

std::string FormatDuration(int64_t ticks) {
  std::string out;
  uint64_t size = static_cast<uint64_t>(ticks);
  if (ticks < 0) {
    out.push_back('-');
    size = ~size + 1;
  }
  const uint64_t tenths = size / (kTicksPerSecond / 10);
  const uint64_t seconds = tenths / 10;
  if (seconds >= 3600) {
    AppendPadded(seconds / 3600, 1, &out);
    out += "h ";
    AppendPadded(seconds / 60 % 60, 2, &out);
    out += "m ";
    AppendPadded(seconds % 60, 2, &out);
    out += "s";
  } else if (seconds >= 60) {
    AppendPadded(seconds / 60, 1, &out);
    out += "m ";
    AppendPadded(seconds % 60, 2, &out);
    out += "s";
  } else if (seconds >= 10 || tenths % 10 == 0) {
    AppendPadded(seconds, 1, &out);
    out += "s";
  } else {
    AppendPadded(seconds, 1, &out);
    out.push_back('.');
    AppendPadded(tenths % 10, 1, &out);
    out += "s";
  }
  return out;
}

std::optional<Time> ParseIso8601(std::string_view text) {
  size_t pos = 0;
  Civil civil;
  const auto year = Digits(text, &pos, 4);
  if (!year || !Take(text, &pos, '-')) return std::nullopt;
  const auto month = Digits(text, &pos, 2);
  if (!month || !Take(text, &pos, '-')) return std::nullopt;
  const auto day = Digits(text, &pos, 2);
  if (!day) return std::nullopt;
  civil.year = static_cast<int32_t>(*year);
  civil.month = *month;
  civil.day = *day;

  Time time;
  time.quality = TimeQuality::kAssumed;
  int64_t offset_minutes = 0;
  if (pos != text.size()) {
    if (!Take(text, &pos, 'T') && !Take(text, &pos, ' ') &&
        !Take(text, &pos, 't')) {
      return std::nullopt;
    }
    const auto hour = Digits(text, &pos, 2);
    if (!hour || !Take(text, &pos, ':')) return std::nullopt;
    const auto minute = Digits(text, &pos, 2);
    if (!minute) return std::nullopt;
    civil.hour = *hour;
    civil.minute = *minute;
    if (Take(text, &pos, ':')) {
      const auto second = Digits(text, &pos, 2);
      if (!second) return std::nullopt;
      civil.second = *second;
      if (Take(text, &pos, '.') || Take(text, &pos, ',')) {
        uint32_t scale = 1'000'000;
        size_t count = 0;
        for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9';
             ++pos, ++count) {
          civil.tick += static_cast<uint32_t>(text[pos] - '0') * scale;
          scale /= 10;
        }
        if (count == 0) return std::nullopt;
      }
    }
    if (Take(text, &pos, 'Z') || Take(text, &pos, 'z')) {
      time.quality = TimeQuality::kUtc;
    } else if (pos < text.size()) {
      const bool west = text[pos] == '-';
      if (!west && text[pos] != '+') return std::nullopt;
      ++pos;
      const auto offset_hour = Digits(text, &pos, 2);
      if (!offset_hour || *offset_hour > 23) return std::nullopt;
      Take(text, &pos, ':');
      const auto offset_minute = Digits(text, &pos, 2);
      if (!offset_minute || *offset_minute > 59) return std::nullopt;
      offset_minutes = int64_t{*offset_hour} * 60 + *offset_minute;
      if (west) offset_minutes = -offset_minutes;
      time.quality = TimeQuality::kOffset;
    }
    if (pos != text.size()) return std::nullopt;
  }
  const auto ticks = FromCivil(civil);
  if (!ticks) return std::nullopt;
  time.ticks = AddTicks(*ticks, -offset_minutes * kTicksPerMinute);
  return time;
}

}  // namespace espial

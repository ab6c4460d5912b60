#include <espial/core/text.h>
#include <espial/model/zone_rule.h>

#include <algorithm>
#include <cstdlib>

namespace espial {
namespace {

constexpr uint64_t kTicksPerDay = uint64_t{86'400} * kTicksPerSecond;
constexpr uint32_t kSecondsPerDay = 86'400;

int64_t MinutesToTicks(int32_t minutes) {
  return int64_t{minutes} * kTicksPerMinute;
}

Ticks StartOf(int32_t year, uint32_t month) {
  const auto ticks = FromCivil({year, month, 1, 0, 0, 0, 0});
  return ticks ? *ticks : Ticks{UINT64_MAX};
}

// When the switch of `year` comes, in UTC; `offset` holds before it.
Ticks SwitchOf(const ZoneSwitch& rule, int32_t year, int32_t offset) {
  const Ticks first = StartOf(year, rule.month);
  const Ticks next = rule.month == 12 ? StartOf(year + 1, 1)
                                      : StartOf(year, uint32_t{rule.month} + 1);
  // 1601-01-01 was a Monday.
  const uint64_t weekday = (first.value / kTicksPerDay + 1) % 7;
  uint64_t day =
      (rule.weekday + 7 - weekday) % 7 + (uint64_t{rule.week} - 1) * 7;
  const uint64_t days = (next.value - first.value) / kTicksPerDay;
  // Behind the last year that counts there is no calendar.
  if (next <= first || days < 28) return first;
  while (day >= days) day -= 7;
  const Ticks local{first.value + day * kTicksPerDay +
                    uint64_t{rule.second} * kTicksPerSecond};
  return AddTicks(local, -MinutesToTicks(offset));
}

std::optional<uint32_t> Number(std::string_view text, uint32_t most) {
  const auto number = ParseUnsigned(text);
  if (!number || *number > most || text.starts_with("0x")) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// Takes what stands before `mark` off `text`, or all of it.
std::string_view TakeUntil(char mark, std::string_view* text) {
  const size_t at = std::min(text->find(mark), text->size());
  const std::string_view part = text->substr(0, at);
  text->remove_prefix(std::min(at + 1, text->size()));
  return part;
}

// "2024-10-27", as the rule that gives this day in this year.
std::optional<std::string> RuleOfDate(std::string_view date) {
  const auto time = ParseIso8601(date);
  if (!time) return std::nullopt;
  const Civil civil = ToCivil(time->ticks);
  const Ticks later =
      AddTicks(time->ticks, 7 * static_cast<int64_t>(kTicksPerDay));
  const bool last = ToCivil(later).month != civil.month;
  const uint32_t week = last ? 5 : (civil.day - 1) / 7 + 1;
  return std::to_string(civil.month) + '.' + std::to_string(week) + '.' +
         std::to_string((time->ticks.value / kTicksPerDay + 1) % 7);
}

}  // namespace

std::optional<ZoneSwitch> ParseZoneSwitch(std::string_view text) {
  text = Trim(text);
  std::string_view date = TakeUntil('/', &text);
  std::optional<std::string> rule;
  if (date.find('-') != std::string_view::npos) {
    rule = RuleOfDate(date);
    if (!rule) return std::nullopt;
    date = *rule;
  }
  const auto month = Number(TakeUntil('.', &date), 12);
  const auto week = Number(TakeUntil('.', &date), 5);
  const auto weekday = Number(date, 6);
  const auto hour = Number(TakeUntil(':', &text), 24);
  const auto minute = Number(TakeUntil(':', &text), 59);
  const auto second = text.empty() ? 0U : Number(text, 59);
  if (!month || !week || !weekday || !hour || !minute || !second) {
    return std::nullopt;
  }
  if (*month == 0) return ZoneSwitch();
  const uint32_t of_day = *hour * 3600 + *minute * 60 + *second;
  if (*week == 0 || of_day > kSecondsPerDay) return std::nullopt;
  return ZoneSwitch{static_cast<uint8_t>(*month), static_cast<uint8_t>(*week),
                    static_cast<uint8_t>(*weekday), of_day};
}

void ZoneCalendar::Enter(Ticks utc) {
  // The year as standard time has it; the switches lie well inside.
  const int64_t standard = MinutesToTicks(rule_.standard);
  const int32_t year = ToCivil(AddTicks(utc, standard)).year;
  begin_ = year <= 1601 ? Ticks{0} : AddTicks(StartOf(year, 1), -standard);
  end_ = AddTicks(StartOf(year + 1, 1), -standard);
  to_daylight_ = SwitchOf(rule_.to_daylight, year, rule_.standard);
  to_standard_ = SwitchOf(rule_.to_standard, year, rule_.daylight);
}

int32_t ZoneCalendar::OffsetAt(Ticks utc) {
  if (!rule_.saves_daylight()) return rule_.standard;
  if (utc < begin_ || utc >= end_) Enter(utc);
  // South of the equator daylight time spans the turn of the year.
  const bool daylight = to_daylight_ < to_standard_
                            ? utc >= to_daylight_ && utc < to_standard_
                            : utc >= to_daylight_ || utc < to_standard_;
  return daylight ? rule_.daylight : rule_.standard;
}

int32_t OffsetAt(const ZoneRule& rule, Ticks utc) {
  return ZoneCalendar(rule).OffsetAt(utc);
}

std::string FormatOffset(int32_t minutes) {
  const int32_t size = std::abs(minutes);
  const auto two = [](int32_t number) {
    std::string text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  return (minutes < 0 ? "-" : "+") + two(size / 60) + ':' + two(size % 60);
}

std::string FormatZone(const ZoneRule& rule) {
  std::string text = FormatOffset(rule.standard);
  if (rule.saves_daylight())
    text += ", daylight " + FormatOffset(rule.daylight);
  return text;
}

}  // namespace espial

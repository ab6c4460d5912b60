// The rule by which a time zone of Windows tells local time from UTC.
//
// A zone has a standard offset and, where it saves daylight, a second one and
// two days of the year at which it switches. Offsets are minutes east of
// Greenwich: the negative of what Windows calls the bias (UTC = local + bias).
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial {

// A switch of every year, as in TIME_ZONE_INFORMATION: "the last Sunday of
// March at 02:00", in the local time that holds before it.
struct ZoneSwitch {
  uint8_t month = 0;    // 1 to 12; 0: the zone does not switch
  uint8_t week = 0;     // 1 to 5; 5 is the last
  uint8_t weekday = 0;  // 0 is Sunday
  uint32_t second = 0;  // of the day

  friend bool operator==(const ZoneSwitch&, const ZoneSwitch&) = default;
};

// "3.5.0/02:00:00", month, week and weekday; "0.0.0/..." is no switch; a day of
// one year, "2024-10-27/03:00:00", is taken as the rule that gives it. Nothing
// when the text is anything else.
std::optional<ZoneSwitch> ParseZoneSwitch(std::string_view text);

struct ZoneRule {
  int32_t standard = 0;  // minutes east of Greenwich
  int32_t daylight = 0;  // the same; counts only where both switches are set
  ZoneSwitch to_standard;
  ZoneSwitch to_daylight;

  [[nodiscard]] bool saves_daylight() const {
    return to_standard.month != 0 && to_daylight.month != 0 &&
           standard != daylight;
  }
  friend bool operator==(const ZoneRule&, const ZoneRule&) = default;
};

// The offset that holds at `utc`.
int32_t OffsetAt(const ZoneRule& rule, Ticks utc);

// The same for many times in turn, which mostly lie in one year.
class ZoneCalendar {
 public:
  explicit ZoneCalendar(const ZoneRule& rule) : rule_(rule) {}
  int32_t OffsetAt(Ticks utc);
  [[nodiscard]] const ZoneRule& rule() const { return rule_; }

 private:
  void Enter(Ticks utc);

  ZoneRule rule_;
  // The year that was entered, and its switches in UTC.
  Ticks begin_{1};
  Ticks end_{0};
  Ticks to_daylight_;
  Ticks to_standard_;
};

// "+01:00", "-08:00"
std::string FormatOffset(int32_t minutes);
// "-08:00, daylight -07:00"
std::string FormatZone(const ZoneRule& rule);

}  // namespace espial

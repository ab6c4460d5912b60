#include <espial/model/zone_rule.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace espial {
namespace {

Ticks At(std::string_view time) { return ParseIso8601(time)->ticks; }

const ZoneRule kPacific{-480, -420, {11, 1, 0, 7200}, {3, 2, 0, 7200}};
const ZoneRule kCentralEurope{60, 120, {10, 5, 0, 10800}, {3, 5, 0, 7200}};
const ZoneRule kSydney{600, 660, {4, 1, 0, 10800}, {10, 1, 0, 7200}};

TEST(ZoneRule, SwitchesNorthOfTheEquator) {
  EXPECT_EQ(OffsetAt(kPacific, At("2025-03-09T09:59:59Z")), -480);
  EXPECT_EQ(OffsetAt(kPacific, At("2025-03-09T10:00:00Z")), -420);
  EXPECT_EQ(OffsetAt(kPacific, At("2025-11-02T08:59:59Z")), -420);
  EXPECT_EQ(OffsetAt(kPacific, At("2025-11-02T09:00:00Z")), -480);
  EXPECT_EQ(OffsetAt(kCentralEurope, At("2025-03-30T00:59:59Z")), 60);
  EXPECT_EQ(OffsetAt(kCentralEurope, At("2025-03-30T01:00:00Z")), 120);
  EXPECT_EQ(OffsetAt(kCentralEurope, At("2025-10-26T00:59:59Z")), 120);
  EXPECT_EQ(OffsetAt(kCentralEurope, At("2025-10-26T01:00:00Z")), 60);
}

TEST(ZoneRule, SwitchesSouthOfTheEquator) {
  EXPECT_EQ(OffsetAt(kSydney, At("2025-01-01T00:00:00Z")), 660);
  EXPECT_EQ(OffsetAt(kSydney, At("2025-04-05T15:59:59Z")), 660);
  EXPECT_EQ(OffsetAt(kSydney, At("2025-04-05T16:00:00Z")), 600);
  EXPECT_EQ(OffsetAt(kSydney, At("2025-10-04T15:59:59Z")), 600);
  EXPECT_EQ(OffsetAt(kSydney, At("2025-10-04T16:00:00Z")), 660);
}

TEST(ZoneRule, WithoutSwitchesStandardTimeHolds) {
  const ZoneRule tokyo{540, 540, {}, {}};
  EXPECT_FALSE(tokyo.saves_daylight());
  EXPECT_EQ(OffsetAt(tokyo, At("2025-07-01T00:00:00Z")), 540);
}

TEST(ZoneRule, TheEndsOfTimeAreHarmless) {
  EXPECT_EQ(OffsetAt(kPacific, Ticks{0}), -480);
  OffsetAt(kPacific, Ticks{UINT64_MAX});
  OffsetAt(kSydney, Ticks{0});
  OffsetAt(kSydney, Ticks{INT64_MAX});
}

TEST(ZoneRule, ACalendarTurnsItsPagesBothWays) {
  ZoneCalendar calendar(kPacific);
  EXPECT_EQ(calendar.OffsetAt(At("2025-07-01T00:00:00Z")), -420);
  EXPECT_EQ(calendar.OffsetAt(At("2026-01-01T07:00:00Z")), -480);
  EXPECT_EQ(calendar.OffsetAt(At("2024-07-01T00:00:00Z")), -420);
}

TEST(ZoneSwitch, IsReadFromText) {
  EXPECT_EQ(ParseZoneSwitch("3.2.0/02:00:00"), (ZoneSwitch{3, 2, 0, 7200}));
  EXPECT_EQ(ParseZoneSwitch("10.5.4/23:59:59"), (ZoneSwitch{10, 5, 4, 86'399}));
  EXPECT_EQ(ParseZoneSwitch("0.0.0/00:00:00"), ZoneSwitch());
  EXPECT_EQ(ParseZoneSwitch("2024-10-27/03:00:00"),
            (ZoneSwitch{10, 5, 0, 10'800}));
  EXPECT_EQ(ParseZoneSwitch("2025-03-09/02:00:00"),
            (ZoneSwitch{3, 2, 0, 7200}));
  for (const std::string_view bad :
       {"", "3.2.0", "13.2.0/02:00:00", "3.0.0/02:00:00", "3.6.0/02:00:00",
        "3.2.7/02:00:00", "3.2.0/25:00:00", "3.2.0/24:00:01", "3.2/02:00:00",
        "a.b.c/02:00:00", "3.2.0/02:61:00"}) {
    EXPECT_EQ(ParseZoneSwitch(bad), std::nullopt) << bad;
  }
}

TEST(ZoneRule, IsShown) {
  EXPECT_EQ(FormatOffset(-480), "-08:00");
  EXPECT_EQ(FormatOffset(345), "+05:45");
  EXPECT_EQ(FormatOffset(0), "+00:00");
  EXPECT_EQ(FormatZone(kPacific), "-08:00, daylight -07:00");
}

}  // namespace
}  // namespace espial

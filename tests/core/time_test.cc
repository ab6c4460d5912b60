#include <espial/core/time.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace espial {

inline void PrintTo(const Civil& c, std::ostream* os) {
  *os << c.year << '-' << c.month << '-' << c.day << ' ' << c.hour << ':'
      << c.minute << ':' << c.second << '.' << c.tick;
}

namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kTicksPerDay = uint64_t{864'000'000'000};

bool SameCivil(const Civil& a, const Civil& b) {
  return a.year == b.year && a.month == b.month && a.day == b.day &&
         a.hour == b.hour && a.minute == b.minute && a.second == b.second &&
         a.tick == b.tick;
}

bool IsLeap(int year) {
  return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

// The calendar as a child learns it: one day at a time.
class DayCounter {
 public:
  void Next() {
    static constexpr uint32_t kLengths[] = {31, 28, 31, 30, 31, 30,
                                            31, 31, 30, 31, 30, 31};
    const uint32_t length =
        kLengths[month_ - 1] + (month_ == 2 && IsLeap(year_) ? 1 : 0);
    if (++day_ <= length) return;
    day_ = 1;
    if (++month_ <= 12) return;
    month_ = 1;
    ++year_;
  }
  [[nodiscard]] Civil civil() const {
    Civil civil;
    civil.year = year_;
    civil.month = month_;
    civil.day = day_;
    return civil;
  }

 private:
  int year_ = 1601;
  uint32_t month_ = 1;
  uint32_t day_ = 1;
};

TEST(Civil, AgreesWithADayCounterOverAllYears) {
  DayCounter counter;
  uint64_t day = 0;
  uint64_t wrong = 0;
  for (; counter.civil().year <= 30827; ++day, counter.Next()) {
    const Civil want = counter.civil();
    const Ticks ticks{day * kTicksPerDay};
    const auto back = FromCivil(want);
    if (!SameCivil(ToCivil(ticks), want) || !back || *back != ticks) ++wrong;
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(day, 10'674'942U);  // the day number of 30828-01-01
}

TEST(Civil, RoundTripsEveryPartOfADay) {
  std::mt19937_64 random(11);
  const uint64_t last =
      FromCivil({30827, 12, 31, 23, 59, 59, 9'999'999})->value;
  for (int i = 0; i < 200'000; ++i) {
    const Ticks ticks{random() % (last + 1)};
    const Civil civil = ToCivil(ticks);
    ASSERT_EQ(FromCivil(civil), ticks) << ticks.value;
  }
}

TEST(Civil, KnownPoints) {
  const struct {
    uint64_t ticks;
    Civil civil;
  } cases[] = {
      {0, {1601, 1, 1, 0, 0, 0, 0}},
      {1, {1601, 1, 1, 0, 0, 0, 1}},
      {116444736000000000, {1970, 1, 1, 0, 0, 0, 0}},
      {125911584000000000, {2000, 1, 1, 0, 0, 0, 0}},
      {133662026451234567, {2024, 7, 23, 10, 4, 5, 1234567}},
      {125963423999999999, {2000, 2, 29, 23, 59, 59, 9999999}},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(SameCivil(ToCivil({c.ticks}), c.civil)) << c.ticks;
    EXPECT_EQ(FromCivil(c.civil), Ticks{c.ticks});
  }
  // The last tick that fits lies far behind the years that can be written.
  EXPECT_EQ(ToCivil({kMax}).year, 60056);
}

TEST(FromCivil, RefusesWhatIsNoDate) {
  const Civil good[] = {
      {1601, 1, 1, 0, 0, 0, 0},  {30827, 12, 31, 23, 59, 59, 9'999'999},
      {2000, 2, 29, 0, 0, 0, 0}, {2024, 2, 29, 0, 0, 0, 0},
      {2023, 4, 30, 0, 0, 0, 0}, {2400, 2, 29, 0, 0, 0, 0},
  };
  for (const Civil& civil : good) EXPECT_TRUE(FromCivil(civil).has_value());
  const Civil bad[] = {
      {1600, 12, 31, 23, 59, 59, 0},
      {30828, 1, 1, 0, 0, 0, 0},
      {0, 1, 1, 0, 0, 0, 0},
      {-1, 1, 1, 0, 0, 0, 0},
      {2024, 0, 1, 0, 0, 0, 0},
      {2024, 13, 1, 0, 0, 0, 0},
      {2024, 1, 0, 0, 0, 0, 0},
      {2024, 1, 32, 0, 0, 0, 0},
      {2023, 2, 29, 0, 0, 0, 0},
      {1900, 2, 29, 0, 0, 0, 0},
      {2100, 2, 29, 0, 0, 0, 0},
      {2024, 2, 30, 0, 0, 0, 0},
      {2024, 4, 31, 0, 0, 0, 0},
      {2024, 1, 1, 24, 0, 0, 0},
      {2024, 1, 1, 0, 60, 0, 0},
      {2024, 1, 1, 0, 0, 60, 0},
      {2024, 1, 1, 0, 0, 0, 10'000'000},
  };
  for (const Civil& civil : bad) {
    EXPECT_FALSE(FromCivil(civil).has_value()) << testing::PrintToString(civil);
  }
}

TEST(TicksBetween, IsSignedAndSaturates) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const struct {
    uint64_t earlier;
    uint64_t later;
    int64_t want;
  } cases[] = {
      {5, 8, 3},
      {8, 5, -3},
      {7, 7, 0},
      {0, kMax, kMost},
      {kMax, 0, -kMost},
      {0, uint64_t{1} << 63U, kMost},
      {0, (uint64_t{1} << 63U) - 1, kMost},
      {kMax - 1, kMax, 1},
      {kMax, kMax - 1, -1},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(TicksBetween({c.earlier}, {c.later}), c.want)
        << c.earlier << " to " << c.later;
  }
}

TEST(AddTicks, StaysInRange) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const struct {
    uint64_t ticks;
    int64_t delta;
    uint64_t want;
  } cases[] = {
      {5, 3, 8},
      {5, -3, 2},
      {5, -5, 0},
      {5, -6, 0},
      {0, kLeast, 0},
      {kMax, 1, kMax},
      {kMax - 1, 1, kMax},
      {kMax - 1, kMost, kMax},
      {uint64_t{1} << 63U, kLeast, 0},
      {kMax, kLeast, (uint64_t{1} << 63U) - 1},
      {7, 0, 7},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(AddTicks({c.ticks}, c.delta).value, c.want)
        << c.ticks << " + " << c.delta;
  }
}

TEST(FormatUtc, CutsTheFraction) {
  const Ticks ticks = *FromCivil({2024, 7, 23, 10, 4, 5, 1'239'067});
  const char* const kWant[] = {
      "2024-07-23T10:04:05Z",        "2024-07-23T10:04:05.1Z",
      "2024-07-23T10:04:05.12Z",     "2024-07-23T10:04:05.123Z",
      "2024-07-23T10:04:05.1239Z",   "2024-07-23T10:04:05.12390Z",
      "2024-07-23T10:04:05.123906Z", "2024-07-23T10:04:05.1239067Z"};
  for (int digits = 0; digits <= 7; ++digits) {
    EXPECT_EQ(FormatUtc(ticks, digits), kWant[digits]);
  }
  EXPECT_EQ(FormatUtc(ticks), kWant[7]);
  EXPECT_EQ(FormatUtc(ticks, 9), kWant[7]);
  EXPECT_EQ(FormatUtc(ticks, -1), kWant[0]);
}

TEST(FormatUtc, PadsWithZeros) {
  EXPECT_EQ(FormatUtc({0}), "1601-01-01T00:00:00.0000000Z");
  EXPECT_EQ(FormatUtc({1}), "1601-01-01T00:00:00.0000001Z");
  EXPECT_EQ(FormatUtc({9}, 6), "1601-01-01T00:00:00.000000Z");
  EXPECT_EQ(FormatUtc({kMax}, 0), "60056-05-28T05:36:10Z");
}

TEST(FormatLocal, ShowsTheOffset) {
  const Ticks ticks = *FromCivil({2024, 7, 23, 10, 4, 5, 9'999'999});
  const struct {
    int32_t offset;
    const char* want;
  } cases[] = {
      {0, "2024-07-23 10:04:05 +00:00"},
      {120, "2024-07-23 12:04:05 +02:00"},
      {-480, "2024-07-23 02:04:05 -08:00"},
      {-720, "2024-07-22 22:04:05 -12:00"},
      {345, "2024-07-23 15:49:05 +05:45"},
      {-210, "2024-07-23 06:34:05 -03:30"},
      {840, "2024-07-24 00:04:05 +14:00"},
      {-1, "2024-07-23 10:03:05 -00:01"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(FormatLocal(ticks, c.offset), c.want);
  }
}

TEST(FormatDuration, Table) {
  constexpr int64_t kSecond = kTicksPerSecond;
  constexpr int64_t kHour = 3600 * kSecond;
  const struct {
    int64_t ticks;
    const char* want;
  } cases[] = {
      {0, "0s"},
      {kSecond * 3 / 10, "0.3s"},
      {kSecond * 99 / 100, "0.9s"},
      {kSecond, "1s"},
      {kSecond * 25 / 10, "2.5s"},
      {kSecond * 99 / 10, "9.9s"},
      {kSecond * 10, "10s"},
      {kSecond * 127 / 10, "12s"},
      {kSecond * 60 - 1, "59s"},
      {kSecond * 60, "1m 00s"},
      {kSecond * 245, "4m 05s"},
      {kHour - 1, "59m 59s"},
      {kHour, "1h 00m 00s"},
      {kHour + 123 * kSecond, "1h 02m 03s"},
      {100 * kHour, "100h 00m 00s"},
      {-kSecond * 3 / 10, "-0.3s"},
      {-kSecond * 245, "-4m 05s"},
      {-kHour - 123 * kSecond, "-1h 02m 03s"},
      {std::numeric_limits<int64_t>::max(), "256204778h 48m 05s"},
      {std::numeric_limits<int64_t>::min(), "-256204778h 48m 05s"},
  };
  for (const auto& c : cases) EXPECT_EQ(FormatDuration(c.ticks), c.want);
}

TEST(TimeQuality, NamesAndOrder) {
  EXPECT_EQ(TimeQualityName(TimeQuality::kNone), "none");
  EXPECT_EQ(TimeQualityName(TimeQuality::kAssumed), "assumed");
  EXPECT_EQ(TimeQualityName(TimeQuality::kZone), "zone");
  EXPECT_EQ(TimeQualityName(TimeQuality::kOffset), "offset");
  EXPECT_EQ(TimeQualityName(TimeQuality::kUtc), "utc");
  EXPECT_LT(TimeQuality::kNone, TimeQuality::kAssumed);
  EXPECT_LT(TimeQuality::kAssumed, TimeQuality::kZone);
  EXPECT_LT(TimeQuality::kZone, TimeQuality::kOffset);
  EXPECT_LT(TimeQuality::kOffset, TimeQuality::kUtc);
  EXPECT_FALSE(Time().known());
  EXPECT_TRUE((Time{{}, TimeQuality::kAssumed, {}}).known());
}

TEST(ParseIso8601, Accepts) {
  constexpr auto kUtc = TimeQuality::kUtc;
  constexpr auto kOffset = TimeQuality::kOffset;
  constexpr auto kAssumed = TimeQuality::kAssumed;
  const struct {
    const char* text;
    TimeQuality quality;
    const char* utc;
  } cases[] = {
      {"2024-07-23T10:04:05Z", kUtc, "2024-07-23T10:04:05.0000000Z"},
      {"2024-07-23T10:04:05z", kUtc, "2024-07-23T10:04:05.0000000Z"},
      {"2024-07-23t10:04:05Z", kUtc, "2024-07-23T10:04:05.0000000Z"},
      {"2024-07-23 10:04:05Z", kUtc, "2024-07-23T10:04:05.0000000Z"},
      {"2024-07-23T10:04Z", kUtc, "2024-07-23T10:04:00.0000000Z"},
      {"2024-07-23T10:04:05.1Z", kUtc, "2024-07-23T10:04:05.1000000Z"},
      {"2024-07-23T10:04:05,25Z", kUtc, "2024-07-23T10:04:05.2500000Z"},
      {"2024-07-23T10:04:05.1234567Z", kUtc, "2024-07-23T10:04:05.1234567Z"},
      // Nanoseconds are cut, not rounded.
      {"2024-07-23T10:04:05.123456789Z", kUtc, "2024-07-23T10:04:05.1234567Z"},
      {"2024-07-23T10:04:05.99999999999999999999Z", kUtc,
       "2024-07-23T10:04:05.9999999Z"},
      {"2024-07-23T10:04:05+02:00", kOffset, "2024-07-23T08:04:05.0000000Z"},
      {"2024-07-23T10:04:05+0200", kOffset, "2024-07-23T08:04:05.0000000Z"},
      {"2024-07-23T22:04:05-08:00", kOffset, "2024-07-24T06:04:05.0000000Z"},
      {"2024-03-01T00:30:00+05:45", kOffset, "2024-02-29T18:45:00.0000000Z"},
      {"2024-07-23T10:04:05.5-00:00", kOffset, "2024-07-23T10:04:05.5000000Z"},
      {"2024-07-23T10:04:05", kAssumed, "2024-07-23T10:04:05.0000000Z"},
      {"2024-07-23 10:04", kAssumed, "2024-07-23T10:04:00.0000000Z"},
      {"2024-07-23", kAssumed, "2024-07-23T00:00:00.0000000Z"},
      {"2024-02-29", kAssumed, "2024-02-29T00:00:00.0000000Z"},
      {"1601-01-01T00:00:00Z", kUtc, "1601-01-01T00:00:00.0000000Z"},
      {"9999-12-31T23:59:59Z", kUtc, "9999-12-31T23:59:59.0000000Z"},
  };
  for (const auto& c : cases) {
    const auto time = ParseIso8601(c.text);
    ASSERT_TRUE(time.has_value()) << c.text;
    EXPECT_EQ(time->quality, c.quality) << c.text;
    EXPECT_EQ(FormatUtc(time->ticks), c.utc) << c.text;
    EXPECT_TRUE(time->as_written.empty());
  }
}

TEST(ParseIso8601, Rejects) {
  constexpr const char* kBad[] = {
      "",
      "2024",
      "2024-07",
      "2024-07-",
      "2024-7-23",
      "24-07-23",
      "2024/07/23",
      "20240723",
      "2024-07-23T",
      "2024-07-23Z",
      "2024-07-23T10",
      "2024-07-23T10Z",
      "2024-07-23T10:04:",
      "2024-07-23T10:4:05",
      "2024-07-23T10:04:05.",
      "2024-07-23T10:04:05.Z",
      "2024-07-23T10:04:05+",
      "2024-07-23T10:04:05+02",
      "2024-07-23T10:04:05+2:00",
      "2024-07-23T10:04:05+24:00",
      "2024-07-23T10:04:05+02:60",
      "2024-07-23T10:04:05Zx",
      "2024-07-23T10:04:05Z ",
      " 2024-07-23T10:04:05Z",
      "2024-07-23T10:04:05 +02:00",
      "2024-07-23  10:04:05",
      "2024-07-23T24:00:00Z",
      "2024-07-23T10:60:00Z",
      "2024-07-23T10:04:60Z",
      "2024-13-01",
      "2024-00-01",
      "2023-02-29",
      "2024-02-30",
      "2024-07-00",
      "1600-12-31",
      "+2024-07-23",
      "-024-07-23",
      "2024-07-2a",
      "July 23, 2024",
  };
  for (const char* text : kBad) {
    EXPECT_FALSE(ParseIso8601(text).has_value()) << text;
  }
  EXPECT_FALSE(
      ParseIso8601(std::string_view("2024-07-23T10:04:05Z\0", 21)).has_value());
}

TEST(ParseIso8601, EveryCutOfAFullTimeIsReadOrRefused) {
  // Which cuts are whole dates again; every other one must be refused.
  const std::string whole = "2024-07-23T10:04:05.1234567+02:00";
  for (size_t length = 0; length <= whole.size(); ++length) {
    const bool date = length == 10;
    const bool minutes = length == 16;
    const bool seconds = length == 19;
    const bool fraction = length >= 21 && length <= 27;
    const bool all = length == whole.size();
    EXPECT_EQ(ParseIso8601(whole.substr(0, length)).has_value(),
              date || minutes || seconds || fraction || all)
        << whole.substr(0, length);
  }
}

TEST(ParseIso8601, ReadsBackWhatFormatUtcWrites) {
  std::mt19937_64 random(5);
  const uint64_t end = FromCivil({10'000, 1, 1, 0, 0, 0, 0})->value;
  for (int i = 0; i < 50'000; ++i) {
    const Ticks ticks{random() % end};
    const auto time = ParseIso8601(FormatUtc(ticks));
    ASSERT_TRUE(time.has_value()) << FormatUtc(ticks);
    EXPECT_EQ(time->ticks, ticks);
    EXPECT_EQ(time->quality, TimeQuality::kUtc);
  }
}

}  // namespace
}  // namespace espial

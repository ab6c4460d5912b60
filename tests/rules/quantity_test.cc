#include "rules/engine/quantity.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace espial::rules {
namespace {

std::string Read(std::string_view text, Measure measure) {
  const auto quantity = ParseQuantity(text, measure);
  return quantity ? FormatQuantity(*quantity, measure) : "none";
}

std::string Literal(std::string_view text) {
  Measure measure = Measure::kCount;
  const auto quantity = ParseLiteral(text, &measure);
  return quantity ? FormatQuantity(*quantity, measure) : "none";
}

TEST(QuantityTest, ReadsWhatFactsHold) {
  EXPECT_EQ(Read("60", Measure::kMinutes), "60 min");
  EXPECT_EQ(Read(" 0x3c ", Measure::kMinutes), "60 min");
  EXPECT_EQ(Read("-5", Measure::kSeconds), "-5 s");
  EXPECT_EQ(Read("1.5", Measure::kGigabytes), "1.500 GB");
  EXPECT_EQ(Read("12.5", Measure::kPercent), "12.500 percent");
  EXPECT_EQ(Read("10.0.22621", Measure::kVersion), "10.0.22621.0");
  EXPECT_EQ(Read("2025-03-01T10:00:00+02:00", Measure::kTime),
            "2025-03-01T08:00:00Z");
  EXPECT_EQ(Read("3", Measure::kCount), "3");
}

TEST(QuantityTest, RefusesTheRest) {
  for (const char* bad : {"", "60 min", "sixty", "1e40", "nan", "0x", "--1"}) {
    EXPECT_EQ(Read(bad, Measure::kMinutes), "none") << bad;
  }
  EXPECT_EQ(Read("1.5", Measure::kCount), "none");
  for (const char* bad : {"10.0.x", "1.2.3.4.5", "1..2", "", "-1.0", "1.0 "}) {
    EXPECT_EQ(Read(bad, Measure::kVersion),
              bad == std::string("1.0 ") ? "1.0.0.0" : "none")
        << bad;
  }
  // A local time is no instant.
  EXPECT_EQ(Read("2025-03-01T10:00:00", Measure::kTime), "none");
}

TEST(QuantityTest, Literals) {
  EXPECT_EQ(Literal("30min"), "30 min");
  EXPECT_EQ(Literal("1.5 GB"), "1.500 GB");
  EXPECT_EQ(Literal("80%"), "80 percent");
  EXPECT_EQ(Literal("3"), "3");
  EXPECT_EQ(Literal("-3"), "-3");
  EXPECT_EQ(Literal("180d"), "180 d");
  EXPECT_EQ(Literal("10.0.22621"), "10.0.22621.0");
  EXPECT_EQ(Literal("2025-03-01T08:00:00Z"), "2025-03-01T08:00:00Z");
  for (const char* bad : {"", "min", "30 minutes", "3version", "1e5s",
                          "99999999999999d", "5mb"}) {
    EXPECT_EQ(Literal(bad), "none") << bad;
  }
}

TEST(QuantityTest, OneDimensionHasOneBase) {
  EXPECT_EQ(ParseQuantity("3600", Measure::kSeconds),
            ParseQuantity("60", Measure::kMinutes));
  EXPECT_EQ(ParseQuantity("1", Measure::kHours),
            ParseQuantity("36000000000", Measure::kTicks));
  EXPECT_EQ(ParseQuantity("1", Measure::kGigabytes),
            ParseQuantity("1048576", Measure::kKilobytes));
  EXPECT_LT(ParseQuantity("10.0.9", Measure::kVersion),
            ParseQuantity("10.0.22621", Measure::kVersion));
  EXPECT_LT(ParseQuantity("999", Measure::kMilliseconds),
            ParseQuantity("1", Measure::kSeconds));
  for (size_t i = 0; i < kMeasureNames.size(); ++i) {
    EXPECT_EQ(MeasureName(static_cast<Measure>(i)), kMeasureNames[i]);
  }
}

}  // namespace
}  // namespace espial::rules

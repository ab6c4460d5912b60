#include "tools/forge/duration.h"

#include <espial/core/time.h>
#include <gtest/gtest.h>

namespace espial::forge {
namespace {

TEST(DurationTest, ReadsEveryUnitAndTheirSums) {
  EXPECT_EQ(ParseDuration("250ms"), kTicksPerSecond / 4);
  EXPECT_EQ(ParseDuration("30s"), 30 * kTicksPerSecond);
  EXPECT_EQ(ParseDuration("10m"), 10 * kTicksPerMinute);
  EXPECT_EQ(ParseDuration("9h"), 9 * 60 * kTicksPerMinute);
  EXPECT_EQ(ParseDuration("3d"), 3 * 24 * 60 * kTicksPerMinute);
  EXPECT_EQ(ParseDuration("1h30m"), 90 * kTicksPerMinute);
  EXPECT_EQ(ParseDuration("-9h"), -9 * 60 * kTicksPerMinute);
  EXPECT_EQ(ParseDuration("0s"), 0);
}

TEST(DurationTest, RefusesTheRest) {
  for (const char* text : {"", "-", "5", "s", "5 s", "1.5h", "5w", "h5", "5m-",
                           "--5m", "99999999999999999999d", "99999999999d"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace espial::forge

// Streams of events that are made to take memory and time in correlations: what
// is beyond a limit is counted, and the rest is judged in time that does not
// grow with the square.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/rules/sigma_support.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint64_t kSecond = 10'000'000;
constexpr uint64_t kBegin = 133'000'000'000'000'000;

std::string Rules() { return RuleText("a", 1) + RuleText("b", 2); }

// A match of the rule, so many seconds after the beginning, with a field N.
CorrelationFact Fact(uint64_t seconds, const std::string& value,
                     uint32_t rule = 0) {
  CorrelationFact fact;
  fact.rule = rule;
  fact.time = Ticks{kBegin + seconds * kSecond};
  fact.record = seconds;
  fact.values["n"] = value;
  return fact;
}

struct Outcome {
  std::vector<std::string> matches;
  uint64_t dropped = 0;
};

template <typename F>
Outcome Judge(const std::string& correlation, uint64_t count, const F& each,
              const CorrelationLimits& limits = {}) {
  const SigmaRules rules = LoadSigma(Rules() + correlation);
  SigmaCorrelator correlator(rules, limits);
  for (uint64_t i = 0; i < count; ++i) correlator.Add(each(i));
  const auto matches = correlator.Finish();
  return {ShowMatches(rules, matches), correlator.dropped()};
}

Outcome RunNumbers(const std::string& correlation, uint64_t count,
                   const CorrelationLimits& limits = {}) {
  return Judge(
      CorrelationText("x", correlation), count,
      [](uint64_t i) { return Fact(i, std::to_string(i)); }, limits);
}

TEST(SigmaHostileEventsTest, AMillionValues) {
  const Outcome outcome = RunNumbers(
      "type: value_count, rules: [a], timespan: 3650d, "
      "condition: { field: N, gte: 1000000 }",
      1'000'000);
  EXPECT_THAT(outcome.matches,
              ElementsAre("x 0-999999 events=1000000 value=1000000"));
  EXPECT_EQ(outcome.dropped, 0U);
}

TEST(SigmaHostileEventsTest, AMillionGroups) {
  const Outcome outcome = RunNumbers(
      "type: event_count, rules: [a], timespan: 3650d, group-by: [N], "
      "condition: { gte: 2 }",
      1'000'000);
  EXPECT_THAT(outcome.matches, IsEmpty());
  EXPECT_EQ(outcome.dropped, 0U);
}

TEST(SigmaHostileEventsTest, PercentileOfAMillion) {
  const Outcome outcome = RunNumbers(
      "type: value_percentile, rules: [a], timespan: 3650d, "
      "condition: { field: N, percentile: 90, gt: 899998 }",
      999'999);
  EXPECT_THAT(outcome.matches,
              ElementsAre("x 0-999998 events=999999 value=899999"));
}

// Numbers that rounding loses, and that leave the window again.
TEST(SigmaHostileEventsTest, NumbersOfAllSizes) {
  const std::vector<std::string> numbers = {
      "1e308", "1", "-1e308", "1e400", "18446744073709551615", ""};
  const Outcome outcome =
      Judge(CorrelationText("x",
                            "type: value_sum, rules: [a], timespan: 2s, "
                            "condition: { field: N, gt: 1e308 }") +
                CorrelationText("y",
                                "type: value_percentile, rules: [a], "
                                "timespan: 2s, condition: { field: N, "
                                "percentile: 50, gt: 1e308 }"),
            600, [&](uint64_t i) { return Fact(i, numbers[i % 6]); });
  EXPECT_EQ(outcome.dropped, 0U);
}

TEST(SigmaHostileEventsTest, GroupsBeyondTheLimitAreCounted) {
  CorrelationLimits limits;
  limits.groups = 10;
  const std::string x =
      "type: event_count, rules: [a], group-by: [N], condition: { gte: 2 }, ";
  // Every group twice, at once.
  const auto each = [](uint64_t i) { return Fact(i, std::to_string(i / 2)); };
  const Outcome wide =
      Judge(CorrelationText("x", x + "timespan: 1h"), 30, each, limits);
  EXPECT_THAT(wide.matches, SizeIs(10));
  EXPECT_EQ(wide.dropped, 10U);
  const Outcome full = Judge(
      CorrelationText("x", x + "timespan: 1h"), 30,
      [](uint64_t i) { return Fact(i, std::to_string(i % 15)); }, limits);
  EXPECT_THAT(full.matches, SizeIs(10));
  EXPECT_EQ(full.dropped, 10U);
  // Groups that can no longer match make room.
  const Outcome over = RunNumbers(x + "timespan: 5s", 1000, limits);
  EXPECT_THAT(over.matches, IsEmpty());
  EXPECT_EQ(over.dropped, 0U);
  const Outcome whole = RunNumbers(
      "type: event_count, rules: [a], group-by: [N], timespan: 3s, "
      "condition: { eq: 1 }",
      1000, limits);
  EXPECT_THAT(whole.matches, SizeIs(1000));
  EXPECT_EQ(whole.dropped, 0U);
}

TEST(SigmaHostileEventsTest, GroupsThatComeAndGo) {
  // 300,000 groups, of which those of every third second come back.
  const auto each = [](uint64_t i) {
    return Fact(i, std::to_string(i % 3 == 2 ? i - 1 : i));
  };
  for (const char* condition : {"gte: 2", "eq: 2"}) {
    const Outcome outcome =
        Judge(CorrelationText("x", fmt::format("type: event_count, rules: [a], "
                                               "group-by: [N], timespan: 10s, "
                                               "condition: {{ {} }}",
                                               condition)),
              450'000, each);
    EXPECT_THAT(outcome.matches, SizeIs(150'000)) << condition;
    EXPECT_EQ(outcome.dropped, 0U);
  }
}

TEST(SigmaHostileEventsTest, MatchesBeyondTheLimitAreCounted) {
  CorrelationLimits limits;
  limits.matches = 100;
  const std::string x =
      "type: event_count, rules: [a], timespan: 1s, condition: { gte: 1 }";
  const Outcome outcome = RunNumbers(x, 1000, limits);
  EXPECT_THAT(outcome.matches, SizeIs(100));
  EXPECT_EQ(outcome.dropped, 900U);
  // Over all correlations.
  const Outcome two = Judge(
      CorrelationText("x", x) + CorrelationText("y", x), 80,
      [](uint64_t i) { return Fact(i, ""); }, limits);
  EXPECT_THAT(two.matches, SizeIs(100));
  EXPECT_EQ(two.dropped, 60U);
}

TEST(SigmaHostileEventsTest, BytesBeyondTheLimitAreCounted) {
  CorrelationLimits limits;
  limits.bytes = 1'000'000;
  const std::string x =
      "type: event_count, rules: [a], timespan: 1h, condition: { gte: 1 }";
  const Outcome outcome = Judge(
      CorrelationText("x", x), 100,
      [](uint64_t i) { return Fact(i, std::string(60'000, 'a')); }, limits);
  EXPECT_THAT(outcome.matches, SizeIs(16));
  EXPECT_EQ(outcome.dropped, 84U);
}

// Thousands of correlations over the same matches.
TEST(SigmaHostileEventsTest, LooksBeyondTheLimitAreCounted) {
  std::string correlations;
  for (int i = 0; i < 3000; ++i) {
    correlations += CorrelationText(
        fmt::format("c{}", i),
        "type: event_count, rules: [a], timespan: 1h, condition: "
        "{ gt: 1000000 }");
  }
  CorrelationLimits limits;
  limits.looks = 1'000'000;
  const Outcome outcome = Judge(
      correlations, 1000, [](uint64_t i) { return Fact(i, ""); }, limits);
  EXPECT_EQ(outcome.dropped, 2'000'000U);
}

// Each stands for an event in the next: the facts are bounded with them.
TEST(SigmaHostileEventsTest, ChainsOverManyEvents) {
  std::string chain;
  for (int i = 0; i < 100; ++i) {
    chain += CorrelationText(
        fmt::format("c{}", i),
        fmt::format("type: event_count, rules: [{}], timespan: 1h, "
                    "condition: {{ gte: 1 }}",
                    i == 0 ? "a" : fmt::format("c{}", i - 1)));
  }
  const auto each = [](uint64_t i) { return Fact(i, ""); };
  EXPECT_THAT(Judge(chain, 1000, each).matches, SizeIs(100'000));
  CorrelationLimits limits;
  limits.facts = 10'500;
  const Outcome outcome = Judge(chain, 1000, each, limits);
  EXPECT_THAT(outcome.matches, SizeIs(10'500));
  // Of c9 so many that c10 did not see, and of c10.
  EXPECT_EQ(outcome.dropped, 1000U);
}

TEST(SigmaHostileEventsTest, ManyRulesInOneRun) {
  std::string rules;
  std::string names;
  for (uint32_t i = 0; i < 64; ++i) {
    rules += RuleText(fmt::format("r{}", i), i + 10);
    names += fmt::format("r{}, ", i);
  }
  // The last of them never comes.
  for (const char* type : {"temporal", "temporal_ordered"}) {
    const Outcome outcome = Judge(
        rules + CorrelationText("x", fmt::format("type: {}, timespan: 3650d, "
                                                 "rules: [{}]",
                                                 type, names)),
        300'000, [](uint64_t i) {
          return Fact(i, "", 2 + static_cast<uint32_t>(i % 63));
        });
    EXPECT_THAT(outcome.matches, IsEmpty()) << type;
  }
}

}  // namespace
}  // namespace espial::rules

// Correlations: every type over a sequence that it describes and one that it
// does not, groups, windows, chains.
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
using Fields = std::vector<std::pair<std::string, std::string>>;

// Rules a, b and c are events 1, 2 and 3.
std::string Rules() {
  return RuleText("a", 1) + RuleText("b", 2) + RuleText("c", 3);
}

std::vector<std::string> Judged(const std::string& correlation,
                                const std::vector<SigmaEvent>& events) {
  return Correlate(LoadSigma(Rules() + CorrelationText("x", correlation)),
                   events);
}

// Events of id 1 at these times, each with the same fields.
std::vector<SigmaEvent> At(const std::vector<double>& times,
                           const Fields& fields = {}) {
  std::vector<SigmaEvent> out;
  for (const double time : times) out.push_back({time, 1, fields});
  return out;
}

// Events of id 1, a second apart, whose field N has these values.
std::vector<SigmaEvent> Numbers(const std::vector<std::string>& values) {
  std::vector<SigmaEvent> out;
  for (const std::string& value : values) {
    out.push_back({static_cast<double>(out.size()), 1, {{"N", value}}});
  }
  return out;
}

TEST(SigmaCorrelationTest, EventCount) {
  const std::string x =
      "type: event_count, rules: [a], timespan: 10s, condition: { gte: 3 }";
  EXPECT_THAT(Judged(x, At({0, 1, 2})), ElementsAre("x 0-2 events=3 value=3"));
  EXPECT_THAT(Judged(x, At({0, 1})), IsEmpty());
  // Events of other rules do not count.
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 2}, {2, 3}, {3, 1}}), IsEmpty());
  // No event is part of two matches.
  EXPECT_THAT(Judged(x, At({0, 1, 2, 3, 4})),
              ElementsAre("x 0-2 events=3 value=3"));
  EXPECT_THAT(Judged(x, At({0, 1, 2, 3, 4, 5})),
              ElementsAre("x 0-2 events=3 value=3", "x 3-5 events=3 value=3"));
}

TEST(SigmaCorrelationTest, EventCountOfSeveralRules) {
  EXPECT_THAT(Judged("type: event_count, rules: [a, b], timespan: 10s, "
                     "condition: { gt: 2 }",
                     {{0, 1}, {1, 2}, {2, 2}}),
              ElementsAre("x 0-2 events=3 value=3"));
}

TEST(SigmaCorrelationTest, ValueCount) {
  const std::string x =
      "type: value_count, rules: [a], timespan: 10s, "
      "condition: { field: N, gte: 3 }";
  EXPECT_THAT(Judged(x, Numbers({"one", "two", "two", "three"})),
              ElementsAre("x 0-3 events=4 value=3"));
  // Case is no difference.
  EXPECT_THAT(Judged(x, Numbers({"one", "ONE", "One", "two"})), IsEmpty());
  // What leaves the window is no longer counted.
  EXPECT_THAT(Judged(x, {{0, 1, {{"N", "a"}}},
                         {5, 1, {{"N", "b"}}},
                         {11, 1, {{"N", "c"}}}}),
              IsEmpty());
  // Events without the field take no part.
  EXPECT_THAT(Judged(x, {{0, 1, {{"N", "a"}}}, {1, 1}, {2, 1, {{"N", "b"}}}}),
              IsEmpty());
}

TEST(SigmaCorrelationTest, ValueCountOfSeveralFields) {
  const std::string x =
      "type: value_count, rules: [a], timespan: 10s, "
      "condition: { field: [N, M], gte: 2 }";
  EXPECT_THAT(Judged(x, {{0, 1, {{"N", "1"}, {"M", "1"}}},
                         {1, 1, {{"N", "1"}, {"M", "2"}}}}),
              ElementsAre("x 0-1 events=2 value=2"));
  EXPECT_THAT(Judged(x, {{0, 1, {{"N", "1"}, {"M", "1"}}},
                         {1, 1, {{"N", "1"}, {"M", "1"}}}}),
              IsEmpty());
}

TEST(SigmaCorrelationTest, Temporal) {
  const std::string x = "type: temporal, rules: [a, b, c], timespan: 10s";
  EXPECT_THAT(Judged(x, {{0, 3}, {1, 1}, {2, 2}}),
              ElementsAre("x 0-2 events=3 value=3"));
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 1}, {2, 2}}), IsEmpty());
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 2}, {11, 3}}), IsEmpty());
  // A condition says how many of them.
  EXPECT_THAT(Judged(x + ", condition: { gte: 2 }", {{0, 3}, {1, 3}, {2, 2}}),
              ElementsAre("x 0-2 events=3 value=2"));
}

TEST(SigmaCorrelationTest, TemporalOrdered) {
  const std::string x =
      "type: temporal_ordered, rules: [a, b, c], timespan: 10s";
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 2}, {2, 3}}),
              ElementsAre("x 0-2 events=3 value=3"));
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 3}, {2, 2}}), IsEmpty());
  EXPECT_THAT(Judged(x, {{0, 3}, {1, 2}, {2, 1}}), IsEmpty());
  // Others may lie between; the run that counts is the one in the window.
  EXPECT_THAT(Judged(x, {{0, 1}, {8, 1}, {9, 3}, {12, 2}, {13, 2}, {17, 3}}),
              ElementsAre("x 8-17 events=5 value=3"));
  EXPECT_THAT(Judged(x, {{0, 1}, {9, 2}, {11, 3}}), IsEmpty());
  // A rule that is named twice must occur twice.
  const std::string twice =
      "type: temporal_ordered, rules: [a, a, b], timespan: 10s";
  EXPECT_THAT(Judged(twice, {{0, 1}, {1, 2}}), IsEmpty());
  EXPECT_THAT(Judged(twice, {{0, 1}, {1, 1}, {2, 2}}),
              ElementsAre("x 0-2 events=3 value=3"));
}

TEST(SigmaCorrelationTest, EqualTimesAreOrderedByLogAndRecord) {
  const std::string x = "type: temporal_ordered, rules: [a, b], timespan: 10s";
  EXPECT_THAT(Judged(x, {{0, 1}, {0, 2}}),
              ElementsAre("x 0-0 events=2 value=2"));
  EXPECT_THAT(Judged(x, {{0, 2}, {0, 1}}), IsEmpty());
  EXPECT_THAT(Judged(x, {{0, 2, {}, "System", 2}, {0, 1, {}, "System", 1}}),
              ElementsAre("x 0-0 events=2 value=2"));
}

TEST(SigmaCorrelationTest, OrderOfAddingDoesNotMatter) {
  EXPECT_THAT(Judged("type: temporal_ordered, rules: [a, b], timespan: 10s",
                     {{5, 2}, {3, 1}}),
              ElementsAre("x 3-5 events=2 value=2"));
}

TEST(SigmaCorrelationTest, ValueSum) {
  const std::string x =
      "type: value_sum, rules: [a], timespan: 10s, "
      "condition: { field: N, gt: 100 }";
  EXPECT_THAT(Judged(x, Numbers({"50", "0x30", "2.5"})),
              ElementsAre("x 0-2 events=3 value=100.5"));
  EXPECT_THAT(Judged(x, Numbers({"50", "50"})), IsEmpty());
  // Text takes no part; negative numbers do.
  EXPECT_THAT(Judged(x, Numbers({"99", "much", "nan", "-1", "2"})), IsEmpty());
  EXPECT_THAT(Judged(x, {{0, 1, {{"N", "60"}}}, {11, 1, {{"N", "60"}}}}),
              IsEmpty());
}

TEST(SigmaCorrelationTest, ValueAverage) {
  const std::string x =
      "type: value_avg, rules: [a], timespan: 10s, "
      "condition: { field: N, gte: 10 }";
  EXPECT_THAT(Judged(x, Numbers({"2", "18"})),
              ElementsAre("x 0-1 events=2 value=10"));
  EXPECT_THAT(Judged(x, Numbers({"2", "17"})), IsEmpty());
}

TEST(SigmaCorrelationTest, ValuePercentile) {
  const auto x = [](const std::string& percentile, const std::string& most) {
    return "type: value_percentile, rules: [a], timespan: 1h, condition: "
           "{ field: N, percentile: " +
           percentile + ", lte: " + most + " }";
  };
  std::vector<std::string> numbers;
  for (int i = 100; i > 0; --i) numbers.push_back(std::to_string(i));
  const auto events = Numbers(numbers);
  EXPECT_THAT(Judged(x("7", "7"), events),
              ElementsAre("x 0-99 events=100 value=7"));
  EXPECT_THAT(Judged(x("7", "6"), events), IsEmpty());
  EXPECT_THAT(Judged(x("0", "1"), events),
              ElementsAre("x 0-99 events=100 value=1"));
  EXPECT_THAT(Judged(x("99.5", "100"), events),
              ElementsAre("x 0-99 events=100 value=100"));
  EXPECT_THAT(Judged(x("50", "2"), Numbers({"1", "2", "3"})),
              ElementsAre("x 0-2 events=3 value=2"));
}

TEST(SigmaCorrelationTest, PercentileOfAWindowThatSlides) {
  // The middle of the three latest; equal numbers on both sides of it.
  std::vector<SigmaEvent> events;
  for (const char* number : {"5", "1", "5", "5", "1", "7", "8"}) {
    events.push_back(
        {10.0 * static_cast<double>(events.size()), 1, {{"N", number}}});
  }
  EXPECT_THAT(Judged("type: value_percentile, rules: [a], timespan: 20s, "
                     "condition: { field: N, percentile: 50, gt: 5 }",
                     events),
              ElementsAre("x 40-60 events=3 value=7"));
}

struct OpCase {
  const char* op;
  std::vector<size_t> counts;  // of 1 to 4 events, those that match
};

TEST(SigmaCorrelationTest, EveryOperator) {
  const std::vector<OpCase> cases = {{"lt: 2", {1}},
                                     {"lte: 2", {1, 2}},
                                     {"eq: 2", {2}},
                                     {"neq: 2", {1, 3, 4}},
                                     {"gte: 2, lte: 3", {2, 3}}};
  for (const OpCase& c : cases) {
    std::vector<size_t> counts;
    for (size_t count = 1; count <= 4; ++count) {
      std::vector<double> times;
      for (size_t i = 0; i < count; ++i) {
        times.push_back(static_cast<double>(i));
      }
      const auto matches =
          Judged("type: event_count, rules: [a], timespan: 10s, condition: { " +
                     std::string(c.op) + " }",
                 At(times));
      if (!matches.empty()) counts.push_back(count);
    }
    EXPECT_EQ(counts, c.counts) << c.op;
  }
  // These do not wait for the end of the window.
  EXPECT_THAT(Judged("type: event_count, rules: [a], timespan: 10s, "
                     "condition: { gt: 2 }",
                     At({0, 1, 2, 3})),
              ElementsAre("x 0-2 events=3 value=3"));
}

}  // namespace
}  // namespace espial::rules

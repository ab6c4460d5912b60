// Windows, groups, aliases and chains of correlations, and what is refused.
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

std::string Rules() { return RuleText("a", 1) + RuleText("b", 2); }

std::vector<std::string> Judged(const std::string& correlation,
                                const std::vector<SigmaEvent>& events) {
  return Correlate(LoadSigma(Rules() + CorrelationText("x", correlation)),
                   events);
}

SigmaEvent By(double time, const std::string& user, uint32_t id = 1) {
  return {time, id, {{"User", user}}};
}

TEST(SigmaWindowTest, SlidesAndIsNotAligned) {
  const std::string x =
      "type: event_count, rules: [a], timespan: 10s, condition: { gte: 3 }";
  // Three of them lie within ten seconds, in no window from 0, 10 or the first.
  EXPECT_THAT(Judged(x, {{0, 1}, {7, 1}, {11, 1}, {16, 1}}),
              ElementsAre("x 7-16 events=3 value=3"));
}

TEST(SigmaWindowTest, TimespanIsPartOfTheWindow) {
  const std::string x =
      "type: event_count, rules: [a], timespan: 10s, condition: { gte: 2 }";
  EXPECT_THAT(Judged(x, {{0, 1}, {10, 1}}),
              ElementsAre("x 0-10 events=2 value=2"));
  EXPECT_THAT(Judged(x, {{0, 1}, {10.000001, 1}}), IsEmpty());
}

TEST(SigmaWindowTest, TimespansOfEveryUnit) {
  const std::vector<std::pair<const char*, double>> units = {
      {"2s", 2}, {"3m", 180}, {"4h", 14400}, {"5d", 432000}};
  for (const auto& [timespan, seconds] : units) {
    const std::string x = std::string("type: event_count, rules: [a], ") +
                          "timespan: " + timespan + ", condition: { gte: 2 }";
    EXPECT_EQ(Judged(x, {{1, 1}, {seconds + 1, 1}}).size(), 1U) << timespan;
    EXPECT_THAT(Judged(x, {{1, 1}, {seconds + 1.5, 1}}), IsEmpty()) << timespan;
  }
}

// With an upper bound a window is judged when it is over, and the next begins
// at the first event behind it.
TEST(SigmaWindowTest, UpperBoundsJudgeWholeWindows) {
  const std::string x =
      "type: event_count, rules: [a], timespan: 10s, condition: { lte: 2 }";
  EXPECT_THAT(
      Judged(x, {{0, 1}, {5, 1}, {10, 1}, {11, 1}, {21, 1}, {40, 1}}),
      ElementsAre("x 11-21 events=2 value=2", "x 40-40 events=1 value=1"));
}

TEST(SigmaWindowTest, GroupByKeepsGroupsApart) {
  const std::string x =
      "type: event_count, rules: [a], group-by: [User], timespan: 10s, "
      "condition: { gte: 2 }";
  EXPECT_THAT(Judged(x, {By(0, "eva"), By(1, "tom")}), IsEmpty());
  EXPECT_THAT(
      Judged(x, {By(0, "eva"), By(1, "tom"), By(2, "EVA"), By(3, "tom")}),
      ElementsAre("x 0-2 events=2 value=2 User=EVA",
                  "x 1-3 events=2 value=2 User=tom"));
  // An event without the field belongs to no group.
  EXPECT_THAT(Judged(x, {{0, 1}, {1, 1}, By(2, "eva")}), IsEmpty());
  // One name, or several.
  EXPECT_THAT(Judged("type: event_count, rules: [a], group-by: User, "
                     "timespan: 10s, condition: { gte: 2 }",
                     {By(0, "eva"), By(1, "eva")}),
              ElementsAre("x 0-1 events=2 value=2 User=eva"));
  EXPECT_THAT(Judged("type: event_count, rules: [a], group-by: [User, Host], "
                     "timespan: 10s, condition: { gte: 2 }",
                     {{0, 1, {{"User", "ab"}, {"Host", "c"}}},
                      {1, 1, {{"User", "a"}, {"Host", "bc"}}}}),
              IsEmpty());
}

TEST(SigmaWindowTest, GroupByLooksAtSystemProperties) {
  EXPECT_THAT(Judged("type: event_count, rules: [a, b], group-by: [EventID], "
                     "timespan: 10s, condition: { gte: 2 }",
                     {{0, 1}, {1, 2}, {2, 2}}),
              ElementsAre("x 1-2 events=2 value=2 EventID=2"));
}

TEST(SigmaWindowTest, AliasesJoinFieldsOfDifferentNames) {
  const std::string x =
      "type: temporal, rules: [a, b], group-by: [who], timespan: 10s, "
      "aliases: { who: { a: Source User, b: Target } }";
  const auto a = [](double time, const char* user) {
    return SigmaEvent{time, 1, {{"Source User", user}, {"Target", "other"}}};
  };
  const auto b = [](double time, const char* user) {
    return SigmaEvent{time, 2, {{"Target", user}}};
  };
  EXPECT_THAT(Judged(x, {a(0, "eva"), b(1, "eva")}),
              ElementsAre("x 0-1 events=2 value=2 who=eva"));
  EXPECT_THAT(Judged(x, {a(0, "eva"), b(1, "other")}), IsEmpty());
  // Without the alias there is no such field.
  EXPECT_THAT(Judged("type: temporal, rules: [a, b], group-by: [who], "
                     "timespan: 10s",
                     {a(0, "eva"), b(1, "eva")}),
              IsEmpty());
}

// Image of Sigma is NewProcessName in the Security log.
TEST(SigmaWindowTest, FieldsHaveTheNamesOfTheirLog) {
  const SigmaRules rules = LoadSigma(
      "title: p\nname: p\nlogsource: { category: process_creation }\n"
      "detection: { s: { Image|endswith: .exe }, condition: s }\n---\n" +
      CorrelationText("x",
                      "type: event_count, rules: [p], group-by: [Image], "
                      "timespan: 10s, condition: { gte: 2 }"));
  EXPECT_THAT(
      Correlate(
          rules,
          {{0, 1, {{"Image", "a.exe"}}, "Microsoft-Windows-Sysmon/Operational"},
           {1, 4688, {{"NewProcessName", "A.exe"}}, "Security"}}),
      ElementsAre("x 0-1 events=2 value=2 Image=A.exe"));
}

TEST(SigmaWindowTest, Chains) {
  // Many failures, then a success, of the same user.
  const std::string text =
      CorrelationText("then",
                      "type: temporal_ordered, rules: [many, b], "
                      "group-by: [User], timespan: 1m") +
      CorrelationText("many",
                      "type: event_count, rules: [a], group-by: [User], "
                      "timespan: 10s, condition: { gte: 3 }") +
      Rules();
  const SigmaRules rules = LoadSigma(text);
  EXPECT_THAT(Correlate(rules, {By(0, "eva"), By(1, "eva"), By(2, "eva"),
                                By(50, "eva", 2)}),
              ElementsAre("many 0-2 events=3 value=3 User=eva",
                          "then 2-50 events=2 value=2 User=eva"));
  // Of another user; before; too late.
  EXPECT_THAT(Correlate(rules, {By(0, "eva"), By(1, "eva"), By(2, "eva"),
                                By(50, "tom", 2)}),
              ElementsAre("many 0-2 events=3 value=3 User=eva"));
  EXPECT_THAT(Correlate(rules, {By(0, "eva"), By(1, "eva", 2), By(2, "eva"),
                                By(3, "eva")}),
              ElementsAre("many 0-3 events=3 value=3 User=eva"));
  EXPECT_THAT(Correlate(rules, {By(0, "eva"), By(1, "eva"), By(2, "eva"),
                                By(63, "eva", 2)}),
              ElementsAre("many 0-2 events=3 value=3 User=eva"));
}

TEST(SigmaWindowTest, NamedRulesReportOnlyWhenAsked) {
  const std::string body =
      "type: event_count, rules: [a], timespan: 1m, condition: { gte: 2 }";
  const auto reports = [&](const std::string& more) {
    const SigmaRules rules =
        LoadSigma(Rules() + CorrelationText("x", body + more));
    std::string out;
    for (const SigmaRule& rule : rules.rules()) {
      if (rule.reports) out += rule.title;
    }
    return out;
  };
  EXPECT_EQ(reports(""), "bx");
  EXPECT_EQ(reports(", generate: false"), "bx");
  EXPECT_EQ(reports(", generate: true"), "abx");
}

TEST(SigmaWindowTest, MemoryIsBoundedAndSaysSo) {
  const SigmaRules rules = LoadSigma(
      Rules() + CorrelationText("x",
                                "type: event_count, rules: [a], timespan: 1m, "
                                "condition: { gte: 3 }"));
  SigmaCorrelator correlator(rules, {.facts = 2});
  Feed(rules, {{0, 1}, {1, 2}, {2, 1}, {3, 1}, {4, 1}}, &correlator);
  EXPECT_EQ(correlator.dropped(), 2U);
  EXPECT_THAT(correlator.Finish(), IsEmpty());
  EXPECT_EQ(correlator.dropped(), 2U);
}

// A window of a day may hold all events of a log; a cost that grew with the
// square of their number would be minutes here.
TEST(SigmaWindowTest, ManyEventsInOneWindow) {
  const SigmaRules rules = LoadSigma(
      Rules() +
      CorrelationText("o",
                      "type: temporal_ordered, rules: [a, b], timespan: 1d") +
      CorrelationText("p",
                      "type: value_percentile, rules: [a], timespan: 1d, "
                      "condition: { field: N, percentile: 90, gt: 100 }"));
  constexpr uint64_t kEvents = 200'000;
  SigmaCorrelator correlator(rules);
  for (uint64_t i = 0; i < kEvents; ++i) {
    CorrelationFact fact;
    fact.time = Ticks{i + 1};
    fact.record = i;
    fact.values["n"] = std::to_string(i * 7 % 100);
    correlator.Add(std::move(fact));
  }
  EXPECT_THAT(correlator.Finish(), IsEmpty());
}

struct Refusal {
  const char* body;
  const char* error;
};

class SigmaCorrelationRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(SigmaCorrelationRefusalTest, SaysWhereAndWhy) {
  const std::string text =
      RuleText("a", 1) + "title: x\nname: x\ncorrelation:\n" + GetParam().body;
  EXPECT_THAT(SigmaErrors(text), ElementsAre(GetParam().error));
}

constexpr Refusal kRefusals[] = {
    {"  type: events\n  rules: [a]\n  timespan: 1m\n",
     "rules.yml:9:9: E008 'type' must be one of event_count, value_count, "
     "temporal, temporal_ordered, value_sum, value_avg, value_percentile, not "
     "'events'"},
    {"  type: event_count\n  rules: [a]\n  timespan: 1m\n",
     "rules.yml:9:3: E005 'correlation' needs a key 'condition'"},
    {"  type: event_count\n  rules: [a]\n  condition: { gte: 1 }\n",
     "rules.yml:9:3: E005 'correlation' needs a key 'timespan'"},
    {"  type: event_count\n  rules: [a]\n  timespan: soon\n"
     "  condition: { gte: 1 }\n",
     "rules.yml:11:13: E017 'timespan' must be a duration such as 30s, 10m, "
     "1h or 2d (ten years at most), not 'soon'"},
    {"  type: event_count\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N, gte: 1 }\n",
     "rules.yml:12:16: E013 the condition of event_count takes no key 'field'"},
    {"  type: value_count\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { gte: 1 }\n",
     "rules.yml:12:14: E005 'condition' needs a key 'field'"},
    {"  type: value_sum\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N, percentile: 5, gte: 1 }\n",
     "rules.yml:12:26: E013 the condition of value_sum takes no key "
     "'percentile'"},
    {"  type: value_percentile\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N, gte: 1 }\n",
     "rules.yml:12:14: E005 'condition' needs a key 'percentile'"},
    {"  type: value_percentile\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N, percentile: 101, gte: 1 }\n",
     "rules.yml:12:38: E008 'percentile' must be a number from 0 to 100"},
    {"  type: temporal\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N, gte: 1 }\n",
     "rules.yml:12:16: E013 the condition of temporal takes no key 'field'"},
    {"  type: event_count\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { gte: many }\n",
     "rules.yml:12:21: E008 a number must stand here"},
    {"  type: event_count\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { at_least: 2 }\n",
     "rules.yml:12:16: E007 unknown key 'at_least'"},
    {"  type: value_count\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: N }\n",
     "rules.yml:12:14: E005 'condition' needs one of gt, gte, lt, lte, eq and "
     "neq"},
    {"  type: value_sum\n  rules: [a]\n  timespan: 1m\n"
     "  condition: { field: [N, M], gte: 1 }\n",
     "rules.yml:12:23: E013 value_sum looks at one field, not at 2"},
    {"  type: temporal\n  rules: [a, b]\n  timespan: 1m\n",
     "rules.yml:10:14: E010 no rule 'b' is loaded"},
    {"  type: temporal\n  rules: [a, x]\n  timespan: 1m\n",
     "rules.yml:10:11: E021 the correlation is, in the end, one of its own "
     "rules"},
    {"  type: temporal\n  rules: []\n  timespan: 1m\n",
     "rules.yml:10:10: E006 'rules' names no rule"},
    {"  type: temporal\n  rules: [a]\n  timespan: 1m\n"
     "  aliases: { who: { b: N } }\n",
     "rules.yml:12:21: E010 'b' is none of the rules of the correlation"},
    {"  type: temporal\n  rules: [a]\n  timespan: 1m\n  groupby: [N]\n",
     "rules.yml:12:3: E007 unknown key 'groupby' (did you mean 'group-by'?)"},
    {"  type: temporal\n  rules: [a]\n  timespan: 1m\n  condition: a\n",
     "rules.yml:12:14: E004 'condition' must be a map, such as { gte: 10 }"},
};

INSTANTIATE_TEST_SUITE_P(All, SigmaCorrelationRefusalTest,
                         testing::ValuesIn(kRefusals));

}  // namespace
}  // namespace espial::rules

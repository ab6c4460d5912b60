// Sequences over whole cases: until, runs, groups, boots, correlations within
// correlations.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/rules/judge_support.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Detections a, b, c (dm 1, 2, 3) and x (aad 9).
const std::string kDetections = R"(
detections:
  a:
    logsource: { service: dm }
    detection: { s: { EventID: 1 }, condition: s }
  b:
    logsource: { service: dm }
    detection: { s: { EventID: 2 }, condition: s }
  c:
    logsource: { service: dm }
    detection: { s: { EventID: 3 }, condition: s }
  x:
    logsource: { service: aad }
    detection: { s: { EventID: 9 }, condition: s }
correlations:
)";

Case Judged(const CaseBuilder& builder, const std::string& correlations) {
  return JudgedBy(builder, "  when: it\n", kDetections + correlations);
}

Verity Result(const CaseBuilder& builder, const std::string& correlations) {
  return ResultOf(Judged(builder, correlations), "TST-001");
}

std::vector<std::string> Missing(const CaseBuilder& builder,
                                 const std::string& correlations) {
  const Case the_case = Judged(builder, correlations);
  const Finding* finding = FindFinding(the_case, "TST-001");
  return finding == nullptr ? std::vector<std::string>() : finding->missing;
}

CaseBuilder Both() { return CaseBuilder().Log(kDm).Log(kAad).Boot(-1000); }

TEST(UntilTest, EndsEveryChainBegunBefore) {
  const std::string until =
      "  it: { type: sequence, until: x, steps: [ { rule: a }, { rule: b } ] "
      "}\n";
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kDm, 9, 2), until), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 5, 9).Add(kDm, 9, 2), until),
            kNo);
  // Before the chain, and behind its end, it ends nothing.
  EXPECT_EQ(Result(Both()
                       .Add(kAad, -5, 9)
                       .Add(kDm, 0, 1)
                       .Add(kDm, 9, 2)
                       .Add(kAad, 12, 9),
                   until),
            kYes);
  // A chain that begins behind it lives.
  EXPECT_EQ(
      Result(
          Both().Add(kDm, 0, 1).Add(kAad, 5, 9).Add(kDm, 6, 1).Add(kDm, 9, 2),
          until),
      kYes);
  // Order at one time in two logs is not known.
  EXPECT_EQ(Result(Both().Add(kDm, 0, 1).Add(kAad, 9, 9).Add(kDm, 9, 2), until),
            kOpen);
  // Its log is not there.
  EXPECT_THAT(
      Missing(CaseBuilder().Boot(-9).Add(kDm, 0, 1).Add(kDm, 9, 2), until),
      ElementsAre("The AAD/Operational log is not in the bundle."));
}

TEST(UntilTest, EndsAWaitBehindTheLastStep) {
  const std::string until =
      "  it: { type: sequence, until: x, steps: [ { rule: a }, { rule: b, "
      "absent: true, within: 10m } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 1).Add(kDm, 3600, 3);
  EXPECT_EQ(Result(log, until), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kAad, 60, 9), until), kNo);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kAad, 660, 9), until), kYes);
}

TEST(RunsTest, AStepOccursSoOften) {
  const std::string runs =
      "  it: { type: sequence, boots: across, steps: [ { rule: a, runs: 3, "
      "within: 1m }, { rule: b } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 1).Add(kDm, 30, 1);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 90, 2), runs), kNo);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 70, 1).Add(kDm, 90, 2), runs),
            kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 91, 1).Add(kDm, 92, 2), runs),
            kNo);
  const Case judged =
      Judged(CaseBuilder(log).Add(kDm, 70, 1).Add(kDm, 90, 2), runs);
  EXPECT_EQ(FindFinding(judged, "TST-001")->count, 4U);
}

TEST(GroupTest, AChainStaysWithinOneValue) {
  const std::string grouped =
      "  it: { type: sequence, group-by: [App], aliases: { App: { b: Name } "
      "}, steps: [ { rule: a }, { rule: b } ] }\n";
  EXPECT_EQ(Result(Both()
                       .Add(kDm, 0, 1, {{"App", "One"}})
                       .Add(kDm, 5, 2, {{"Name", "two"}}),
                   grouped),
            kNo);
  EXPECT_EQ(Result(Both()
                       .Add(kDm, 0, 1, {{"App", "One"}})
                       .Add(kDm, 5, 2, {{"Name", "one"}}),
                   grouped),
            kYes);
  // Without the field an event belongs to no group.
  EXPECT_EQ(
      Result(Both().Add(kDm, 0, 1, {{"App", "One"}}).Add(kDm, 5, 2), grouped),
      kNo);
}

TEST(GroupTest, AnAbsentEventWithoutTheFieldLeavesItOpen) {
  const std::string absent =
      "  it: { type: sequence, boots: across, group-by: [App], steps: [ { "
      "rule: a }, { rule: b, absent: true } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 1, {{"App", "One"}});
  EXPECT_EQ(Result(log, absent), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 5, 2, {{"App", "Two"}}), absent),
            kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 5, 2, {{"App", "ONE"}}), absent),
            kNo);
  EXPECT_THAT(Missing(CaseBuilder(log).Add(kDm, 5, 2), absent),
              ElementsAre("An event that would end 'it' lacks the field that "
                          "says which."));
  const std::string until =
      "  it: { type: sequence, boots: across, until: x, group-by: [App], "
      "steps: [ { rule: a }, { rule: b } ] }\n";
  log.Add(kDm, 9, 2, {{"App", "one"}});
  EXPECT_EQ(Result(CaseBuilder(log).Add(kAad, 5, 9, {{"App", "no"}}), until),
            kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kAad, 5, 9), until), kOpen);
}

TEST(GroupTest, CountsStayWithinOneValueToo) {
  const std::string count =
      "  it: { type: event_count, rules: [a], timespan: 1m, group-by: [App], "
      "condition: { gte: 2 } }\n";
  EXPECT_EQ(Result(Both()
                       .Add(kDm, 0, 1, {{"App", "One"}})
                       .Add(kDm, 5, 1, {{"App", "Two"}}),
                   count),
            kNo);
  EXPECT_EQ(Result(Both()
                       .Add(kDm, 0, 1, {{"App", "One"}})
                       .Add(kDm, 5, 1, {{"App", "One"}}),
                   count),
            kYes);
}

TEST(BootTest, AChainDoesNotCrossABoot) {
  const std::string plain =
      "  it: { type: sequence, steps: [ { rule: a }, { rule: b } ] }\n";
  const std::string across =
      "  it: { type: sequence, boots: across, steps: [ { rule: a }, { rule: b "
      "} ] }\n";
  CaseBuilder log = CaseBuilder().Log(kAad).Add(kDm, 0, 1).Add(kDm, 60, 2);
  EXPECT_EQ(Result(CaseBuilder(log).Boot(-50), plain), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Boot(30), plain), kNo);
  EXPECT_EQ(Result(CaseBuilder(log).Boot(30), across), kYes);
  // Only a boot could break it, and no log tells of boots.
  EXPECT_THAT(Missing(log, plain),
              ElementsAre("The System log is not in the bundle."));
  EXPECT_EQ(Result(log, across), kYes);
  // What does not occur needs no boot to be false.
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), plain), kNo);
}

TEST(BootTest, AWaitEndsAtTheBoot) {
  const std::string plain =
      "  it: { type: sequence, steps: [ { rule: a }, { rule: b, absent: true } "
      "] }\n";
  CaseBuilder log = CaseBuilder().Add(kDm, 0, 1).Add(kDm, 60, 2);
  EXPECT_EQ(Result(CaseBuilder(log).Boot(-50), plain), kNo);
  // It did not occur in the session of the first.
  EXPECT_EQ(Result(CaseBuilder(log).Boot(30), plain), kYes);
  EXPECT_EQ(Result(log, plain), kOpen);
}

TEST(BootTest, MarksOfOneBootAreOne) {
  const std::string plain =
      "  it: { type: sequence, steps: [ { rule: a }, { rule: b } ] }\n";
  // An event between the first mark and the start of the event log.
  CaseBuilder log = CaseBuilder().Boot(0).Add(kDm, 5, 1).Add(kDm, 90, 2);
  EXPECT_EQ(Result(log, plain), kYes);
  // Two starts of the system are two boots, however near.
  EXPECT_EQ(Result(CaseBuilder(log).Boot(60), plain), kNo);
}

TEST(NestingTest, ACorrelationIsAStepWhenItIsComplete) {
  const std::string nested =
      "  tries: { type: event_count, rules: [a], timespan: 1m, condition: { "
      "gte: 3 } }\n"
      "  it: { type: sequence, boots: across, steps: [ { rule: tries }, { "
      "rule: b, within: 1m } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 1).Add(kDm, 10, 1);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 20, 2), nested), kNo);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 20, 1).Add(kDm, 70, 2), nested),
            kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 20, 1).Add(kDm, 81, 2), nested),
            kNo);
  // A wait is complete when it is over.
  const std::string waited =
      "  silent: { type: sequence, boots: across, steps: [ { rule: a }, { "
      "rule: b, absent: true, within: 10m } ] }\n"
      "  it: { type: sequence, boots: across, steps: [ { rule: silent }, { "
      "rule: c, within: 1m } ] }\n";
  log = Both().Add(kDm, 0, 1);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 630, 3), waited), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 590, 3), waited), kNo);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 5, 2).Add(kDm, 630, 3), waited),
            kNo);
}

TEST(NestingTest, ACorrelationMayBeWhatIsAbsent) {
  const std::string nested =
      "  pair: { type: sequence, boots: across, steps: [ { rule: b }, { rule: "
      "x } ] }\n"
      "  it: { type: sequence, boots: across, steps: [ { rule: a }, { rule: "
      "pair, absent: true } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 1);
  EXPECT_EQ(Result(log, nested), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 5, 2), nested), kYes);
  EXPECT_EQ(Result(CaseBuilder(log).Add(kDm, 5, 2).Add(kAad, 9, 9), nested),
            kNo);
  // The pair may have come about in a log that is not there.
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1).Add(kDm, 5, 2), nested), kOpen);
  EXPECT_EQ(Result(CaseBuilder().Add(kDm, 0, 1), nested), kYes);
}

// Every choice of events, tried one by one.
class Oracle {
 public:
  struct Item {
    int64_t seconds;
    uint32_t id;
    std::string app;  // empty: no field
  };
  std::vector<Item> items;  // by time, no two at one
  std::vector<uint32_t> steps;
  std::optional<uint32_t> until;
  bool grouped = false;
  bool across = true;
  std::optional<int64_t> within;
  std::optional<int64_t> timespan;
  static constexpr uint32_t kBoot = 12;

  [[nodiscard]] Verity Answer() const {
    // An end without a field may be of the group, or not.
    if (Try(0, nullptr, nullptr, true)) return kYes;
    return Try(0, nullptr, nullptr, false) ? kOpen : kNo;
  }

 private:
  [[nodiscard]] bool Ends(const Item& item, const Item& first,
                          bool strict) const {
    if (item.id == kBoot) return !across;
    if (!until || item.id != *until) return false;
    if (!grouped || item.app == first.app) return true;
    return item.app.empty() && strict;
  }

  [[nodiscard]] bool Try(size_t step, const Item* first, const Item* before,
                         bool strict) const {
    if (step == steps.size()) return true;
    for (const Item& item : items) {
      if (item.id != steps[step]) continue;
      if (grouped && item.app.empty()) continue;
      if (before != nullptr) {
        if (item.seconds <= before->seconds) continue;
        if (grouped && item.app != first->app) continue;
        if (within && item.seconds - before->seconds > *within) continue;
        if (timespan && item.seconds - first->seconds > *timespan) continue;
        bool ended = false;
        for (const Item& between : items) {
          ended = ended || (between.seconds > before->seconds &&
                            between.seconds < item.seconds &&
                            Ends(between, *first, strict));
        }
        if (ended) continue;
      }
      if (Try(step + 1, first == nullptr ? &item : first, &item, strict)) {
        return true;
      }
    }
    return false;
  }
};

TEST(SequenceJudgeTest, AgreesWithTryingEveryChoice) {
  std::mt19937 random(11);
  const auto draw = [&](int64_t below) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(below));
  };
  std::vector<int> results(3);
  for (int round = 0; round < 3000; ++round) {
    Oracle oracle;
    CaseBuilder log = Both();
    const int64_t count = 2 + draw(9);
    for (int64_t i = 0; i < count; ++i) {
      Oracle::Item item = {(i + 1) * 400 + draw(90) * 4, 0, ""};
      const int64_t kind = draw(8);
      item.id = kind == 7 ? Oracle::kBoot : static_cast<uint32_t>(kind % 3 + 1);
      constexpr const char* kApps[] = {"", "one", "two", "two"};
      item.app = kApps[draw(4)];
      oracle.items.push_back(item);
      if (item.id == Oracle::kBoot) {
        log.Boot(item.seconds);
      } else {
        log.Add(kDm, item.seconds, item.id,
                item.app.empty() ? Fields() : Fields{{"App", item.app}});
      }
    }
    std::string yaml = "  it:\n    type: sequence\n";
    oracle.across = draw(2) == 0;
    if (oracle.across) yaml += "    boots: across\n";
    oracle.grouped = draw(2) == 0;
    if (oracle.grouped) yaml += "    group-by: App\n";
    if (draw(2) == 0) {
      oracle.until = 3;
      yaml += "    until: c\n";
    }
    if (draw(3) == 0) {
      oracle.timespan = 60 * (5 + draw(40));
      yaml += "    timespan: " + std::to_string(*oracle.timespan) + "s\n";
    }
    std::string within;
    if (draw(3) == 0) {
      oracle.within = 60 * (5 + draw(30));
      within = ", within: " + std::to_string(*oracle.within) + "s";
    }
    yaml += "    steps:\n";
    const int64_t steps = 1 + draw(3);
    bool first = true;
    for (int64_t i = 0; i < steps; ++i) {
      const bool is_a = draw(2) == 0;
      const int64_t runs = 1 + draw(2);
      yaml += std::string("      - { rule: ") + (is_a ? "a" : "b") +
              ", runs: " + std::to_string(runs) +
              (first && runs == 1 ? "" : within) + " }\n";
      first = false;
      for (int64_t r = 0; r < runs; ++r) {
        oracle.steps.push_back(is_a ? 1 : 2);
      }
    }
    const Verity expected = oracle.Answer();
    const Verity answer = Result(log, yaml);
    EXPECT_EQ(answer, expected) << "round " << round << "\n" << yaml;
    ++results[static_cast<size_t>(expected)];
  }
  EXPECT_GT(results[0], 300);
  EXPECT_GT(results[1], 0);
  EXPECT_GT(results[2], 300);
}

TEST(SequenceJudgeTest, MoreThanIsKeptIsSaid) {
  CaseBuilder log = Both();
  for (int i = 0; i < 100'010; ++i) log.Add(kDm, i, 1);
  const std::string many =
      "  it: { type: event_count, rules: [a], timespan: 1m, condition: { gte: "
      "2 } }\n";
  const Case judged = Judged(log, many);
  const Finding* finding = FindFinding(judged, "TST-001");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->count, 100'000U);
  EXPECT_THAT(finding->notes,
              ElementsAre("More than 100000 events make up 'it'; the rest is "
                          "left out."));
  // As a part of something else it leaves that open.
  const std::string nested =
      "  many: { type: event_count, rules: [a], timespan: 1m, condition: { "
      "gte: 2 } }\n  it: { type: sequence, boots: across, steps: [ { rule: "
      "many }, { rule: b } ] }\n";
  EXPECT_EQ(Result(log.Add(kDm, 200'000, 2), nested), kOpen);
}

}  // namespace
}  // namespace espial::rules

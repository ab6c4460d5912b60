// Values, comparisons, links between failures and successes, and confidence,
// over whole cases.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/rules/judge_support.h"

namespace espial::rules {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kKey[] = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Test\\FirstSync";

const std::string kDetections = R"(
detections:
  timeout:
    logsource: { category: registry_state }
    detection:
      s: { Key: 'HKLM\SOFTWARE\Test\FirstSync', Name: Timeout }
      condition: s
  report:
    logsource: { service: dm }
    detection: { s: { EventID: 1 }, condition: s }
  failure:
    logsource: { service: dm }
    detection: { s: { EventID: 2 }, condition: s }
  success:
    logsource: { service: aad }
    detection: { s: { EventID: 3 }, condition: s }
)";

const std::string kValues = kDetections + R"(
values:
  limit: { detection: timeout, unit: min }
  took: { detection: report, field: Duration, unit: s }
  most: { detection: report, field: Duration, unit: s, take: most }
  tries: { count: failure }
  begin: { first: failure }
  end: { last: failure }
  spent: { gap: { from: begin, to: end } }
comparisons:
  over: { value: took, gte: limit, in: s }
  most_over: { value: most, gte: limit, in: s }
  short: { value: limit, lt: 30min }
  same: { value: limit, eq: 60min }
  other: { value: limit, neq: 60min }
  often: { value: tries, gte: 3 }
  seldom: { value: tries, lt: 3 }
  long: { value: spent, gt: 90s }
  early: { value: begin, lt: '2025-03-01T08:00:30Z' }
)";

Case Judged(const CaseBuilder& builder, const std::string& body,
            const std::string& sections = kValues) {
  return JudgedBy(builder, body, sections);
}

Verity Result(const CaseBuilder& builder, const std::string& when,
              const std::string& sections = kValues) {
  return ResultOf(Judged(builder, "  when: " + when + "\n", sections),
                  "TST-001");
}

Finding FindingOf(const CaseBuilder& builder, const std::string& when,
                  const std::string& sections = kValues) {
  const Case the_case = Judged(builder, "  when: " + when + "\n", sections);
  const Finding* finding = FindFinding(the_case, "TST-001");
  return finding == nullptr ? Finding() : *finding;
}

CaseBuilder Both() { return CaseBuilder().Log(kDm).Log(kAad); }

TEST(ComparisonTest, AnEventAgainstAFactInOneUnit) {
  CaseBuilder log = Both().Registry(kKey, "Timeout", "60");
  EXPECT_EQ(
      Result(CaseBuilder(log).Add(kDm, 0, 1, {{"Duration", "3600"}}), "over"),
      kYes);
  EXPECT_EQ(
      Result(CaseBuilder(log).Add(kDm, 0, 1, {{"Duration", "3599"}}), "over"),
      kNo);
  const Finding finding = FindingOf(
      CaseBuilder(log).Add(kDm, 0, 1, {{"Duration", "4000"}}), "over");
  EXPECT_THAT(finding.notes,
              ElementsAre("took, 4000 s, is at least limit, 3600 s."));
  // Both the event and the fact are evidence.
  EXPECT_EQ(finding.count, 2U);
  ASSERT_EQ(finding.evidence.size(), 2U);
  EXPECT_THAT(finding.evidence[1].text, HasSubstr("Timeout = 60"));
}

TEST(ComparisonTest, WithoutAValueItIsFalseOrOpen) {
  // The event is not there, and its log is.
  EXPECT_EQ(Result(Both().Registry(kKey, "Timeout", "60"), "over"), kNo);
  // The fact is not there, and the dump is.
  CaseBuilder event = Both().Add(kDm, 0, 1, {{"Duration", "4000"}});
  EXPECT_EQ(Result(CaseBuilder(event).Registry("", "", ""), "over"), kNo);
  EXPECT_THAT(FindingOf(event, "over").missing,
              ElementsAre("The registry dump is not in the bundle."));
  // A comparison without a value is false, whatever it compares.
  EXPECT_EQ(Result(Both().Registry("", "", ""), "other"), kNo);
  EXPECT_EQ(Result(Both().Registry("", "", ""), "not same"), kYes);
}

TEST(ComparisonTest, WhatIsNoValueOfTheUnitIsOpen) {
  const Finding finding =
      FindingOf(Both().Registry(kKey, "Timeout", "an hour"), "same");
  EXPECT_EQ(finding.result, kOpen);
  EXPECT_THAT(finding.missing,
              ElementsAre("limit is 'an hour', which is no duration in min."));
}

TEST(ComparisonTest, SeveralValues) {
  CaseBuilder facts =
      Both()
          .Registry(kKey, "Timeout", "60")
          .Registry("HKLM\\SOFTWARE\\Test\\FirstSync", "Timeout", "20");
  EXPECT_THAT(FindingOf(facts, "same").missing,
              ElementsAre("limit has several values, 60 min and 20 min."));
  // Of events the last counts, unless `take` says otherwise.
  CaseBuilder events = Both()
                           .Registry(kKey, "Timeout", "60")
                           .Add(kDm, 0, 1, {{"Duration", "9000"}})
                           .Add(kDm, 5, 1, {{"Duration", "10"}});
  EXPECT_EQ(Result(events, "over"), kNo);
  EXPECT_EQ(Result(events, "most_over"), kYes);
}

TEST(ComparisonTest, AllOperators) {
  CaseBuilder hour = Both().Registry(kKey, "Timeout", "60");
  CaseBuilder quarter = Both().Registry(kKey, "Timeout", "15");
  EXPECT_EQ(Result(hour, "same"), kYes);
  EXPECT_EQ(Result(quarter, "same"), kNo);
  EXPECT_EQ(Result(hour, "other"), kNo);
  EXPECT_EQ(Result(quarter, "other"), kYes);
  EXPECT_EQ(Result(hour, "short"), kNo);
  EXPECT_EQ(Result(quarter, "short"), kYes);
}

TEST(DerivedValueTest, CountsAreLowerBoundsWhereTheLogHasHoles) {
  CaseBuilder three = Both().Add(kDm, 0, 2).Add(kDm, 60, 2).Add(kDm, 100, 2);
  EXPECT_EQ(Result(three, "often"), kYes);
  EXPECT_EQ(Result(three, "seldom"), kNo);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2), "often"), kNo);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2), "seldom"), kYes);
  // None at all is a number, too.
  EXPECT_EQ(Result(Both(), "seldom"), kYes);
  // There may be more where the log is damaged.
  EXPECT_EQ(Result(CaseBuilder(three).Damaged(kDm), "often"), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2).Damaged(kDm), "often"), kOpen);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2).Damaged(kDm), "seldom"), kOpen);
}

TEST(DerivedValueTest, FirstLastAndTheGapBetween) {
  CaseBuilder log = Both().Add(kDm, 0, 2).Add(kDm, 91, 2);
  EXPECT_EQ(Result(log, "long"), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2).Add(kDm, 90, 2), "long"), kNo);
  EXPECT_EQ(Result(Both(), "long"), kNo);
  // What is missing can only make it longer.
  EXPECT_EQ(Result(CaseBuilder(log).Damaged(kDm), "long"), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 0, 2).Add(kDm, 90, 2).Damaged(kDm), "long"),
            kOpen);
  EXPECT_EQ(Result(log, "early"), kYes);
  EXPECT_EQ(Result(Both().Add(kDm, 30, 2), "early"), kNo);
  // Local times are no instants, but no more than 26 hours off.
  EXPECT_THAT(FindingOf(CaseBuilder(log).LocalTimes(kDm), "early").missing,
              Contains("begin is a local time, and nothing proves its zone."));
}

TEST(DerivedValueTest, ALocalTimeIsNoMoreThan26HoursOff) {
  constexpr int64_t kHour = 3600;
  const auto result = [](int64_t seconds, const std::string& name) {
    return Result(Both().LocalTimes(kDm).Add(kDm, seconds, 2), name);
  };
  EXPECT_EQ(result(-26 * kHour + 29, "early"), kYes);
  EXPECT_EQ(result(-26 * kHour + 30, "early"), kOpen);
  EXPECT_EQ(result(26 * kHour + 29, "early"), kOpen);
  EXPECT_EQ(result(26 * kHour + 30, "early"), kNo);
}

TEST(DerivedValueTest, TheLastIsNoLaterThanTheCollection) {
  const std::string sections = kDetections + R"(
values:
  end: { last: failure }
comparisons:
  before_nine: { value: end, lt: '2025-03-01T09:00:00Z' }
)";
  const RuleSet rules = MustLoad(
      {kServices, SignatureFile("TST-001", "  when: before_nine\n", sections)});
  const auto result = [&](std::optional<int64_t> captured) {
    Case the_case = Both().Add(kDm, 0, 2).Damaged(kDm).Build();
    if (captured) the_case.clock.captured = At(*captured);
    rules.Judge(&the_case);
    return ResultOf(the_case, "TST-001");
  };
  EXPECT_EQ(result(std::nullopt), kOpen);
  EXPECT_EQ(result(3600), kOpen);
  EXPECT_EQ(result(3599), kYes);
}

// A flow with parts and one step, dm 10 to 11.
const RuleFile kFlow = {"flows/f.yml", R"(
title: F
id: 99999999-2222-3333-4444-555555555555
flow:
  name: f
  scenarios:
    - { name: s, title: S, when: seen, confidence: medium }
  applies_to: [s]
  parts: { reseal: reseal, boot: boot }
  steps:
    - { step: user.setup, title: Setup, started: began, passed: ended }
detections:
  seen:
    logsource: { service: dm }
    detection: { s: { EventID: [10, 99] }, condition: s }
  began:
    logsource: { service: dm }
    detection: { s: { EventID: 10 }, condition: s }
  ended:
    logsource: { service: dm }
    detection: { s: { EventID: 11 }, condition: s }
  reseal:
    logsource: { service: dm }
    detection: { s: { EventID: 20 }, condition: s }
  boot:
    logsource: { service: dm }
    detection: { s: { EventID: 21 }, condition: s }
)"};

Finding InFlow(const CaseBuilder& builder, const std::string& body) {
  const RuleSet rules = MustLoad(
      {kServices, kFlow, SignatureFile("TST-001", body, kDetections + R"(
values:
  setup: { duration: user.setup }
  rest: { gap: { from: '@technician_end', to: '@user_start' } }
comparisons:
  slow: { value: setup, gte: 10min }
  soon: { value: rest, lt: 90min }
)")});
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  const Finding* finding = FindFinding(the_case, "TST-001");
  return finding == nullptr ? Finding() : *finding;
}

TEST(DerivedValueTest, TheDurationOfAStep) {
  const std::string slow = "  when: slow\n";
  CaseBuilder start = Both().Add(kDm, 0, 20).Add(kDm, 7200, 21);
  CaseBuilder began = CaseBuilder(start).Add(kDm, 7300, 10);
  EXPECT_EQ(InFlow(CaseBuilder(began).Add(kDm, 7900, 11), slow).result, kYes);
  EXPECT_EQ(InFlow(CaseBuilder(began).Add(kDm, 7899, 11), slow).result, kNo);
  // It still ran when the logs ended: so long at least.
  EXPECT_EQ(InFlow(CaseBuilder(began).Add(kDm, 7950, 5), slow).result, kYes);
  EXPECT_THAT(InFlow(CaseBuilder(began).Add(kDm, 7400, 5), slow).missing,
              ElementsAre("The step user.setup did not end in the logs."));
  // No flow, no step.
  EXPECT_THAT(InFlow(start, slow).missing,
              ElementsAre("Which flow the device went through is not known."));
}

TEST(DerivedValueTest, TheGapBetweenTheParts) {
  const std::string soon = "  when: soon\n";
  const auto gap = [&](int64_t boot) {
    return InFlow(Both().Add(kDm, 0, 99).Add(kDm, 10, 20).Add(kDm, boot, 21),
                  soon);
  };
  EXPECT_EQ(gap(600).result, kYes);
  EXPECT_THAT(gap(610).notes, ElementsAre("rest, 10 min, is less than 90min."));
  EXPECT_EQ(gap(5410).result, kNo);
}

const std::string kLinked = kDetections;
constexpr char kCancelled[] =
    "failure\n  cancelled_by:\n"
    "    - { failure: failure, success: success, same: [ { failure: App, "
    "success: Id } ] }";

TEST(CancellationTest, OnlyASuccessOfTheSameThingCounts) {
  const auto result = [](const CaseBuilder& log) {
    return Result(log, kCancelled, kLinked);
  };
  CaseBuilder failed = Both().Add(kDm, 10, 2, {{"App", "A"}});
  EXPECT_EQ(result(failed), kYes);
  EXPECT_EQ(result(CaseBuilder(failed).Add(kAad, 20, 3, {{"Id", "b"}})), kYes);
  EXPECT_EQ(result(CaseBuilder(failed).Add(kAad, 20, 3, {{"Id", "a"}})), kNo);
  // Earlier ones do not count, and of one time the order is not known.
  EXPECT_EQ(result(CaseBuilder(failed).Add(kAad, 5, 3, {{"Id", "a"}})), kYes);
  EXPECT_EQ(result(CaseBuilder(failed).Add(kAad, 10, 3, {{"Id", "a"}})), kOpen);
  // A failure behind the success stands.
  EXPECT_EQ(result(CaseBuilder(failed)
                       .Add(kAad, 20, 3, {{"Id", "a"}})
                       .Add(kDm, 30, 2, {{"App", "A"}})),
            kYes);
}

TEST(CancellationTest, AMissingLinkLeavesItOpen) {
  CaseBuilder failed = Both().Add(kDm, 10, 2, {{"App", "A"}});
  EXPECT_THAT(
      FindingOf(CaseBuilder(failed).Add(kAad, 20, 3), kCancelled, kLinked)
          .missing,
      ElementsAre("Whether a later 'success' is of the same App/Id is not "
                  "known: a field that links them is missing."));
  EXPECT_EQ(Result(Both().Add(kDm, 10, 2).Add(kAad, 20, 3, {{"Id", "a"}}),
                   kCancelled, kLinked),
            kOpen);
  // One that lacks it and came earlier matters not.
  EXPECT_EQ(Result(CaseBuilder(failed).Add(kAad, 5, 3), kCancelled, kLinked),
            kYes);
}

TEST(CancellationTest, TheLogOfSuccessesMustBeThere) {
  EXPECT_THAT(FindingOf(CaseBuilder().Add(kDm, 10, 2, {{"App", "A"}}),
                        kCancelled, kLinked)
                  .missing,
              ElementsAre("The AAD/Operational log is not in the bundle."));
  // All that is there is void, and there may be more.
  EXPECT_EQ(Result(Both()
                       .Add(kDm, 10, 2, {{"App", "A"}})
                       .Damaged(kDm)
                       .Add(kAad, 20, 3, {{"Id", "A"}}),
                   kCancelled, kLinked),
            kOpen);
}

TEST(CancellationTest, AChainHasTheFieldsOfItsFirstEvent) {
  const std::string sections =
      kDetections +
      "correlations:\n  pair: { type: sequence, boots: across, steps: [ { "
      "rule: report }, { rule: failure } ] }\n";
  const std::string when =
      "pair\n  cancelled_by: [ { failure: pair, success: success, same: [Id] "
      "} ]";
  CaseBuilder log = Both().Add(kDm, 0, 1, {{"Id", "A"}}).Add(kDm, 10, 2);
  EXPECT_EQ(Result(log, when, sections), kYes);
  EXPECT_EQ(
      Result(CaseBuilder(log).Add(kAad, 20, 3, {{"Id", "A"}}), when, sections),
      kNo);
  EXPECT_EQ(
      Result(CaseBuilder(log).Add(kAad, 20, 3, {{"Id", "B"}}), when, sections),
      kYes);
  EXPECT_EQ(Result(CaseBuilder(), when, sections), kOpen);
}

TEST(CancellationTest, WhatStandsIsShownAlone) {
  const Finding finding = FindingOf(Both()
                                        .Add(kDm, 10, 2, {{"App", "A"}})
                                        .Add(kDm, 11, 2, {{"App", "B"}})
                                        .Add(kAad, 20, 3, {{"Id", "A"}}),
                                    kCancelled, kLinked);
  EXPECT_EQ(finding.result, kYes);
  EXPECT_EQ(finding.count, 1U);
  EXPECT_THAT(finding.evidence[0].text, HasSubstr("App=B"));
  EXPECT_THAT(finding.notes,
              ElementsAre("1 more of 'failure' do not count: a later success "
                          "of the same App/Id followed."));
}

TEST(ConfidenceTest, NoSurerThanItsWeakestProof) {
  const std::string sections = kDetections +
                               "correlations:\n  pair: { type: sequence, "
                               "boots: across, steps: [ { rule: failure }, { "
                               "rule: success } ] }\n";
  CaseBuilder log = Both().Add(kDm, 0, 2).Add(kAad, 60, 3);
  const auto confidence = [&](const CaseBuilder& builder,
                              const std::string& when) {
    return FindingOf(builder, when, sections).confidence;
  };
  EXPECT_EQ(confidence(log, "pair"), Confidence::kHigh);
  CaseBuilder local = CaseBuilder(log).LocalTimes(kDm);
  EXPECT_EQ(confidence(local, "pair"), Confidence::kMedium);
  // That it occurred at all needs no time; of two proofs the stronger counts.
  EXPECT_EQ(confidence(local, "failure"), Confidence::kHigh);
  EXPECT_EQ(confidence(local, "failure or pair"), Confidence::kHigh);
  EXPECT_EQ(confidence(local, "failure and pair"), Confidence::kMedium);
  EXPECT_THAT(FindingOf(local, "pair", sections).notes,
              ElementsAre("The confidence is medium and not high: the times "
                          "of the evidence are local, and nothing proves their "
                          "zone."));
}

TEST(ConfidenceTest, NoSurerThanTheScenarioItBelongsTo) {
  const std::string body = "  when: failure\n  applies_to: [s]\n";
  CaseBuilder log = Both().Add(kDm, 0, 2);
  EXPECT_EQ(InFlow(log, body).confidence, Confidence::kMedium);
  EXPECT_THAT(InFlow(log, body).notes,
              ElementsAre("The confidence is medium and not high: the kind of "
                          "enrolment was not decided."));
  // The scenario itself is of medium confidence.
  EXPECT_THAT(InFlow(CaseBuilder(log).Add(kDm, 1, 99), body).notes,
              ElementsAre("The confidence is medium and not high: the kind of "
                          "enrolment is no surer."));
  EXPECT_THAT(
      InFlow(CaseBuilder(log).Add(kDm, 1, 99), "  when: failure\n").notes,
      IsEmpty());
}

TEST(ExplainsTest, TwoRootsOfOneSymptomAreBothListed) {
  const RuleSet rules = MustLoad(
      {kServices,
       SignatureFile("TST-001", "  when: failure\n  explains: [TST-003]\n",
                     kDetections),
       SignatureFile("TST-002", "  when: success\n  explains: [TST-003]\n",
                     kDetections),
       SignatureFile("TST-003", "  when: report\n", kDetections)});
  // All at one time: which of the two it was is not guessed.
  Case the_case = Both().Add(kDm, 0, 1).Add(kDm, 0, 2).Add(kAad, 0, 3).Build();
  rules.Judge(&the_case);
  const Finding* symptom = FindFinding(the_case, "TST-003");
  ASSERT_NE(symptom, nullptr);
  EXPECT_THAT(symptom->explained_by, ElementsAre("TST-001", "TST-002"));
  EXPECT_THAT(symptom->notes,
              ElementsAre("TST-001 and TST-002 each explain it; which of them "
                          "it was is not known."));
  EXPECT_THAT(the_case.verdict.roots, ElementsAre("TST-001", "TST-002"));
  // One that came later than the symptom explains nothing.
  the_case = Both().Add(kDm, 0, 1).Add(kDm, 0, 2).Add(kAad, 5, 3).Build();
  rules.Judge(&the_case);
  EXPECT_THAT(FindFinding(the_case, "TST-003")->explained_by,
              ElementsAre("TST-001"));
  EXPECT_THAT(FindFinding(the_case, "TST-003")->notes, IsEmpty());
}

}  // namespace
}  // namespace espial::rules

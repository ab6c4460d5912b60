// Scenario, parts, steps and verdict.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kShell[] = "Shell/Operational";
constexpr char kDm[] = "DM/Admin";
constexpr char kSystem[] = "System";

// Shell: 1 technician page, 2 user page, 3 reseal, 10/11/12 preparation
// started, passed, failed, 20/21/22 setup. DM: 1 failure. System: 12 boot.
const char* const kFlow = R"(
title: Test flow
id: 99999999-2222-3333-4444-555555555555
flow:
  name: test
  scenarios:
    - { name: hybrid, title: Hybrid, when: hybrid, confidence: high }
    - { name: other, title: Other, when: other_page, confidence: low }
  applies_to: [hybrid]
  parts:
    reseal: reseal
    quiet: 5m
    boot: boot
    user_marks: user_page
    technician_marks: technician_page
  goal: user.setup
  steps:
    - step: technician.setup
      title: Technician setup
      started: setup_started
      passed: setup_ok
      failed: setup_failed
    - step: user.preparation
      title: Preparation
      started: preparation_started
      passed: preparation_ok
      skipped: setup_started and not preparation_started
      expect: skipped
      optional: true
    - step: user.network
      title: Network
      passed: setup_started
    - step: user.setup
      title: Setup
      started: setup_started
      passed: setup_ok or setup_state_ok
      failed: setup_failed or setup_state_failed
    - step: user.finish
      title: Finish
      passed: finish
detections:
  hybrid: { logsource: { category: registry_state }, detection: { s: { Name: JoinMethod, Data: 1 }, condition: s } }
  other_page: { logsource: { service: shell }, detection: { s: { EventID: 99 }, condition: s } }
  technician_page: { logsource: { service: shell }, detection: { s: { EventID: 1 }, condition: s } }
  user_page: { logsource: { service: shell }, detection: { s: { EventID: 2 }, condition: s } }
  reseal: { logsource: { service: shell }, detection: { s: { EventID: 3 }, condition: s } }
  boot: { logsource: { service: system }, detection: { s: { EventID: 12 }, condition: s } }
  preparation_started: { logsource: { service: shell }, detection: { s: { EventID: 10 }, condition: s } }
  preparation_ok: { logsource: { service: shell }, detection: { s: { EventID: 11 }, condition: s } }
  setup_started: { logsource: { service: shell }, detection: { s: { EventID: 20 }, condition: s } }
  setup_ok: { logsource: { service: shell }, detection: { s: { EventID: 21 }, condition: s } }
  setup_failed: { logsource: { service: shell }, detection: { s: { EventID: 22 }, condition: s } }
  finish: { logsource: { service: shell }, detection: { s: { EventID: 30 }, condition: s } }
  setup_state_ok: { logsource: { category: json_state }, detection: { s: { File: Setup.Status, Data: succeeded }, condition: s } }
  setup_state_failed: { logsource: { category: json_state }, detection: { s: { File: Setup.Status, Data: failed }, condition: s } }
)";

std::vector<RuleFile> Files() {
  return {{"catalog/logsources.yml",
           "services: { shell: [Shell/Operational], dm: [DM/Admin], system: "
           "[System] }\n"},
          {"flows/test.yml", kFlow},
          SignatureFile("NET-001", "  stage: user.network\n  when: d\n",
                        "detections:\n  d:\n    logsource: { service: dm }\n"
                        "    detection: { s: { EventID: 1 }, condition: s }\n"
                        "    part: user\n"),
          SignatureFile("SET-001", "  stage: user.setup\n  when: d\n",
                        "detections:\n  d:\n    logsource: { service: dm }\n"
                        "    detection: { s: { EventID: 2 }, condition: s }\n"),
          SignatureFile("TEC-001",
                        "  severity: info\n  stage: technician.setup\n"
                        "  when: d\n",
                        "detections:\n  d:\n    logsource: { service: dm }\n"
                        "    detection: { s: { EventID: 1 }, condition: s }\n"
                        "    part: technician\n"),
          SignatureFile("USR-001", "  severity: info\n  when: early\n",
                        "detections:\n  d:\n    logsource: { service: dm }\n"
                        "    detection: { s: { EventID: 5 }, condition: s }\n"
                        "correlations:\n  early:\n    type: sequence\n"
                        "    boots: across\n"
                        "    steps: [ { rule: '@user_start' }, { rule: d, "
                        "within: 1h } ]\n")};
}

Case Judged(const CaseBuilder& builder) {
  const RuleSet rules = MustLoad(Files());
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  return the_case;
}

std::map<std::string, StepStatus> Statuses(const Case& the_case) {
  std::map<std::string, StepStatus> out;
  for (const Step& step : the_case.flow.steps) out[step.id] = step.status;
  return out;
}

StepStatus StatusOf(const Case& the_case, const std::string& step) {
  return Statuses(the_case).at(step);
}

const Step& StepOf(const Case& the_case, const std::string& id) {
  for (const Step& step : the_case.flow.steps) {
    if (step.id == id) return step;
  }
  ADD_FAILURE() << id;
  return the_case.flow.steps[0];
}

// A technician part until second 100 and a boot an hour later.
CaseBuilder Resealed() {
  CaseBuilder builder;
  builder.Log(kDm).Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1");
  builder.Add(kShell, 0, 1).Add(kShell, 10, 20).Add(kShell, 50, 21);
  builder.Add(kShell, 100, 3).Add(kSystem, 0, 6).Add(kSystem, 3600, 12);
  return builder;
}

TEST(ScenarioTest, TheFirstTrueOneNamesTheEnrolment) {
  const Case both = Judged(Resealed().Add(kShell, 1, 99));
  EXPECT_EQ(both.scenario.id, "hybrid");
  EXPECT_EQ(both.scenario.confidence, Confidence::kHigh);
  ASSERT_EQ(both.scenario.evidence.size(), 1U);
  EXPECT_EQ(both.scenario.evidence[0].text,
            "HKLM\\SOFTWARE\\X\\JoinMethod = 1");
  EXPECT_EQ(both.flow.id, "test");
  const Case other = Judged(CaseBuilder().Add(kShell, 1, 99));
  EXPECT_EQ(other.scenario.id, "other");
  EXPECT_TRUE(other.flow.id.empty());
  EXPECT_THAT(other.verdict.sentence, HasSubstr("No flow is known"));
}

TEST(ScenarioTest, UnknownStillHasFindings) {
  const Case the_case = Judged(CaseBuilder().Add(kDm, 0, 2));
  EXPECT_EQ(the_case.scenario.id, "unknown");
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kUnknown);
  EXPECT_THAT(the_case.verdict.roots, ElementsAre("SET-001"));
  EXPECT_THAT(the_case.verdict.sentence, HasSubstr("SET-001"));
}

TEST(PartsTest, StepsSeeTheirPart) {
  const Case the_case = Judged(Resealed().Add(kShell, 3700, 20));
  EXPECT_EQ(StatusOf(the_case, "technician.setup"), StepStatus::kPassed);
  EXPECT_EQ(StatusOf(the_case, "user.setup"), StepStatus::kRunning);
  EXPECT_EQ(StepOf(the_case, "user.setup").start.ticks, At(3700));
}

TEST(PartsTest, DetectionsSeeTheirPart) {
  const Case before = Judged(Resealed().Add(kDm, 20, 1));
  EXPECT_EQ(ResultOf(before, "TEC-001"), Verity::kMatched);
  EXPECT_EQ(ResultOf(before, "NET-001"), Verity::kNotMatched);
  const Case after = Judged(Resealed().Add(kDm, 3601, 1));
  EXPECT_EQ(ResultOf(after, "TEC-001"), Verity::kNotMatched);
  EXPECT_EQ(ResultOf(after, "NET-001"), Verity::kMatched);
}

TEST(PartsTest, ASilenceBeginsTheUserPartWithoutABoot) {
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1").Log(kSystem);
  builder.Add(kShell, 0, 1).Add(kShell, 100, 3).Add(kDm, 350, 1);
  // Less than five minutes: still the technician's.
  EXPECT_EQ(ResultOf(Judged(builder), "TEC-001"), Verity::kMatched);
  builder.Add(kDm, 700, 1);
  EXPECT_EQ(ResultOf(Judged(builder), "NET-001"), Verity::kMatched);
}

TEST(PartsTest, MarksTellWithoutAReseal) {
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1").Log(kSystem);
  builder.Add(kShell, 100, 2).Add(kDm, 50, 9).Add(kDm, 200, 1);
  EXPECT_EQ(ResultOf(Judged(builder), "NET-001"), Verity::kMatched);
  CaseBuilder technician;
  technician.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1").Log(kSystem);
  technician.Add(kShell, 100, 1).Add(kDm, 200, 1);
  EXPECT_EQ(ResultOf(Judged(technician), "TEC-001"), Verity::kMatched);
  EXPECT_EQ(ResultOf(Judged(technician), "NET-001"), Verity::kNotMatched);
}

TEST(PartsTest, AnUnknownBorderIsNoAbsence) {
  // The log that would show the reseal is not there.
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1").Log(kSystem);
  builder.Add(kDm, 200, 1);
  const Case the_case = Judged(builder);
  EXPECT_EQ(ResultOf(the_case, "NET-001"), Verity::kInconclusive);
  EXPECT_EQ(ResultOf(the_case, "TEC-001"), Verity::kInconclusive);
  EXPECT_THAT(FindFinding(the_case, "NET-001")->missing[0],
              HasSubstr("Where the user part"));
}

TEST(PartsTest, TheBeginningOfTheUserPartInASequence) {
  EXPECT_EQ(ResultOf(Judged(Resealed().Add(kDm, 3700, 5)), "USR-001"),
            Verity::kMatched);
  EXPECT_EQ(ResultOf(Judged(Resealed().Add(kDm, 9000, 5)), "USR-001"),
            Verity::kNotMatched);
  EXPECT_EQ(ResultOf(Judged(Resealed().Add(kDm, 90, 5)), "USR-001"),
            Verity::kNotMatched);
}

TEST(PartsTest, ALogMustReachBackToTheUserPartOnly) {
  CaseBuilder late = Resealed();
  late.Add(kDm, 3599, 9).Wrapped(kDm);
  EXPECT_EQ(ResultOf(Judged(late), "NET-001"), Verity::kNotMatched);
  CaseBuilder later = Resealed();
  later.Add(kDm, 3601, 9).Wrapped(kDm);
  const Case the_case = Judged(later);
  ASSERT_EQ(ResultOf(the_case, "NET-001"), Verity::kInconclusive);
  EXPECT_THAT(FindFinding(the_case, "NET-001")->missing,
              ElementsAre("The DM/Admin log begins at 2025-03-01T09:00:01Z, "
                          "after the user flow began."));
}

TEST(StepTest, PassFailureAndRetry) {
  const auto status = [](const CaseBuilder& builder) {
    return StatusOf(Judged(builder), "user.setup");
  };
  CaseBuilder base = Resealed().Add(kShell, 3700, 20);
  CaseBuilder passed = base;
  EXPECT_EQ(status(passed.Add(kShell, 3800, 21)), StepStatus::kPassed);
  CaseBuilder failed = base;
  EXPECT_EQ(status(failed.Add(kShell, 3800, 22)), StepStatus::kFailed);
  // A later pass undoes the failure; an earlier one does not.
  EXPECT_EQ(status(failed.Add(kShell, 3900, 21)), StepStatus::kPassed);
  EXPECT_EQ(status(failed.Add(kShell, 4000, 22)), StepStatus::kFailed);
}

TEST(StepTest, FactsOutrankEvents) {
  CaseBuilder failed = Resealed().Add(kShell, 3700, 20).Add(kShell, 3800, 22);
  EXPECT_EQ(StatusOf(Judged(CaseBuilder(failed).Json("Setup.Status", "x",
                                                     "succeeded")),
                     "user.setup"),
            StepStatus::kPassed);
  CaseBuilder passed = Resealed().Add(kShell, 3700, 20).Add(kShell, 3800, 21);
  EXPECT_EQ(
      StatusOf(Judged(CaseBuilder(passed).Json("Setup.Status", "x", "failed")),
               "user.setup"),
      StepStatus::kFailed);
}

TEST(StepTest, SkippedAsExpectedAndRunAgainstExpectation) {
  const Case skipped = Judged(Resealed().Add(kShell, 3700, 20));
  EXPECT_EQ(StatusOf(skipped, "user.preparation"), StepStatus::kSkipped);
  EXPECT_EQ(StepOf(skipped, "user.preparation").note, "");
  const Case ran =
      Judged(Resealed().Add(kShell, 3650, 10).Add(kShell, 3660, 11));
  EXPECT_EQ(StatusOf(ran, "user.preparation"), StepStatus::kPassed);
  EXPECT_THAT(StepOf(ran, "user.preparation").note,
              HasSubstr("Expected to be skipped"));
}

TEST(StepTest, NotReachedBehindAStop) {
  const Case the_case =
      Judged(Resealed().Add(kShell, 3700, 20).Add(kShell, 3800, 22));
  EXPECT_EQ(StatusOf(the_case, "user.finish"), StepStatus::kNotReached);
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(the_case.verdict.stopped_at, "user.setup");
  EXPECT_EQ(the_case.verdict.sentence,
            "The user flow failed at Setup; no signature recognises why.");
}

TEST(StepTest, WithoutEvidenceItIsUnknown) {
  const Case the_case = Judged(Resealed());
  EXPECT_EQ(StatusOf(the_case, "user.setup"), StepStatus::kUnknown);
  CaseBuilder no_shell;
  no_shell.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1");
  EXPECT_THAT(StepOf(Judged(no_shell), "user.finish").note,
              HasSubstr("The Shell/Operational log is not in the bundle."));
}

// A signature over the DM log, judged in the test flow.
Case JudgedWith(const CaseBuilder& builder, const std::string& body) {
  std::vector<RuleFile> files = Files();
  files.push_back(
      SignatureFile("ADD-001", body + "  when: d\n",
                    "detections:\n  d:\n    logsource: { service: dm }\n"
                    "    detection: { s: { EventID: 7 }, condition: s }\n"));
  const RuleSet rules = MustLoad(files);
  Case the_case = builder.Build();
  rules.Judge(&the_case);
  return the_case;
}

TEST(ApplicabilityTest, OtherScenariosAreNotJudged) {
  const CaseBuilder hybrid = Resealed().Add(kDm, 3601, 7);
  EXPECT_EQ(ResultOf(JudgedWith(hybrid, ""), "ADD-001"), Verity::kMatched);
  EXPECT_EQ(ResultOf(JudgedWith(hybrid, "  applies_to: [other, hybrid]\n"),
                     "ADD-001"),
            Verity::kMatched);
  EXPECT_EQ(ResultOf(JudgedWith(hybrid, "  applies_to: [other]\n"), "ADD-001"),
            Verity::kNotMatched);
  // What is not known may be any.
  const CaseBuilder unknown = CaseBuilder().Log(kShell).Add(kDm, 0, 7);
  EXPECT_EQ(ResultOf(JudgedWith(unknown, "  applies_to: [other]\n"), "ADD-001"),
            Verity::kMatched);
}

TEST(ApplicabilityTest, TheStageIsTheFirstThatTheFlowHas) {
  std::vector<RuleFile> files = Files();
  std::string other = kFlow;
  other.replace(other.find("99999999"), 8, "88888888");
  other.replace(other.find("name: test"), 10, "name: more");
  other.replace(other.find("applies_to: [hybrid]"), 20, "applies_to: [other]");
  other.replace(other.find("step: user.finish"), 17, "step: user.elsewhere");
  const size_t scenarios = other.find("  scenarios:");
  other.erase(scenarios, other.find("  applies_to:") - scenarios);
  files.push_back({"flows/more.yml", other});
  files.push_back(SignatureFile(
      "ADD-001", "  stage: [user.elsewhere, user.network]\n  when: d\n",
      "detections:\n  d:\n    logsource: { service: dm }\n"
      "    detection: { s: { EventID: 7 }, condition: s }\n"));
  const RuleSet rules = MustLoad(files);
  Case the_case = Resealed().Add(kDm, 3601, 7).Build();
  rules.Judge(&the_case);
  EXPECT_EQ(FindFinding(the_case, "ADD-001")->stage, "user.network");
  the_case = CaseBuilder()
                 .Add(kShell, 0, 99)
                 .Add(kDm, 10, 7)
                 .Registry("", "", "")
                 .Build();
  rules.Judge(&the_case);
  EXPECT_EQ(FindFinding(the_case, "ADD-001")->stage, "user.elsewhere");
}

TEST(ApplicabilityTest, AStageThatWasNotReachedCannotHaveFailed) {
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1");
  builder.Add(kShell, 0, 1).Add(kShell, 100, 3).Add(kSystem, 3600, 12);
  const std::string finish = "  stage: user.finish\n";
  // Nothing says that the flow stopped before it.
  EXPECT_EQ(ResultOf(JudgedWith(builder, finish), "ADD-001"),
            Verity::kInconclusive);
  // It runs, and the log that would show the next step's beginning is there.
  builder.Add(kShell, 3700, 20);
  EXPECT_EQ(ResultOf(JudgedWith(builder, finish), "ADD-001"),
            Verity::kNotMatched);
  EXPECT_EQ(ResultOf(JudgedWith(builder, "  stage: user.setup\n"), "ADD-001"),
            Verity::kInconclusive);
  // That log has a hole: the next step may have begun.
  CaseBuilder hole = builder;
  hole.Damaged(kShell);
  EXPECT_EQ(ResultOf(JudgedWith(hole, finish), "ADD-001"),
            Verity::kInconclusive);
  // But not behind a failure.
  hole.Add(kShell, 3800, 22);
  EXPECT_EQ(ResultOf(JudgedWith(hole, finish), "ADD-001"), Verity::kNotMatched);
}

TEST(VerdictTest, AFlowWithoutPartsIsADeployment) {
  std::vector<RuleFile> files = Files();
  std::string flow = kFlow;
  const size_t parts = flow.find("  parts:");
  flow.erase(parts, flow.find("  goal:") - parts);
  files[1].text = flow;
  const RuleSet rules = MustLoad(files);
  Case the_case = Resealed().Add(kShell, 3800, 21).Build();
  rules.Judge(&the_case);
  EXPECT_EQ(the_case.verdict.sentence, "The deployment completed.");
}

TEST(VerdictTest, AMatchedErrorFailsItsStep) {
  const Case the_case = Judged(Resealed().Add(kDm, 3601, 1));
  EXPECT_EQ(StatusOf(the_case, "user.network"), StepStatus::kFailed);
  EXPECT_EQ(StatusOf(the_case, "user.setup"), StepStatus::kNotReached);
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(the_case.verdict.stopped_at, "user.network");
  EXPECT_EQ(the_case.verdict.sentence,
            "The user flow stopped at Network: Title of NET-001 (NET-001, "
            "high confidence).");
  EXPECT_THAT(the_case.verdict.roots, ElementsAre("NET-001"));
}

TEST(VerdictTest, AMatchedErrorDoesNotFailAPassedStep) {
  const Case the_case = Judged(
      Resealed().Add(kDm, 3601, 1).Add(kShell, 3700, 20).Add(kShell, 3800, 21));
  EXPECT_EQ(StatusOf(the_case, "user.network"), StepStatus::kPassed);
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kSucceeded);
  EXPECT_THAT(the_case.verdict.sentence, HasSubstr("not without trouble"));
}

TEST(VerdictTest, Succeeded) {
  const Case the_case =
      Judged(Resealed().Add(kShell, 3700, 20).Add(kShell, 3800, 21));
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kSucceeded);
  EXPECT_EQ(the_case.verdict.sentence, "The user flow completed.");
  EXPECT_EQ(the_case.verdict.stopped_at, "");
}

TEST(VerdictTest, InProgressSaysWhatIsMissing) {
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1");
  builder.Add(kShell, 0, 1).Add(kShell, 100, 3).Add(kSystem, 3600, 12);
  builder.Add(kShell, 3700, 20);
  const Case the_case = Judged(builder);
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kInProgress);
  EXPECT_EQ(the_case.verdict.sentence,
            "The user flow is still at Setup; nothing that was collected says "
            "why: the DM/Admin log is not in the bundle.");
}

TEST(VerdictTest, APassedStageDecidesWhatWasOpen) {
  CaseBuilder builder;
  builder.Registry("HKLM\\SOFTWARE\\X", "JoinMethod", "1");
  builder.Add(kShell, 0, 1).Add(kShell, 100, 3).Add(kSystem, 3600, 12);
  builder.Add(kShell, 3700, 20).Add(kShell, 3800, 21);
  const Case the_case = Judged(builder);
  // The DM log is missing, yet network and setup were passed.
  EXPECT_EQ(ResultOf(the_case, "NET-001"), Verity::kNotMatched);
  EXPECT_EQ(ResultOf(the_case, "SET-001"), Verity::kNotMatched);
  EXPECT_EQ(ResultOf(the_case, "USR-001"), Verity::kInconclusive);
}

}  // namespace
}  // namespace espial::rules

#include <espial/report/layout.h>
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TextOptions Wide() { return {.color = false, .width = 0, .verbose = false}; }
TextOptions Verbose() { return {.color = false, .width = 0, .verbose = true}; }

TEST(TriageTextTest, LeadsWithTheSentence) {
  EXPECT_THAT(TriageText(FailedEnrolment(), Wide()),
              StartsWith("The enrolment failed in account setup: no domain "
                         "controller could be reached.\n"));
}

TEST(TriageTextTest, ShowsTheFlowAsATable) {
  const std::string text = TriageText(FailedEnrolment(), Wide());
  EXPECT_THAT(text, HasSubstr("  [ok]   Device setup   2024-07-23 10:04:05Z "
                              "(12:04 +02:00)  4m 05s\n"));
  EXPECT_THAT(text, HasSubstr("  [FAIL] Account setup  2024-07-23 10:08:11Z "
                              "(12:08 +02:00)\n"
                              "         the domain join waited for a domain "
                              "controller\n"));
  EXPECT_THAT(text, HasSubstr("  [    ] Desktop\n"));
}

TEST(TriageTextTest, EveryStatusHasItsMark) {
  CaseBuilder builder;
  builder.AddStep("a", "A", StepStatus::kRunning);
  builder.AddStep("b", "B", StepStatus::kSkipped);
  builder.AddStep("c", "C", StepStatus::kUnknown);
  const std::string text = TriageText(std::move(builder).Build(), Wide());
  EXPECT_THAT(text, HasSubstr("  [..]   A\n  [skip] B\n  [?]    C\n"));
}

TEST(TriageTextTest, HangsSymptomsUnderTheirRoot) {
  const std::string text = TriageText(FailedEnrolment(), Wide());
  const size_t root = text.find(
      "  error HYB-001  No domain controller could "
      "be reached (high confidence)\n");
  const size_t symptom = text.find(
      "      explains warning ESP-010  Account "
      "setup timed out");
  ASSERT_NE(root, std::string::npos) << text;
  ASSERT_NE(symptom, std::string::npos) << text;
  EXPECT_LT(root, symptom);
  EXPECT_THAT(text, HasSubstr("Cause     The network of the user"));
  EXPECT_THAT(text, HasSubstr("Remedy    1. Connect the device"));
  EXPECT_THAT(text, HasSubstr("                2. Check the VPN"));
  EXPECT_THAT(text,
              HasSubstr("Links     https://learn.microsoft.com/autopilot"));
  EXPECT_THAT(text, HasSubstr("- dm-admin.evtx, record 17, 2024-07-23 "
                              "10:09:00Z (12:09 +02:00)\n"
                              "          Event 100: no connectivity, HRESULT "
                              "0x8007054B\n"));
}

TEST(TriageTextTest, ALongRemedyHangsBehindItsNumber) {
  CaseBuilder builder;
  builder.AddFinding("A-1", "root").remedy = {
      "Connect the device to the corporate network and restart it."};
  EXPECT_THAT(
      TriageText(std::move(builder).Build(), {.color = false, .width = 60}),
      HasSubstr("      Remedy    1. Connect the device to the corporate\n"
                "                   network and restart it.\n"));
}

TEST(TriageTextTest, SymptomsAreShortUnlessVerbose) {
  EXPECT_THAT(TriageText(FailedEnrolment(), Wide()),
              Not(HasSubstr("A symptom's own cause.")));
  EXPECT_THAT(TriageText(FailedEnrolment(), Wide()),
              Not(HasSubstr("line 4711")));
  const std::string verbose = TriageText(FailedEnrolment(), Verbose());
  EXPECT_THAT(verbose, HasSubstr("A symptom's own cause."));
  EXPECT_THAT(verbose, HasSubstr("- RegistryDump.reg, line 4711\n"));
}

TEST(TriageTextTest, ASymptomBeforeItsRootStillHangsBelowIt) {
  CaseBuilder builder;
  builder.AddFinding("B-2", "symptom").explained_by = {"A-1"};
  builder.AddFinding("A-1", "root");
  const std::string text = TriageText(std::move(builder).Build(), Wide());
  EXPECT_LT(text.find("A-1  root"), text.find("explains error B-2"));
}

TEST(TriageTextTest, NoFindingIsLostInACircle) {
  CaseBuilder builder;
  builder.AddFinding("A-1", "first").explained_by = {"B-2"};
  builder.AddFinding("B-2", "second").explained_by = {"A-1"};
  builder.AddFinding("C-3", "third").explained_by = {"C-3"};
  const std::string text = TriageText(std::move(builder).Build(), Wide());
  EXPECT_THAT(text, HasSubstr("A-1  first"));
  EXPECT_THAT(text, HasSubstr("B-2  second"));
  EXPECT_THAT(text, HasSubstr("C-3  third"));
}

TEST(TriageTextTest, ASymptomOfSomethingThatDoesNotHoldIsARoot) {
  CaseBuilder builder;
  builder.AddFinding("B-2", "symptom").explained_by = {"A-1"};
  builder.AddFinding("A-1", "undecided", Verity::kInconclusive);
  EXPECT_THAT(TriageText(std::move(builder).Build(), Wide()),
              HasSubstr("\n  error B-2  symptom"));
}

TEST(TriageTextTest, ASharedSymptomIsShownOnce) {
  CaseBuilder builder;
  builder.AddFinding("A-1", "first root");
  builder.AddFinding("A-2", "second root");
  builder.AddFinding("B-2", "shared").explained_by = {"A-1", "A-2"};
  const std::string text = TriageText(std::move(builder).Build(), Wide());
  const size_t at = text.find("B-2  shared");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find("B-2  shared", at + 1), std::string::npos);
}

TEST(TriageTextTest, NamesWhatIsMissing) {
  const std::string text = TriageText(FailedEnrolment(), Wide());
  EXPECT_THAT(text, HasSubstr("2 signatures could not be judged\n"));
  const size_t security =
      text.find("  The Security log is not in the bundle: SEC-002, SEC-003\n");
  const size_t system = text.find("  The System log is damaged: SEC-003\n");
  ASSERT_NE(security, std::string::npos) << text;
  ASSERT_NE(system, std::string::npos) << text;
  EXPECT_LT(security, system);
  EXPECT_THAT(
      TriageText(FailedEnrolment(), Verbose()),
      HasSubstr("could not be judged: SEC-003 An account was locked - The "
                "Security log is not in the bundle; The System log is "
                "damaged\n"));
}

TEST(TriageTextTest, ShowsDamageCoverageClockAndTotals) {
  const std::string text = TriageText(FailedEnrolment(), Wide());
  EXPECT_THAT(text, HasSubstr("Damaged: 2 places, 1,024 bytes lost\n"));
  EXPECT_THAT(text, HasSubstr("dm-admin.evtx: truncated: record at offset "
                              "69632: need 8 bytes, have 4; 1,024 bytes "
                              "lost\n"));
  EXPECT_THAT(text, HasSubstr("Not read: 1 artifact\n"
                              "  DiagLogs.zip!mdmlogs.cab!secret.zip\n"));
  EXPECT_THAT(text, HasSubstr("  Microsoft-Windows-DM/Admin\n      2024-07-23 "
                              "10:00:00Z (12:00 +02:00) to 2024-07-23 "
                              "11:00:00Z (13:00 +02:00), 1,200 events, 3 "
                              "records missing, starts late at record 400, "
                              "damaged\n"));
  EXPECT_THAT(text, HasSubstr("Without holes, between "));
  EXPECT_THAT(text, HasSubstr("Without events: shell-core\n"));
  EXPECT_THAT(text, HasSubstr("became 2024-07-23 10:00:00Z"));
  EXPECT_THAT(text,
              HasSubstr("6 artifacts (1 listed, not understood), 1 event, 1 "
                        "fact, 7 duplicate events left out.\n"));
}

TEST(TriageTextTest, AnEmptyCaseSaysSo) {
  EXPECT_EQ(TriageText(Case(), Wide()),
            "Nothing was judged.\n\n"
            "0 artifacts, 0 events, 0 facts, 0 duplicate events left out.\n");
}

TEST(TriageTextTest, AZoneThatIsNotKnownHasNoZ) {
  CaseBuilder builder;
  builder.AddStep("a", "A", StepStatus::kPassed).start =
      TimeAt("2024-07-23T10:00:00Z", TimeQuality::kAssumed);
  EXPECT_THAT(TriageText(std::move(builder).Build(), Wide()),
              HasSubstr("A  2024-07-23 10:00:00 (zone unknown)\n"));
}

TEST(TriageTextTest, LogsWithoutProvenTimesStandApart) {
  CaseBuilder builder;
  const SourceId id = builder.AddArtifact("a.log", "textlog");
  builder.AddCoverage(id, "Known", 2, "2024-07-23T10:00:00Z",
                      "2024-07-23T11:00:00Z");
  builder
      .AddCoverage(id, "Local", 2, "2023-01-01T10:00:00Z",
                   "2023-01-01T11:00:00Z")
      .quality = TimeQuality::kAssumed;
  Coverage& none = builder.AddCoverage(id, "None", 2, "2023-01-01T10:00:00Z",
                                       "2023-01-01T10:00:00Z");
  none.first = none.last = Ticks{0};
  none.quality = TimeQuality::kNone;
  Coverage& hole = builder.AddCoverage(id, "Hole", 2, "2023-01-01T10:00:00Z",
                                       "2023-01-01T11:00:00Z");
  hole.quality = TimeQuality::kAssumed;
  hole.damaged = true;
  const std::string text = TriageText(std::move(builder).Build(), Wide());
  EXPECT_THAT(text, HasSubstr("Without holes, between 2024-07-23 10:00:00Z and "
                              "2024-07-23 11:00:00Z: Known\n"));
  EXPECT_THAT(text, HasSubstr("Without holes, in local time whose zone nothing "
                              "proves: Local\n"));
  EXPECT_THAT(text, HasSubstr("Without holes and without times: None\n"));
  EXPECT_THAT(text, HasSubstr("2023-01-01 10:00:00 (zone unknown) to "
                              "2023-01-01 11:00:00 (zone unknown), 2 events, "
                              "damaged\n"));
  EXPECT_THAT(text, Not(HasSubstr("1601")));
}

TEST(TriageTextTest, LocalTimeOnAnotherDayHasItsDate) {
  CaseBuilder builder;
  builder.raw().clock.zones = {ZoneOf(At("2024-01-01T00:00:00Z"), 660, "x")};
  builder.AddStep("a", "A", StepStatus::kPassed).start =
      TimeAt("2024-07-23T20:00:00Z");
  EXPECT_THAT(TriageText(std::move(builder).Build(), Wide()),
              HasSubstr("2024-07-23 20:00:00Z (2024-07-24 07:00 +11:00)\n"));
}

TEST(TriageTextTest, EveryWidthIsKept) {
  const Case the_case = FailedEnrolment();
  for (uint32_t width = 60; width <= 140; width += 8) {
    const std::string text =
        TriageText(the_case, {.color = true, .width = width, .verbose = true});
    size_t at = 0;
    while (at < text.size()) {
      const size_t end = text.find('\n', at);
      ASSERT_NE(end, std::string::npos);
      const std::string line = text.substr(at, end - at);
      EXPECT_LE(DisplayWidth(line), width) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
      at = end + 1;
    }
  }
}

TEST(TriageTextTest, ColourOnlyWhenAskedFor) {
  EXPECT_THAT(TriageText(FailedEnrolment(), Wide()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(TriageText(FailedEnrolment(), {.color = true, .width = 80}),
              HasSubstr("\x1b[1;31m"));
}

// Whatever a bundle holds, a terminal gets none of its control characters.
TEST(TriageTextTest, HostileTextIsHarmless) {
  const std::string evil =
      "\x1b]0;owned\x07\r\n\xC2\x9B"
      "2J\xE2\x80\xAE\xFF";
  CaseBuilder builder;
  const SourceId id = builder.AddArtifact(evil, evil, ArtifactState::kRefused);
  Case& raw = builder.raw();
  raw.artifacts[0].note = evil;
  raw.device = {evil, evil, evil, evil, evil, {evil}};
  raw.scenario.title = evil;
  raw.flow.title = evil;
  raw.verdict.sentence = evil;
  raw.clock.steps = {
      {At("2024-07-23T03:00:00Z"), At("2024-07-23T10:00:00Z"), id, 9, evil}};
  builder.AddStep(evil, evil, StepStatus::kFailed).note = evil;
  {
    Finding& finding = builder.AddFinding(evil, evil);
    finding.cause = evil;
    finding.remedy = {evil};
    finding.links = {evil};
    builder.AddEvidence(&finding, id, 1, "2024-07-23T10:00:00Z", evil);
  }
  builder.AddFinding(evil, evil, Verity::kInconclusive).missing = {evil};
  builder.AddDamage(id, Errc::kBadValue, evil, 0, 1);
  builder.AddCoverage(id, evil, 1, "2024-07-23T10:00:00Z",
                      "2024-07-23T10:00:00Z");
  builder.AddCoverage(id, "", 0, "", "").file_stem = evil;
  const Field fields[] = {{evil, Value::String(evil)}};
  Event event;
  event.provider = evil;
  event.message = evil;
  event.fields = fields;
  event.time.as_written = evil;
  builder.AddEvent(id, event);
  Fact fact;
  fact.key = evil;
  fact.name = evil;
  fact.type = evil;
  fact.data = evil;
  builder.AddFact(id, fact);
  const Case the_case = std::move(builder).Build();

  std::string all = TriageText(the_case, Wide());
  all += TriageText(the_case, Verbose());
  all += TreeText(the_case, Wide());
  all += DamageText(the_case, Wide());
  AppendEventText(the_case, the_case.timeline.events()[0], evil, Wide(), &all);
  AppendFactText(the_case, the_case.timeline.facts()[0], Wide(), &all);
  for (const std::string_view bad :
       {"\x1b", "\x07", "\r", "\xC2\x9B", "\xE2\x80\xAE", "\xFF"}) {
    EXPECT_EQ(all.find(bad), std::string::npos) << bad.size();
  }
}

TEST(TreeTextTest, IndentsMembersBelowTheirContainer) {
  const std::string text = TreeText(FailedEnrolment(), Wide());
  EXPECT_THAT(text, StartsWith("DiagLogs.zip: archive/zip, 1,000 bytes, whole, "
                               "1 member\n"
                               "  mdmlogs.cab: archive/cab, 1,000 bytes, "
                               "whole, 4 members\n"
                               "    dm-admin.evtx: evtx, 1,000 bytes, damaged, "
                               "2 damages\n"));
  EXPECT_THAT(text, HasSubstr("    Wifi.etl: etl, 1,000 bytes, not "
                              "understood\n"));
}

TEST(DamageTextTest, OneLineEach) {
  EXPECT_EQ(DamageText(FailedEnrolment(), Wide()),
            "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx: truncated: record at "
            "offset 69632: need 8 bytes, have 4; 1,024 bytes lost\n"
            "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx: bad checksum: chunk "
            "header at offset 4096: need 8 bytes, have 4; nothing lost\n");
  EXPECT_EQ(DamageText(Case(), Wide()), "");
}

}  // namespace
}  // namespace espial::report

// The JSON against its schema, by a validator that is not ours.
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::HasSubstr;

constexpr int kMissing = 77;

struct Outcome {
  int exit_code = -1;
  std::string output;
};

// Runs the validator over `json`; `schema` is "case", "clock" or "coverage".
Outcome Validate(const std::string& json, const std::string& schema = "case") {
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) /
      ("espial_schema_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::filesystem::path document =
      folder /
      (std::string(
           ::testing::UnitTest::GetInstance()->current_test_info()->name()) +
       ".json");
  std::ofstream(document, std::ios::binary) << json;
  const std::string command =
      "/usr/bin/python3 '" ESPIAL_SOURCE_DIR
      "/tests/report/validate.py' '" ESPIAL_SOURCE_DIR "/lib/report/" +
      schema + ".schema.json' '" + document.string() + "' 2>&1";
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.output.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  std::filesystem::remove_all(folder);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  // 126 and 127: there is no Python at all.
  if (outcome.exit_code == 126 || outcome.exit_code == 127) {
    outcome.exit_code = kMissing;
  }
  return outcome;
}

std::string Replace(std::string text, std::string_view what,
                    std::string_view with) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), with);
  return text;
}

TEST(SchemaTest, AFullCaseIsValid) {
  const Outcome outcome = Validate(TriageJson(FailedEnrolment()));
  if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

TEST(SchemaTest, AnEmptyCaseIsValid) {
  const Outcome outcome = Validate(TriageJson(Case()));
  if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

TEST(SchemaTest, EveryEnumeratorIsInTheSchema) {
  CaseBuilder builder;
  for (const ArtifactState state :
       {ArtifactState::kWhole, ArtifactState::kDamaged, ArtifactState::kRefused,
        ArtifactState::kNotUnderstood}) {
    builder.AddArtifact("a", "evtx", state);
  }
  for (const StepStatus status :
       {StepStatus::kPassed, StepStatus::kFailed, StepStatus::kRunning,
        StepStatus::kSkipped, StepStatus::kNotReached, StepStatus::kUnknown}) {
    builder.AddStep("id", "title", status);
  }
  for (const Severity severity :
       {Severity::kInfo, Severity::kWarning, Severity::kError}) {
    for (const Verity verity :
         {Verity::kNotMatched, Verity::kInconclusive, Verity::kMatched}) {
      builder.AddFinding("A-1", "t", verity, severity).confidence =
          static_cast<Confidence>(static_cast<int>(severity));
    }
  }
  for (const Errc code :
       {Errc::kTruncated, Errc::kBadMagic, Errc::kBadChecksum, Errc::kBadValue,
        Errc::kUnsupported, Errc::kLimitExceeded, Errc::kNotFound, Errc::kIo,
        Errc::kInvalidArgument}) {
    builder.AddDamage(SourceId{0}, code, "x", 0, 0);
  }
  for (const espial::Outcome result :
       {espial::Outcome::kSucceeded, espial::Outcome::kFailed,
        espial::Outcome::kInProgress, espial::Outcome::kUnknown}) {
    builder.raw().verdict.outcome = result;
    CaseBuilder copy;
    copy.raw().verdict.outcome = result;
    const Outcome outcome = Validate(TriageJson(std::move(copy).Build()));
    if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  }
  const Outcome outcome = Validate(TriageJson(std::move(builder).Build()));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

// The validator must be able to say no, else the tests above prove nothing.
TEST(SchemaTest, RefusesAnUnknownKeyAValueAndAMissingKey) {
  const std::string good = TriageJson(FailedEnrolment());
  const Outcome unknown =
      Validate(Replace(good, "\"counts\": {", "\"counts\": {\"more\": 1,"));
  if (unknown.exit_code == kMissing) GTEST_SKIP() << unknown.output;
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("'more' was unexpected"));

  const Outcome bad_enum = Validate(
      Replace(good, "\"outcome\": \"failed\"", "\"outcome\": \"bad\""));
  EXPECT_EQ(bad_enum.exit_code, 1);
  EXPECT_THAT(bad_enum.output, HasSubstr("'bad' is not one of"));

  const Outcome both = Validate(
      Replace(good, "\"record\": 17,", "\"record\": 17, \"line\": 3,"));
  EXPECT_EQ(both.exit_code, 1);

  const Outcome short_time = Validate(
      Replace(good, "2024-07-23T10:09:00.0000000Z", "2024-07-23T10:09:00Z"));
  EXPECT_EQ(short_time.exit_code, 1);
}

// One of everything that the clock's report can show.
Case WithAClock() {
  CaseBuilder builder;
  const SourceId log = builder.AddArtifact("System.evtx", "evtx");
  const SourceId trace = builder.AddArtifact("a.etl", "etl");
  Case the_case = std::move(builder).Build();
  Clock& clock = the_case.clock;
  clock.captured = At("2024-07-23T12:00:00Z");
  clock.captured_evidence = "start of the collector";
  clock.zones = {ZoneOf(At("2024-07-23T08:00:00Z"), -840, "trace header"),
                 ZoneOf(At("2024-07-23T09:00:00Z"), 60, "EventLog 6013")};
  clock.zones[1].rule = {60, 120, {10, 5, 0, 10800}, {3, 5, 0, 7200}};
  clock.zones[1].exact = true;
  ZoneEvidence evidence;
  evidence.what = "trace header";
  evidence.says = "-14:00";
  evidence.at = At("2024-07-23T08:00:00Z");
  evidence.source = trace;
  evidence.used = true;
  clock.evidence = {evidence, evidence};
  clock.evidence[1].at.reset();
  clock.evidence[1].used = false;
  clock.evidence[1].why_not = "the other says more";
  clock.steps = {{At("2024-07-23T01:00:00Z"), At("2024-07-23T10:00:00.5Z"), log,
                  7, "Microsoft-Windows-Kernel-General 1"}};
  clock.local_logs = {{log, "IntuneManagementExtension", 4, 3, 2, 1}};
  clock.drifts = {{log, trace, -15'000'000, 1, 3}};
  for (const SpanKind kind :
       {SpanKind::kBoot, SpanKind::kUserSession, SpanKind::kPart,
        SpanKind::kEspCategory, SpanKind::kApp}) {
    Span span;
    span.kind = kind;
    span.evidence = "x";
    the_case.spans.push_back(span);
    span.from = span.to = At("2024-07-23T10:00:00Z");
    span.outcome = "succeeded";
    the_case.spans.push_back(span);
  }
  return the_case;
}

TEST(SchemaTest, TheClockIsValid) {
  for (const std::string& json :
       {ClockJson(Case()), ClockJson(FailedEnrolment()),
        ClockJson(WithAClock())}) {
    const Outcome outcome = Validate(json, "clock");
    if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  }
}

TEST(SchemaTest, TheClocksSchemaCanSayNo) {
  const std::string good = ClockJson(WithAClock());
  const auto refused = [](const std::string& json) {
    const Outcome outcome = Validate(json, "clock");
    return outcome.exit_code == kMissing ? "skip" : outcome.output;
  };
  const std::string first =
      refused(Replace(good, "\"used\": true", "\"used\": \"yes\""));
  if (first == "skip") GTEST_SKIP() << "no validator";
  EXPECT_THAT(first, HasSubstr("evidence/0/used: 'yes' is not of type"));
  EXPECT_THAT(refused(Replace(good, "-840", "-900")),
              HasSubstr("-900 is less than the minimum of -840"));
  EXPECT_THAT(refused(Replace(good, "\"boot\"", "\"start\"")),
              HasSubstr("'start' is not one of"));
  EXPECT_THAT(refused(Replace(good, "\"pairs\": 3", "\"pairs\": 2")),
              HasSubstr("2 is less than the minimum of 3"));
  EXPECT_THAT(refused(Replace(good, "\"assumed\"", "\"guessed\"")),
              HasSubstr("'guessed' was unexpected"));
}

// One of everything that the coverage's report can show.
Case WithCoverage() {
  CaseBuilder builder;
  const SourceId log = builder.AddArtifact("System.evtx", "evtx");
  for (const TimeQuality quality :
       {TimeQuality::kNone, TimeQuality::kAssumed, TimeQuality::kZone,
        TimeQuality::kOffset, TimeQuality::kUtc}) {
    Coverage& coverage = builder.AddCoverage(
        log, "System", 5, "2024-07-23T08:00:00Z", "2024-07-23T09:00:00Z");
    coverage.quality = quality;
    coverage.lines = quality == TimeQuality::kZone;
    coverage.holes = {{4, 7}, {9, 9}};
    coverage.cleared = coverage.captured = At("2024-07-23T10:00:00Z");
  }
  builder.AddCoverage(log, "", 0, "2024-07-23T08:00:00Z",
                      "2024-07-23T09:00:00Z");
  Case the_case = std::move(builder).Build();
  the_case.absences = {{Absence::Kind::kFailed, "a", "0x80070002", log, 7},
                       {Absence::Kind::kAbsent, "b", "", log, 8},
                       {Absence::Kind::kExpected, "c", "usual", log, 0}};
  return the_case;
}

TEST(SchemaTest, CoverageIsValid) {
  for (const std::string& json :
       {CoverageJson(Case()), CoverageJson(FailedEnrolment()),
        CoverageJson(WithCoverage())}) {
    const Outcome outcome = Validate(json, "coverage");
    if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  }
}

TEST(SchemaTest, TheSchemaOfCoverageCanSayNo) {
  const std::string good = CoverageJson(WithCoverage());
  const Outcome kind =
      Validate(Replace(good, "\"failed\"", "\"broken\""), "coverage");
  if (kind.exit_code == kMissing) GTEST_SKIP() << kind.output;
  EXPECT_THAT(kind.output, HasSubstr("absent/0/kind: 'broken' is not one of"));
  EXPECT_THAT(
      Validate(Replace(good, "\"records\"", "\"rows\""), "coverage").output,
      HasSubstr("'rows' is not one of"));
  EXPECT_THAT(
      Validate(Replace(good, "\"first\": 4", "\"first\": -4"), "coverage")
          .output,
      HasSubstr("-4 is less than the minimum of 0"));
}

}  // namespace
}  // namespace espial::report

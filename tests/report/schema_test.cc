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

// Runs the validator over `json`.
Outcome Validate(const std::string& json) {
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
  const std::string command = "/usr/bin/python3 '" ESPIAL_SOURCE_DIR
                              "/tests/report/validate.py' '" ESPIAL_SOURCE_DIR
                              "/lib/report/case.schema.json' '" +
                              document.string() + "' 2>&1";
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

}  // namespace
}  // namespace espial::report

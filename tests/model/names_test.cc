// The names of enumerations: reports, rules and the JSON schema spell them so.
#include <espial/model/artifact.h>
#include <espial/model/event.h>
#include <espial/model/fact.h>
#include <espial/model/finding.h>
#include <espial/model/flow.h>
#include <gtest/gtest.h>

#include <string_view>

namespace espial {
namespace {

TEST(Names, AreStable) {
  EXPECT_EQ(RecordStateName(RecordState::kActive), "active");
  EXPECT_EQ(RecordStateName(RecordState::kLive), "live");
  EXPECT_EQ(RecordStateName(RecordState::kResidue), "residue");
  EXPECT_EQ(RecordStateName(RecordState::kRecovered), "recovered");

  EXPECT_EQ(FactKindName(FactKind::kRegistry), "registry");
  EXPECT_EQ(FactKindName(FactKind::kJson), "json");
  EXPECT_EQ(FactKindName(FactKind::kCollection), "collection");
  EXPECT_EQ(FactKindName(FactKind::kXml), "xml");
  EXPECT_EQ(FactKindName(FactKind::kOutput), "output");

  EXPECT_EQ(ArtifactStateName(ArtifactState::kWhole), "whole");
  EXPECT_EQ(ArtifactStateName(ArtifactState::kDamaged), "damaged");
  EXPECT_EQ(ArtifactStateName(ArtifactState::kRefused), "refused");
  EXPECT_EQ(ArtifactStateName(ArtifactState::kNotUnderstood), "not understood");

  EXPECT_EQ(SeverityName(Severity::kInfo), "info");
  EXPECT_EQ(SeverityName(Severity::kWarning), "warning");
  EXPECT_EQ(SeverityName(Severity::kError), "error");
  EXPECT_EQ(ConfidenceName(Confidence::kLow), "low");
  EXPECT_EQ(ConfidenceName(Confidence::kMedium), "medium");
  EXPECT_EQ(ConfidenceName(Confidence::kHigh), "high");
  EXPECT_EQ(VerityName(Verity::kNotMatched), "not_matched");
  EXPECT_EQ(VerityName(Verity::kInconclusive), "inconclusive");
  EXPECT_EQ(VerityName(Verity::kMatched), "matched");

  EXPECT_EQ(StepStatusName(StepStatus::kPassed), "passed");
  EXPECT_EQ(StepStatusName(StepStatus::kFailed), "failed");
  EXPECT_EQ(StepStatusName(StepStatus::kRunning), "running");
  EXPECT_EQ(StepStatusName(StepStatus::kSkipped), "skipped");
  EXPECT_EQ(StepStatusName(StepStatus::kNotReached), "not_reached");
  EXPECT_EQ(StepStatusName(StepStatus::kUnknown), "unknown");
  EXPECT_EQ(OutcomeName(Outcome::kSucceeded), "succeeded");
  EXPECT_EQ(OutcomeName(Outcome::kFailed), "failed");
  EXPECT_EQ(OutcomeName(Outcome::kInProgress), "in_progress");
  EXPECT_EQ(OutcomeName(Outcome::kUnknown), "unknown");
}

TEST(Names, LevelsAreThoseOfWindows) {
  constexpr std::string_view kWant[] = {"always",  "critical",    "error",
                                        "warning", "information", "verbose"};
  for (EventLevel level = 0; level < 6; ++level) {
    EXPECT_EQ(EventLevelName(level), kWant[level]);
  }
  EXPECT_EQ(EventLevelName(6), "custom");
  EXPECT_EQ(EventLevelName(255), "custom");
}

}  // namespace
}  // namespace espial

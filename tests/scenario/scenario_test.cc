// Every scenario of samples/scenarios is forged and analysed, and what comes
// out is compared with what the scenario expects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

// The differences between what was expected and what came out, a line each.
class Differences {
 public:
  void Compare(const std::string& what, const std::string& expected,
               const std::string& found) {
    if (expected == found) return;
    text_ += "  " + what + ": expected " + Show(expected) + ", found " +
             Show(found) + "\n";
  }
  void Add(const std::string& line) { text_ += "  " + line + "\n"; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static std::string Show(const std::string& text) {
    return text.empty() ? "nothing" : text;
  }
  std::string text_;
};

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += text.empty() ? word : " " + word;
  return text;
}

std::string ResultOf(const Case& the_case, const std::string& code) {
  for (const Finding& finding : the_case.findings) {
    if (finding.code == code) return std::string(VerityName(finding.result));
  }
  return std::string(VerityName(Verity::kNotMatched));
}

std::string StatusOf(const Case& the_case, const std::string& id) {
  for (const Step& step : the_case.flow.steps) {
    if (step.id == id) return std::string(StepStatusName(step.status));
  }
  return "";
}

void CompareFindings(const forge::Expect& expect, const Case& the_case,
                     Differences* differences) {
  for (const std::string& code : expect.matched) {
    differences->Compare(code, "matched", ResultOf(the_case, code));
  }
  for (const std::string& code : expect.inconclusive) {
    differences->Compare(code, "inconclusive", ResultOf(the_case, code));
  }
  for (const std::string& code : expect.not_matched) {
    differences->Compare(code, "not_matched", ResultOf(the_case, code));
  }
  for (const Finding& finding : the_case.findings) {
    if (finding.result == Verity::kInconclusive && finding.missing.empty()) {
      differences->Add(finding.code +
                       " is inconclusive and names nothing "
                       "that is missing");
    }
    if (finding.result == Verity::kMatched && finding.evidence.empty()) {
      differences->Add(finding.code + " is matched without evidence");
    }
    if (!expect.no_finding_above || finding.result != Verity::kMatched) {
      continue;
    }
    const bool above = *expect.no_finding_above == "info"
                           ? finding.severity != Severity::kInfo
                       : *expect.no_finding_above == "warning"
                           ? finding.severity == Severity::kError
                           : false;
    if (above) differences->Add(finding.code + " is a finding too severe");
  }
}

std::string Compare(const forge::Expect& expect, const Case& the_case) {
  Differences differences;
  if (expect.scenario) {
    differences.Compare("scenario", *expect.scenario, the_case.scenario.id);
  }
  if (expect.outcome) {
    differences.Compare("outcome", *expect.outcome,
                        std::string(OutcomeName(the_case.verdict.outcome)));
    // A scenario that states an outcome states where it stopped, if it did.
    differences.Compare("stopped_at", expect.stopped_at.value_or(""),
                        the_case.verdict.stopped_at);
  }
  if (expect.roots) {
    differences.Compare("roots", Join(*expect.roots),
                        Join(the_case.verdict.roots));
  }
  CompareFindings(expect, the_case, &differences);
  for (const auto& [id, status] : expect.steps) {
    differences.Compare("step " + id, status, StatusOf(the_case, id));
  }
  return differences.text();
}

class ScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, SaysWhatItExpects) {
  std::string why;
  const auto forged = ForgedBundles::Get().Find(GetParam(), {}, &why);
  ASSERT_NE(forged, nullptr) << why;
  ASSERT_TRUE(forged->scenario.expect.stated) << "nothing is expected";
  const std::string differences =
      Compare(forged->scenario.expect, forged->analysis);
  EXPECT_EQ(differences, "")
      << GetParam() << "\n"
      << differences << "the verdict: " << forged->analysis.verdict.sentence;
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, testing::ValuesIn(ScenarioNames()),
                         [](const auto& test) { return TestName(test.param); });

TEST(ScenariosTest, AreThere) { EXPECT_GE(ScenarioNames().size(), 20U); }

}  // namespace
}  // namespace espial::scenario_test

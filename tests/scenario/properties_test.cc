// What holds for every bundle, whatever it tells: less of it never says more,
// and neither threads nor the order of inputs change a byte of the answer.
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/core/sanitizers.h"
#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

// A sanitizer makes each bundle ten times as slow.
constexpr size_t kCuts = kAddressSanitizer || kThreadSanitizer ? 8 : 40;

std::set<std::string> Matched(const Case& the_case) {
  std::set<std::string> codes;
  for (const Finding& finding : the_case.findings) {
    if (finding.result == Verity::kMatched) codes.insert(finding.code);
  }
  return codes;
}

class PropertiesTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string why;
    forged_ = ForgedBundles::Get().Find(GetParam(), {}, &why);
    ASSERT_NE(forged_, nullptr) << why;
  }
  std::shared_ptr<const Forged> forged_;
};

TEST_P(PropertiesTest, LessOfABundleNeverSaysMore) {
  const forge::ForgedFile& file = forged_->MainFile();
  const auto whole = AnalyzeCopy(file.name, file.bytes);
  ASSERT_TRUE(whole.has_value());
  const std::set<std::string> matched = Matched(*whole);
  for (size_t i = 0; i < kCuts; ++i) {
    const size_t length = file.bytes.size() * i / kCuts;
    const auto part = AnalyzeCopy(
        file.name, {file.bytes.begin(),
                    file.bytes.begin() + static_cast<std::ptrdiff_t>(length)});
    if (!part) continue;  // nothing could be opened; that is an answer too
    for (const std::string& code : Matched(*part)) {
      EXPECT_TRUE(matched.contains(code))
          << code << " appears when only " << length << " of "
          << file.bytes.size() << " bytes are there";
    }
    if (whole->verdict.outcome != Outcome::kSucceeded) {
      EXPECT_NE(part->verdict.outcome, Outcome::kSucceeded)
          << "with " << length << " of " << file.bytes.size() << " bytes";
    }
  }
}

TEST_P(PropertiesTest, ThreadsDoNotChangeTheAnswer) {
  const forge::ForgedFile& file = forged_->MainFile();
  Options one;
  Options eight;
  eight.threads = 8;
  const auto alone = AnalyzeCopy(file.name, file.bytes, one);
  const auto many = AnalyzeCopy(file.name, file.bytes, eight);
  ASSERT_TRUE(alone.has_value() && many.has_value());
  EXPECT_EQ(report::TriageJson(*alone), report::TriageJson(*many));
}

TEST_P(PropertiesTest, TheOrderOfInputsDoesNotChangeTheAnswer) {
  if (forged_->path.empty()) GTEST_SKIP() << "this bundle is one file";
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(forged_->path)) {
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  ASSERT_GE(paths.size(), 2U);
  const auto forward = Analyze(paths);
  std::reverse(paths.begin(), paths.end());
  const auto backward = Analyze(paths);
  ASSERT_TRUE(forward && backward);
  EXPECT_EQ(report::TriageJson(*forward), report::TriageJson(*backward));
}

INSTANTIATE_TEST_SUITE_P(All, PropertiesTest,
                         testing::ValuesIn(ScenarioNames()),
                         [](const auto& test) { return TestName(test.param); });

}  // namespace
}  // namespace espial::scenario_test

// Every finding of every scenario, captured: what is written gives it again, is
// no larger, tells nothing of where it comes from, and can spare nothing.
#include "tools/capture/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/core/sanitizers.h"
#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kKey = "a key for tests of sufficient length";

const Finding* FindingOf(const Case& the_case, const std::string& code) {
  for (const Finding& finding : the_case.findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

// The story without one entry; what is left happens when it did.
forge::Scenario Without(forge::Scenario scenario, size_t index) {
  const int64_t after = scenario.story[index].after;
  auto entry = scenario.story.begin() + static_cast<std::ptrdiff_t>(index);
  entry = scenario.story.erase(entry);
  if (entry == scenario.story.end()) return scenario;
  if (index == 0) {
    scenario.start = AddTicks(scenario.start, entry->after);
    entry->after = 0;
  } else if (auto* pause = std::get_if<forge::Pause>(&entry->what)) {
    pause->length += after;
  } else {
    entry->after += after;
  }
  return scenario;
}

class CaptureTest : public testing::TestWithParam<std::string> {
 protected:
  CaptureTest() {
    std::random_device random;
    folder_ = fs::temp_directory_path() /
              ("espial_capture_test_" + std::to_string(random()));
    fs::create_directories(folder_);
  }
  ~CaptureTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // Reads, forges and judges it, as a suite of scenarios would.
  std::shared_ptr<const Forged> Play(const capture::Captured& captured) {
    const fs::path path = folder_ / "captured.yml";
    std::ofstream(path, std::ios::binary) << captured.text;
    auto scenario = forge::LoadScenario(path.string());
    if (!scenario) {
      ADD_FAILURE() << scenario.error().ToString();
      return nullptr;
    }
    std::string why;
    auto forged = ForgedBundles::Get().Make(std::move(*scenario), {}, &why);
    if (forged == nullptr) ADD_FAILURE() << why;
    return forged;
  }

  fs::path folder_;
};

// No event can be spared: without it the signature is not matched at its
// stage.
void ExpectNeeded(const Forged& captured, const std::string& code,
                  const std::string& stage) {
  for (size_t i = 0; i < captured.scenario.story.size(); ++i) {
    const auto* event =
        std::get_if<forge::StoryEvent>(&captured.scenario.story[i].what);
    if (event == nullptr) continue;
    std::string why;
    const auto less =
        ForgedBundles::Get().Make(Without(captured.scenario, i), {}, &why);
    ASSERT_NE(less, nullptr) << why;
    const Finding* finding = FindingOf(less->analysis, code);
    EXPECT_FALSE(finding != nullptr && finding->result == Verity::kMatched &&
                 finding->stage == stage)
        << code << " does not need " << event->provider << " " << event->id;
  }
}

TEST_P(CaptureTest, GivesTheFindingAgainAndNothingElse) {
  std::string why;
  const auto forged = ForgedBundles::Get().Find(GetParam(), {}, &why);
  ASSERT_NE(forged, nullptr) << why;
  const Case& the_case = forged->analysis;
  report::Redactor redactor(kKey);
  redactor.Learn(the_case);
  for (const Finding& finding : the_case.findings) {
    if (finding.result != Verity::kMatched) continue;
    SCOPED_TRACE(finding.code);
    const auto captured = capture::Capture(
        the_case, redactor, rules::RuleSet::BuiltIn(),
        ForgedBundles::Get().catalog(), {finding.code, "captured"});
    ASSERT_TRUE(captured) << captured.error().ToString();
    SCOPED_TRACE(captured->text);
    EXPECT_TRUE(captured->minimal);
    EXPECT_LE(captured->after.events, captured->before.events);
    EXPECT_LE(captured->after.facts, captured->before.facts);
    EXPECT_LE(captured->after.logs, captured->before.logs);
    for (const std::string& secret :
         {forged->scenario.device.name, forged->scenario.device.tenant,
          std::string("anna.berg"), std::string("contoso"),
          // Scenarios begin in that month.
          std::string("2025-03-")}) {
      if (secret.empty()) continue;
      EXPECT_THAT(captured->text, Not(HasSubstr(secret)));
    }
    const auto played = Play(*captured);
    ASSERT_NE(played, nullptr);
    const Finding* again = FindingOf(played->analysis, finding.code);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->result, Verity::kMatched);
    EXPECT_EQ(again->stage, finding.stage);
    EXPECT_EQ(again->confidence, captured->captured_confidence);
    EXPECT_EQ(played->scenario.expect.matched,
              std::vector<std::string>{finding.code});
    ExpectNeeded(*played, finding.code, finding.stage);
  }
}

// Some thousand bundles are forged and judged: under sanitizers, of some of the
// scenarios.
std::vector<std::string> Captured() {
  std::vector<std::string> names = ScenarioNames();
  if (!kAddressSanitizer) return names;
  std::vector<std::string> some;
  for (size_t i = 0; i < names.size(); i += 8) some.push_back(names[i]);
  return some;
}

INSTANTIATE_TEST_SUITE_P(All, CaptureTest, testing::ValuesIn(Captured()),
                         [](const auto& test) { return TestName(test.param); });

}  // namespace
}  // namespace espial::scenario_test

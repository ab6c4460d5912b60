// Changes of a bundle that must not change the answer: logs in several files,
// files in another order, events that no rule looks at, another day. And less
// evidence, which may leave a question open but never answers it.
#include <espial/core/text.h>
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "tests/core/sanitizers.h"
#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

using forge::BundleKind;
using forge::Scenario;
using forge::StoryEntry;
using forge::StoryEvent;

// A sanitizer makes each bundle ten times as slow: there, one of so many.
constexpr size_t kStride = kAddressSanitizer || kThreadSanitizer ? 8 : 1;

// What an answer says, but for names of files and texts of evidence.
std::string Answer(const Case& the_case) {
  std::string text = "scenario " + the_case.scenario.id + "\n";
  text += "outcome " + std::string(OutcomeName(the_case.verdict.outcome)) +
          " at " + the_case.verdict.stopped_at + "\nroots";
  for (const std::string& root : the_case.verdict.roots) text += " " + root;
  text += "\n";
  for (const Step& step : the_case.flow.steps) {
    text += step.id + " " + std::string(StepStatusName(step.status)) + "\n";
  }
  for (const Finding& finding : the_case.findings) {
    text += finding.code + " " + std::string(VerityName(finding.result)) + " " +
            std::string(ConfidenceName(finding.confidence)) + " " +
            std::to_string(finding.count) + " at " + finding.stage +
            " explained by";
    for (const std::string& code : finding.explained_by) text += " " + code;
    text += "\n";
  }
  return text;
}

std::set<std::string> CodesOf(const Case& the_case, Verity result) {
  std::set<std::string> codes;
  for (const Finding& finding : the_case.findings) {
    if (finding.result == result) codes.insert(finding.code);
  }
  return codes;
}

class MetamorphicTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string why;
    forged_ = ForgedBundles::Get().Find(GetParam(), {}, &why);
    ASSERT_NE(forged_, nullptr) << why;
  }

  [[nodiscard]] const Scenario& scenario() const { return forged_->scenario; }
  [[nodiscard]] std::string Expected() const {
    return Answer(forged_->analysis);
  }

  // The analysis of a scenario like this one.
  static std::shared_ptr<const Forged> Forge(Scenario changed) {
    std::string why;
    auto forged = ForgedBundles::Get().Make(std::move(changed), {}, &why);
    EXPECT_NE(forged, nullptr) << why;
    return forged;
  }

  std::shared_ptr<const Forged> forged_;
};

// The bundle as files in a folder: every log beside the CAB.
Scenario AsFolder(Scenario scenario) {
  forge::BundleSpec& bundle = scenario.bundle;
  if (bundle.kind == BundleKind::kDiagLogsZip) {
    bundle.exports = {"Application", "System"};
  }
  bundle.kind = BundleKind::kFolder;
  bundle.name = "bundle";
  for (const std::string& channel : bundle.channels) {
    bundle.exports.push_back(channel);
  }
  bundle.channels.clear();
  return scenario;
}

// Where a log stands cannot matter where the bundle is whole.
bool IsWhole(const Scenario& scenario) {
  return !scenario.bundle.truncate && scenario.removed_files.empty();
}

TEST_P(MetamorphicTest, LogsInSeveralFilesAreOneLog) {
  if (!IsWhole(scenario())) GTEST_SKIP() << "this bundle is damaged";
  Scenario changed = scenario();
  changed.bundle.parts = 3;
  const auto split = Forge(std::move(changed));
  ASSERT_NE(split, nullptr);
  EXPECT_EQ(Answer(split->analysis), Expected());
}

TEST_P(MetamorphicTest, AnyOrderOfFilesIsTheSame) {
  if (!IsWhole(scenario())) GTEST_SKIP() << "this bundle is damaged";
  Scenario changed = AsFolder(scenario());
  changed.bundle.parts = 2;
  const auto folder = Forge(std::move(changed));
  ASSERT_NE(folder, nullptr);
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder->path)) {
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::mt19937 random(20250310);  // the same orders in every run
  const std::string expected = Answer(folder->analysis);
  for (int i = 0; i < 2; ++i) {
    std::shuffle(paths.begin(), paths.end(), random);
    const auto analysis = Analyze(paths);
    ASSERT_TRUE(analysis);
    EXPECT_EQ(Answer(*analysis), expected);
  }
}

// Events of every day that no rule and no flow looks at, with no fields that
// the catalogue would not fill.
struct Kind {
  const char* channel;
  const char* provider;
  uint16_t id;
};
constexpr Kind kUnrelated[] = {
    {"System", "Microsoft-Windows-Kernel-General", 16},
    {"System", "Microsoft-Windows-Kernel-Power", 88},
    {"Microsoft-Windows-AAD/Operational", "Microsoft-Windows-AAD", 1241},
    {"Microsoft-Windows-Shell-Core/Operational", "Microsoft-Windows-Shell-Core",
     28115},
    {"Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin",
     "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider", 813},
};

TEST(UnrelatedEventsTest, NoRuleLooksAtThem) {
  for (const auto& reference : rules::RuleSet::BuiltIn().EventReferences()) {
    for (const Kind& kind : kUnrelated) {
      const bool same_provider = reference.provider.empty() ||
                                 EqualsFold(reference.provider, kind.provider);
      EXPECT_FALSE(same_provider && reference.id == kind.id &&
                   EqualsFold(reference.channel, kind.channel))
          << reference.rule << " looks at " << kind.provider << " " << kind.id;
    }
  }
}

// A log that has events gets more of them, each at the time of one that is
// there, so that what the logs cover stays the same.
TEST_P(MetamorphicTest, UnrelatedEventsChangeNothing) {
  Scenario changed = scenario();
  changed.story.clear();
  size_t added = 0;
  for (const StoryEntry& entry : scenario().story) {
    changed.story.push_back(entry);
    const auto* event = std::get_if<StoryEvent>(&entry.what);
    if (event == nullptr || event->times > 1) continue;
    for (const Kind& kind : kUnrelated) {
      if (!EqualsFold(kind.channel, event->channel)) continue;
      StoryEvent more;
      more.channel = kind.channel;
      more.provider = kind.provider;
      more.id = kind.id;
      changed.story.push_back({entry.where, "", 0, more});
      ++added;
    }
  }
  if (added == 0) GTEST_SKIP() << "no log that unrelated events go to";
  const auto noisy = Forge(std::move(changed));
  ASSERT_NE(noisy, nullptr);
  EXPECT_EQ(Answer(noisy->analysis), Expected());
}

TEST_P(MetamorphicTest, AnotherDayIsTheSame) {
  constexpr int64_t kShift = 400 * 24 * 3600 * kTicksPerSecond + 1'234'567;
  Scenario changed = scenario();
  changed.start = AddTicks(changed.start, kShift);
  const auto later = Forge(std::move(changed));
  ASSERT_NE(later, nullptr);
  EXPECT_EQ(Answer(later->analysis), Expected());
}

// Without a log, the dump or a file, nothing matches that did not before, and
// nothing succeeds that did not.
TEST_P(MetamorphicTest, LessEvidenceNeverAnswers) {
  const std::set<std::string> matched =
      CodesOf(forged_->analysis, Verity::kMatched);
  std::vector<std::string> parts = scenario().bundle.channels;
  for (const auto& channel : scenario().bundle.exports) {
    parts.push_back(channel);
  }
  parts.emplace_back("registry");
  for (const auto& file : scenario().files) parts.push_back(file.name);
  static size_t turn = 0;
  for (const std::string& part : parts) {
    if (turn++ % kStride != 0) continue;
    std::string why;
    const auto less = ForgedBundles::Get().Make(scenario(), {part}, &why);
    if (less == nullptr) continue;  // nothing was left, or nothing was there
    for (const std::string& code : CodesOf(less->analysis, Verity::kMatched)) {
      EXPECT_TRUE(matched.contains(code)) << code << " without " << part;
    }
    if (forged_->analysis.verdict.outcome != Outcome::kSucceeded) {
      EXPECT_NE(less->analysis.verdict.outcome, Outcome::kSucceeded)
          << "without " << part;
    }
  }
}

// Logs that wrapped say less, and nothing else.
TEST_P(MetamorphicTest, WrappedLogsNeverAnswer) {
  const std::set<std::string> matched =
      CodesOf(forged_->analysis, Verity::kMatched);
  for (const double newest : {0.9, 0.7, 0.5, 0.25}) {
    Scenario changed = scenario();
    changed.bundle.newest = newest;
    const auto less = Forge(std::move(changed));
    ASSERT_NE(less, nullptr);
    for (const std::string& code : CodesOf(less->analysis, Verity::kMatched)) {
      EXPECT_TRUE(matched.contains(code))
          << code << " with the newest " << newest << " of each log";
    }
    if (forged_->analysis.verdict.outcome != Outcome::kSucceeded) {
      EXPECT_NE(less->analysis.verdict.outcome, Outcome::kSucceeded)
          << "with the newest " << newest << " of each log";
    }
  }
}

// A part of the scenarios, where each takes long.
std::vector<std::string> SomeScenarios() {
  const std::vector<std::string> all = ScenarioNames();
  std::vector<std::string> some;
  for (size_t i = 0; i < all.size(); i += kStride) some.push_back(all[i]);
  return some;
}

INSTANTIATE_TEST_SUITE_P(All, MetamorphicTest,
                         testing::ValuesIn(SomeScenarios()),
                         [](const auto& test) { return TestName(test.param); });

}  // namespace
}  // namespace espial::scenario_test

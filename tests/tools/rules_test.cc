// espial rules and espial why over the built-in pack: filters, help, mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(RulesTest, EveryCommandHasHelpWithExamplesAndExitCodes) {
  for (const std::string command : {"list", "show"}) {
    const RunResult result = Espial({"rules", command, "--help"});
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("Usage: espial rules " + command),
                      HasSubstr("Exit codes: 0"),
                      HasSubstr("Examples:\n  espial rules " + command)));
    EXPECT_THAT(Espial({"rules", "--help"}).out, HasSubstr("  " + command));
  }
}

TEST(RulesTest, AMistakeNamesTheCommandWhoseHelpTellsMore) {
  const RunResult none = Espial({"rules"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("see espial rules --help\n"));
  const RunResult show = Espial({"rules", "show"});
  EXPECT_EQ(show.exit_code, 2);
  EXPECT_THAT(show.err, AllOf(HasSubstr("CODE is required"),
                              HasSubstr("see espial rules show --help\n")));
}

TEST(RulesListTest, FiltersNarrowTheList) {
  const auto codes = [](std::vector<std::string> filters) {
    filters.insert(filters.begin(), {"rules", "list", "--format", "json"});
    std::vector<std::string> out;
    const RunResult run = Espial(filters);
    EXPECT_EQ(run.exit_code, 0);
    const auto parsed = nlohmann::json::parse(run.out);
    for (const auto& one : parsed["signatures"]) {
      out.push_back(one["code"]);
    }
    return out;
  };
  const std::vector<std::string> all = codes({});
  EXPECT_GE(all.size(), 80U);
  const std::vector<std::string> area = codes({"--area", "hyb"});
  EXPECT_THAT(area, ::testing::Each(StartsWith("HYB-")));
  EXPECT_FALSE(area.empty());
  EXPECT_LT(codes({"--severity", "warning"}).size(), all.size());
  EXPECT_THAT(
      codes({"--area", "HYB", "--severity", "error", "--stage", "user.net*"}),
      ::testing::Contains("HYB-001"));
  EXPECT_THAT(codes({"--stage", "user.nothing"}), IsEmpty());
}

TEST(RulesShowTest, AnUnknownCodeNamesTheNearestAndHidesNoOther) {
  const RunResult result = Espial({"rules", "show", "HYB-01", "HYB-002"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, StartsWith("HYB-002  "));
  EXPECT_EQ(result.err,
            "espial: unknown signature: 'HYB-01' (did you mean 'HYB-001'?)\n");
}

}  // namespace
}  // namespace espial::cli_test

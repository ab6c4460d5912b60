// espial timeline over a forged bundle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kScenario = R"(scenario: timeline-test
title: Four events in two channels
device:
  name: LAP-4711
  domain: corp.contoso.example
  netbios: CONTOSO
  tenant: contoso.example
  zone: { bias: 0, name: UTC }
clock: { start: 2025-03-10T08:00:00Z }
bundle: { kind: area_cab, name: timeline-test.cab }
story:
  - after: 1m
    channel: Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot
    provider: Microsoft-Windows-ModernDeployment-Diagnostics-Provider
    id: 101
    fields: { Message1: AlphaPolicy, Int1: 7 }
  - after: 1m
    channel: Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot
    provider: Microsoft-Windows-ModernDeployment-Diagnostics-Provider
    id: 100
    fields: { Message1: BetaPolicy }
  - after: 1m
    channel: Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot
    provider: Microsoft-Windows-ModernDeployment-Diagnostics-Provider
    id: 102
    fields: { HRESULT: "0x80070490", Message1: GammaPolicy }
  - after: 1m
    channel: Microsoft-Windows-AAD/Operational
    provider: Microsoft-Windows-AAD
    id: 1098
)";

class TimelineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string scenario = TestFolder() + "/timeline-test.yml";
    WriteFile(scenario, std::string(kScenario));
    bundle_ = TestFolder() + "/timeline-test.cab";
    const RunResult forged =
        RunProgram(ESPIAL_BINARY_DIR "/bin/espial-forge",
                   {"build", scenario, "-o", bundle_, "--catalog",
                    ESPIAL_SOURCE_DIR "/rules/packs/catalog/events.csv"});
    ASSERT_EQ(forged.exit_code, 0) << forged.err;
  }

  // The ids of the events that `timeline` prints with `filters`.
  std::vector<int> Ids(std::vector<std::string> filters) const {
    std::vector<std::string> arguments = {"timeline", bundle_, "--format",
                                          "jsonl"};
    arguments.insert(arguments.end(), filters.begin(), filters.end());
    const RunResult result = Espial(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<int> ids;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      ids.push_back(nlohmann::json::parse(line)["id"].get<int>());
    }
    return ids;
  }

  std::string bundle_;
};

TEST_F(TimelineTest, PrintsEventsInTheOrderOfTheirTime) {
  EXPECT_THAT(Ids({}), ElementsAre(101, 100, 102, 1098));
}

TEST_F(TimelineTest, FiltersById) {
  EXPECT_THAT(Ids({"--id", "100"}), ElementsAre(100));
  EXPECT_THAT(Ids({"--id", "100-101, 1098"}), ElementsAre(101, 100, 1098));
  EXPECT_THAT(Ids({"--id", "7"}), IsEmpty());
}

TEST_F(TimelineTest, FiltersByTimeBothEndsIncluded) {
  const RunResult all = Espial({"timeline", bundle_, "--format", "jsonl"});
  std::istringstream lines(all.out);
  std::vector<std::string> times;
  for (std::string line; std::getline(lines, line);) {
    times.push_back(nlohmann::json::parse(line)["time"].get<std::string>());
  }
  ASSERT_EQ(times.size(), 4U);
  EXPECT_THAT(Ids({"--from", times[1], "--to", times[2]}),
              ElementsAre(100, 102));
  EXPECT_THAT(Ids({"--to", "2025-03-10"}), IsEmpty());
  EXPECT_THAT(Ids({"--from", "2025-03-10"}), ElementsAre(101, 100, 102, 1098));
  // 09:00 at +01:00 is before all of them, 09:00 UTC behind.
  EXPECT_EQ(Ids({"--from", "2025-03-10T09:00:00+01:00"}).size(), 4U);
  EXPECT_THAT(Ids({"--from", "2025-03-10T09:00:00Z"}), IsEmpty());
}

TEST_F(TimelineTest, FiltersByLevel) {
  EXPECT_THAT(Ids({"--level", "error", "--id", "100-102"}), ElementsAre(102));
  EXPECT_THAT(Ids({"--level", "WARNING", "--id", "100-102"}),
              ElementsAre(100, 102));
  EXPECT_THAT(Ids({"--level", "verbose"}).size(), 4U);
  EXPECT_THAT(Ids({"--level", "critical"}), IsEmpty());
}

TEST_F(TimelineTest, FiltersByChannelAndProvider) {
  EXPECT_THAT(Ids({"--channel", "*/autopilot"}), ElementsAre(101, 100, 102));
  EXPECT_THAT(Ids({"--provider", "Microsoft-Windows-AAD"}), ElementsAre(1098));
  EXPECT_THAT(Ids({"--provider", "Microsoft-Windows-AAD", "--channel", "x"}),
              IsEmpty());
}

TEST_F(TimelineTest, FiltersByTheLineOfText) {
  EXPECT_THAT(Ids({"--grep", "GammaPolicy"}), ElementsAre(102));
  EXPECT_THAT(Ids({"--grep", "gammapolicy"}), IsEmpty());
  EXPECT_THAT(Ids({"--grep", "(?i)(alpha|beta)POLICY"}), ElementsAre(101, 100));
  EXPECT_THAT(Ids({"--grep", "^2025-03-10 08:0"}).size(), 4U);
}

TEST_F(TimelineTest, TextHasOneLineAnEventWithTheCataloguesTitle) {
  const RunResult result = Espial({"timeline", bundle_, "--id", "102"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("error"),
                    HasSubstr("102 [Autopilot number policy could not be "
                              "read]"),
                    HasSubstr("HRESULT=0x80070490"),
                    HasSubstr("Message1=GammaPolicy")));
}

TEST_F(TimelineTest, TriageOfABundleIsOneObject) {
  const RunResult result = Espial({"triage", bundle_, "--format", "json"});
  EXPECT_THAT(result.exit_code, ::testing::AnyOf(0, 1));
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["counts"]["events"], 4);
  EXPECT_EQ(json["input"][0], "timeline-test.cab");
}

// The exit code says what the findings say, for every threshold.
TEST_F(TimelineTest, FailOnFollowsTheFindings) {
  const RunResult run = Espial({"triage", bundle_, "--format", "json"});
  int worst = -1;
  const auto json = nlohmann::json::parse(run.out);
  for (const auto& finding : json["findings"]) {
    if (finding["result"] != "matched") continue;
    const std::string severity = finding["severity"];
    worst = std::max(worst, severity == "error"     ? 2
                            : severity == "warning" ? 1
                                                    : 0);
  }
  int threshold = 0;
  for (const std::string name : {"info", "warning", "error"}) {
    const RunResult result = Espial({"triage", bundle_, "--fail-on", name});
    EXPECT_EQ(result.exit_code, worst >= threshold ? 1 : 0) << name;
    ++threshold;
  }
}

}  // namespace
}  // namespace espial::cli_test

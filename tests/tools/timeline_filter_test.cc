// espial timeline: what the case must be asked for, and every format.
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

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string& Bundle() {
  static const std::string path =
      ESPIAL_SOURCE_DIR "/samples/bundles/user-flow-no-dc.cab";
  return path;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<json> Events(std::vector<std::string> filters) {
  filters.insert(filters.begin(), {"timeline", Bundle(), "--format", "jsonl"});
  const RunResult result = Espial(filters);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::vector<json> events;
  for (const std::string& line : Lines(result.out)) {
    events.push_back(json::parse(line));
  }
  return events;
}

std::vector<std::string> Times(const std::vector<json>& events) {
  std::vector<std::string> times;
  for (const json& event : events) times.push_back(event["time"]);
  return times;
}

json Triage() {
  return json::parse(Espial({"triage", Bundle(), "--format", "json"}).out);
}

TEST(TimelineFilterTest, AroundATimeTakesTheWindowOnBothSides) {
  const std::vector<std::string> all = Times(Events({}));
  const std::string middle = all[all.size() / 2];
  EXPECT_THAT(Times(Events({"--around", middle, "--window", "0s"})),
              AllOf(Each(middle), ::testing::Not(IsEmpty())));
  EXPECT_EQ(Events({"--around", middle, "--window", "3650d"}).size(),
            all.size());
  // Two times widen the choice.
  EXPECT_THAT(
      Times(Events(
          {"--around", all.front(), "--around", all.back(), "--window", "0s"})),
      AllOf(::testing::Contains(all.front()), ::testing::Contains(all.back())));
}

TEST(TimelineFilterTest, AroundAFindingGoesFromFirstToLastEvidence) {
  const json triage = Triage();
  std::string first;
  std::string last;
  for (const json& finding : triage["findings"]) {
    if (finding["code"] != "HYB-002") continue;
    first = finding["first"];
    last = finding["last"];
  }
  ASSERT_LT(first, last);
  const auto times = Times(Events({"--around", "hyb-002", "--window", "0s"}));
  ASSERT_FALSE(times.empty());
  EXPECT_EQ(times.front(), first);
  EXPECT_EQ(times.back(), last);
  EXPECT_EQ(times, Times(Events({"--from", first, "--to", last})));
}

TEST(TimelineFilterTest, AStepIsItsSpanAndItsEvidence) {
  const json triage = Triage();
  for (const json& step : triage["flow"]) {
    if (step["step"] != "user.network") continue;
    std::vector<std::string> within =
        Times(Events({"--from", step["start"], "--to", step["end"]}));
    const std::vector<std::string> chosen =
        Times(Events({"--step", "user/network"}));
    EXPECT_TRUE(std::includes(chosen.begin(), chosen.end(), within.begin(),
                              within.end()));
    for (const json& evidence : step["evidence"]) {
      if (evidence["time"].is_null()) continue;
      EXPECT_THAT(chosen, ::testing::Contains(evidence["time"]));
    }
    EXPECT_LT(chosen.size(), Events({}).size());
  }
  EXPECT_EQ(Events({"--step", "User.Network"}).size(),
            Events({"--step", "user/network"}).size());
  EXPECT_GT(Events({"--step", "*"}).size(),
            Events({"--step", "technician.*"}).size());
}

TEST(TimelineFilterTest, SourcesAndKinds) {
  const auto aad = Events({"--source", "shell-core"});
  EXPECT_THAT(aad, ::testing::Not(IsEmpty()));
  for (const json& event : aad) {
    EXPECT_THAT(event["artifact"].get<std::string>(), HasSubstr("shell-core"));
  }
  EXPECT_EQ(Events({"--source", "*shell-core*.evtx"}).size(), aad.size());
  EXPECT_EQ(Events({"--source", "shell-core", "--source", "*.evtx"}).size(),
            Events({}).size());
  EXPECT_EQ(Events({"--kind", "evtx"}).size(), Events({}).size());
  EXPECT_THAT(Events({"--kind", "registry/*"}), IsEmpty());
  EXPECT_EQ(Events({"--state", "active,live"}).size(), Events({}).size());
  EXPECT_THAT(Events({"--state", "recovered"}), IsEmpty());
}

TEST(TimelineFilterTest, FiltersNarrowEachOther) {
  const auto both = Events({"--around", "HYB-001", "--level", "error"});
  EXPECT_LT(both.size(), Events({"--around", "HYB-001"}).size());
  for (const json& event : both) EXPECT_EQ(event["level"], "error");
}

struct Mistake {
  std::vector<std::string> options;
  std::string message;
};

TEST(TimelineFilterTest, MistakesNameWhatWasExpected) {
  const std::vector<Mistake> mistakes = {
      {{"--window", "5"}, "--window: expected a duration"},
      {{"--window", "5 m"}, "found \"5 m\""},
      {{"--window", ""}, "--window"},
      {{"--window", "99999999999999999999d"}, "--window"},
      {{"--window", "40000d"}, "--window"},
      {{"--state", "active,gone"}, "found \"gone\""},
      {{"--around", "HYB-999"}, "HYB-001, HYB-002"},
      {{"--step", "user/U2"}, "user.network"},
      {{"--format", "xlsx"}, "xlsx not in {"},
  };
  for (const Mistake& mistake : mistakes) {
    std::vector<std::string> arguments = {"timeline", Bundle()};
    arguments.insert(arguments.end(), mistake.options.begin(),
                     mistake.options.end());
    const RunResult result = Espial(arguments);
    EXPECT_EQ(result.exit_code, 2) << mistake.message;
    EXPECT_THAT(result.err, HasSubstr(mistake.message));
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(TimelineFilterTest, EveryFormatHoldsEveryEvent) {
  const size_t events = Events({}).size();
  const auto lines = [](const std::string& format) {
    return Lines(Espial({"timeline", Bundle(), "--format", format}).out);
  };
  EXPECT_THAT(lines("text"), SizeIs(events));
  EXPECT_THAT(lines("timesketch"), SizeIs(events));
  EXPECT_THAT(lines("ecs"), SizeIs(events));
  EXPECT_THAT(lines("l2tcsv"), SizeIs(events + 1));
  EXPECT_THAT(lines("csv"), SizeIs(events + 1));
  for (const std::string& line : lines("timesketch")) {
    EXPECT_TRUE(json::parse(line).contains("timestamp_desc"));
  }
  for (const std::string& line : lines("l2tcsv")) {
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 16);
  }
}

TEST(TimelineFilterTest, ChromeTraceHoldsStepsAndFindings) {
  const RunResult result =
      Espial({"timeline", Bundle(), "--format", "chrome-trace"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const json trace = json::parse(result.out);
  size_t steps = 0;
  size_t findings = 0;
  for (const json& event : trace["traceEvents"]) {
    if (!event.contains("cat")) continue;
    steps += event["cat"] == "step" ? 1 : 0;
    findings += event["cat"] == "finding" ? 1 : 0;
  }
  EXPECT_EQ(steps, 11U);
  EXPECT_EQ(findings, 2U);
  const RunResult filtered = Espial(
      {"timeline", Bundle(), "--format", "chrome-trace", "--level", "error"});
  EXPECT_EQ(filtered.exit_code, 2);
  EXPECT_THAT(filtered.err, HasSubstr("chooses events"));
}

}  // namespace
}  // namespace espial::cli_test

#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(TriageJsonTest, KeysStandInTheirOrder) {
  const Json json = Json::parse(TriageJson(FailedEnrolment()));
  EXPECT_THAT(KeysOf(json),
              ElementsAre("schema", "input", "device", "rules", "scenario",
                          "verdict", "flow", "findings", "coverage",
                          "artifacts", "damage", "clock", "counts"));
  EXPECT_THAT(KeysOf(json["verdict"]),
              ElementsAre("outcome", "sentence", "stopped_at", "roots"));
  EXPECT_THAT(KeysOf(json["flow"][0]),
              ElementsAre("step", "title", "status", "start", "end",
                          "duration_seconds", "evidence", "note"));
  EXPECT_THAT(KeysOf(json["findings"][0]),
              ElementsAre("code", "name", "title", "result", "severity",
                          "confidence", "stage", "first", "last", "count",
                          "evidence", "missing", "notes", "explains",
                          "explained_by", "cause", "remedy", "links"));
  EXPECT_THAT(KeysOf(json["findings"][0]["evidence"][0]),
              ElementsAre("artifact", "record", "offset", "time", "text"));
}

TEST(TriageJsonTest, HoldsTheValues) {
  const Json json = Json::parse(TriageJson(FailedEnrolment()));
  EXPECT_EQ(json["schema"], "espial.case/1");
  EXPECT_EQ(json["input"], Json::array({"DiagLogs.zip"}));
  EXPECT_EQ(json["device"]["name"], "PC-1");
  EXPECT_TRUE(json["device"]["tenant_id"].is_null());
  EXPECT_EQ(json["verdict"]["outcome"], "failed");
  EXPECT_EQ(json["verdict"]["stopped_at"], "user.account_setup");
  EXPECT_EQ(json["flow"][0]["duration_seconds"], 245.25);
  EXPECT_EQ(json["flow"][0]["start"], "2024-07-23T10:04:05.0000000Z");
  EXPECT_TRUE(json["flow"][1]["end"].is_null());
  EXPECT_TRUE(json["flow"][1]["duration_seconds"].is_null());
  EXPECT_EQ(json["flow"][2]["status"], "not_reached");
  EXPECT_EQ(json["findings"][2]["result"], "inconclusive");
  EXPECT_EQ(json["artifacts"][4]["state"], "not_understood");
  EXPECT_TRUE(json["artifacts"][0]["parent"].is_null());
  EXPECT_EQ(json["artifacts"][1]["parent"], "DiagLogs.zip");
  EXPECT_EQ(json["damage"][0]["kind"], "truncated");
  EXPECT_EQ(json["clock"]["steps"][0]["delta_seconds"], 25200);
  EXPECT_EQ(json["clock"]["zones"][0]["offset_minutes"], 120);
  EXPECT_EQ(json["counts"]["duplicate_events"], 7);
  EXPECT_EQ(json["counts"]["matched"], 2);
  EXPECT_EQ(json["counts"]["inconclusive"], 2);
  EXPECT_EQ(json["counts"]["bytes_lost"], 1024);
}

TEST(TriageJsonTest, EvidenceHasARecordOrALine) {
  const Json json = Json::parse(TriageJson(FailedEnrolment()));
  const Json& event = json["findings"][1]["evidence"][0];
  EXPECT_EQ(event["record"], 30);
  EXPECT_FALSE(event.contains("line"));
  const Json& fact = json["findings"][1]["evidence"][1];
  EXPECT_EQ(fact["line"], 4711);
  EXPECT_FALSE(fact.contains("record"));
  EXPECT_TRUE(fact["time"].is_null());
}

TEST(TriageJsonTest, LogsWithoutEventsHaveNoTimes) {
  const Json json = Json::parse(TriageJson(FailedEnrolment()));
  EXPECT_TRUE(json["coverage"][2]["first"].is_null());
  EXPECT_TRUE(json["coverage"][2]["channel"].is_null());
  EXPECT_EQ(json["coverage"][2]["log"], "shell-core");
}

TEST(TriageJsonTest, HostileTextSurvives) {
  CaseBuilder builder;
  builder.AddArtifact("evil\x1b]0;x\x07\xFF\".zip", "archive/zip");
  builder.raw().verdict.sentence = "\xE2\x80\xA8</script>";
  const std::string text = TriageJson(std::move(builder).Build());
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xA8"), std::string::npos);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["artifacts"][0]["artifact"],
            "evil\x1b]0;x\x07\xEF\xBF\xBD\".zip");
  EXPECT_EQ(json["verdict"]["sentence"], "\xE2\x80\xA8</script>");
}

TEST(TriageJsonTest, IsTwoSpaceIndentedAndEndsWithALineFeed) {
  const std::string text = TriageJson(FailedEnrolment());
  EXPECT_THAT(text, StartsWith("{\n  \"schema\": \"espial.case/1\",\n"));
  EXPECT_THAT(text, EndsWith("\n}\n"));
}

TEST(TriageJsonTest, SourceIdsOutsideTheCaseDoNotCrash) {
  CaseBuilder builder;
  builder.AddArtifact("a.zip", "archive/zip");
  builder.AddDamage(SourceId{0}, Errc::kBadValue, "x", 1, 1);
  builder.raw().damage[0].source = SourceId{99};
  const Json json = Json::parse(TriageJson(std::move(builder).Build()));
  EXPECT_EQ(json["damage"][0]["artifact"], "");
}

}  // namespace
}  // namespace espial::report

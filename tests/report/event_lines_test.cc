#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

TextOptions Plain() { return {.color = false, .width = 80}; }

// The event of FailedEnrolment(), to be changed.
class EventLinesTest : public ::testing::Test {
 protected:
  std::string Text(std::string_view title = "") const {
    std::string out;
    AppendEventText(case_, event_, title, Plain(), &out);
    return out;
  }
  std::string JsonText(std::string_view title = "") const {
    std::string out;
    AppendEventJson(case_, event_, title, &out);
    return out;
  }

  Case case_ = FailedEnrolment();
  Event event_ = case_.timeline.events()[0];
};

TEST_F(EventLinesTest, TextIsOneLine) {
  EXPECT_EQ(Text("No connectivity"),
            "2024-07-23 10:09:00.000Z (12:09:00 +02:00)  error        "
            "Microsoft-Windows-ModernDeployment 100 [No connectivity]; "
            "HRESULT=0x8007054b  (dm-admin.evtx #17)\n");
}

TEST_F(EventLinesTest, TextShowsWhatWasCorrected) {
  event_.corrected = At("2024-07-23T17:09:00Z");
  EXPECT_THAT(Text(), StartsWith("2024-07-23 17:09:00.000Z"));
  EXPECT_THAT(Text(), HasSubstr("; as logged 2024-07-23T10:09:00.000Z"));
}

TEST_F(EventLinesTest, TextDoesNotClaimUtcForAnUnprovenZone) {
  event_.time.quality = TimeQuality::kAssumed;
  EXPECT_THAT(Text(), StartsWith("2024-07-23 10:09:00.000?  "));
  event_.time.quality = TimeQuality::kNone;
  EXPECT_THAT(Text(), StartsWith("no time  "));
}

TEST_F(EventLinesTest, TextNamesTheChannelWithoutAProviderAndTheState) {
  event_.provider = {};
  event_.state = RecordState::kRecovered;
  EXPECT_THAT(Text(), HasSubstr("  Microsoft-Windows-DM/Admin 100"));
  EXPECT_THAT(Text(), EndsWith("(dm-admin.evtx #17, recovered)\n"));
}

TEST_F(EventLinesTest, JsonIsOneObjectOnOneLine) {
  const std::string text = JsonText("No connectivity");
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["time"], "2024-07-23T10:09:00.0000000Z");
  EXPECT_EQ(json["quality"], "utc");
  EXPECT_TRUE(json["as_written"].is_null());
  EXPECT_TRUE(json["corrected"].is_null());
  EXPECT_EQ(json["artifact"], "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx");
  EXPECT_EQ(json["record"], 17);
  EXPECT_EQ(json["offset"], 4608);
  EXPECT_EQ(json["state"], "active");
  EXPECT_EQ(json["channel"], "Microsoft-Windows-DM/Admin");
  EXPECT_EQ(json["provider"], "Microsoft-Windows-ModernDeployment");
  EXPECT_EQ(json["id"], 100);
  EXPECT_EQ(json["level"], "error");
  EXPECT_EQ(json["computer"], "PC-1");
  EXPECT_EQ(json["title"], "No connectivity");
  ASSERT_EQ(json["fields"].size(), 1U);
  EXPECT_EQ(json["fields"][0].dump(),
            R"({"name":"HRESULT","type":"hex32","value":"0x8007054b"})");
}

TEST_F(EventLinesTest, JsonKeepsEveryTick) {
  event_.time.ticks.value += 1;
  event_.time.as_written = "23.07.2024 12:09";
  const Json json = Json::parse(JsonText());
  EXPECT_EQ(json["time"], "2024-07-23T10:09:00.0000001Z");
  EXPECT_EQ(json["corrected"], "2024-07-23T10:09:00.0000000Z");
  EXPECT_EQ(json["as_written"], "23.07.2024 12:09");
}

TEST_F(EventLinesTest, JsonHasNoTimeWhereThereIsNone) {
  event_.time.quality = TimeQuality::kNone;
  const Json json = Json::parse(JsonText());
  EXPECT_TRUE(json["time"].is_null());
  EXPECT_EQ(json["quality"], "none");
}

TEST_F(EventLinesTest, JsonKeepsFieldsInOrderWithDuplicatesAndNulls) {
  const Field fields[] = {
      {"Data", Value::String("")},
      {"Data", {ValueType::kNull, 0, {}}},
      {"Big", Value::UInt(std::numeric_limits<uint64_t>::max())},
      {"List", {ValueType::kList, 0, "a\nb"}},
  };
  event_.fields = fields;
  const Json json = Json::parse(JsonText());
  ASSERT_EQ(json["fields"].size(), 4U);
  EXPECT_EQ(json["fields"][0]["value"], "");
  EXPECT_TRUE(json["fields"][1]["value"].is_null());
  EXPECT_EQ(json["fields"][2]["value"], "18446744073709551615");
  EXPECT_EQ(json["fields"][3]["value"], "a\nb");
  EXPECT_THAT(Text(), HasSubstr("; Data=; Data=; Big=18446744073709551615; "
                                "List=a,b  ("));
}

TEST_F(EventLinesTest, FactIsOneLine) {
  std::string out;
  AppendFactText(case_, case_.timeline.facts()[0], Plain(), &out);
  EXPECT_EQ(out,
            "registry  HKLM\\SOFTWARE\\Microsoft\\Enrollments  "
            "SyncFailureTimeout  REG_DWORD  = 60  (RegistryDump.reg line "
            "4711)\n");
}

TEST_F(EventLinesTest, DefaultRegistryValueHasAName) {
  Fact fact = case_.timeline.facts()[0];
  fact.name = "";
  fact.line = 0;
  fact.offset = 12;
  std::string out;
  AppendFactText(case_, fact, Plain(), &out);
  EXPECT_THAT(out, HasSubstr("  (default)  REG_DWORD"));
  EXPECT_THAT(out, EndsWith("offset 12)\n"));
  fact.kind = FactKind::kJson;
  out.clear();
  AppendFactText(case_, fact, Plain(), &out);
  EXPECT_THAT(out, Not(HasSubstr("(default)")));
}

}  // namespace
}  // namespace espial::report

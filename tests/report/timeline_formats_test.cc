#include <espial/report/timeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

// A reader of RFC 4180 that takes nothing else.
std::vector<std::vector<std::string>> ReadCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = rows.back().back();
    if (quoted) {
      if (c != '"') {
        cell.push_back(c);
      } else if (text.compare(i, 2, "\"\"") == 0) {
        cell.push_back('"');
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      EXPECT_TRUE(cell.empty()) << "a quote within a cell at " << i;
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (text.compare(i, 2, "\r\n") == 0) {
      rows.emplace_back(1, "");
      ++i;
    } else {
      EXPECT_FALSE(c == '\r' || c == '\n') << "a lone line end at " << i;
      cell.push_back(c);
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_THAT(rows.back(), ElementsAre(""));
  rows.pop_back();
  return rows;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

// The event of FailedEnrolment(), to be changed.
class TimelineFormatsTest : public ::testing::Test {
 protected:
  std::string Write(TimelineFormat format, std::string_view title = "") {
    std::string out;
    TimelineWriter writer(case_, format, {}, [&](std::string_view piece) {
      out += piece;
      return true;
    });
    EXPECT_TRUE(writer.Write(event_, title));
    EXPECT_TRUE(writer.Finish());
    left_out_ = writer.left_out();
    return out;
  }
  std::vector<std::string> CsvRow(std::string_view title = "") {
    const auto rows = ReadCsv(Write(TimelineFormat::kCsv, title));
    EXPECT_THAT(rows, SizeIs(2));
    EXPECT_EQ(rows[0].size(), rows[1].size());
    return rows.at(1);
  }
  // Also checks what holds for every line of the format.
  std::vector<std::string> L2tRow(std::string_view title = "") {
    const auto lines = Split(Write(TimelineFormat::kL2tcsv, title), '\n');
    EXPECT_THAT(lines, SizeIs(3));
    EXPECT_EQ(lines[0],
              "date,time,timezone,MACB,source,sourcetype,type,user,host,short,"
              "desc,version,filename,inode,notes,format,extra");
    EXPECT_EQ(lines[2], "");
    const auto cells = Split(lines[1], ',');
    EXPECT_THAT(cells, SizeIs(17));
    EXPECT_TRUE(
        std::regex_match(cells[0], std::regex("[01]\\d/[0-3]\\d/\\d{4}")));
    EXPECT_TRUE(std::regex_match(cells[1], std::regex("\\d\\d:\\d\\d:\\d\\d")));
    EXPECT_TRUE(std::regex_match(cells[3], std::regex("[M.][A.][C.][B.]")));
    EXPECT_EQ(cells[11], "2");
    for (const std::string& cell : cells) EXPECT_NE(cell, "");
    return cells;
  }
  Json Timesketch(std::string_view title = "") {
    const std::string text = Write(TimelineFormat::kTimesketch, title);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    Json json = Json::parse(text);
    for (const char* key : {"message", "datetime", "timestamp_desc"}) {
      EXPECT_TRUE(json[key].is_string()) << key;
      EXPECT_NE(json[key], "") << key;
    }
    EXPECT_TRUE(std::regex_match(
        json["datetime"].get<std::string>(),
        std::regex("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}"
                   "\\+00:00")));
    EXPECT_TRUE(json["timestamp"].is_number_integer());
    return json;
  }
  Json Ecs(std::string_view title = "") {
    const std::string text = Write(TimelineFormat::kEcs, title);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    return Json::parse(text);
  }

  Case case_ = FailedEnrolment();
  Event event_ = case_.timeline.events()[0];
  uint64_t left_out_ = 0;
};

TEST_F(TimelineFormatsTest, NamesLeadToFormats) {
  EXPECT_EQ(TimelineFormatOf("ecs"), TimelineFormat::kEcs);
  EXPECT_EQ(TimelineFormatOf("text"), TimelineFormat::kText);
  EXPECT_EQ(TimelineFormatOf("ECS"), std::nullopt);
  EXPECT_EQ(TimelineFormatOf(""), std::nullopt);
}

TEST_F(TimelineFormatsTest, TextAndJsonlAreTheLinesOfTheReport) {
  std::string text;
  AppendEventText(case_, event_, "No connectivity", {}, &text);
  EXPECT_EQ(Write(TimelineFormat::kText, "No connectivity"), text);
  std::string json;
  AppendEventJson(case_, event_, "No connectivity", &json);
  EXPECT_EQ(Write(TimelineFormat::kJsonl, "No connectivity"), json);
}

TEST_F(TimelineFormatsTest, NothingIsHeldBeyondAPiece) {
  size_t longest = 0;
  size_t calls = 0;
  TimelineWriter writer(case_, TimelineFormat::kJsonl, {},
                        [&](std::string_view piece) {
                          longest = std::max(longest, piece.size());
                          ++calls;
                          return calls < 3;
                        });
  size_t written = 0;
  while (writer.Write(event_, "") && written < 100'000) ++written;
  EXPECT_EQ(calls, 3U);
  EXPECT_LT(written, 100'000U);
  EXPECT_LT(longest, size_t{300'000});
}

TEST_F(TimelineFormatsTest, CsvHasItsColumns) {
  const auto rows = ReadCsv(Write(TimelineFormat::kCsv, "No connectivity"));
  EXPECT_THAT(rows[0],
              ElementsAre("time", "quality", "as_written", "logged", "level",
                          "channel", "provider", "event_id", "title", "message",
                          "fields", "computer", "user_sid", "process_id",
                          "thread_id", "activity_id", "artifact", "format",
                          "record", "offset", "state"));
  EXPECT_THAT(rows[1], ElementsAre("2024-07-23T10:09:00.0000000Z", "utc", "",
                                   "", "error", "Microsoft-Windows-DM/Admin",
                                   "Microsoft-Windows-ModernDeployment", "100",
                                   "No connectivity", "", "HRESULT=0x8007054b",
                                   "PC-1", "", "", "", "",
                                   "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx",
                                   "evtx", "17", "4608", "active"));
}

TEST_F(TimelineFormatsTest, CsvQuotesWhatNeedsIt) {
  event_.message = "one, \"two\"\r\nthree\nfour";
  event_.computer = "\xff";
  const auto row = CsvRow();
  EXPECT_EQ(row[9], "one, \"two\"\r\nthree\nfour");
  EXPECT_EQ(row[11], "\xEF\xBF\xBD");
}

TEST_F(TimelineFormatsTest, CsvRunsNoFormula) {
  for (const char* text :
       {"=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"}) {
    event_.message = text;
    EXPECT_EQ(CsvRow()[9], std::string("'") + text);
  }
  for (const char* text : {"a=b", "-", "=", "1-1"}) {
    event_.message = text;
    EXPECT_EQ(CsvRow()[9], text);
  }
}

TEST_F(TimelineFormatsTest, CsvMarksWhatATimeIsWorth) {
  event_.time.quality = TimeQuality::kAssumed;
  event_.time.as_written = "23.07.2024 10:09:00";
  EXPECT_EQ(CsvRow()[0], "2024-07-23T10:09:00.0000000");
  EXPECT_EQ(CsvRow()[1], "assumed");
  EXPECT_EQ(CsvRow()[2], "23.07.2024 10:09:00");
  event_.corrected = At("2024-07-23T17:09:00Z");
  EXPECT_EQ(CsvRow()[0], "2024-07-23T17:09:00.0000000");
  EXPECT_EQ(CsvRow()[3], "2024-07-23T10:09:00.0000000Z");
  event_.time.quality = TimeQuality::kNone;
  EXPECT_EQ(CsvRow()[0], "");
  EXPECT_EQ(CsvRow()[1], "none");
  EXPECT_EQ(left_out_, 0U);
}

TEST_F(TimelineFormatsTest, TimesketchHasWhatItDemands) {
  const Json json = Timesketch("No connectivity");
  EXPECT_EQ(json["message"],
            "Microsoft-Windows-ModernDeployment 100 [No connectivity]: "
            "HRESULT=0x8007054b");
  EXPECT_EQ(json["datetime"], "2024-07-23T10:09:00.000000+00:00");
  EXPECT_EQ(json["timestamp"], 1721729340000000);
  EXPECT_EQ(json["timestamp_desc"], "Event Logged");
  EXPECT_EQ(json["hostname"], "PC-1");
  EXPECT_EQ(json["source_file"], "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx");
}

TEST_F(TimelineFormatsTest, TimesketchCountsMicrosecondsOnBothSidesOf1970) {
  event_.corrected = At("2024-07-23T10:09:00.1234567Z");
  EXPECT_EQ(Timesketch()["timestamp"], 1721729340123456);
  EXPECT_EQ(Timesketch()["datetime"], "2024-07-23T10:09:00.123456+00:00");
  event_.corrected = At("1969-12-31T23:59:59.9999999Z");
  EXPECT_EQ(Timesketch()["timestamp"], -1);
}

TEST_F(TimelineFormatsTest, TimesketchMarksWhatATimeIsWorth) {
  event_.time.quality = TimeQuality::kAssumed;
  event_.time.as_written = "10:09:00";
  EXPECT_EQ(Timesketch()["timestamp_desc"], "Event Logged (zone assumed)");
  EXPECT_EQ(Timesketch()["time_as_written"], "10:09:00");
  event_.time.quality = TimeQuality::kUtc;
  event_.corrected = At("2024-07-23T17:09:00Z");
  EXPECT_EQ(Timesketch()["timestamp_desc"], "Event Logged (clock corrected)");
  EXPECT_EQ(Timesketch()["time_as_logged"], "2024-07-23T10:09:00.0000000Z");
}

TEST_F(TimelineFormatsTest, L2tHasSeventeenColumns) {
  const auto row = L2tRow("No connectivity");
  EXPECT_EQ(row[0], "07/23/2024");
  EXPECT_EQ(row[1], "10:09:00");
  EXPECT_EQ(row[2], "UTC");
  EXPECT_EQ(row[4], "EVT");
  EXPECT_EQ(row[5], "WinEVTX");
  EXPECT_EQ(row[6], "Event Logged");
  EXPECT_EQ(row[7], "-");
  EXPECT_EQ(row[8], "PC-1");
  EXPECT_EQ(row[10],
            "Microsoft-Windows-ModernDeployment 100 [No connectivity]: "
            "HRESULT=0x8007054b");
  EXPECT_EQ(row[12], "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx");
  EXPECT_EQ(row[15], "evtx");
  EXPECT_THAT(row[16], HasSubstr("time_utc: 2024-07-23T10:09:00.0000000Z"));
}

TEST_F(TimelineFormatsTest, L2tKeepsItsColumnsWhateverTheTextIs) {
  event_.message = "a,b,\"c\"\r\nd\t,,";
  event_.computer = "\"PC,1";
  event_.provider = "=cmd";
  const auto row = L2tRow("x, y");
  EXPECT_EQ(row[10], "'=cmd 100 [x  y]: a b \"c\" d   ");
  EXPECT_EQ(row[8], "'PC 1");
}

TEST_F(TimelineFormatsTest, L2tShortensBetweenCharacters) {
  std::string text(41, 'x');
  for (int i = 0; i < 40; ++i) text += "\xC3\xA4";
  event_.provider = "";
  event_.channel = "";
  event_.id = 0;
  event_.message = text;
  const auto row = L2tRow();
  EXPECT_LE(row[9].size(), 80U);
  EXPECT_THAT(row[9], EndsWith("\xC3\xA4..."));
  EXPECT_THAT(row[10], EndsWith(text));
}

TEST_F(TimelineFormatsTest, EcsHasItsFields) {
  event_.user_sid = "S-1-5-18";
  event_.process_id = 4;
  event_.thread_id = 8;
  const Json json = Ecs("No connectivity");
  EXPECT_EQ(json["@timestamp"], "2024-07-23T10:09:00.0000000Z");
  EXPECT_EQ(json["ecs"]["version"], "8.11.0");
  EXPECT_EQ(json["event"]["code"], "100");
  EXPECT_EQ(json["event"]["provider"], "Microsoft-Windows-ModernDeployment");
  EXPECT_EQ(json["event"]["dataset"], "espial.evtx");
  EXPECT_EQ(json["event"]["severity"], 2);
  EXPECT_EQ(json["host"]["name"], "PC-1");
  EXPECT_EQ(json["log"]["level"], "error");
  EXPECT_EQ(json["log"]["file"]["path"],
            "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx");
  EXPECT_EQ(json["winlog"]["channel"], "Microsoft-Windows-DM/Admin");
  EXPECT_EQ(json["winlog"]["event_id"], "100");
  EXPECT_EQ(json["winlog"]["record_id"], "17");
  EXPECT_EQ(json["winlog"]["process"]["thread"]["id"], 8);
  EXPECT_EQ(json["winlog"]["user"]["identifier"], "S-1-5-18");
  EXPECT_EQ(json["winlog"]["event_data"]["HRESULT"], "0x8007054b");
  EXPECT_EQ(json["labels"]["time_quality"], "utc");
  EXPECT_THAT(json["message"].get<std::string>(), HasSubstr("No connectivity"));
}

TEST_F(TimelineFormatsTest, EcsHoldsEachNameOnce) {
  const Field fields[] = {{"A", Value::String("1")},
                          {"Data", Value::String("x")},
                          {"A", {}},
                          {"", Value::String("y")}};
  event_.fields = fields;
  const std::string text = Write(TimelineFormat::kEcs);
  EXPECT_THAT(text, HasSubstr(R"("event_data":{"A":["1",null],"param1":"x",)"
                              R"("param2":"y"})"));
}

TEST_F(TimelineFormatsTest, EcsTellsTextLogsFromWindowsEvents) {
  case_.artifacts[event_.source.value].format = "cmtrace";
  event_.id = 0;
  const Json json = Ecs();
  EXPECT_FALSE(json.contains("winlog"));
  EXPECT_FALSE(json["event"].contains("code"));
  EXPECT_EQ(json["espial"]["line"], 17);
  EXPECT_EQ(json["espial"]["fields"]["HRESULT"], "0x8007054b");
}

// A format that demands a time gets no invented one.
TEST_F(TimelineFormatsTest, EventsWithoutATimeAreCounted) {
  event_.time.quality = TimeQuality::kNone;
  EXPECT_EQ(Write(TimelineFormat::kTimesketch), "");
  EXPECT_EQ(left_out_, 1U);
  EXPECT_EQ(Write(TimelineFormat::kEcs), "");
  EXPECT_EQ(left_out_, 1U);
  EXPECT_THAT(Write(TimelineFormat::kL2tcsv), StartsWith("date,"));
  EXPECT_EQ(left_out_, 1U);
  EXPECT_NE(Write(TimelineFormat::kJsonl), "");
  EXPECT_EQ(left_out_, 0U);
}

}  // namespace
}  // namespace espial::report

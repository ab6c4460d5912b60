// Whole lines of the export formats, exactly.
#include "parsers/evtx/export/record_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/parsers/evtx/csv_cells.h"
#include "tests/parsers/evtx/evtx_test_util.h"
#include "tests/parsers/evtx/export_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<forge::EvtxRecord> SecurityRecord() {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 1);
  forge::EvtxRecord& record = records[0];
  record.id = 4624;
  record.version = 2;
  record.level = 0;
  record.opcode = 3;
  record.task = 12544;
  record.keywords = 0x8020000000000000ULL;
  record.activity_id = "{11111111-2222-3333-4444-555555555555}";
  record.fields = {{"User", "UnicodeString", "a,\"b\"\n"},
                   {"Count", "UInt64", "18446744073709551615"},
                   {"Code", "HexInt32", "0xc000006d"}};
  return records;
}

std::vector<std::byte> SecurityLog() {
  return forge::WriteEvtx(SecurityRecord()).value();
}

TEST(EvtxExport, RawLine) {
  EXPECT_EQ(
      ExportOne(SecurityLog()).raw,
      R"({"record_id":1,"header_id":1,"state":"active",)"
      R"("confidence":"certain","hidden":false,"offset":4608,"chunk":0,)"
      R"("source":"Test-Admin.evtx","time":"2022-06-18T04:26:41.0000007Z",)"
      R"("header_time":"2022-06-18T04:26:41.0000007Z",)"
      R"("provider":"Test-Provider",)"
      R"("provider_guid":"{3da494e4-0fe2-415c-b895-fb5265c5c83b}",)"
      R"("event_id":4624,"qualifiers":0,"version":2,"level":0,"task":12544,)"
      R"("opcode":3,"keywords":"0x8020000000000000",)"
      R"("activity_id":"{11111111-2222-3333-4444-555555555555}",)"
      R"("process_id":10,"thread_id":20,"channel":"Test/Admin",)"
      R"("computer":"PC-1","user_sid":"S-1-5-18",)"
      R"("system":[{"element":"Provider","name":"Test-Provider",)"
      R"("attributes":[{"name":"Name","type":"string",)"
      R"("value":"Test-Provider"},{"name":"Guid","type":"guid",)"
      R"("value":"{3da494e4-0fe2-415c-b895-fb5265c5c83b}"}],"type":"empty",)"
      R"("value":""},{"element":"EventID","name":null,"type":"uint16",)"
      R"("value":4624},{"element":"Version","name":null,"type":"uint8",)"
      R"("value":2},{"element":"Level","name":null,"type":"uint8",)"
      R"("value":0},{"element":"Task","name":null,"type":"uint16",)"
      R"("value":12544},{"element":"Opcode","name":null,"type":"uint8",)"
      R"("value":3},{"element":"Keywords","name":null,"type":"hex64",)"
      R"("value":"0x8020000000000000"},{"element":"TimeCreated",)"
      R"("name":null,"attributes":[{"name":"SystemTime","type":"filetime",)"
      R"("value":"2022-06-18T04:26:41.0000007Z"}],"type":"empty",)"
      R"("value":""},{"element":"EventRecordID","name":null,)"
      R"("type":"uint64","value":1},{"element":"Correlation","name":null,)"
      R"("attributes":[{"name":"ActivityID","type":"guid",)"
      R"("value":"{11111111-2222-3333-4444-555555555555}"}],"type":"empty",)"
      R"("value":""},{"element":"Execution","name":null,)"
      R"("attributes":[{"name":"ProcessID","type":"uint32","value":10},)"
      R"({"name":"ThreadID","type":"uint32","value":20}],"type":"empty",)"
      R"("value":""},{"element":"Channel","name":null,"type":"string",)"
      R"("value":"Test/Admin"},{"element":"Computer","name":null,)"
      R"("type":"text","value":"PC-1"},{"element":"Security","name":null,)"
      R"("attributes":[{"name":"UserID","type":"sid","value":"S-1-5-18"}],)"
      R"("type":"empty","value":""}],"data":[{"element":"EventData",)"
      R"("name":null,"content":[{"element":"Data","name":"User",)"
      R"("type":"string","value":"a,\"b\"\n"},{"element":"Data",)"
      R"("name":"Count","type":"uint64","value":18446744073709551615},)"
      R"({"element":"Data","name":"Code","type":"hex32",)"
      R"("value":"0xc000006d"}]}]})");
}

TEST(EvtxExport, CsvLine) {
  EXPECT_THAT(CsvCells(CsvHeader().substr(0, CsvHeader().size() - 1)),
              SizeIs(17));
  EXPECT_EQ(ExportOne(SecurityLog()).csv,
            R"(2022-06-18T04:26:41.0000007Z,1,4624,always,Test-Provider,)"
            R"(Test/Admin,PC-1,S-1-5-18,10,20,3,12544,0x8020000000000000,)"
            R"({11111111-2222-3333-4444-555555555555},active,Test-Admin.evtx,)"
            R"("{""User"":""a,\""b\""\n"",""Count"":18446744073709551615,)"
            R"(""Code"":""0xc000006d""}")");
}

TEST(EvtxExport, EvtxEcmdJsonLine) {
  EXPECT_EQ(
      ExportOne(SecurityLog()).ecmd_json,
      R"({"ChunkNumber":0,"Computer":"PC-1",)"
      R"("Payload":"{\"EventData\":{\"Data\":[{\"@Name\":\"User\",)"
      R"(\"#text\":\"a,\\\"b\\\"\\n\"},{\"@Name\":\"Count\",)"
      R"(\"#text\":\"18446744073709551615\"},{\"@Name\":\"Code\",)"
      R"(\"#text\":\"0xC000006D\"}]}}","UserId":"S-1-5-18",)"
      R"("Channel":"Test/Admin","Provider":"Test-Provider","EventId":4624,)"
      R"("EventRecordId":"1","ProcessId":10,"ThreadId":20,)"
      R"("Level":"LogAlways","Keywords":"Audit success",)"
      R"("SourceFile":"Test-Admin.evtx","ExtraDataOffset":0,)"
      R"("HiddenRecord":false,)"
      R"("TimeCreated":"2022-06-18T04:26:41.0000007+00:00",)"
      R"("RecordNumber":1})");
}

TEST(EvtxExport, EvtxEcmdCsvLine) {
  EXPECT_EQ(EvtxEcmdCsvHeader(),
            "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,"
            "Channel,ProcessId,ThreadId,Computer,ChunkNumber,UserId,"
            "MapDescription,UserName,RemoteHost,PayloadData1,PayloadData2,"
            "PayloadData3,PayloadData4,PayloadData5,PayloadData6,"
            "ExecutableInfo,HiddenRecord,SourceFile,Keywords,ExtraDataOffset,"
            "Payload\n");
  EXPECT_EQ(
      ExportOne(SecurityLog()).ecmd_csv,
      R"(1,1,2022-06-18 04:26:41.0000007,4624,LogAlways,Test-Provider,)"
      R"(Test/Admin,10,20,PC-1,0,S-1-5-18,,,,,,,,,,,False,Test-Admin.evtx,)"
      R"(Audit success,0,"{""EventData"":{""Data"":[{""@Name"":""User"",)"
      R"(""#text"":""a,\""b\""\n""},{""@Name"":""Count"",)"
      R"(""#text"":""18446744073709551615""},{""@Name"":""Code"",)"
      R"(""#text"":""0xC000006D""}]}}")");
}

TEST(EvtxExport, EvtxEcmdNamesLevelsAndKeywords) {
  const RecordTree tree;
  const auto line = [&](EventLevel level, uint64_t keywords) {
    Event event;
    event.level = level;
    event.keywords = keywords;
    std::string json;
    AppendEvtxEcmdJson({event, tree}, &json);
    const auto parsed = nlohmann::json::parse(json);
    EXPECT_EQ(parsed["Payload"], "");
    return parsed["Level"].get<std::string>() + " " +
           parsed["Keywords"].get<std::string>();
  };
  EXPECT_EQ(line(0, 0x80000000000000), "LogAlways Classic");
  EXPECT_EQ(line(1, 0x8020000000000000), "Critical Audit success");
  EXPECT_EQ(line(2, 0x8010000000000000), "Error Audit failure");
  EXPECT_EQ(line(3, 0x80000000000001), "Warning 0x80000000000001");
  EXPECT_EQ(line(4, 0xabc), "Info 0xABC");
  EXPECT_EQ(line(5, 0), "Verbose 0x0");
  EXPECT_EQ(line(16, 0), "16 0x0");
}

TEST(EvtxExport, WhatIsNotKnown) {
  Event event;
  event.state = RecordState::kRecovered;
  const RecordTree tree;
  const ExportedRecord record{event,         tree,         9,   kDay1, 2,
                              "values only", "a\xff.evtx", true};
  std::string raw;
  AppendRawJson(record, &raw);
  EXPECT_EQ(
      raw,
      R"({"record_id":0,"header_id":9,"state":"recovered",)"
      R"("confidence":"values only","hidden":true,"offset":0,"chunk":2,)"
      "\"source\":\"a\xef\xbf\xbd.evtx\",\"time\":null,"
      R"("header_time":"2022-06-18T04:26:40.0000000Z","provider":null,)"
      R"("provider_guid":null,"event_id":0,"qualifiers":0,"version":0,)"
      R"("level":0,"task":0,"opcode":0,"keywords":"0x0","activity_id":null,)"
      R"("process_id":0,"thread_id":0,"channel":null,"computer":null,)"
      "\"user_sid\":null,\"system\":[],\"data\":[]}\n");
  std::string json;
  AppendEvtxEcmdJson(record, &json);
  EXPECT_EQ(json,
            R"({"ChunkNumber":2,"Computer":"","Payload":"","Channel":"",)"
            R"("Provider":"","EventId":0,"EventRecordId":"0","ProcessId":0,)"
            R"("ThreadId":0,"Level":"LogAlways","Keywords":"0x0",)"
            "\"SourceFile\":\"a\xef\xbf\xbd.evtx\",\"ExtraDataOffset\":0,"
            "\"HiddenRecord\":true,"
            R"("TimeCreated":"2022-06-18T04:26:40.0000000+00:00",)"
            "\"RecordNumber\":9}\n");
}

TEST(EvtxExport, UserData) {
  std::vector<forge::EvtxRecord> records = SecurityRecord();
  records[0].user_data = "LogFileCleared";
  const ExportedLines lines = ExportOne(forge::WriteEvtx(records).value());
  EXPECT_THAT(
      lines.raw,
      HasSubstr(R"("data":[{"element":"UserData","name":null,"content":[)"
                R"({"element":"LogFileCleared","name":null,"content":[)"
                R"({"element":"User","name":null,"type":"string",)"
                R"("value":"a,\"b\"\n"},{"element":"Count","name":null,)"
                R"("type":"uint64","value":18446744073709551615},)"
                R"({"element":"Code","name":null,"type":"hex32",)"
                R"("value":"0xc000006d"}]}]}]})"));
  EXPECT_EQ(PayloadOf(lines),
            R"({"UserData":{"LogFileCleared":{"User":"a,\"b\"\n",)"
            R"("Count":"18446744073709551615","Code":"0xC000006D"}}})");
}

TEST(EvtxExport, AttributesOfTheEventItself) {
  const auto line = [](const std::string& name, const std::string& more) {
    RawLog log;
    log.BeginRecord(1);
    log.Fragment();
    log.Open("Event", true);
    log.BeginAttributes();
    log.Attribute(name, !more.empty());
    log.Text("n");
    if (!more.empty()) {
      log.Attribute(more);
      log.Text("m");
    }
    log.EndAttributes();
    log.CloseStart();
    log.System(1);
    log.End();
    log.Byte(0);
    log.EndRecord();
    return ExportOne(log.File()).raw;
  };
  EXPECT_THAT(line("xmlns", ""), HasSubstr(R"("user_sid":null,"system")"));
  EXPECT_THAT(line("xmlns", "a"),
              HasSubstr(R"("user_sid":null,"attributes":[{"name":"xmlns",)"
                        R"("type":"text","value":"n"},{"name":"a",)"
                        R"("type":"text","value":"m"}],"system":[)"));
}

TEST(EvtxExport, NoLineDependsOnTheOneBefore) {
  const std::vector<ExportedLines> all = ExportAll(PlainLog(1, 300));
  ASSERT_THAT(all, SizeIs(300));
  for (size_t i = 0; i < all.size(); ++i) {
    const auto raw = nlohmann::json::parse(all[i].raw);
    EXPECT_EQ(raw["record_id"], i + 1);
    EXPECT_EQ(raw["header_id"], i + 1);
    EXPECT_EQ(raw["data"][0]["content"][0]["value"], i + 1);
    EXPECT_THAT(all[i].ecmd_csv, Not(HasSubstr("\n")));
  }
}

}  // namespace
}  // namespace espial::evtx

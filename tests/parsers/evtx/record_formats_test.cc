// What the export formats print of records, exactly.
#include "parsers/evtx/export/record_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
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

using Values = std::vector<std::pair<uint8_t, std::vector<std::byte>>>;

// The lines of the only record, each checked for what all lines must be.
ExportedLines Lines(const std::vector<std::byte>& file) {
  const std::vector<ExportedLines> all = ExportAll(file);
  EXPECT_THAT(all, SizeIs(1));
  if (all.size() != 1) return {};
  const ExportedLines& lines = all[0];
  EXPECT_TRUE(nlohmann::json::accept(lines.raw)) << lines.raw;
  EXPECT_TRUE(nlohmann::json::accept(lines.ecmd_json)) << lines.ecmd_json;
  const std::vector<std::string> csv = CsvCells(lines.csv);
  EXPECT_THAT(csv, SizeIs(17)) << lines.csv;
  EXPECT_TRUE(nlohmann::json::accept(csv.back())) << lines.csv;
  EXPECT_THAT(CsvCells(lines.ecmd_csv), SizeIs(27)) << lines.ecmd_csv;
  for (const std::string& line :
       {lines.raw, lines.csv, lines.ecmd_json, lines.ecmd_csv}) {
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    })) << line;
  }
  return lines;
}

template <typename F>
ExportedLines OfData(const Values& values, F elements) {
  RawLog log;
  log.RecordWithData(1, values, [&] { elements(&log); });
  return Lines(log.File());
}

// Of a record with one <Data Name="V"> of that value.
ExportedLines OfValue(uint8_t type, std::vector<std::byte> bytes) {
  return OfData({{type, std::move(bytes)}},
                [&](RawLog* log) { log->DataSlot("V", 0, type); });
}

// What raw says of that value.
std::string Raw(uint8_t type, std::vector<std::byte> bytes) {
  const std::string line = OfValue(type, std::move(bytes)).raw;
  const std::string_view head = "\"element\":\"Data\",\"name\":\"V\",";
  const size_t at = line.find(head);
  if (at == std::string::npos) return line;
  const std::string rest = line.substr(at + head.size());
  return rest.substr(0, rest.rfind("}]}]}"));
}

// The members of EventData in raw.
std::string RawData(const ExportedLines& lines) {
  const std::string_view head =
      "\"data\":[{\"element\":\"EventData\",\"name\":null,\"content\":[";
  const size_t at = lines.raw.find(head);
  if (at == std::string::npos) return lines.raw;
  const std::string rest = lines.raw.substr(at + head.size());
  return rest.substr(0, rest.rfind("]}]}"));
}

std::string Payload(const ExportedLines& lines) {
  const auto json = nlohmann::json::parse(lines.ecmd_json, nullptr, false);
  const std::string payload = json.value("Payload", "no payload");
  EXPECT_TRUE(nlohmann::json::accept(payload)) << payload;
  EXPECT_EQ(payload, CsvCells(lines.ecmd_csv).back());
  return payload;
}

std::string CsvData(const ExportedLines& lines) {
  return CsvCells(lines.csv).back();
}

void UnnamedSlot(RawLog* log, uint16_t slot, uint8_t type) {
  log->Open("Data");
  log->CloseStart();
  log->Slot(slot, type);
  log->End();
}

std::vector<std::byte> Strings(const std::vector<std::string>& items) {
  std::vector<std::byte> list;
  for (const std::string& item : items) {
    for (const std::byte b : Utf16(item)) list.push_back(b);
    list.resize(list.size() + 2);
  }
  return list;
}

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
      Lines(SecurityLog()).raw,
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
  EXPECT_EQ(Lines(SecurityLog()).csv,
            R"(2022-06-18T04:26:41.0000007Z,1,4624,always,Test-Provider,)"
            R"(Test/Admin,PC-1,S-1-5-18,10,20,3,12544,0x8020000000000000,)"
            R"({11111111-2222-3333-4444-555555555555},active,Test-Admin.evtx,)"
            R"("{""User"":""a,\""b\""\n"",""Count"":18446744073709551615,)"
            R"(""Code"":""0xc000006d""}")");
}

TEST(EvtxExport, EvtxEcmdJsonLine) {
  EXPECT_EQ(
      Lines(SecurityLog()).ecmd_json,
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
      Lines(SecurityLog()).ecmd_csv,
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

TEST(EvtxExport, RawNumbers) {
  EXPECT_EQ(Raw(0x0a, Little(~uint64_t{0}, 8)),
            R"("type":"uint64","value":18446744073709551615)");
  EXPECT_EQ(Raw(0x09, Little(uint64_t{1} << 63U, 8)),
            R"("type":"int64","value":-9223372036854775808)");
  EXPECT_EQ(Raw(0x03, Little(0xff, 1)), R"("type":"int8","value":-1)");
  EXPECT_EQ(Raw(0x14, Little(0xc000006d, 4)),
            R"("type":"hex32","value":"0xc000006d")");
  EXPECT_EQ(Raw(0x10, Little(16, 4)), R"("type":"size","value":"0x10")");
  EXPECT_EQ(Raw(0x0d, Little(1, 4)), R"("type":"bool","value":true)");
  EXPECT_EQ(Raw(0x0b, Little(0x3dcccccd, 4)), R"("type":"float","value":0.1)");
  EXPECT_EQ(Raw(0x0c, Little(0x4008000000000000, 8)),
            R"("type":"double","value":3.0)");
  EXPECT_EQ(Raw(0x0c, Little(0x7ff0000000000000, 8)),
            R"("type":"double","value":"inf")");
  EXPECT_EQ(Raw(0x0b, Little(0x7fc00001, 4)),
            R"("type":"float","value":"nan","bytes":"0100C07F")");
}

TEST(EvtxExport, RawKeepsWhatDoesNotFitItsType) {
  EXPECT_EQ(Raw(0x08, Little(7, 2)),
            R"("type":"uint32","value":7,"bytes":"0700")");
  EXPECT_EQ(Raw(0x0d, Little(2, 4)),
            R"("type":"bool","value":true,"bytes":"02000000")");
  EXPECT_EQ(Raw(0x0f, Little(7, 4)),
            R"("type":"guid","value":null,"bytes":"07000000")");
  EXPECT_EQ(Raw(0x13, Little(7, 4)),
            R"("type":"sid","value":null,"bytes":"07000000")");
  EXPECT_EQ(Raw(0x77, Little(0xabcd, 2)), R"("type":"0x77","value":"CDAB")");
}

TEST(EvtxExport, RawTimesSidsAndGuids) {
  EXPECT_EQ(Raw(0x11, Little(kDay1 + 1, 8)),
            R"("type":"filetime","value":"2022-06-18T04:26:40.0000001Z")");
  EXPECT_EQ(Raw(0x11, Little(~uint64_t{0}, 8)).substr(0, 25),
            R"("type":"filetime","value")");
  EXPECT_THAT(Raw(0x11, Little(~uint64_t{0}, 8)),
              HasSubstr(R"("bytes":"FFFFFFFFFFFFFFFF")"));
  // 2022-06-18 was a Saturday.
  std::vector<std::byte> day = Little(0x00'06'00'06'07'e6, 6);
  for (const std::byte b : Little(0x0003000200010012, 8)) day.push_back(b);
  for (const std::byte b : Little(4, 2)) day.push_back(b);
  EXPECT_EQ(Raw(0x12, day),
            R"("type":"systemtime","value":"2022-06-18T01:02:03.0040000Z")");
  day[4] = std::byte{5};
  EXPECT_THAT(Raw(0x12, day), HasSubstr(R"(Z","bytes":"E607060005001200)"));
  std::vector<std::byte> sid = Little(0x0500000000000101, 8);
  for (const std::byte b : Little(18, 4)) sid.push_back(b);
  EXPECT_EQ(Raw(0x13, sid), R"("type":"sid","value":"S-1-5-18")");
  std::vector<std::byte> guid = Little(0x1234, 8);
  guid.resize(16);
  EXPECT_EQ(
      Raw(0x0f, guid),
      R"("type":"guid","value":"{00001234-0000-0000-0000-000000000000}")");
}

TEST(EvtxExport, RawTellsNullFromEmpty) {
  EXPECT_EQ(Raw(0x00, {}), R"("type":"null","value":null)");
  EXPECT_EQ(Raw(0x01, {}), R"("type":"string","value":"")");
  EXPECT_EQ(Raw(0x0e, {}), R"("type":"binary","value":"")");
  EXPECT_EQ(Raw(0x08, {}), R"("type":"uint32","value":null)");
  EXPECT_EQ(Raw(0x81, {}), R"("type":"string[]","value":[])");
  const ExportedLines none = OfData({}, [](RawLog* log) {
    log->Open("Data");
    log->CloseEmpty();
  });
  EXPECT_EQ(RawData(none),
            R"({"element":"Data","name":null,"type":"empty","value":""})");
  EXPECT_EQ(CsvData(OfValue(0x00, {})), R"({"V":null})");
  EXPECT_EQ(CsvData(OfValue(0x01, {})), R"({"V":""})");
}

TEST(EvtxExport, UglyText) {
  std::vector<std::byte> text = Utf16("q\"b\\n\n\x7f\xc2\x85");
  text.resize(text.size() + 2);
  for (const std::byte b : Utf16("z")) text.push_back(b);
  const ExportedLines lines = OfValue(0x01, text);
  EXPECT_EQ(RawData(lines), R"({"element":"Data","name":"V","type":"string",)"
                            R"("value":"q\"b\\n\n\u007f\u0085\u0000z"})");
  EXPECT_EQ(CsvData(lines), R"({"V":"q\"b\\n\n\u007f\u0085\u0000z"})");
  EXPECT_EQ(Payload(lines), R"({"EventData":{"Data":{"@Name":"V",)"
                            R"("#text":"q\"b\\n\n\u007f\u0085\u0000z"}}})");
}

TEST(EvtxExport, LoneSurrogates) {
  const ExportedLines lines = OfValue(0x01, Little(0xd83d, 2));
  EXPECT_EQ(RawData(lines),
            "{\"element\":\"Data\",\"name\":\"V\",\"type\":\"string\","
            "\"value\":\"\xef\xbf\xbd\",\"bytes\":\"3DD8\"}");
  EXPECT_EQ(CsvData(lines), "{\"V\":\"\xef\xbf\xbd\"}");
  EXPECT_THAT(Payload(lines), HasSubstr("\"#text\":\"\xef\xbf\xbd\""));
}

TEST(EvtxExport, UnnamedBesideNamedAndNamesThatComeTwice) {
  const ExportedLines lines =
      OfData({{0x08, Little(1, 4)}, {0x01, Utf16("x")}}, [](RawLog* log) {
        UnnamedSlot(log, 0, 0x08);
        log->DataSlot("A", 1, 0x01);
        log->DataSlot("A", 0, 0x08);
        UnnamedSlot(log, 1, 0x01);
        log->Leaf("Binary", "00");
      });
  EXPECT_EQ(RawData(lines),
            R"({"element":"Data","name":null,"type":"uint32","value":1},)"
            R"({"element":"Data","name":"A","type":"string","value":"x"},)"
            R"({"element":"Data","name":"A","type":"uint32","value":1},)"
            R"({"element":"Data","name":null,"type":"string","value":"x"},)"
            R"({"element":"Binary","name":null,"type":"text","value":"00"})");
  EXPECT_EQ(CsvData(lines), R"({"Data":[1,"x"],"A":["x",1],"Binary":"00"})");
  EXPECT_EQ(Payload(lines),
            R"({"EventData":{"Data":["1",{"@Name":"A","#text":"x"},)"
            R"({"@Name":"A","#text":"1"},"x"],"Binary":"00"}})");
}

TEST(EvtxExport, Arrays) {
  const ExportedLines lines = OfValue(0x81, Strings({"a", "", "b"}));
  EXPECT_EQ(RawData(lines), R"({"element":"Data","name":"V","type":"string[]",)"
                            R"("value":["a","","b"]})");
  EXPECT_EQ(Payload(lines),
            R"({"EventData":{"Data":{"@Name":"V","#text":"a, b"}}})");
  // Named once an item, as Windows shows it.
  EXPECT_EQ(CsvData(lines), R"({"V":["a","","b"]})");
  EXPECT_EQ(Raw(0x88, Little(0x0000000200000001, 8)),
            R"("type":"uint32[]","value":[1,2])");
  EXPECT_EQ(Raw(0x88, Little(0x000200000001, 6)),
            R"("type":"uint32[]","value":[1,"0200"],"bytes":"010000000200")");
}

TEST(EvtxExport, EvtxEcmdValues) {
  const auto text = [](uint8_t type, std::vector<std::byte> bytes) {
    const auto json =
        nlohmann::json::parse(Payload(OfValue(type, std::move(bytes))));
    return json["EventData"]["Data"].value("#text", "(none)");
  };
  EXPECT_EQ(text(0x15, Little(0xabc, 8)), "0xABC");
  EXPECT_EQ(text(0x0d, Little(1, 4)), "True");
  EXPECT_EQ(text(0x0e, Little(0xcdab, 2)), "AB-CD");
  EXPECT_EQ(text(0x11, Little(kDay1 + 1, 8)), "2022-06-18 04:26:40.0000001");
  EXPECT_EQ(text(0x0f, std::vector<std::byte>(16)),
            "00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(text(0x00, {}), "(none)");
}

TEST(EvtxExport, NestedElements) {
  const ExportedLines lines = OfData({{0x08, Little(7, 4)}}, [](RawLog* log) {
    log->Open("ComplexData", true);
    log->BeginAttributes();
    log->Attribute("Name", true);
    log->Text("C");
    log->Attribute("k");
    log->Slot(0, 0x08);
    log->EndAttributes();
    log->CloseStart();
    log->Text("t&");
    log->Leaf("X", "1");
    log->Leaf("X", "2");
    log->Open("Y");
    log->CloseStart();
    log->Byte(0x09);
    log->chunk.PutName("lt");
    log->Byte(0x08);
    log->chunk.Put(0xe9, 2);
    log->Slot(0, 0x08);
    log->End();
    log->End();
  });
  EXPECT_EQ(RawData(lines),
            R"({"element":"ComplexData","name":"C","attributes":[{"name":"k",)"
            R"("type":"uint32","value":7}],"content":[{"type":"text",)"
            R"("value":"t&"},{"element":"X","name":null,"type":"text",)"
            R"("value":"1"},{"element":"X","name":null,"type":"text",)"
            R"("value":"2"},{"element":"Y","name":null,)"
            R"("content":[{"type":"entity","value":"lt"},{"type":"character",)"
            R"("value":233},{"type":"uint32","value":7}]}]})");
  EXPECT_EQ(Payload(lines),
            R"({"EventData":{"ComplexData":{"@Name":"C","@k":"7","#text":"t&",)"
            "\"X\":[\"1\",\"2\"],\"Y\":\"<\xc3\xa9"
            "7\"}}}");
  EXPECT_THAT(CsvData(lines), HasSubstr(R"("C":"t&amp;<X>1</X>)"));
}

TEST(EvtxExport, UserData) {
  std::vector<forge::EvtxRecord> records = SecurityRecord();
  records[0].user_data = "LogFileCleared";
  const ExportedLines lines = Lines(forge::WriteEvtx(records).value());
  EXPECT_THAT(
      lines.raw,
      HasSubstr(R"("data":[{"element":"UserData","name":null,"content":[)"
                R"({"element":"LogFileCleared","name":null,"content":[)"
                R"({"element":"User","name":null,"type":"string",)"
                R"("value":"a,\"b\"\n"},{"element":"Count","name":null,)"
                R"("type":"uint64","value":18446744073709551615},)"
                R"({"element":"Code","name":null,"type":"hex32",)"
                R"("value":"0xc000006d"}]}]}]})"));
  EXPECT_EQ(Payload(lines),
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
    return Lines(log.File()).raw;
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

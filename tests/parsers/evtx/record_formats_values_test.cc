// What the export formats make of values, elements and odd text.
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

// What raw says of that value.
std::string Raw(uint8_t type, std::vector<std::byte> bytes) {
  const std::string line = ExportValue(type, std::move(bytes)).raw;
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
  const ExportedLines none = ExportData({}, [](RawLog* log) {
    log->Open("Data");
    log->CloseEmpty();
  });
  EXPECT_EQ(RawData(none),
            R"({"element":"Data","name":null,"type":"empty","value":""})");
  EXPECT_EQ(CsvData(ExportValue(0x00, {})), R"({"V":null})");
  EXPECT_EQ(CsvData(ExportValue(0x01, {})), R"({"V":""})");
}

TEST(EvtxExport, UglyText) {
  std::vector<std::byte> text = Utf16("q\"b\\n\n\x7f\xc2\x85");
  text.resize(text.size() + 2);
  for (const std::byte b : Utf16("z")) text.push_back(b);
  const ExportedLines lines = ExportValue(0x01, text);
  EXPECT_EQ(RawData(lines), R"({"element":"Data","name":"V","type":"string",)"
                            R"("value":"q\"b\\n\n\u007f\u0085\u0000z"})");
  EXPECT_EQ(CsvData(lines), R"({"V":"q\"b\\n\n\u007f\u0085\u0000z"})");
  EXPECT_EQ(PayloadOf(lines), R"({"EventData":{"Data":{"@Name":"V",)"
                              R"("#text":"q\"b\\n\n\u007f\u0085\u0000z"}}})");
}

TEST(EvtxExport, LoneSurrogates) {
  const ExportedLines lines = ExportValue(0x01, Little(0xd83d, 2));
  EXPECT_EQ(RawData(lines),
            "{\"element\":\"Data\",\"name\":\"V\",\"type\":\"string\","
            "\"value\":\"\xef\xbf\xbd\",\"bytes\":\"3DD8\"}");
  EXPECT_EQ(CsvData(lines), "{\"V\":\"\xef\xbf\xbd\"}");
  EXPECT_THAT(PayloadOf(lines), HasSubstr("\"#text\":\"\xef\xbf\xbd\""));
}

TEST(EvtxExport, UnnamedBesideNamedAndNamesThatComeTwice) {
  const ExportedLines lines =
      ExportData({{0x08, Little(1, 4)}, {0x01, Utf16("x")}}, [](RawLog* log) {
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
  EXPECT_EQ(PayloadOf(lines),
            R"({"EventData":{"Data":["1",{"@Name":"A","#text":"x"},)"
            R"({"@Name":"A","#text":"1"},"x"],"Binary":"00"}})");
}

TEST(EvtxExport, Arrays) {
  const ExportedLines lines = ExportValue(0x81, Strings({"a", "", "b"}));
  EXPECT_EQ(RawData(lines), R"({"element":"Data","name":"V","type":"string[]",)"
                            R"("value":["a","","b"]})");
  EXPECT_EQ(PayloadOf(lines),
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
        nlohmann::json::parse(PayloadOf(ExportValue(type, std::move(bytes))));
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
  const ExportedLines lines =
      ExportData({{0x08, Little(7, 4)}}, [](RawLog* log) {
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
  EXPECT_EQ(PayloadOf(lines),
            R"({"EventData":{"ComplexData":{"@Name":"C","@k":"7","#text":"t&",)"
            "\"X\":[\"1\",\"2\"],\"Y\":\"<\xc3\xa9"
            "7\"}}}");
  EXPECT_THAT(CsvData(lines), HasSubstr(R"("C":"t&amp;<X>1</X>)"));
}

}  // namespace
}  // namespace espial::evtx

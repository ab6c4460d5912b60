// The ways in which real and damaged logs depart from the plain layout, part 2:
// binary XML, values and what becomes of them.
#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/parsers/evtx/evtx_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Bytes8 = std::vector<std::byte>;

// The fields of a record with one <Data Name="V">, whose value is given.
std::string FieldOf(uint8_t type, Bytes8 bytes, bool optional = false) {
  RawLog log;
  log.RecordWithData(1, {{type, std::move(bytes)}},
                     [&] { log.DataSlot("V", 0, type, optional); });
  const Parsed parsed = ParseLog(log.File());
  if (parsed.log.events.size() != 1) return parsed.DamageText();
  std::string text = FieldsText(parsed.log.events[0]);
  for (const Field& field : parsed.log.events[0].fields) {
    text += " ";
    text += ValueTypeName(field.value.type);
  }
  return text;
}

std::string OnlyFields(const RawLog& log) {
  const Parsed parsed = ParseLog(log.File());
  if (parsed.log.events.size() != 1 || parsed.log.damage.size() != 0) {
    return parsed.DamageText();
  }
  return FieldsText(parsed.log.events[0]);
}

TEST(EvtxEdge, Case23EmbeddedBinaryXmlInThreeShapes) {
  const auto elements = [](RawLog* log) {
    log->Open("EventData");
    log->CloseStart();
    log->DataSlot("A", 0, 0x01);
    log->End();
  };
  RawLog fragment;
  fragment.RecordWithPayload(1, [&] {
    fragment.Fragment();
    fragment.Instance("inner", [&] { elements(&fragment); });
    fragment.Values({{0x01, Utf16("x")}});
    fragment.Byte(0);
  });
  EXPECT_EQ(OnlyFields(fragment), "A=x");
  RawLog bare;
  bare.RecordWithPayload(1, [&] {
    bare.Instance("inner", [&] { elements(&bare); });
    bare.Values({{0x01, Utf16("y")}});
  });
  EXPECT_EQ(OnlyFields(bare), "A=y");
  RawLog element;
  element.RecordWithPayload(1, [&] {
    element.Open("EventData", false, std::nullopt);
    element.CloseStart();
    element.Open("Data", false, std::nullopt);
    element.CloseStart();
    element.Text("z");
    element.End();
    element.End();
  });
  EXPECT_EQ(OnlyFields(element), "Data=z");
}

TEST(EvtxEdge, Case24RecordWithoutATemplate) {
  RawLog log;
  log.BeginRecord(9);
  log.Fragment();
  log.Open("Event");
  log.CloseStart();
  log.System(9);
  log.Open("EventData");
  log.CloseStart();
  log.Leaf("Data", "plain");
  log.End();
  log.Open("RenderingInfo");
  log.CloseStart();
  log.Leaf("Message", "What it says.");
  log.End();
  log.End();
  log.Byte(0);
  log.EndRecord();
  const Parsed parsed = ParseLog(log.File());
  ASSERT_THAT(parsed.log.events, SizeIs(1)) << parsed.DamageText();
  const Event& event = parsed.log.events[0];
  EXPECT_EQ(event.id, 7U);
  EXPECT_EQ(event.provider, "Test-Provider");
  EXPECT_EQ(event.time.ticks.value, kDay1 + 1);
  EXPECT_EQ(event.message, "What it says.");
  EXPECT_EQ(FieldsText(event), "Data=plain");
}

TEST(EvtxEdge, Case25EntitiesCharactersCDataAndInstructions) {
  RawLog log;
  log.RecordWithData(1, {}, [&] {
    log.Open("Data", true);
    log.BeginAttributes();
    log.Attribute("Name");
    log.Text("A");
    log.Byte(0x49);
    log.chunk.PutName("amp");
    log.Text("B");
    log.EndAttributes();
    log.CloseStart();
    log.Text("1");
    log.Byte(0x09);
    log.chunk.PutName("lt");
    log.Byte(0x08);
    log.chunk.Put(0xe9, 2);
    log.Byte(0x07);
    log.chunk.PutString("<c>");
    log.Byte(0x0a);
    log.chunk.PutName("target");
    log.Byte(0x0b);
    log.chunk.PutString("data");
    log.Text("2");
    log.End();
  });
  EXPECT_EQ(OnlyFields(log), "A&B=1<\xc3\xa9<c>2");
}

TEST(EvtxEdge, Case25UnknownTokenIsNamed) {
  RawLog log;
  log.RecordWithData(1, {}, [&] { log.Byte(0x1f); });
  const Parsed parsed = ParseLog(log.File());
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("expected a token of binary XML, found 0x1f"));
  // System came before it: the event is there, without its data.
  ASSERT_THAT(parsed.log.events, SizeIs(1));
  EXPECT_EQ(parsed.log.events[0].id, 7U);
}

TEST(EvtxEdge, Case26NullsOfAllKinds) {
  RawLog log;
  log.RecordWithData(1, {{0x00, {}}, {0x01, {}}, {0x00, {}}, {0x00, {}}}, [&] {
    log.DataSlot("Null", 0, 0x01);
    log.DataSlot("Empty", 1, 0x01);
    // Depends on a null value: not there at all.
    log.Open("Data", false, uint16_t{2});
    log.CloseStart();
    log.Slot(2, 0x01, true);
    log.End();
    // Its name is an optional null: a Data without a name.
    log.Open("Data", true);
    log.BeginAttributes();
    log.Attribute("Name");
    log.Slot(3, 0x01, true);
    log.EndAttributes();
    log.CloseStart();
    log.Text("t");
    log.End();
  });
  EXPECT_EQ(OnlyFields(log), "Null=(null)|Empty=|Data=t");
}

TEST(EvtxEdge, Case26SlotsBeyondTheValuesAreNull) {
  RawLog log;
  log.RecordWithData(1, {{0x01, Utf16("a")}}, [&] {
    log.DataSlot("A", 0, 0x01);
    log.DataSlot("B", 700, 0x01);
  });
  EXPECT_EQ(OnlyFields(log), "A=a|B=(null)");
}

TEST(EvtxEdge, Case27ArraysRepeatTheElement) {
  Bytes8 strings = Utf16(std::string("one\0two\0", 8));
  EXPECT_EQ(FieldOf(0x81, strings), "V=one|V=two string string");
  EXPECT_EQ(FieldOf(0x81, Utf16("open")), "V=open string");
  EXPECT_EQ(FieldOf(0x81, {}), "V=(null) null");
  EXPECT_EQ(FieldOf(0x86, Little(0x00020001, 4)), "V=1|V=2 uint uint");
  EXPECT_EQ(FieldOf(0x8a, Little(7, 8)), "V=7 uint");
  EXPECT_EQ(FieldOf(0x82, {std::byte{'a'}, std::byte{0}, std::byte{'b'}}),
            "V=a|V=b string string");
  // What does not fill an item is shown, not dropped.
  EXPECT_EQ(FieldOf(0x88, Little(0x0000ff00000001, 7)),
            "V=1|V=FF0000 uint binary");
}

TEST(EvtxEdge, Case27ArrayInAnAttributeIsAList) {
  RawLog log;
  log.RecordWithData(1, {{0x86, Little(0x00020001, 4)}}, [&] {
    log.Open("Item", true);
    log.BeginAttributes();
    log.Attribute("ids");
    log.Slot(0, 0x86);
    log.EndAttributes();
    log.CloseEmpty();
  });
  EXPECT_EQ(OnlyFields(log), "ids=1\n2");
}

TEST(EvtxEdge, Case28SizeTOfFourAndEightBytes) {
  EXPECT_EQ(FieldOf(0x10, Little(0x1234, 4)), "V=0x1234 hex64");
  EXPECT_EQ(FieldOf(0x10, Little(0x7ff012345678, 8)), "V=0x7ff012345678 hex64");
}

TEST(EvtxEdge, Case29BoolOfAnyWidth) {
  for (const size_t width : {1U, 2U, 4U, 8U}) {
    EXPECT_EQ(FieldOf(0x0d, Little(1, width)), "V=true bool");
    EXPECT_EQ(FieldOf(0x0d, Little(0, width)), "V=false bool");
  }
  EXPECT_EQ(FieldOf(0x0d, Little(0xff00, 4)), "V=true bool");
  // A narrow one does not shift the values behind it.
  RawLog log;
  log.RecordWithData(1, {{0x0d, Little(1, 1)}, {0x01, Utf16("next")}}, [&] {
    log.DataSlot("B", 0, 0x0d);
    log.DataSlot("S", 1, 0x01);
  });
  EXPECT_EQ(OnlyFields(log), "B=true|S=next");
}

TEST(EvtxEdge, Case30HexAndSignedIntegers) {
  EXPECT_EQ(FieldOf(0x14, Little(0xC000006D, 4)), "V=0xc000006d hex32");
  EXPECT_EQ(FieldOf(0x15, Little(0x3e7, 8)), "V=0x3e7 hex64");
  EXPECT_EQ(FieldOf(0x15, Little(~uint64_t{0}, 8)),
            "V=0xffffffffffffffff hex64");
  EXPECT_EQ(FieldOf(0x03, Little(0xfe, 1)), "V=-2 int");
  EXPECT_EQ(FieldOf(0x05, Little(0x8000, 2)), "V=-32768 int");
  EXPECT_EQ(FieldOf(0x07, Little(0x80070005, 4)), "V=-2147024891 int");
  EXPECT_EQ(FieldOf(0x09, Little(~uint64_t{0}, 8)), "V=-1 int");
  EXPECT_EQ(FieldOf(0x04, Little(0xfe, 1)), "V=254 uint");
  EXPECT_EQ(FieldOf(0x0c, Little(0x3ff8000000000000, 8)), "V=1.5 float");
  EXPECT_EQ(FieldOf(0x0b, Little(0x3fc00000, 4)), "V=1.5 float");
}

TEST(EvtxEdge, Case31SidsOfAnyLength) {
  Bytes8 sid = {std::byte{1}, std::byte{17}};
  for (const int byte : {0, 0, 0, 0, 0, 5}) {
    sid.push_back(static_cast<std::byte>(byte));
  }
  std::string text = "S-1-5";
  for (uint32_t i = 0; i < 17; ++i) {
    const Bytes8 part = Little(i + 1000, 4);
    sid.insert(sid.end(), part.begin(), part.end());
    text += "-" + std::to_string(i + 1000);
  }
  EXPECT_EQ(FieldOf(0x13, sid), "V=" + text + " sid");
  // A short one cannot be a SID: its bytes are kept.
  EXPECT_EQ(FieldOf(0x13, {std::byte{1}, std::byte{2}, std::byte{3}}),
            "V=010203 binary");
  // A 48-bit authority is not cut.
  Bytes8 wide = {std::byte{1}, std::byte{1}, std::byte{1}, std::byte{0},
                 std::byte{0}, std::byte{0}, std::byte{0}, std::byte{2},
                 std::byte{9}, std::byte{0}, std::byte{0}, std::byte{0}};
  EXPECT_EQ(FieldOf(0x13, wide), "V=S-1-0x010000000002-9 sid");
}

TEST(EvtxEdge, Case32ImpossibleTimes) {
  std::vector<std::byte> file = PlainLog(1, 5);
  const std::vector<size_t> records = RecordOffsets(file);
  const uint64_t good = Get64(file, records[1] + 16);
  // The header's time alone does not matter.
  Put(&file, records[1] + 16, ~uint64_t{0}, 8);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(ParseLog(file).log.events[1].time.ticks.value, good);
  EXPECT_EQ(ParseLog(file).DamageText(), "");
  EXPECT_THAT(ParseLog(file).log.events, SizeIs(5));
  // TimeCreated alone is replaced by it.
  for (const uint64_t bad : {uint64_t{0}, ~uint64_t{0}}) {
    std::vector<forge::EvtxRecord> list = PlainRecords(1, 2);
    list[0].time = {bad};
    auto written = forge::WriteEvtx(list);
    ASSERT_TRUE(written);
    Parsed parsed = ParseLog(*written);
    ASSERT_THAT(parsed.log.events, SizeIs(2));
    EXPECT_EQ(parsed.log.events[0].time.quality, TimeQuality::kNone);
    EXPECT_THAT(parsed.DamageText(), HasSubstr("event time at offset 4608: "
                                               "neither"));
    EXPECT_FALSE(parsed.lossy());
    Put(&*written, 4608 + 16, kDay1, 8);
    forge::FixEvtxChecksums(&*written);
    parsed = ParseLog(*written);
    EXPECT_EQ(parsed.log.events[0].time.ticks.value, kDay1);
    EXPECT_THAT(parsed.DamageText(), HasSubstr("taken from the record header"));
    EXPECT_EQ(parsed.log.coverage[0].first.value, kDay1);
  }
}

TEST(EvtxEdge, Case33TimesKeepTheir100Nanoseconds) {
  EXPECT_EQ(FieldOf(0x11, Little(kDay1 + 1, 8)),
            "V=2022-06-18T04:26:40.0000001Z time");
  // SYSTEMTIME counts milliseconds; its day of the week is not read.
  Bytes8 system_time;
  for (const uint64_t part : {2024U, 2U, 0U, 29U, 23U, 59U, 58U, 7U}) {
    const Bytes8 bytes = Little(part, 2);
    system_time.insert(system_time.end(), bytes.begin(), bytes.end());
  }
  EXPECT_EQ(FieldOf(0x12, system_time), "V=2024-02-29T23:59:58.0070000Z time");
  system_time[2] = std::byte{13};
  EXPECT_THAT(FieldOf(0x12, system_time), HasSubstr(" binary"));
}

TEST(EvtxEdge, Case34StringsWithOddCharacters) {
  EXPECT_EQ(FieldOf(0x01, Utf16(std::string("a\0b", 3))),
            std::string("V=a\0b string", 12));
  EXPECT_EQ(FieldOf(0x01, Utf16(std::string("a\0\0", 3))), "V=a string");
  EXPECT_EQ(FieldOf(0x01, Little(0xd800, 2)), "V=\xef\xbf\xbd string");
  EXPECT_EQ(FieldOf(0x01, Utf16("\x01\x1f")), "V=\x01\x1f string");
  EXPECT_EQ(FieldOf(0x01, Utf16("\xf0\x9f\x98\x80")),
            "V=\xf0\x9f\x98\x80 string");
  EXPECT_EQ(FieldOf(0x01, Little(0x410042, 3)), "V=B\xef\xbf\xbd string");
}

TEST(EvtxEdge, Case35AnsiStrings) {
  EXPECT_EQ(FieldOf(0x02, {std::byte{'a'}, std::byte{0x80}, std::byte{0xe9},
                           std::byte{0}}),
            "V=a\xe2\x82\xac\xc3\xa9 string");
  // What the code page leaves open is the control character of that number.
  EXPECT_EQ(FieldOf(0x02, {std::byte{0x81}}), "V=\xc2\x81 string");
}

TEST(EvtxEdge, Case36NameTableOutOfRangeOrCyclic) {
  std::vector<std::byte> file = PlainLog(1, 30);
  std::vector<size_t> heads;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t head = Get32(file, kHeader + 128 + 4 * i);
    if (head != 0) heads.push_back(head);
  }
  ASSERT_GE(heads.size(), 2U);
  const std::vector<std::string> sound = DescribeAll(ParseLog(file));
  Put(&file, kHeader + heads[0], heads[1], 4);
  Put(&file, kHeader + heads[1], heads[0], 4);
  Put(&file, kHeader + 128, 0xffffff, 4);
  Put(&file, kHeader + 384, 0xfffffff0, 4);
  forge::FixEvtxChecksums(&file);
  const Parsed parsed = ParseLog(file);
  EXPECT_EQ(DescribeAll(parsed), sound);
  EXPECT_EQ(parsed.DamageText(), "");
}

TEST(EvtxEdge, Case37DuplicateDataNamesStay) {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 1);
  records[0].fields = {{"LogonGuid", "UnicodeString", "one"},
                       {"LogonGuid", "UnicodeString", "two"}};
  const auto file = forge::WriteEvtx(records);
  ASSERT_TRUE(file);
  EXPECT_EQ(FieldsText(ParseLog(*file).log.events[0]),
            "LogonGuid=one|LogonGuid=two");
}

TEST(EvtxEdge, Case38UnnamedDataBesideNamedData) {
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 1);
  records[0].fields = {{"A", "UnicodeString", "named"},
                       {"", "UnicodeString", "unnamed"},
                       {"", "UInt32", "3"}};
  const auto file = forge::WriteEvtx(records);
  ASSERT_TRUE(file);
  EXPECT_EQ(FieldsText(ParseLog(*file).log.events[0]),
            "A=named|Data=unnamed|Data=3");
}

TEST(EvtxEdge, Case39ComplexDataIsKeptAsXml) {
  RawLog log;
  log.RecordWithData(1, {{0x08, Little(5, 4)}, {0x01, Utf16("a<b")}}, [&] {
    log.Open("ComplexData", true);
    log.BeginAttributes();
    log.Attribute("Name");
    log.Text("Point");
    log.EndAttributes();
    log.CloseStart();
    log.Open("x", true);
    log.BeginAttributes();
    log.Attribute("unit");
    log.Slot(1, 0x01);
    log.EndAttributes();
    log.CloseStart();
    log.Slot(0, 0x08);
    log.End();
    log.Open("y");
    log.CloseEmpty();
    log.End();
    log.DataSlot("After", 1, 0x01);
  });
  EXPECT_EQ(OnlyFields(log), "Point=<x unit=\"a&lt;b\">5</x><y/>|After=a<b");
}

TEST(EvtxEdge, Case39UserDataGivesLeavesAndAttributes) {
  RawLog log;
  log.BeginRecord(1);
  log.Fragment();
  log.Open("Event");
  log.CloseStart();
  log.System(1);
  log.Open("UserData");
  log.CloseStart();
  log.Open("EventXML", true);
  log.BeginAttributes();
  log.Attribute("xmlns");
  log.Text("urn:x");
  log.EndAttributes();
  log.CloseStart();
  log.Leaf("Param1", "one");
  log.Open("Certificate", true);
  log.BeginAttributes();
  log.Attribute("fileRef", true);
  log.Text("x.cer");
  log.Attribute("Name");
  log.Text("cn");
  log.EndAttributes();
  log.CloseEmpty();
  log.Open("Group");
  log.CloseStart();
  log.Leaf("Inner", "two");
  log.End();
  log.Open("Nothing");
  log.CloseEmpty();
  log.End();
  log.End();
  log.End();
  log.Byte(0);
  log.EndRecord();
  EXPECT_EQ(OnlyFields(log),
            "Param1=one|fileRef=x.cer|Name=cn|Inner=two|Nothing=");
}

TEST(EvtxEdge, Case39ProcessingErrorDataIsRead) {
  RawLog log;
  log.BeginRecord(1);
  log.Fragment();
  log.Open("Event");
  log.CloseStart();
  log.System(1);
  log.Open("ProcessingErrorData");
  log.CloseStart();
  log.Leaf("ErrorCode", "15003");
  log.Leaf("EventPayload", "00");
  log.End();
  log.End();
  log.Byte(0);
  log.EndRecord();
  EXPECT_EQ(OnlyFields(log), "ErrorCode=15003|EventPayload=00");
}

TEST(EvtxEdge, Case40HiddenRecordInsideAnotherIsNotAnActiveOne) {
  // A record grown over the next one: what it hides is not in the log's chain,
  // and is not invented either.
  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<size_t> records = RecordOffsets(file);
  const size_t grown = records[4] - records[2];
  Put(&file, records[2] + 4, grown, 4);
  Put(&file, records[4] - 4, grown, 4);
  forge::FixEvtxChecksums(&file);
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.Ids(), ElementsAre(1, 2, 3, 5, 6, 7, 8, 9));
  EXPECT_EQ(parsed.log.coverage[0].missing_records, 1U);
}

TEST(EvtxEdge, Case41DeepNestingIsLimited) {
  RawLog log;
  log.RecordWithData(1, {}, [&] {
    for (int i = 0; i < 100; ++i) {
      log.Open("n");
      log.CloseStart();
    }
    for (int i = 0; i < 100; ++i) log.End();
  });
  const Parsed parsed = ParseLog(log.File());
  EXPECT_THAT(parsed.DamageText(), HasSubstr("limit exceeded: element"));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("at most 64 nested elements"));
  Limits limits;
  limits.binxml_depth = 200;
  EXPECT_EQ(ParseLog(log.File(), 1, "x.evtx", limits).DamageText(), "");
}

TEST(EvtxEdge, Case41TemplateThatHoldsItselfIsLimited) {
  // Slot 0 of the payload is the payload again, by its own bytes: each level
  // names the whole value twice.
  RawLog log;
  log.RecordWithPayload(1, [&] {
    log.Fragment();
    log.Instance("loop", [&] {
      log.Open("EventData");
      log.CloseStart();
      for (int i = 0; i < 40; ++i) log.DataSlot("S", 0, 0x01);
      log.End();
    });
    log.Values({{0x01, Bytes8(30'000, std::byte{'a'})}});
    log.Byte(0);
  });
  // 40 copies of 30 kB are more than one record may expand to.
  const Parsed parsed = ParseLog(log.File());
  EXPECT_THAT(parsed.DamageText(), HasSubstr("limit exceeded: binary XML"));
  EXPECT_THAT(parsed.log.events, SizeIs(1));
}

TEST(EvtxEdge, Case41SubstitutionCountLies) {
  for (const uint32_t count : {0x7fffffffU, 0xffffffffU, 5000U}) {
    std::vector<std::byte> file = PlainLog(1, 5);
    const std::vector<size_t> records = RecordOffsets(file);
    Put(&file, records[3] + 24 + 4 + 10, count, 4);
    const Parsed parsed = ParseLog(file);
    EXPECT_THAT(parsed.Ids(), ElementsAre(1, 2, 3, 5)) << count;
    EXPECT_THAT(parsed.DamageText(),
                HasSubstr("lossy truncated: substitution"));
    EXPECT_THAT(parsed.DamageText(), HasSubstr("record 4, not read"));
  }
}

TEST(EvtxEdge, Case41ValueSizesBeyondTheRecord) {
  std::vector<std::byte> file = PlainLog(1, 5);
  const std::vector<size_t> records = RecordOffsets(file);
  Put(&file, records[3] + 24 + 4 + 14, 0xffff, 2);
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.Ids(), ElementsAre(1, 2, 3, 5));
  EXPECT_THAT(parsed.DamageText(), HasSubstr("substitution values"));
}

TEST(EvtxEdge, Case42PaddedAttributeListAndSplitText) {
  RawLog log;
  log.RecordWithData(1, {}, [&] {
    log.Open("Data", true);
    log.BeginAttributes();
    log.EndAttributes();
    log.chunk.Put(0, 2);
    log.CloseStart();
    log.Byte(0x45);
    log.Byte(0x01);
    log.chunk.PutString("one, ");
    log.Text("two");
    log.End();
  });
  EXPECT_EQ(OnlyFields(log), "Data=one, two");
}

TEST(EvtxEdge, Case43HeaderTimeDiffersFromTimeCreated) {
  std::vector<std::byte> file = PlainLog(1, 2);
  const size_t at = RecordOffsets(file)[0];
  const uint64_t created = Get64(file, at + 16);
  Put(&file, at + 16, created + 12345, 8);
  forge::FixEvtxChecksums(&file);
  EXPECT_EQ(ParseLog(file).log.events[0].time.ticks.value, created);
}

TEST(EvtxEdge, Case43RecordIdIsThatOfTheEvent) {
  // A forwarded event keeps the id of the machine it comes from.
  std::vector<std::byte> file = PlainLog(5, 6);
  Put(&file, RecordOffsets(file)[1] + 8, 77, 8);
  forge::FixEvtxChecksums(&file);
  EXPECT_THAT(ParseLog(file).Ids(), ElementsAre(5, 6));
}

}  // namespace
}  // namespace espial::evtx

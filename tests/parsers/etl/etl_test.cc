#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "parsers/etl/trace_clock.h"
#include "tests/parsers/etl/trace_builder.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::etl {

extern const Parser kParser;

namespace {

using ::espial::testing::Buffer;
using ::espial::testing::EventRecord;
using ::espial::testing::EventSpec;
using ::espial::testing::HeaderRecord;
using ::espial::testing::kBuffer;
using ::espial::testing::kFirstStamp;
using ::espial::testing::kFrequency;
using ::espial::testing::kTraceStart;
using ::espial::testing::Parse;
using ::espial::testing::Parsed;
using ::espial::testing::Poke;
using ::espial::testing::Put;
using ::espial::testing::Schema;
using ::espial::testing::SchemaField;
using ::espial::testing::Show;
using ::espial::testing::TraceLogging;
using ::espial::testing::Wide;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Head() { return Buffer(HeaderRecord(), 4); }

const Fact* FindFact(const Parsed& parsed, std::string_view name) {
  for (const Fact& fact : parsed.kept.facts) {
    if (fact.name == name) return &fact;
  }
  return nullptr;
}

std::string FieldText(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? "none" : ToText(*value);
}

TEST(Etl, HeaderTellsTheZone) {
  const auto parsed = Parse(kParser, Head());
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  const Event& event = parsed->kept.events[0];
  EXPECT_EQ(
      Show(event),
      "event 2025-06-02T14:00:00.0000000Z utc EventTrace 0 'EventTrace' "
      "information 1@72 pid 4 tid 12 {Bias=int:-60, StandardBias=int:0, "
      "DaylightBias=int:-60, StandardName=string:@tzres.dll,-322, "
      "DaylightName=string:@tzres.dll,-321, "
      "StandardDate=string:10.5.0/03:00:00, "
      "DaylightDate=string:3.5.0/02:00:00, "
      "StartTime=time:2025-06-02T14:00:00.0000000Z, "
      "EndTime=time:2025-06-02T14:10:00.0000000Z, "
      "BootTime=time:2025-06-02T13:00:00.0000000Z, LogFileMode=hex32:0x10001, "
      "EventsLost=uint:0, BuffersLost=uint:0, BuffersWritten=uint:1, "
      "Cpus=uint:8, PointerSize=uint:8, BufferSize=uint:4096, "
      "ClockType=uint:1}");
  EXPECT_EQ(FindFact(*parsed, "logger")->data, "Collector_Autopilot");
  EXPECT_EQ(FindFact(*parsed, "file")->data, "C:\\Collectors\\a.etl");
}

TEST(Etl, HeaderOf32BitAndWithoutRules) {
  const auto parsed =
      Parse(kParser, Buffer(HeaderRecord({480, 0, false}, 1, 4), 4));
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  const Event& event = parsed->kept.events[0];
  EXPECT_EQ(FieldText(event, "Bias"), "480");
  EXPECT_EQ(FieldText(event, "StandardDate"), "");
  EXPECT_EQ(FieldText(event, "DaylightDate"), "");
  EXPECT_EQ(FieldText(event, "PointerSize"), "4");
  EXPECT_EQ(FieldText(event, "StartTime"), "2025-06-02T14:00:00.0000000Z");
}

TEST(Etl, HeaderThatCannotBe) {
  std::string bytes = Head();
  Poke(6, 4, 0x94, &bytes);  // PointerSize
  const auto parsed = Parse(kParser, bytes);
  EXPECT_THAT(parsed->kept.events, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value PointerSize@148: expected 4 or "
                                    "8, found 6")));
  EXPECT_EQ(parsed->kept.note, "no header of the trace: no zone, no clock");
}

TEST(Etl, EveryTypeOfTraceLogging) {
  std::string fields;
  std::string data;
  const auto add = [&](std::string_view name, std::initializer_list<int> type,
                       const std::string& bytes) {
    fields += SchemaField(name, type);
    data += bytes;
  };
  const auto number = [](uint64_t value, size_t size) {
    std::string out;
    Put(value, size, &out);
    return out;
  };
  add("wide", {1}, Wide("Bj\xC3\xB6rn"));
  add("ansi", {2}, std::string("plain\0", 6));
  add("i8", {3}, "\xFE");
  add("u8", {4}, "\x07");
  add("flag8", {0x84, 3}, "\x01");
  add("i16", {5}, number(0xFFFF, 2));
  add("u16", {6}, number(443, 2));
  add("i32", {7}, number(0xFFFFFFFE, 4));
  add("hresult", {0x87, 15}, number(0x80070002, 4));
  add("u32", {8}, number(12, 4));
  add("i64", {9}, number(5, 8));
  add("u64", {10}, number(6, 8));
  add("float", {11}, number(0x3FC00000, 4));
  add("double", {12}, number(0x3FF8000000000000, 8));
  add("bool", {13}, number(1, 4));
  add("binary", {14}, number(2, 2) + "\xAB\xCD");
  std::string guid;
  espial::testing::PutGuid("{0cd1c309-0878-4515-83db-749843b3f5c9}", &guid);
  add("guid", {15}, guid);
  add("filetime", {17}, number(kTraceStart, 8));
  const std::string civil = number(2025, 2) + number(6, 2) + number(1, 2) +
                            number(2, 2) + number(14, 2) + number(5, 2) +
                            number(6, 2) + number(7, 2);
  add("systemtime", {18}, civil);
  add("utc", {0x92, 38}, civil);
  add("sid", {19}, std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12));
  add("hex32", {20}, number(0x1F, 4));
  add("hex64", {21}, number(0x2F, 8));
  add("counted", {22}, number(4, 2) + ToUtf16Le("ab"));
  add("countedansi", {23}, number(2, 2) + "cd");
  add("fixed", {0x28, 2, 0}, number(1, 4) + number(2, 4));
  add("variable", {0x46},
      number(3, 2) + number(7, 2) + number(8, 2) + number(9, 2));
  add("tagged", {0x88, 0x80, 0x81, 0x01}, number(4, 4));
  add("outer", {0x98, 2}, "");
  add("a", {8}, number(1, 4));
  add("b", {0xD8, 0}, "");
  // An array of structures without members takes no byte of its own.
  data += number(0, 2);
  const auto parsed =
      Parse(kParser, Head() + Buffer(EventRecord(TraceLogging(
                                  Schema("ProfileDownload", fields), data))));
  EXPECT_THAT(Show(parsed->kept.damage), IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  const Event& event = parsed->kept.events[1];
  EXPECT_EQ(event.provider, "Contoso.Oobe");
  EXPECT_EQ(event.provider_guid, "{0cd1c309-0878-4515-83db-749843b3f5c9}");
  EXPECT_EQ(event.channel, "Collector_Autopilot");
  EXPECT_EQ(event.activity_id, "{11111111-2222-3333-4444-555555555555}");
  EXPECT_EQ(event.keywords, 0x4000000000000010U);
  EXPECT_EQ(event.opcode, 2);
  EXPECT_EQ(event.task, 9);
  EXPECT_EQ(
      Show(event),
      "event 2025-06-02T14:00:00.0000000Z utc Contoso.Oobe 0 "
      "'Collector_Autopilot' information 2@4168 pid 500 tid 77 "
      "{EventName=string:ProfileDownload, wide=string:Bj\xC3\xB6rn, "
      "ansi=string:plain, i8=int:-2, u8=uint:7, flag8=bool:true, i16=int:-1, "
      "u16=uint:443, i32=int:-2, hresult=hex32:0x80070002, u32=uint:12, "
      "i64=int:5, u64=uint:6, float=float:1.5, double=float:1.5, "
      "bool=bool:true, binary=binary:ABCD, "
      "guid=guid:{0cd1c309-0878-4515-83db-749843b3f5c9}, "
      "filetime=time:2025-06-02T14:00:00.0000000Z, "
      "systemtime=string:2025-06-02T14:05:06.007, "
      "utc=time:2025-06-02T14:05:06.0070000Z, sid=sid:S-1-5-18, "
      "hex32=hex32:0x1f, hex64=hex64:0x2f, counted=string:ab, "
      "countedansi=string:cd, fixed=list:1\n2, variable=list:7\n8\n9, "
      "tagged=uint:4, outer.a=uint:1} ProfileDownload");
}

TEST(Etl, ArraysOfStructures) {
  std::string data;
  for (const int value : {2, 10, 20, 30, 40}) {
    Put(static_cast<uint64_t>(value), 2, &data);
  }
  const std::string fields = SchemaField("app", {0xD8, 2}) +
                             SchemaField("x", {6}) + SchemaField("y", {6});
  const auto parsed = Parse(
      kParser,
      Head() + Buffer(EventRecord(TraceLogging(Schema("Apps", fields), data))));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.events[1]),
              HasSubstr("{EventName=string:Apps, app[0].x=uint:10, "
                        "app[0].y=uint:20, app[1].x=uint:30, "
                        "app[1].y=uint:40} Apps"));
}

TEST(Etl, PayloadThatIsTooShortKeepsWhatStandsBefore) {
  std::string data;
  Put(5, 4, &data);
  Put(6, 2, &data);
  const std::string fields =
      SchemaField("first", {8}) + SchemaField("second", {8});
  const auto parsed = Parse(
      kParser,
      Head() + Buffer(EventRecord(TraceLogging(Schema("Cut", fields), data))));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(FieldText(parsed->kept.events[1], "first"), "5");
  EXPECT_EQ(FieldText(parsed->kept.events[1], "second"), "none");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("truncated uint32@"),
                                HasSubstr("need 4 bytes, have 2 (lost 2)"))));
}

TEST(Etl, PayloadThatIsTooLongIsToldAndCostsNothing) {
  const auto parsed =
      Parse(kParser,
            Head() + Buffer(EventRecord(TraceLogging(
                         Schema("Long", SchemaField("n", {4})), "\x01xyz"))));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("expected its end, found 3 more bytes "
                                    "(note)")));
}

TEST(Etl, SchemasThatNeverEnd) {
  // 200 arrays of structures within each other, 65535 elements each.
  std::string fields;
  for (int i = 0; i < 200; ++i)
    fields += SchemaField("s", {0xB8, 1, 0xFF, 0xFF});
  fields += SchemaField("n", {0});
  const auto parsed = Parse(
      kParser,
      Head() + Buffer(EventRecord(TraceLogging(Schema("Deep", fields), "ab"))));
  ASSERT_THAT(parsed->kept.damage, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage[0]),
              HasSubstr("limit exceeded fields of event"));
}

TEST(Etl, ManifestEventsOfKnownTemplates) {
  EventSpec spec;
  // ModernDeployment 101: Message1, Int1.
  spec.guid = "{bab3ad92-fb96-5902-450b-b8421bdec7bd}";
  spec.id = 101;
  spec.payload = Wide("CloudAssignedOobeConfig");
  Put(286, 4, &spec.payload);
  const auto parsed = Parse(kParser, Head() + Buffer(EventRecord(spec)));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(
      Show(parsed->kept.events[1]),
      AllOf(HasSubstr("Microsoft-Windows-ModernDeployment-Diagnostics-Provider "
                      "101 "),
            HasSubstr("{Message1=string:CloudAssignedOobeConfig, "
                      "Int1=int:286}")));
  // A payload that does not fit stays as it is.
  spec.payload += "more";
  const auto other = Parse(kParser, Head() + Buffer(EventRecord(spec)));
  ASSERT_THAT(other->kept.events, SizeIs(2));
  EXPECT_EQ(FieldText(other->kept.events[1], "Message1"), "none");
  EXPECT_EQ(other->kept.events[1].FindField("UserData")->text, spec.payload);
  EXPECT_THAT(other->kept.damage, IsEmpty());
}

TEST(Etl, UnknownManifestEventsKeepTheirBytes) {
  EventSpec spec;
  spec.id = 7;
  spec.payload = "\x01\x02";
  const auto parsed = Parse(kParser, Head() + Buffer(EventRecord(spec)));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.events[1]),
              HasSubstr("{UserData=binary:0102}"));
  const Fact* fact =
      FindFact(*parsed, "provider {0cd1c309-0878-4515-83db-749843b3f5c9}");
  ASSERT_NE(fact, nullptr);
  EXPECT_EQ(fact->number, 1U);
  EXPECT_EQ(fact->data,
            "2025-06-02T14:00:00.0000000Z..2025-06-02T14:00:00.0000000Z");
}

TEST(Etl, StringEventsAreMessages) {
  EventSpec spec;
  spec.flags = 0x44;
  spec.payload = Wide("Autopilot is waiting for a profile");
  const auto parsed = Parse(kParser, Head() + Buffer(EventRecord(spec)));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[1].message,
            "Autopilot is waiting for a profile");
}

TEST(Etl, MessagesKernelAndClassicRecordsAreCounted) {
  std::string wpp;
  Put(0x9000002C, 4, &wpp);  // size 44
  Put(10, 2, &wpp);
  Put(0x2B, 2, &wpp);  // sequence, GUID, time, system information
  Put(1, 4, &wpp);
  espial::testing::PutGuid("{99999999-2222-3333-4444-555555555555}", &wpp);
  Put(kFirstStamp + kFrequency, 8, &wpp);
  Put(77, 4, &wpp);
  Put(500, 4, &wpp);
  espial::testing::Align(8, &wpp);
  std::string kernel;
  Put(0xC0110000, 4, &kernel);
  Put(0x14030010, 4, &kernel);  // size 16, type 3 of group 0x14
  Put(kFirstStamp, 8, &kernel);
  std::string classic;
  Put(0xC0140032, 4, &classic);
  Put(0x00020401, 4, &classic);  // type 1, level 4, version 2
  Put(77, 4, &classic);
  Put(500, 4, &classic);
  Put(kFirstStamp, 8, &classic);
  espial::testing::PutGuid("{88888888-2222-3333-4444-555555555555}", &classic);
  Put(0, 8, &classic);
  classic += "\xAA\xBB";
  espial::testing::Align(8, &classic);
  std::string other;
  Put(0xC00F0010, 4, &other);
  Put(0, 12, &other);
  const auto parsed =
      Parse(kParser, Head() + Buffer(wpp + kernel + kernel + classic + other));
  EXPECT_THAT(Show(parsed->kept.damage), IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(
      Show(parsed->kept.events[1]),
      AllOf(HasSubstr("information 5@"), HasSubstr("{UserData=binary:AABB}")));
  EXPECT_EQ(
      FindFact(*parsed, "message {99999999-2222-3333-4444-555555555555}")->data,
      "2025-06-02T14:00:01.0000000Z..2025-06-02T14:00:01.0000000Z");
  EXPECT_EQ(FindFact(*parsed, "kernel group 0x14 image")->number, 2U);
  EXPECT_EQ(
      FindFact(*parsed, "class {88888888-2222-3333-4444-555555555555}")->number,
      1U);
  EXPECT_EQ(FindFact(*parsed, "header type 0x0f")->number, 1U);
  EXPECT_EQ(FindFact(*parsed, "records")->number, 6U);
}

TEST(Etl, CompressedBuffersAreNamedAndNotRead) {
  const std::string compressed = Buffer("garbage.", 0, 0x41);
  EventSpec spec;
  spec.id = 7;
  const auto parsed = Parse(
      kParser, Head() + compressed + compressed + Buffer(EventRecord(spec)));
  EXPECT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("unsupported buffer@4096: expected plain records, "
                          "found compressed ones (lost 8192)"));
  EXPECT_EQ(FindFact(*parsed, "compressed buffers")->number, 2U);
  EXPECT_EQ(parsed->kept.note,
            "2 of 4 buffers are compressed and were not read");
}

TEST(Etl, ReadsOnBehindABrokenBuffer) {
  EventSpec spec;
  spec.id = 7;
  std::string broken = Buffer(EventRecord(spec));
  Poke(0x12345, 4, 0, &broken);
  const auto parsed =
      Parse(kParser, Head() + broken + Buffer(EventRecord(spec)));
  EXPECT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad magic buffer@4096: expected the header of a "
                          "buffer, found none (lost 4096)"));
}

TEST(Etl, FilesThatWereMadeLongerAreNotDamaged) {
  const auto parsed = Parse(kParser, Head() + std::string(2 * kBuffer, '\0'));
  EXPECT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(Etl, BrokenRecordCostsTheRestOfItsBuffer) {
  EventSpec spec;
  spec.id = 7;
  const std::string record = EventRecord(spec);
  std::string marker = record;
  marker[3] = '\x11';
  std::string size = record;
  Poke(0xFFF8, 2, 0, &size);
  const auto parsed = Parse(kParser, Head() + Buffer(record + marker + record) +
                                         Buffer(size) + Buffer(record));
  EXPECT_THAT(parsed->kept.events, SizeIs(3));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("bad value trace record@4248: expected a marker 0xc0 or "
                  "0x90, found 0x11 (lost 160)",
                  "bad value size of trace record@8264: expected 8 to 80 "
                  "bytes, found 65528 (lost 80)"));
}

TEST(Etl, BrokenItemCostsItsEvent) {
  EventSpec spec =
      TraceLogging(Schema("E", SchemaField("n", {4})), std::string("\x01"));
  std::string broken = EventRecord(spec);
  Poke(0xFFF0, 2, 0x56, &broken);  // size of the first item's data
  const auto parsed =
      Parse(kParser, Head() + Buffer(broken + EventRecord(spec)));
  EXPECT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated ExtendedItem.Data@4256: need "
                                    "65520 bytes, have 33")));
}

TEST(Etl, SavedOffsetThatCannotBe) {
  EventSpec spec;
  std::string buffer = Buffer(EventRecord(spec));
  Poke(0x2000, 4, 4, &buffer);
  const auto parsed = Parse(kParser, Head() + buffer);
  EXPECT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value SavedOffset@4100: expected 72 "
                                    "to 4096, found 8192")));
}

TEST(Etl, TracesOneBehindAnother) {
  EventSpec spec;
  spec.stamp = kFirstStamp + 2 * kFrequency;
  const std::string second =
      Buffer(HeaderRecord({480, -60, true}), 4, 1, 0x2000) +
      Buffer(EventRecord(spec), 0, 1, 0x2000);
  const auto parsed =
      Parse(kParser, Head() + Buffer(EventRecord(spec)) + second);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(4));
  EXPECT_EQ(FieldText(parsed->kept.events[0], "Bias"), "-60");
  EXPECT_EQ(FieldText(parsed->kept.events[2], "Bias"), "480");
  EXPECT_EQ(FormatUtc(parsed->kept.events[3].time.ticks, 0),
            "2025-06-02T14:00:02Z");
}

TEST(Etl, LostEventsAreDamage) {
  std::string head = Head();
  Poke(17, 4, 0x98, &head);
  const auto parsed = Parse(kParser, head + Buffer("", 0, 2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("not found lost events@0: the session lost 17 events "
                          "and 0 buffers; 1 buffers are marked (lost 0)"));
  EXPECT_EQ(FindFact(*parsed, "lost events")->number, 17U);
}

TEST(Etl, UnknownClockGivesNoTimes) {
  EventSpec spec;
  const auto parsed = Parse(
      kParser, Buffer(HeaderRecord({}, 7), 4) + Buffer(EventRecord(spec)));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_TRUE(parsed->kept.events[0].time.known());
  EXPECT_FALSE(parsed->kept.events[1].time.known());
  EXPECT_EQ(parsed->kept.note,
            "the clock of the trace cannot be converted for 1 of 2 records");
}

TEST(Etl, CutAtEveryPlace) {
  EventSpec spec =
      TraceLogging(Schema("E", SchemaField("n", {4})), std::string("\x01"));
  const std::string record = EventRecord(spec);
  std::string bytes = Head() + Buffer(record + record + record);
  Poke(2, 4, 0x8C, &bytes);  // BuffersWritten
  const auto whole = Parse(kParser, bytes);
  ASSERT_THAT(whole->kept.events, SizeIs(4));
  const size_t header_end = 0x48 + HeaderRecord().size();
  const size_t records_end = kBuffer + 0x48 + 3 * record.size();
  for (size_t size = 0; size < bytes.size();
       size += size < header_end || size >= kBuffer ? 1 : 61) {
    if (size > records_end + 10) break;  // nothing but filling
    const auto part = Parse(kParser, bytes.substr(0, size));
    espial::testing::ExpectFirstOf(part->kept.events, whole->kept.events, size,
                                   *part);
    const bool filling = size >= header_end && size <= kBuffer;
    if (size < records_end && !filling) {
      EXPECT_TRUE(!part->status || !part->kept.damage.empty()) << size;
    } else if (filling) {
      EXPECT_THAT(Show(part->kept.damage),
                  ElementsAre(HasSubstr("expected 2 buffers, found 1")));
    }
    for (const Damage& damage : part->kept.damage) {
      EXPECT_LE(damage.error.offset, size);
      EXPECT_LE(damage.bytes_lost, size);
    }
  }
}

TEST(Etl, Probe) {
  EXPECT_EQ(FindParser(AsBytes(Head())), &kParser);
  std::string bytes = Head();
  Poke(5, 2, 0x36, &bytes);
  EXPECT_EQ(FindParser(AsBytes(bytes)), nullptr);
  Poke(4, 2, 0x36, &bytes);
  Poke(0x1001, 4, 0, &bytes);
  EXPECT_EQ(FindParser(AsBytes(bytes)), nullptr);
  EXPECT_EQ(FindParser(AsBytes(Head().substr(0, 0x36))), nullptr);
}

TEST(TraceClockTest, Converts) {
  const Ticks start{kTraceStart};
  const TraceClock qpc(kClockQpc, 2'500'000, 1000, start);
  EXPECT_EQ(qpc.At(1000 + 2'500'000).ticks.value, kTraceStart + 10'000'000);
  EXPECT_EQ(qpc.At(0).ticks.value, kTraceStart - 4000);
  EXPECT_FALSE(qpc.At(~uint64_t{0}).known());
  const TraceClock system(kClockSystemTime, 0, 0, {});
  EXPECT_EQ(system.At(kTraceStart).ticks, start);
  EXPECT_FALSE(system.At(~uint64_t{0}).known());
  EXPECT_FALSE(TraceClock(kClockQpc, 0, 0, start).usable());
  EXPECT_FALSE(TraceClock(kClockQpc, ~uint64_t{0}, 0, start).usable());
  EXPECT_FALSE(TraceClock(kClockQpc, 10, 0, {}).usable());
  EXPECT_FALSE(TraceClock().usable());
}

TEST(Etl, Golden) {
  espial::testing::ExpectGolden(
      kParser,
      std::filesystem::path(ESPIAL_SOURCE_DIR) / "tests/parsers/etl/golden");
}

// The real traces that lie beside the project.
TEST(Etl, RealTraces) {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const std::filesystem::path folder =
      std::filesystem::path(shared == nullptr ? "" : shared) / "corpus" / "etl";
  if (shared == nullptr || !std::filesystem::exists(folder)) {
    GTEST_SKIP() << "no ESPIAL_SHARED_DIR with corpus/etl";
  }
  const auto read = [&](const char* name) {
    return Parse(kParser, espial::testing::ReadWholeFile(folder / name));
  };
  const auto lxcore = read("lxcore_kernel.etl");
  EXPECT_THAT(lxcore->kept.damage, IsEmpty());
  ASSERT_THAT(lxcore->kept.events, SizeIs(3));
  EXPECT_EQ(FieldText(lxcore->kept.events[0], "Bias"), "-480");
  EXPECT_EQ(lxcore->kept.events[1].provider,
            "Microsoft.Windows.Subsystem.LxCore");
  EXPECT_EQ(lxcore->kept.events[1].message, "BreakPoint");
  EXPECT_EQ(FieldText(lxcore->kept.events[1], "Function"), "LxpInstanceStart");
  const auto amsi = read("AMSITrace.etl");
  EXPECT_THAT(Show(amsi->kept.damage),
              ElementsAre(HasSubstr("the session lost 3 events")));
  EXPECT_THAT(amsi->kept.events, SizeIs(20));
  EXPECT_EQ(FieldText(amsi->kept.events[0], "StandardDate"), "10.5.0/03:00:00");
  const auto shutdown = read("ShutdownPerfDiagLogger.etl");
  EXPECT_THAT(shutdown->kept.damage, IsEmpty());
  EXPECT_EQ(FieldText(shutdown->kept.events[0], "Bias"), "-60");
}

}  // namespace
}  // namespace espial::etl

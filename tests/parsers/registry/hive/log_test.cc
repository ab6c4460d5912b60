// Transaction logs: alone, and beside a dirty hive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/parsers/registry/hive/hive_support.h"
#include "tests/parsers/registry/hive/hive_writer.h"

namespace espial::registry_hive {
namespace {

using ::espial::testing::Show;
using testing::BaseSpec;
using testing::BitmapLog;
using ::testing::ElementsAre;
using testing::EntryLog;
using testing::EntrySpec;
using ::testing::HasSubstr;
using testing::HiveWriter;
using ::testing::IsEmpty;
using testing::Number;
using testing::ParseHive;
using testing::Put32;
using ::testing::SizeIs;

std::string BinsWith(uint32_t number) {
  HiveWriter writer;
  writer.Root({"R", {{"n", 4, Number(number)}}, {}});
  return writer.Bins();
}

// A hive of one value, which says `number`, in the middle of write 7.
std::string Dirty(uint32_t number, uint32_t sequence1 = 7,
                  uint32_t sequence2 = 6) {
  HiveWriter writer;
  writer.Root({"R", {{"n", 4, Number(number)}}, {}});
  BaseSpec base;
  base.sequence1 = sequence1;
  base.sequence2 = sequence2;
  return writer.Finish(base);
}

// The entry that lets it say `number`.
EntrySpec Says(uint32_t sequence, uint32_t number) {
  return {sequence, 4096, {{0, BinsWith(number)}}};
}

std::vector<std::string> Data(const espial::testing::Parsed& parsed) {
  std::vector<std::string> out;
  for (const Fact& fact : parsed.kept.facts) {
    out.push_back((fact.recovered ? "-" : "") + std::string(fact.data));
  }
  return out;
}

TEST(HiveLog, DirtyHiveWithoutLogsIsReadAsItStands) {
  const auto parsed = ParseHive(Dirty(1));
  EXPECT_THAT(Data(*parsed), ElementsAre("1"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value dirty hive@4: expected equal sequence "
                          "numbers, found 7 and 6; transaction logs not in "
                          "the bundle (lost 0)"));
}

TEST(HiveLog, CleanHiveNeedsNone) {
  const auto parsed =
      ParseHive(Dirty(1, 7, 7), {{"TEST.LOG1", EntryLog({}, {Says(7, 2)})}});
  EXPECT_THAT(Data(*parsed), ElementsAre("1"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(HiveLog, AppliesBothLogsLowerSequenceFirst) {
  const std::string early = EntryLog({}, {Says(6, 2)});
  const std::string late = EntryLog({}, {Says(7, 3), Says(8, 4)});
  for (const bool swapped : {false, true}) {
    const auto parsed =
        ParseHive(Dirty(1), {{"test.log1", swapped ? late : early},
                             {"TEST.LOG2", swapped ? early : late}});
    EXPECT_THAT(Data(*parsed), ElementsAre("4"));
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    EXPECT_THAT(parsed->kept.note,
                HasSubstr("dirty, 3 log writes applied: 1 of "));
  }
}

TEST(HiveLog, LogsThatDoNotFitAreNamed) {
  struct Case {
    std::string log;
    const char* why;
  };
  std::string bad_base = EntryLog({}, {Says(7, 2)});
  bad_base[100] = 'x';
  std::string torn = EntryLog({}, {Says(7, 2)});
  Put32(&torn, 8, 5);
  testing::FixChecksum(&torn);
  std::string none = EntryLog({}, {Says(7, 2)});
  none[512] = 'x';
  for (const Case& c :
       {Case{EntryLog({}, {Says(5, 2)}), "ends before sequence 6 of the hive"},
        Case{bad_base, "checksum of the base block"},
        Case{torn, "not written to its end"}, Case{none, "no entries"},
        Case{"", "empty"}, Case{"something else", "no base block"}}) {
    const auto parsed = ParseHive(Dirty(1), {{"TEST.LOG1", c.log}});
    EXPECT_THAT(Data(*parsed), ElementsAre("1"));
    ASSERT_THAT(parsed->kept.damage, SizeIs(1)) << c.why;
    EXPECT_THAT(Show(parsed->kept.damage[0]),
                HasSubstr("no transaction log fits: TEST.LOG1: "));
    EXPECT_THAT(Show(parsed->kept.damage[0]), HasSubstr(c.why));
  }
}

TEST(HiveLog, StopsAtAGapOrABrokenEntry) {
  // Sequence 9 does not follow 7: what is left from an earlier round.
  auto parsed = ParseHive(
      Dirty(1), {{"TEST.LOG1", EntryLog({}, {Says(7, 2), Says(9, 3)})}});
  EXPECT_THAT(Data(*parsed), ElementsAre("2"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  std::string log = EntryLog({}, {Says(7, 2), Says(8, 3)});
  log.back() = 'x';
  parsed = ParseHive(Dirty(1), {{"TEST.LOG1", log}});
  EXPECT_THAT(Data(*parsed), ElementsAre("2"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad checksum log entry hash@0: TEST.LOG1 "
                                    "at offset 5120: expected 0x")));
  parsed = ParseHive(Dirty(1), {{"TEST.LOG1", log.substr(0, 6'000)}});
  EXPECT_THAT(Data(*parsed), ElementsAre("2"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated log entry@0: TEST.LOG1 at "
                                    "offset 5120: expected 4608 bytes, found "
                                    "880")));
}

TEST(HiveLog, EntriesWithImpossibleFieldsAreRefused) {
  struct Case {
    EntrySpec entry;
    const char* what;
  };
  for (const Case& c :
       {Case{{7, 4097, {{0, BinsWith(2)}}}, "log entry bins size"},
        Case{{7, 4096, {{8, BinsWith(2)}}}, "log page offset"}}) {
    const auto parsed =
        ParseHive(Dirty(1), {{"TEST.LOG1", EntryLog({}, {c.entry})}});
    EXPECT_THAT(Data(*parsed), ElementsAre("1"));
    EXPECT_THAT(Show(parsed->kept.damage),
                ElementsAre(HasSubstr(c.what), HasSubstr("no entries")));
  }
}

TEST(HiveLog, LogsMayMakeTheHiveLarger) {
  HiveWriter writer;
  writer.Root({"R", {}, {{"a", {{"n", 3, std::string(6'000, '\x01')}}}}});
  const std::string bins = writer.Bins();
  ASSERT_GT(bins.size(), 4096U);
  const auto size = static_cast<uint32_t>(bins.size());
  auto parsed = ParseHive(
      Dirty(1), {{"TEST.LOG1", EntryLog({}, {{7, size, {{0, bins}}}})}});
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].data.size(), 12'000U);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  Limits limits;
  limits.member_bytes = 8'192;
  parsed = ParseHive(Dirty(1),
                     {{"TEST.LOG1", EntryLog({}, {{7, size, {{0, bins}}}})}},
                     limits);
  EXPECT_THAT(Data(*parsed), ElementsAre("1"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded replayed hive@0: "
                                    "TEST.LOG1: limit 8192 bytes"),
                          HasSubstr("dirty hive")));
  // Out of nothing: pages that say "four gigabytes".
  const auto bomb = ParseHive(
      Dirty(1),
      {{"TEST.LOG1", EntryLog({}, {{7, 0x7FFFF000, {{0, BinsWith(2)}}}})}});
  EXPECT_THAT(Data(*bomb), ElementsAre("1"));
  EXPECT_THAT(Show(bomb->kept.damage),
              ElementsAre(HasSubstr("replayed hive"), HasSubstr("dirty")));
}

TEST(HiveLog, BrokenBaseBlockTakesTheLaterLogAlone) {
  std::string hive = Dirty(1);
  Put32(&hive, 36, 0x7777);  // the root; the checksum tells
  const auto parsed =
      ParseHive(hive, {{"TEST.LOG1", EntryLog({}, {Says(6, 2)})},
                       {"TEST.LOG2", EntryLog({}, {Says(9, 3)})}});
  EXPECT_THAT(Data(*parsed), ElementsAre("3"));
  EXPECT_THAT(parsed->kept.note, HasSubstr("1 log write applied: 1 of "
                                           "TEST.LOG2"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad checksum base block@508")));
}

TEST(HiveLog, BitmapLogsOfOlderWindows) {
  const std::string log = BitmapLog({}, BinsWith(1), BinsWith(2));
  EXPECT_LT(log.size(), 2'048U);
  auto parsed = ParseHive(Dirty(1), {{"TEST.LOG", log}});
  EXPECT_THAT(Data(*parsed), ElementsAre("2"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  // One that was written before the hive was is of no use.
  BaseSpec old;
  old.written = testing::kWritten - 1;
  parsed = ParseHive(Dirty(1),
                     {{"TEST.LOG1", BitmapLog(old, BinsWith(1), BinsWith(2))}});
  EXPECT_THAT(Data(*parsed), ElementsAre("1"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("TEST.LOG1: older than the hive")));
  // Cut within its page.
  parsed = ParseHive(Dirty(1), {{"TEST.LOG1", log.substr(0, 1'100)}});
  EXPECT_THAT(Data(*parsed), ElementsAre("1"));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(HasSubstr("truncated log page"), HasSubstr("no pages")));
}

TEST(HiveLog, AloneItIsALogAndNoHive) {
  auto parsed = ParseHive(EntryLog({}, {Says(7, 2), Says(8, 3)}));
  EXPECT_TRUE(parsed->status);
  EXPECT_EQ(parsed->kept.note,
            "transaction log of a hive: 2 entries, sequence 7 to 8");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  parsed = ParseHive(EntryLog({}, {Says(7, 2), Says(3, 3)}));
  EXPECT_EQ(parsed->kept.note,
            "transaction log of a hive: 1 entry, sequence 7 to 7; 1 older");
  BaseSpec named;
  named.file_name = "Config\\SOFTWARE";
  parsed = ParseHive(BitmapLog(named, BinsWith(1), BinsWith(2)));
  EXPECT_EQ(parsed->kept.note,
            "transaction log of a hive (Config\\SOFTWARE): one write of 1 "
            "page of 512 bytes, sequence 7");
}

TEST(HiveLog, EntriesAloneAreALogToo) {
  for (const size_t lead : {0U, 512U}) {
    const std::string bytes =
        std::string(lead, '\0') + LogEntryBytes(Says(7, 2));
    const Parser* found = FindParser(AsBytes(bytes));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, "registry/hive");
    EXPECT_EQ(ParseHive(bytes)->kept.note,
              "transaction log of a hive: 1 entry, sequence 7 to 7; its base "
              "block is lost");
  }
}

TEST(HiveLog, DamageOfALogAlone) {
  std::string log = EntryLog({}, {Says(7, 2)});
  log.back() = 'x';
  auto parsed = ParseHive(log);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad checksum log entry hash@512: ")));
  EXPECT_EQ(parsed->kept.damage[0].bytes_lost, 4'608U);
  log = EntryLog({}, {Says(7, 2)});
  log[100] = 'x';
  parsed = ParseHive(log);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad checksum base block@508: ")));
}

}  // namespace
}  // namespace espial::registry_hive

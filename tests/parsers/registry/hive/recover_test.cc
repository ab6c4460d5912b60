// Deleted keys and values, and fragments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/registry/hive/hive_support.h"
#include "tests/parsers/registry/hive/hive_writer.h"

namespace espial::registry_hive {
namespace {

using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HiveWriter;
using ::testing::IsEmpty;
using testing::KeySpec;
using testing::kNoCell;
using testing::Number;
using testing::ParseHive;
using ::testing::SizeIs;
using testing::Wide;

// Frees a key as Windows does: its node, its lists, its values and their data.
void Delete(HiveWriter* writer, uint32_t key) {
  const uint32_t values = writer->Get32(key, 36);
  if (values != 0) {
    const uint32_t list = writer->Get32(key, 40);
    for (uint32_t i = 0; i < values; ++i) {
      const uint32_t value = writer->Get32(list, i * 4);
      if ((writer->Get32(value, 4) & 0x80000000U) == 0) {
        writer->Free(writer->Get32(value, 8));
      }
      writer->Free(value);
    }
    writer->Free(list);
  }
  writer->Free(key);
}

TEST(HiveRecovery, FindsADeletedKeyWithItsValues) {
  HiveWriter writer;
  const uint32_t root = writer.Root(
      {"R",
       {},
       {{"Kept"},
        {"Lost", {{"n", 4, Number(9)}, {"s", 1, Wide("what it was")}}}}});
  const uint32_t list = writer.Get32(root, 28);
  Delete(&writer, writer.Get32(list, 12));
  writer.Set16(list, 2, 1);
  writer.Set32(root, 20, 1);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.events, SizeIs(3));
  EXPECT_THAT(Show(parsed->kept.events[2]),
              HasSubstr(" recovered {Key=string:R\\Lost} Recovered key last "
                        "written"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.facts[0]),
              HasSubstr("registry R\\Lost|n|REG_DWORD|9|9|0@"));
  EXPECT_THAT(Show(parsed->kept.facts[1]),
              HasSubstr("R\\Lost|s|REG_SZ|what it was||"));
  EXPECT_TRUE(parsed->kept.facts[1].recovered);
  EXPECT_EQ(parsed->kept.note,
            "2 keys, 0 values below R; recovered 1 key and 2 values");
}

TEST(HiveRecovery, FindsRecordsWithinMergedFreeCells) {
  HiveWriter writer;
  const uint32_t root = writer.Root({"R", {}, {{"L", {{"n", 4, Number(9)}}}}});
  const uint32_t key = writer.Get32(writer.Get32(root, 28), 4);
  const uint32_t list = writer.Get32(key, 40);
  Delete(&writer, key);
  writer.Free(writer.Get32(root, 28));
  writer.Set32(root, 28, kNoCell);
  writer.Set32(root, 20, 0);
  // One free cell over key, value and list: only the first size changes.
  std::string bytes = writer.Finish();
  testing::Put32(&bytes, 4096 + key, list + 8 - key);
  const auto parsed = ParseHive(bytes);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.facts[0]), HasSubstr("R\\L|n|REG_DWORD|9|9"));
}

TEST(HiveRecovery, QuestionMarkStandsForWhatIsGone) {
  HiveWriter writer;
  const uint32_t root =
      writer.Root({"R", {}, {{"a", {}, {{"b", {{"v", 4, Number(1)}}}}}}});
  const uint32_t list = writer.Get32(root, 28);
  const uint32_t a = writer.Get32(list, 4);
  const uint32_t b = writer.Get32(writer.Get32(a, 28), 4);
  Delete(&writer, b);
  writer.Free(writer.Get32(a, 28));
  writer.Free(a);
  writer.Free(list);
  writer.Set32(root, 20, 0);
  // The parent's cell holds something else by now.
  writer.Set16(a, 0, 0);
  const auto parsed = ParseHive(writer.Finish());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.facts[0]), HasSubstr("registry ?\\b|v|"));
}

TEST(HiveRecovery, ParentsInACircleEnd) {
  HiveWriter writer;
  writer.Root({"R"});
  const uint32_t a = writer.Key({"a"}, 0x20);
  const uint32_t b = writer.Key({"b"}, a);
  writer.Set32(a, 16, b);
  writer.Free(a);
  writer.Free(b);
  const auto parsed = ParseHive(writer.Finish());
  ASSERT_THAT(parsed->kept.events, SizeIs(3));
  EXPECT_EQ(parsed->kept.events[1].fields[0].value.text, "?\\a");
  EXPECT_EQ(parsed->kept.events[2].fields[0].value.text, "?\\b");
}

TEST(HiveRecovery, FormerValuesOfAKeyAreItsOwn) {
  HiveWriter writer;
  const uint32_t root = writer.Root(
      {"R", {}, {{"k", {{"one", 4, Number(1)}, {"two", 4, Number(2)}}}}});
  const uint32_t key = writer.Get32(writer.Get32(root, 28), 4);
  const uint32_t list = writer.Get32(key, 40);
  writer.Free(writer.Get32(list, 4));
  writer.Set32(key, 36, 1);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.facts[1]), HasSubstr("R\\k|two|REG_DWORD|2"));
  EXPECT_TRUE(parsed->kept.facts[1].recovered);
}

TEST(HiveRecovery, OverwrittenDataIsNoFact) {
  HiveWriter writer;
  writer.Root({"R", {{"now", 1, Wide("a longer text")}}, {}});
  const uint32_t now = writer.Get32(writer.Get32(0x20, 40), 0);
  const uint32_t lost = writer.Value({"then", 1, Wide("0123456")});
  writer.Set32(lost, 8, writer.Get32(now, 8));
  writer.Free(lost);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.note,
            "1 key, 1 value below R; 1 deleted value without data, which was "
            "overwritten");
}

TEST(HiveRecovery, RecordsMustMakeSense) {
  struct Case {
    uint32_t at;
    uint32_t value;
  };
  // Of a key: time, subkeys, list, values, name length.
  for (const Case& bad : {Case{8, 0}, Case{20, 0x10000000}, Case{28, 0x123457},
                          Case{36, 0x10000000}, Case{72, 0xFFFF}}) {
    HiveWriter writer;
    writer.Root({"R"});
    const uint32_t key = writer.Key({"a"}, 0x20);
    writer.Set32(key, bad.at, bad.value);
    writer.Free(key);
    EXPECT_THAT(ParseHive(writer.Finish())->kept.events, SizeIs(1)) << bad.at;
  }
  // Of a value: sizes, type, flags.
  for (const Case& bad : {Case{0, 0x7FFF6B76}, Case{4, 0x80000005},
                          Case{12, 0x12345678}, Case{16, 0xFFFF}}) {
    HiveWriter writer;
    writer.Root({"R"});
    const uint32_t value = writer.Value({"a", 4, Number(1)});
    writer.Set32(value, bad.at, bad.value);
    writer.Free(value);
    EXPECT_THAT(ParseHive(writer.Finish())->kept.facts, IsEmpty()) << bad.at;
  }
}

TEST(HiveRecovery, ReadsTheSlackBehindTheBins) {
  HiveWriter writer;
  writer.Root({"R"});
  writer.EndBin();
  const uint32_t value = writer.Value({"old", 4, Number(3)});
  std::string bytes = writer.Finish();
  testing::Put32(&bytes, 40, 4096);
  testing::FixChecksum(&bytes);
  const auto parsed = ParseHive(bytes);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre("registry ?|old|REG_DWORD|3|3|0@" +
                          std::to_string(4096 + value) + " recovered"));
}

TEST(HiveRecovery, JsonOfDeletedValuesStaysInThem) {
  HiveWriter writer;
  const uint32_t root =
      writer.Root({"R",
                   {},
                   {{"Provisioning",
                     {},
                     {{"AutopilotPolicyCache",
                       {{"PolicyJsonCache", 1, Wide("{\"a\":\"x\"}")}}}}}}});
  const uint32_t provisioning = writer.Get32(writer.Get32(root, 28), 4);
  const uint32_t list = writer.Get32(provisioning, 28);
  Delete(&writer, writer.Get32(list, 4));
  writer.Set32(provisioning, 20, 0);
  const auto parsed = ParseHive(writer.Finish());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].kind, FactKind::kRegistry);
  EXPECT_TRUE(parsed->kept.facts[0].recovered);
}

TEST(HiveFragment, ReadsBinsWithoutABaseBlock) {
  HiveWriter writer;
  writer.Root({"R", {}, {{"a", {{"v", 1, Wide("text")}}}}});
  const auto parsed = ParseHive(writer.Bins());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre(HasSubstr("registry R\\a|v|REG_SZ|text||0@")));
  EXPECT_TRUE(parsed->kept.facts[0].recovered);
  EXPECT_EQ(parsed->kept.note,
            "fragment of a hive without its base block, 1 run of bins: "
            "recovered 2 keys and 1 value");
}

TEST(HiveFragment, OffsetsCountFromTheFirstBinOfTheHive) {
  HiveWriter writer;
  writer.Root({"R"});
  writer.EndBin();
  writer.Key({"a", {{"v", 1, Wide("text")}}}, 0x20);
  const std::string later = writer.Bins().substr(4096);
  const auto parsed = ParseHive(later + "rest");
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre(HasSubstr("registry ?\\a|v|REG_SZ|text||0@")));
  EXPECT_LT(parsed->kept.facts[0].offset, 4096U);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad magic hive fragment@0: expected bins "
                          "throughout, found 4 bytes of something else (lost "
                          "4)"));
  // A gap, and the bins again.
  const auto twice = ParseHive(later + std::string(512, 'x') + later);
  EXPECT_THAT(twice->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(twice->kept.damage), ElementsAre(HasSubstr("(lost 512)")));
  const auto cut = ParseHive(std::string_view(later).substr(0, 600));
  EXPECT_THAT(Show(cut->kept.damage),
              ElementsAre("truncated hive bin@0: bins from 0x1000: expected "
                          "4096 bytes, found 600 (lost 0)"));
  EXPECT_THAT(cut->kept.facts, SizeIs(1));
}

}  // namespace
}  // namespace espial::registry_hive

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "parsers/registry/hive/marvin32.h"
#include "parsers/registry/hive/root_name.h"
#include "tests/parsers/registry/hive/hive_support.h"
#include "tests/parsers/registry/hive/hive_writer.h"
#include "tests/parsers/support/golden.h"

namespace espial::registry_hive {
namespace {

using ::espial::testing::Show;
using ::testing::ElementsAre;
using testing::FixChecksum;
using ::testing::HasSubstr;
using testing::HiveWriter;
using ::testing::IsEmpty;
using testing::KeySpec;
using testing::kNoCell;
using testing::Number;
using testing::ParseHive;
using testing::Put32;
using ::testing::SizeIs;
using testing::Wide;

std::string Small() {
  HiveWriter writer;
  writer.Root({"ROOT",
               {{"", 1, Wide("top")}},
               {{"Alpha", {{"n", 4, Number(7)}, {"s", 1, Wide("text")}}, {}},
                {"Beta", {}, {{"Gamma", {}, {}}}}}});
  return writer.Finish();
}

TEST(Hive, ReadsKeysAndValues) {
  const auto parsed = ParseHive(Small());
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_EQ(parsed->kept.note, "4 keys, 3 values below ROOT");
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre("registry ROOT||REG_SZ|top||0@4216",
                          "registry ROOT\\Alpha|n|REG_DWORD|7|7|0@4352",
                          "registry ROOT\\Alpha|s|REG_SZ|text||0@4384"));
  ASSERT_THAT(parsed->kept.events, SizeIs(4));
  EXPECT_EQ(Show(parsed->kept.events[0]),
            "event 2025-06-02T12:00:00.0000000Z utc Registry 0 'Registry' "
            "information 0@4128 {Key=string:ROOT} Key last written");
  EXPECT_EQ(ToText(parsed->kept.events[3].fields[0].value),
            "ROOT\\Beta\\Gamma");
}

TEST(Hive, ReadsEveryKindOfList) {
  for (const char* kind : {"lf", "lh", "li", "ri"}) {
    HiveWriter writer;
    KeySpec root{"R", {}, {{"a"}, {"b"}, {"c"}, {"d"}, {"e"}}};
    root.list = kind;
    writer.Root(root);
    const auto parsed = ParseHive(writer.Finish());
    EXPECT_THAT(parsed->kept.events, SizeIs(6)) << kind;
    EXPECT_THAT(parsed->kept.damage, IsEmpty()) << kind;
  }
}

TEST(Hive, ReadsNamesInBothForms) {
  HiveWriter writer;
  KeySpec wide{std::string("\x3A\x04\x3B\x04", 4),
               {{std::string("\x20\x20", 2), 3, "\x01", false}}};
  wide.latin1 = false;
  KeySpec latin{"\xEBigen", {{"\xFC", 3, "\x02"}}};
  writer.Root({"R", {}, {latin, wide}});
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].key, "R\\\u00EBigen");
  EXPECT_EQ(parsed->kept.facts[0].name, "\u00FC");
  EXPECT_EQ(parsed->kept.facts[1].key, "R\\\u043A\u043B");
  EXPECT_EQ(parsed->kept.facts[1].name, "\u2020");
}

TEST(Hive, ReadsBigDataAndClasses) {
  HiveWriter writer;
  KeySpec key{"K", {{"big", 3, std::string(40'000, '\x5A')}}};
  key.class_name = "Shell";
  writer.Root({"R", {}, {key}});
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].data.size(), 80'000U);
  EXPECT_EQ(parsed->kept.facts[0].data.substr(79'996), "5a5a");
  EXPECT_THAT(Show(parsed->kept.events[1]), HasSubstr("Class=string:Shell"));
  // The same with a list of too few pieces.
  HiveWriter broken;
  const uint32_t value = broken.Value({"big", 3, std::string(40'000, '\x5A')});
  broken.Set16(broken.Get32(value, 8), 2, 2);
  const uint32_t root = broken.Root({"R", {{"x", 3, ""}}, {}});
  broken.Set32(broken.Get32(root, 40), 0, value);
  const auto cut = ParseHive(broken.Finish());
  EXPECT_THAT(Show(cut->kept.damage),
              ElementsAre(HasSubstr("bad value value data@4128: cell 0x20, "
                                    "value 'big' of R: expected 3 pieces, "
                                    "found 2")));
}

TEST(Hive, RefusesReferencesThatLeadNowhere) {
  struct Case {
    uint32_t offset;
    const char* found;
  };
  for (const Case& bad :
       {Case{kNoCell, "found no cell"},
        Case{0x80000020U, "found an offset of volatile storage"},
        Case{0x10000, "found the end of the bins"},
        Case{0x24, "found no beginning of a cell"},
        Case{0x28, "found no beginning of a cell"},
        Case{0x20, "found one that is used elsewhere"}}) {
    HiveWriter writer;
    const uint32_t root = writer.Root({"R", {}, {{"a"}, {"b"}}});
    // The second, so that the first was read before the error is told.
    writer.Set32(writer.Get32(root, 28), 12, bad.offset);
    const auto parsed = ParseHive(writer.Finish());
    ASSERT_THAT(parsed->kept.damage, SizeIs(1)) << bad.found;
    EXPECT_THAT(Show(parsed->kept.damage[0]), HasSubstr(bad.found));
    EXPECT_THAT(Show(parsed->kept.damage[0]),
                HasSubstr("bad value key node@4128: subkey of R: expected a "
                          "cell"));
    // The key that nothing leads to any more is found again.
    ASSERT_THAT(parsed->kept.events, SizeIs(3));
    EXPECT_EQ(parsed->kept.events[2].state, RecordState::kRecovered);
    EXPECT_EQ(parsed->kept.events[2].fields[0].value.text, "R\\b");
  }
}

TEST(Hive, EndsLoopsAndSharedLists) {
  HiveWriter writer;
  const uint32_t root =
      writer.Root({"R", {}, {{"a", {}, {{"x"}}}, {"b", {}, {{"y"}}}}});
  const uint32_t list = writer.Get32(root, 28);
  const uint32_t a = writer.Get32(list, 4);
  const uint32_t b = writer.Get32(list, 12);
  writer.Set32(b, 28, writer.Get32(a, 28));
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value subkey list@4408: subkey list "
                                    "of R\\b: expected a cell of its own")));
}

TEST(Hive, ReportsRecordsOfAnotherKind) {
  HiveWriter writer;
  const uint32_t root = writer.Root({"R", {{"v", 1, Wide("x")}}, {{"a"}}});
  const uint32_t list = writer.Get32(root, 28);
  writer.Set16(writer.Get32(list, 4), 0, 0x7878);
  writer.Set16(writer.Get32(writer.Get32(root, 40), 0), 0, 0x7979);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(HasSubstr("bad magic value@4216: cell 0x78, value of R: "
                            "expected 'vk' and 20 bytes, found 'yy' and 28"),
                  HasSubstr("bad magic key node@4256: cell 0xa0, subkey of R: "
                            "expected 'nk' and 76 bytes, found 'xx' and 84")));
  HiveWriter second;
  const uint32_t again = second.Root({"R", {}, {{"a"}}});
  second.Set16(second.Get32(again, 28), 0, 0x7A7A);
  EXPECT_THAT(Show(ParseHive(second.Finish())->kept.damage),
              ElementsAre(HasSubstr("bad magic subkey list@4128: key R: "
                                    "expected 'lf', 'lh' or 'li' and its "
                                    "elements, found 'zz'")));
}

TEST(Hive, ReportsCountsThatDoNotFit) {
  HiveWriter writer;
  const uint32_t root = writer.Root({"R", {{"v", 3, "x"}}, {{"a"}, {"b"}}});
  writer.Set32(root, 20, 3);
  writer.Set32(root, 36, 9);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(HasSubstr("value list@4128: key R: expected 9 values, found "
                            "room for 1"),
                  HasSubstr("subkey count@4128: key R: expected 3 subkeys, "
                            "found 2")));
}

TEST(Hive, ReportsWhatIsCutWithinACell) {
  HiveWriter writer;
  const uint32_t root =
      writer.Root({"R", {{"v", 1, Wide("0123456789")}}, {{"a"}}});
  const uint32_t value = writer.Get32(writer.Get32(root, 40), 0);
  writer.Set32(value, 4, 5'000);
  writer.Set16(writer.Get32(writer.Get32(root, 28), 4), 72, 300);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated value data@4216: cell 0x78, "
                                    "value 'v' of R: expected 5000 bytes of "
                                    "data, found 28"),
                          HasSubstr("truncated key name@4288: cell 0xc0")));
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
}

TEST(Hive, KnowsOddKeys) {
  HiveWriter writer;
  KeySpec handle{"handle", {{"v", 3, "x"}}};
  handle.flags = 0x40;
  KeySpec kept{"kept"};
  kept.flags = 0x01;
  kept.written = ~uint64_t{0};
  KeySpec timeless{"timeless"};
  timeless.written = 0;
  const uint32_t root = writer.Root({"R", {}, {handle, kept, timeless}});
  writer.Set32(writer.Get32(writer.Get32(root, 28), 20), 16, 0x40);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("key flags@"), HasSubstr("last written@"),
                          HasSubstr("parent key@")));
  for (const Damage& damage : parsed->kept.damage) EXPECT_FALSE(damage.lossy);
  EXPECT_THAT(parsed->kept.events, SizeIs(2));
}

TEST(Hive, ReportsSubkeysOutOfOrder) {
  HiveWriter writer;
  writer.Root({"R", {}, {{"b"}, {"a"}, {"c"}}});
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_THAT(parsed->kept.events, SizeIs(4));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("subkeys of R: expected ascending names, "
                                    "found 'a' behind 'B' (note)")));
}

TEST(Hive, CutsStringsAtTheirNulAndSaysSo) {
  HiveWriter writer;
  writer.Root({"R",
               {{"s", 1, Wide("text") + Wide("rest", false)},
                {"m", 7, Wide("a") + Wide("b") + Wide("")},
                {"lone", 1, std::string("\x00\xD8", 2) + Wide("")}},
               {}});
  const auto parsed = ParseHive(writer.Finish());
  ASSERT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_EQ(parsed->kept.facts[0].data, "text");
  EXPECT_EQ(parsed->kept.facts[1].data, "a\nb");
  EXPECT_EQ(parsed->kept.facts[2].data, "\uFFFD");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("text@4320: expected valid UTF-16LE"),
                          HasSubstr("1 string: expected nothing behind the "
                                    "NUL at their end, found 10 bytes")));
}

TEST(Hive, JsonInValuesComesOutAsFacts) {
  HiveWriter writer;
  writer.Root(
      {"ROOT",
       {},
       {{"Provisioning",
         {},
         {{"AutopilotPolicyCache",
           {{"PolicyJsonCache", 1, Wide("{\"CloudAssignedTenantId\":\"x\"}")}},
           {}}}}}});
  const auto parsed = ParseHive(writer.Finish());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(Show(parsed->kept.facts[1]),
            "json PolicyJsonCache|CloudAssignedTenantId|string|x||0@" +
                std::to_string(parsed->kept.facts[0].offset));
}

TEST(Hive, HeadersOfBinsMayBeDamaged) {
  std::string bytes = Small();
  bytes[4096] = 'X';
  const auto parsed = ParseHive(bytes);
  EXPECT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad magic hive bin header@4096: bin 0x0: expected "
                          "'hbin', its offset and a multiple of 4096, found "
                          "bytes 58 62 69 6e (note)"));
}

TEST(Hive, ReadsOnBehindABadCellSize) {
  std::string bytes = Small();
  // The cell of the default value; its key and all other cells are sound.
  Put32(&bytes, 4216 + 0, 0xFFFFFF01U);
  const auto parsed = ParseHive(bytes);
  EXPECT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_TRUE(parsed->kept.facts[2].recovered);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value cell size@4216: cell 0x78: "
                                    "expected a multiple of 8 up to 3976, "
                                    "found -255 (lost 24)"),
                          HasSubstr("value of ROOT")));
}

TEST(Hive, EveryPrefixTellsItsCut) {
  HiveWriter writer;
  KeySpec root{"R", {{"v", 1, Wide("abc")}}, {}};
  for (char c = 'a'; c < 'a' + 20; ++c) {
    root.subkeys.push_back({std::string(200, c), {{"n", 1, Wide("data")}}});
  }
  writer.Root(root);
  const std::string bytes = writer.Finish();
  const auto whole = ParseHive(bytes);
  EXPECT_THAT(whole->kept.damage, IsEmpty());
  std::set<std::string> all;
  for (const Fact& fact : whole->kept.facts) all.insert(Show(fact));
  for (size_t size = 0; size < bytes.size(); size += 13) {
    const auto part = ParseHive(std::string_view(bytes).substr(0, size));
    EXPECT_TRUE(!part->status || !part->kept.damage.empty()) << size;
    for (const Fact& fact : part->kept.facts) {
      EXPECT_TRUE(fact.recovered || all.contains(Show(fact))) << size;
    }
    for (const Damage& damage : part->kept.damage) {
      EXPECT_LE(damage.error.offset, size);
      EXPECT_LE(damage.bytes_lost, size);
    }
  }
}

TEST(Hive, NamesVersionsItDoesNotKnow) {
  HiveWriter writer;
  writer.Root({"R"});
  testing::BaseSpec base;
  base.minor = 7;
  auto parsed = ParseHive(writer.Finish(base));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("unsupported hive version@20: expected 1.3 to 1.6, "
                          "found 1.7 (note)"));
  EXPECT_THAT(parsed->kept.events, SizeIs(1));
  base.major = 2;
  parsed = ParseHive(writer.Finish(base));
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().code, Errc::kUnsupported);
  EXPECT_EQ(parsed->status.error().detail, "expected 1.3 to 1.6, found 2.7");
}

TEST(Hive, HonoursItsLimits) {
  Limits limits;
  limits.text_value_bytes = 100;
  HiveWriter writer;
  writer.Root({"R", {{"v", 3, std::string(101, 'x')}}, {}});
  EXPECT_THAT(Show(ParseHive(writer.Finish(), {}, limits)->kept.damage),
              ElementsAre(HasSubstr("limit exceeded value data@4216: cell "
                                    "0x78, value 'v' of R: limit 100 bytes, "
                                    "found 101")));
  KeySpec deep{"k"};
  for (int i = 0; i < 520; ++i) deep = {"k", {}, {deep}};
  HiveWriter tower;
  tower.Root(deep);
  EXPECT_THAT(
      Show(ParseHive(tower.Finish())->kept.damage),
      ElementsAre(HasSubstr("registry key depth@49624: limit 512 levels, "
                            "found keys below k")));
}

TEST(Hive, PathsOfAllKeysAreBounded) {
  // 1,200 keys at the end of a path of 16,000 bytes.
  KeySpec chain{std::string(250, 'p')};
  for (int i = 0; i < 1'200; ++i) {
    chain.subkeys.push_back({std::to_string(10'000 + i)});
  }
  for (int i = 0; i < 63; ++i) chain = {std::string(250, 'p'), {}, {chain}};
  HiveWriter writer;
  writer.Root(chain);
  const auto parsed = ParseHive(writer.Finish());
  EXPECT_LT(parsed->kept.events.size(), 1'200U);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded registry key paths")));
}

TEST(Hive, ProbeWantsASignature) {
  const auto probe = [](std::string_view bytes) {
    return kParser.probe({AsBytes(bytes), {}});
  };
  const std::string bytes = Small();
  EXPECT_TRUE(probe(bytes));
  EXPECT_TRUE(probe("regf\x01"));
  EXPECT_TRUE(probe(bytes.substr(4096)));
  EXPECT_FALSE(probe(bytes.substr(4097)));
  EXPECT_FALSE(probe("DIRT is what this text is about"));
  EXPECT_FALSE(probe(""));
  EXPECT_FALSE(ParseHive("regf\x01")->status);
}

TEST(Hive, NamesWhereHivesAreMounted) {
  EXPECT_EQ(MountPoint("emRoot\\System32\\Config\\SOFTWARE", "x"),
            "HKEY_LOCAL_MACHINE\\SOFTWARE");
  EXPECT_EQ(MountPoint("\\??\\C:\\Users\\Adele\\ntuser.dat", "SYSTEM"),
            "HKEY_CURRENT_USER");
  EXPECT_EQ(MountPoint("files\\LocalService\\NTUSER.DAT", ""),
            "HKEY_USERS\\S-1-5-19");
  EXPECT_EQ(MountPoint("les\\NetworkService\\NTUSER.DAT", ""),
            "HKEY_USERS\\S-1-5-20");
  EXPECT_EQ(MountPoint("", "UsrClass.dat"),
            "HKEY_CURRENT_USER\\Software\\Classes");
  EXPECT_EQ(MountPoint("\\SystemRoot\\System32\\Config\\DEFAULT", ""),
            "HKEY_USERS\\.DEFAULT");
  EXPECT_EQ(MountPoint("", "system.hiv"), "HKEY_LOCAL_MACHINE\\SYSTEM");
  EXPECT_EQ(MountPoint("", "BCD"), "HKEY_LOCAL_MACHINE\\BCD00000000");
  EXPECT_EQ(MountPoint("SandboxState\\Hives\\system_Delta", "x.hiv"), "");
}

TEST(Hive, MountPointReplacesTheRootsName) {
  HiveWriter writer;
  writer.Root({"ROOT",
               {},
               {{"ControlSet001"}, {"Select", {{"Current", 4, Number(1)}}}}});
  testing::BaseSpec base;
  base.file_name = "\\SystemRoot\\System32\\Config\\SYSTEM";
  base.file_name = base.file_name.substr(base.file_name.size() - 31);
  const auto parsed = ParseHive(writer.Finish(base));
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].key, "HKEY_LOCAL_MACHINE\\SYSTEM\\Select");
  EXPECT_EQ(ToText(parsed->kept.events[1].fields[0].value),
            "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001");
}

TEST(Hive, GoldenSamples) {
  ::espial::testing::ExpectGolden(kParser,
                                  std::filesystem::path(ESPIAL_SOURCE_DIR) /
                                      "tests/parsers/registry/hive/golden");
}

TEST(Hive, MarvinOfKnownBytes) {
  // By an implementation that reads logs of Windows.
  EXPECT_EQ(Marvin32({}), 0xb39efca403966e08U);
  EXPECT_EQ(Marvin32(AsBytes("abc")), 0xb9cf3dfca41914f7U);
  EXPECT_EQ(Marvin32(AsBytes("abcd")), 0x20094fb11a6cd086U);
  EXPECT_EQ(Marvin32(AsBytes("abcdefgh")), 0x253e0a1a576ba388U);
}

}  // namespace
}  // namespace espial::registry_hive

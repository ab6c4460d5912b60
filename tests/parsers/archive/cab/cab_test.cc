// Cabinets, sound and broken one field at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/parsers/archive/cab/cab_builder.h"
#include "tests/parsers/archive/harness.h"

namespace espial::archive_cab {

extern const Parser kParser;

namespace {

using archive::Beside;
using archive::Outcome;
using archive::Probes;
using archive::RunParser;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

BuiltFolder TwoFiles(BuiltCompression compression) {
  return {compression,
          {{"hello.txt", SampleText(50'000, 1)},
           {"sub\\world.txt", SampleText(70'000, 2)}}};
}

class EveryMethod : public ::testing::TestWithParam<BuiltCompression> {};

INSTANTIATE_TEST_SUITE_P(Cab, EveryMethod,
                         ::testing::Values(BuiltCompression::kStored,
                                           BuiltCompression::kMszip,
                                           BuiltCompression::kLzx));

TEST_P(EveryMethod, YieldsMembersWhole) {
  const std::string cab = BuildCab({TwoFiles(GetParam())});
  EXPECT_TRUE(Probes(kParser, cab));
  const Outcome out = RunParser(kParser, cab);
  ASSERT_TRUE(out.status);
  EXPECT_THAT(out.Names(), ElementsAre("hello.txt", "sub/world.txt"));
  EXPECT_TRUE(out.Content("hello.txt") == SampleText(50'000, 1));
  EXPECT_TRUE(out.Content("sub/world.txt") == SampleText(70'000, 2));
  EXPECT_THAT(out.Damages(), IsEmpty());
  EXPECT_EQ(out.note, "");
}

TEST_P(EveryMethod, ReadsReserves) {
  CabOptions options;
  options.header_reserve = 20;
  options.folder_reserve = 3;
  options.block_reserve = 5;
  const Outcome out =
      RunParser(kParser, BuildCab({TwoFiles(GetParam())}, options));
  EXPECT_TRUE(out.Content("sub/world.txt") == SampleText(70'000, 2));
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST_P(EveryMethod, ReadsSeveralFolders) {
  const Outcome out =
      RunParser(kParser, BuildCab({TwoFiles(GetParam()),
                                   {BuiltCompression::kMszip, {{"b", "bbb"}}},
                                   {GetParam(), {{"c", SampleText(9, 3)}}}}));
  EXPECT_THAT(out.Names(), ElementsAre("hello.txt", "sub/world.txt", "b", "c"));
  EXPECT_EQ(out.Content("b"), "bbb");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

TEST_P(EveryMethod, ZeroByteMembersAndFolderEntries) {
  const std::string failed =
      "(1) No Results - Error [0x80070001] RegistryKey HKLM_SOFTWARE_X";
  const Outcome out = RunParser(
      kParser,
      BuildCab(
          {{GetParam(),
            {{failed, ""}, {"folder\\", ""}, {"x.log", "x"}, {"last", ""}}}}));
  EXPECT_THAT(out.Names(), ElementsAre(failed, "x.log", "last"));
  EXPECT_EQ(out.Content(failed), "");
  EXPECT_THAT(out.Damages(), IsEmpty());
}

// A member is there when the whole of its data is; the cut one comes as far as
// it goes; nothing appears that a longer file does not have.
TEST_P(EveryMethod, TruncationIsMonotone) {
  const std::string cab =
      BuildCab({{GetParam(), {{"a", "first member"}, {"b", "the second"}}},
                {GetParam(), {{"c", "another folder"}}}});
  const Outcome whole = RunParser(kParser, cab);
  ASSERT_EQ(whole.Names().size(), 3U);
  std::vector<uint64_t> before = {0, 0, 0};
  for (size_t size = 0; size < cab.size(); ++size) {
    SCOPED_TRACE(size);
    const Outcome out = RunParser(kParser, cab.substr(0, size));
    // Nothing is lost in silence.
    ASSERT_TRUE(!out.status || out.AnyLossy());
    const std::vector<std::string> names = {"a", "b", "c"};
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string content = out.Content(names[i]);
      const bool read = content != "<no such member>";
      const uint64_t got = read ? content.size() : 0;
      EXPECT_GE(got, before[i]);
      before[i] = got;
      if (!read) continue;
      EXPECT_THAT(whole.Content(names[i]), StartsWith(content));
      EXPECT_EQ(out.NoteOf(names[i]) == "truncated",
                content != whole.Content(names[i]));
    }
  }
}

TEST_P(EveryMethod, CutInTheMiddleKeepsWhatIsComplete) {
  const std::string cab = BuildCab({TwoFiles(GetParam())});
  const std::string cut = cab.substr(0, BlockAtIndex(cab, 0, 2) + 100);
  const Outcome out = RunParser(kParser, cut);
  ASSERT_TRUE(out.status);
  EXPECT_TRUE(out.Content("hello.txt") == SampleText(50'000, 1));
  EXPECT_EQ(out.NoteOf("hello.txt"), "");
  const std::string part = out.Content("sub/world.txt");
  EXPECT_GE(part.size(), 65'536U - 50'000U);
  EXPECT_LT(part.size(), 70'000U);
  EXPECT_THAT(SampleText(70'000, 2), StartsWith(part));
  EXPECT_EQ(out.NoteOf("sub/world.txt"), "truncated");
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("truncated|block data|lossy|block 3"),
                             HasSubstr("have 92"))));
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("truncated|member|lossy|"),
                             HasSubstr("\"sub/world.txt\""),
                             HasSubstr("of 70000 bytes"))));
}

TEST_P(EveryMethod, MembersBehindTheCutAreListed) {
  const std::string cab = BuildCab(
      {{GetParam(),
        {{"a", SampleText(32'768)}, {"b", "lost"}, {"c", "lost as well"}}}});
  const Outcome out =
      RunParser(kParser, cab.substr(0, BlockAtIndex(cab, 0, 1)));
  EXPECT_THAT(out.Names(), ElementsAre("a"));
  EXPECT_THAT(out.Unread(), ElementsAre("b", "c"));
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(HasSubstr("2 members of folder 1 behind its byte "
                                       "32768 were not read"),
                             HasSubstr("\"b\""))));
}

TEST_P(EveryMethod, WrongChecksumIsReportedAndDataKept) {
  std::string cab = BuildCab({TwoFiles(GetParam())});
  const size_t at = BlockAtIndex(cab, 0, 1);
  SetU32(&cab, at, GetU32(cab, at) ^ 1U);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_TRUE(out.Content("hello.txt") == SampleText(50'000, 1));
  EXPECT_EQ(out.NoteOf("hello.txt"), "salvaged");
  ASSERT_EQ(out.damage.size(), 1U);
  EXPECT_EQ(out.damage[0].error.code, Errc::kBadChecksum);
  EXPECT_EQ(out.damage[0].error.what, "block checksum");
  EXPECT_EQ(out.damage[0].error.offset, at);
  EXPECT_TRUE(out.damage[0].lossy);
}

TEST_P(EveryMethod, SmallMemberLimitRefusesOnlyTheLargeOne) {
  Limits limits;
  limits.member_bytes = 60'000;
  const Outcome out =
      RunParser(kParser, BuildCab({TwoFiles(GetParam())}), limits);
  EXPECT_THAT(out.Names(), ElementsAre("hello.txt"));
  EXPECT_THAT(out.Unread(), ElementsAre("sub/world.txt"));
  EXPECT_THAT(out.Damages(),
              ElementsAre(AllOf(StartsWith("limit exceeded|member|lossy|"),
                                HasSubstr("limit of 60000 bytes"))));
}

TEST_P(EveryMethod, TotalLimitStops) {
  Limits limits;
  limits.total_bytes_out = 60'000;
  const Outcome out =
      RunParser(kParser, BuildCab({TwoFiles(GetParam())}), limits);
  EXPECT_THAT(out.Names(), ElementsAre("hello.txt"));
  EXPECT_THAT(out.Damages(), Contains(HasSubstr("limit of 60000 bytes")));
}

TEST_P(EveryMethod, MemberCountLimit) {
  Limits limits;
  limits.members = 2;
  const Outcome out = RunParser(
      kParser,
      BuildCab(
          {{GetParam(), {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}}}),
      limits);
  EXPECT_THAT(out.Names(), ElementsAre("a", "b"));
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("limit exceeded|members|lossy|limit 2"),
                             HasSubstr("2 members of this one"))));
}

TEST(CabTest, RatioBombIsStopped) {
  Limits limits;
  limits.ratio_free_bytes = 1 << 20;
  limits.ratio = 50;
  const Outcome out = RunParser(
      kParser,
      BuildCab({{BuiltCompression::kMszip,
                 {{"small", "small"}, {"zeros", std::string(4 << 20, '\0')}}}}),
      limits);
  EXPECT_EQ(out.Content("small"), "small");
  EXPECT_THAT(out.Damages(),
              Contains(StartsWith("limit exceeded|compression ratio|lossy|")));
  EXPECT_LT(out.Content("zeros").size(), (1U << 20) + 65'536);
}

TEST(CabTest, BreakInMszipCostsItsBlock) {
  // Noise does not refer to what came before, so that a lost block is all that
  // is lost.
  std::string cab = BuildCab({{BuiltCompression::kMszip,
                               {{"a", SampleNoise(32'768, 1)},
                                {"b", SampleNoise(32'768, 2)},
                                {"c", SampleNoise(32'768, 3)},
                                {"d", SampleText(40'000, 4)}}}});
  // An invalid block type at the start of the second block.
  const size_t at = BlockAtIndex(cab, 0, 1);
  cab[at + 10] = '\x07';
  SetU32(&cab, at, 0);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Names(), ElementsAre("a", "b", "c", "d"));
  EXPECT_TRUE(out.Content("a") == SampleNoise(32'768, 1));
  EXPECT_TRUE(out.Content("b") == std::string(32'768, '\0'));
  EXPECT_TRUE(out.Content("c") == SampleNoise(32'768, 3));
  EXPECT_TRUE(out.Content("d") == SampleText(40'000, 4));
  EXPECT_EQ(out.NoteOf("a"), "");
  EXPECT_EQ(out.NoteOf("b"), "salvaged");
  EXPECT_EQ(out.NoteOf("d"), "salvaged");
  ASSERT_EQ(out.damage.size(), 1U);
  EXPECT_EQ(out.damage[0].error.offset, at);
  EXPECT_THAT(out.Damages(),
              ElementsAre(AllOf(StartsWith("bad value|compressed data|lossy|"),
                                HasSubstr("block 2 of 5: invalid block type"),
                                HasSubstr("reading goes on"))));
}

TEST(CabTest, BreakInLzxEndsTheFolderOnly) {
  std::string cab = BuildCab(
      {{BuiltCompression::kLzx, {{"a", SampleText(32'768)}, {"b", "lost"}}},
       {BuiltCompression::kLzx, {{"c", "sound"}}}});
  // Block type 0, which does not exist.
  const size_t at = BlockAtIndex(cab, 0, 1);
  SetU16(&cab, at + 8, 0);
  SetU32(&cab, at, 0);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Names(), ElementsAre("a", "c"));
  EXPECT_TRUE(out.Content("a") == SampleText(32'768));
  EXPECT_EQ(out.Content("c"), "sound");
  EXPECT_THAT(out.Unread(), ElementsAre("b"));
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(HasSubstr("folder 1, block 2 of 2: the compressed "
                                       "data make no sense"))));
}

TEST(CabTest, BreakInStoredBlockHeaderEndsTheFolderOnly) {
  std::string cab = BuildCab({{BuiltCompression::kStored,
                               {{"a", SampleText(32'768)}, {"b", "cut off"}}},
                              {BuiltCompression::kStored, {{"c", "sound"}}}});
  SetU16(&cab, BlockAtIndex(cab, 0, 1) + 6, 40'000);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Names(), ElementsAre("a", "c"));
  EXPECT_THAT(out.Unread(), ElementsAre("b"));
  EXPECT_THAT(
      out.Damages(),
      Contains(AllOf(StartsWith("bad value|block unpacked size|lossy|"),
                     HasSubstr("expected at most 32768, found 40000"))));
}

TEST(CabTest, BadFolderIndexCostsOneEntry) {
  std::string cab = BuildCab({TwoFiles(BuiltCompression::kMszip)});
  const size_t entry = FileEntryAt(cab, 0);
  SetU16(&cab, entry + 8, 5);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Names(), ElementsAre("sub/world.txt"));
  EXPECT_TRUE(out.Content("sub/world.txt") == SampleText(70'000, 2));
  EXPECT_EQ(out.note, "salvaged");
  ASSERT_EQ(out.damage.size(), 1U);
  EXPECT_EQ(out.damage[0].error.what, "file folder index");
  EXPECT_EQ(out.damage[0].error.offset, entry);
  EXPECT_EQ(out.damage[0].error.detail,
            "file entry 1: expected less than 1, found 5");
}

TEST(CabTest, DeclaredSizesLie) {
  // Longer than the folder: cut where the folder ends.
  std::string cab = BuildCab(
      {{BuiltCompression::kMszip, {{"a", "0123456789"}, {"b", "abc"}}}});
  SetU32(&cab, FileEntryAt(cab, 1), 0xFFFFFFFF);
  Outcome out = RunParser(kParser, cab);
  EXPECT_EQ(out.Content("a"), "0123456789");
  EXPECT_EQ(out.Content("b"), "abc");
  EXPECT_EQ(out.NoteOf("b"), "truncated");
  EXPECT_THAT(out.Damages(), Contains(HasSubstr("3 of 4294967295 bytes")));

  // Into the next member: both are yielded, the overlap is told.
  cab = BuildCab(
      {{BuiltCompression::kStored, {{"a", "0123456789"}, {"b", "abc"}}}});
  SetU32(&cab, FileEntryAt(cab, 0), 12);
  out = RunParser(kParser, cab);
  EXPECT_EQ(out.Content("a"), "0123456789ab");
  EXPECT_EQ(out.Content("b"), "abc");
  EXPECT_THAT(
      out.Damages(),
      ElementsAre(AllOf(StartsWith("bad value|file offset in folder|odd"),
                        HasSubstr("\"b\" overlaps \"a\""))));

  // The cabinet's own size.
  cab = BuildCab({{BuiltCompression::kStored, {{"a", "0123456789"}}}});
  SetU32(&cab, 8, 5000);
  out = RunParser(kParser, cab);
  EXPECT_EQ(out.Content("a"), "0123456789");
  EXPECT_THAT(
      out.Damages(),
      ElementsAre(StartsWith("truncated|cabinet size|odd|expected 5000")));
}

TEST(CabTest, FileTablePointerBehindTheEndIsReplaced) {
  std::string cab = BuildCab({{BuiltCompression::kStored, {{"a", "data"}}}});
  SetU32(&cab, 16, 0x7FFFFFFF);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_EQ(out.Content("a"), "data");
  EXPECT_THAT(out.Damages(),
              ElementsAre(StartsWith("bad value|file table offset|odd|")));
}

TEST(CabTest, HeaderErrors) {
  const std::string cab =
      BuildCab({{BuiltCompression::kStored, {{"a", "data"}}}});
  std::string broken = cab;
  SetU16(&broken, 26, 0);
  EXPECT_EQ(RunParser(kParser, broken).status.error().ToString(),
            "bad value: folder count at offset 26: the cabinet has no folder");
  broken = cab;
  SetU16(&broken, 28, 0);
  EXPECT_EQ(RunParser(kParser, broken).status.error().ToString(),
            "bad value: file count at offset 28: the cabinet has no file");
  broken = cab;
  broken[0] = 'X';
  EXPECT_FALSE(Probes(kParser, broken));
  EXPECT_EQ(RunParser(kParser, broken).status.error().code, Errc::kBadMagic);
  broken = cab;
  broken[24] = '\2';
  const Outcome out = RunParser(kParser, broken);
  EXPECT_EQ(out.Content("a"), "data");
  EXPECT_THAT(out.Damages(),
              ElementsAre("bad value|cabinet version|odd|expected 1.3, found "
                          "1.2"));
}

TEST(CabTest, UnknownCompressionNamesTheMethod) {
  std::string cab = BuildCab({{BuiltCompression::kStored, {{"a", "data"}}}});
  SetU16(&cab, kFolderAt + 6, 7);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Unread(), ElementsAre("a"));
  EXPECT_EQ(out.NoteOf("a"), "unsupported");
  EXPECT_THAT(out.Damages(),
              ElementsAre(StartsWith("unsupported|compression|lossy|folder 1: "
                                     "method 7 is not known")));
}

TEST(CabTest, LzxWindowThatDoesNotExist) {
  std::string cab = BuildCab({{BuiltCompression::kLzx, {{"a", "data"}}}});
  SetU16(&cab, kFolderAt + 6, 3 | 31 << 8);
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Unread(), ElementsAre("a"));
  EXPECT_THAT(out.Damages(),
              Contains(HasSubstr("the decompressor could not be set up")));
}

TEST(CabTest, Names) {
  const Outcome out =
      RunParser(kParser, BuildCab({{BuiltCompression::kStored,
                                    {{"..\\..\\evil.txt", "1"},
                                     {"C:\\Windows\\x.log", "2"},
                                     {"\\\\server\\share", "3"},
                                     {"file.txt:stream", "4"},
                                     {"caf\xC3\xA9", "5", 0xA0},
                                     {"caf\xE9", "6"},
                                     {"bell\x07", "7"},
                                     {"FILE.TXT_stream", "8"}}}}));
  EXPECT_THAT(out.Names(),
              ElementsAre("evil.txt", "Windows/x.log", "server/share",
                          "file.txt_stream", "caf\xC3\xA9", "caf\xC3\xA9",
                          "bell_", "FILE.TXT_stream"));
  EXPECT_THAT(
      out.Damages(),
      ElementsAre(HasSubstr("had a '..' part"), HasSubstr("had a drive letter"),
                  HasSubstr("had an absolute path"), HasSubstr("had a ':'"),
                  HasSubstr("occurs more than once"),
                  HasSubstr("had a control character"),
                  HasSubstr("occurs more than once")));
  EXPECT_FALSE(out.AnyLossy());
}

TEST(CabTest, InsideAProgram) {
  const std::string cab = BuildCab({TwoFiles(BuiltCompression::kMszip)});
  const std::string program =
      "MZ" + std::string(3000, 'x') + "MSCF no" + std::string(300, 'y') + cab;
  EXPECT_TRUE(Probes(kParser, program));
  EXPECT_FALSE(Probes(kParser, "MZ" + std::string(3000, 'x') + "MSCF no"));
  EXPECT_FALSE(Probes(kParser, "xx" + program));
  const Outcome out = RunParser(kParser, program);
  ASSERT_TRUE(out.status);
  EXPECT_TRUE(out.Content("sub/world.txt") == SampleText(70'000, 2));
  EXPECT_THAT(out.Damages(), IsEmpty());
}

// Folders that all point at the same blocks must not be read over and over.
TEST(CabTest, FoldersThatLieOverEachOther) {
  std::vector<BuiltFolder> folders;
  for (int i = 0; i < 100; ++i) {
    folders.push_back(
        {BuiltCompression::kStored, {{"f" + std::to_string(i), "x"}}});
  }
  folders.push_back(
      {BuiltCompression::kStored, {{"big", SampleText(1 << 20)}}});
  std::string cab = BuildCab(folders);
  const auto big = static_cast<uint32_t>(FirstBlockAt(cab, 100));
  for (size_t i = 0; i < 100; ++i) {
    SetU32(&cab, kFolderAt + i * 8, big);
    SetU16(&cab, kFolderAt + i * 8 + 4, 32);
  }
  const Outcome out = RunParser(kParser, cab);
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("limit exceeded|folder data|lossy|"),
                             HasSubstr("over each other"))));
}

// 65,535 members of one byte range, in the last of 65,535 folders: what a
// linked list of folders takes minutes for.
TEST(CabTest, HostileTablesTakeLinearTime) {
  std::string cab = BuildCab({{BuiltCompression::kMszip, {{"a", "data"}}}});
  const std::string entry = cab.substr(FileEntryAt(cab, 0), 18);
  const std::string folder = cab.substr(kFolderAt, 8);
  const std::string block = cab.substr(FirstBlockAt(cab));
  constexpr uint32_t kMany = 65'000;
  std::string hostile = cab.substr(0, kFolderAt);
  SetU16(&hostile, 26, kMany);
  SetU16(&hostile, 28, kMany);
  SetU32(&hostile, 16, kFolderAt + kMany * 8);
  for (uint32_t i = 0; i < kMany; ++i) hostile += folder;
  for (uint32_t i = 0; i < kMany; ++i) hostile += entry;
  const auto data_at = static_cast<uint32_t>(hostile.size());
  SetU32(&hostile, kFolderAt + (kMany - 1) * 8, data_at);
  for (uint32_t i = 0; i < kMany; ++i) {
    SetU16(&hostile, kFolderAt + kMany * 8 + i * 18 + 8, kMany - 1);
  }
  hostile += block;
  SetU32(&hostile, 8, static_cast<uint32_t>(hostile.size()));
  const auto start = std::chrono::steady_clock::now();
  const Outcome out = RunParser(kParser, hostile);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(out.Names().size(), 8U);
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(HasSubstr("limit exceeded|file offset in folder"),
                             HasSubstr("and 7 others"))));
}

// ---------------------------------------------------------------- sets

Beside MakeBeside(const std::vector<std::string>& names,
                  const std::vector<std::string>& cabs) {
  Beside beside;
  for (size_t i = 0; i < names.size(); ++i) {
    beside[names[i]] = Source::FromBytes(names[i], archive::ToVector(cabs[i]));
  }
  return beside;
}

class CabSet : public ::testing::TestWithParam<BuiltCompression> {
 protected:
  const std::vector<std::string> names_ = {"one.cab", "two.cab", "three.cab",
                                           "four.cab"};
  const BuiltFolder folder_ = {GetParam(),
                               {{"a", SampleText(60'000, 1)},
                                {"b", SampleText(60'000, 2)},
                                {"c", SampleText(20'000, 3)}}};
  const std::vector<std::string> cabs_ = BuildCabSet(folder_, names_);
};

INSTANTIATE_TEST_SUITE_P(Cab, CabSet,
                         ::testing::Values(BuiltCompression::kStored,
                                           BuiltCompression::kMszip));

TEST_P(CabSet, FirstPartYieldsAllOthersNothing) {
  const Beside beside = MakeBeside(names_, cabs_);
  const Outcome first = RunParser(kParser, cabs_[0], {}, "one.cab", beside);
  EXPECT_THAT(first.Names(), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(first.Content("b") == SampleText(60'000, 2));
  EXPECT_THAT(first.Damages(), IsEmpty());
  EXPECT_EQ(first.note, "part 1 of set 77, read with 3 more");
  for (size_t i = 1; i < cabs_.size(); ++i) {
    const Outcome other = RunParser(kParser, cabs_[i], {}, names_[i], beside);
    EXPECT_TRUE(other.status);
    EXPECT_THAT(other.children, IsEmpty());
    EXPECT_THAT(other.Damages(), IsEmpty());
    EXPECT_EQ(other.note, "part " + std::to_string(i + 1) +
                              " of set 77, read with one.cab");
  }
}

TEST_P(CabSet, MissingLastPartIsNamed) {
  Beside beside = MakeBeside(names_, cabs_);
  beside.erase("four.cab");
  const Outcome out = RunParser(kParser, cabs_[0], {}, "one.cab", beside);
  EXPECT_TRUE(out.Content("a") == SampleText(60'000, 1));
  EXPECT_EQ(out.NoteOf("a"), "");
  EXPECT_THAT(out.Damages(),
              Contains("not found|next cabinet|lossy|part 4 (four.cab) of set "
                       "77 is not beside it"));
  EXPECT_EQ(out.NoteOf("b"), "truncated");
  EXPECT_THAT(out.Unread(), ElementsAre("c"));
}

TEST_P(CabSet, MissingFirstPartIsNamed) {
  Beside beside = MakeBeside(names_, cabs_);
  beside.erase("one.cab");
  const Outcome out = RunParser(kParser, cabs_[1], {}, "two.cab", beside);
  EXPECT_THAT(out.Names(), IsEmpty());
  EXPECT_THAT(out.Unread(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(out.Damages(),
              Contains("not found|previous cabinet|lossy|part 1 (one.cab) of "
                       "set 77 is not beside it"));
  const Outcome third = RunParser(kParser, cabs_[2], {}, "three.cab", beside);
  EXPECT_EQ(third.note, "part 3 of set 77, read with two.cab");
}

// A part must not be left to another that will never come to it.
TEST_P(CabSet, PartBehindAGapReadsItself) {
  Beside beside = MakeBeside(names_, cabs_);
  beside.erase("two.cab");
  const Outcome third = RunParser(kParser, cabs_[2], {}, "three.cab", beside);
  EXPECT_THAT(third.Unread(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(third.Damages(), Contains(HasSubstr("part 2 (two.cab)")));
  // Two leads to three no more: three may not rely on it.
  std::string two = cabs_[1];
  const size_t at = two.find("three.cab");
  two[at] = 'X';
  beside["two.cab"] = Source::FromBytes("two.cab", archive::ToVector(two));
  const Outcome again = RunParser(kParser, cabs_[2], {}, "three.cab", beside);
  EXPECT_THAT(again.Damages(),
              Contains(HasSubstr("part 2 (two.cab) of set 77 does not lead")));
}

TEST_P(CabSet, ForeignCabinetOfTheSameNameIsNotTaken) {
  Beside beside = MakeBeside(names_, cabs_);
  const std::vector<std::string> foreign = BuildCabSet(folder_, names_, 99);
  beside["two.cab"] =
      Source::FromBytes("two.cab", archive::ToVector(foreign[1]));
  const Outcome out = RunParser(kParser, cabs_[0], {}, "one.cab", beside);
  EXPECT_THAT(out.Damages(),
              Contains(HasSubstr("part 2 (two.cab) of set 77 is part 2 of set "
                                 "99")));
}

TEST_P(CabSet, CircleEnds) {
  // Three names as its next part what is the first part again.
  std::string three = cabs_[2];
  three.replace(three.find("four.cab"), 8, "circ.cab");
  Beside beside = MakeBeside(names_, cabs_);
  beside["circ.cab"] = beside["one.cab"];
  beside["three.cab"] =
      Source::FromBytes("three.cab", archive::ToVector(three));
  const Outcome out = RunParser(kParser, cabs_[0], {}, "one.cab", beside);
  EXPECT_TRUE(out.Content("a") == SampleText(60'000, 1));
  EXPECT_THAT(out.Damages(),
              Contains(HasSubstr("part 4 (circ.cab) of set 77 is "
                                 "part 1 of set 77")));
}

TEST_P(CabSet, PathsInPartNamesAreNotFollowed) {
  std::vector<std::string> asked;
  std::vector<std::string> names = names_;
  names[1] = "..\\..\\two.cab";
  const std::vector<std::string> cabs = BuildCabSet(folder_, names);
  Limits limits;
  Budget budget(limits);
  Executor executor(1);
  const ParseContext context{
      limits, budget, executor,
      [&](std::string_view name) -> std::shared_ptr<const Source> {
        asked.emplace_back(name);
        return nullptr;
      }};
  Collector collector(limits);
  const auto source = Source::FromBytes("one.cab", archive::ToVector(cabs[0]));
  EXPECT_TRUE(kParser.parse(*source, context, collector));
  EXPECT_THAT(asked, ElementsAre("two.cab"));
}

TEST_P(CabSet, CutPartCostsWhatIsBehindIt) {
  Beside beside = MakeBeside(names_, cabs_);
  beside["three.cab"] = Source::FromBytes(
      "three.cab", archive::ToVector(cabs_[2].substr(0, cabs_[2].size() - 9)));
  const Outcome out = RunParser(kParser, cabs_[0], {}, "one.cab", beside);
  EXPECT_TRUE(out.Content("a") == SampleText(60'000, 1));
  EXPECT_THAT(out.Damages(), Contains(AllOf(HasSubstr("block data"),
                                            HasSubstr("in three.cab"))));
}

TEST(CabSetTest, SetsAreReadUpTo64Parts) {
  std::vector<std::string> names;
  for (int i = 0; i < 70; ++i) names.push_back("p" + std::to_string(i));
  const BuiltFolder folder = {BuiltCompression::kStored,
                              {{"a", SampleText(70 * 32'768)}}};
  const std::vector<std::string> cabs = BuildCabSet(folder, names);
  const Outcome out =
      RunParser(kParser, cabs[0], {}, "p0", MakeBeside(names, cabs));
  EXPECT_THAT(out.Damages(),
              Contains(AllOf(StartsWith("limit exceeded|next cabinet|lossy|"),
                             HasSubstr("part 65 (p64)"))));
  EXPECT_EQ(out.NoteOf("a"), "truncated");
  EXPECT_GT(out.Content("a").size(), 60U * 32'768);
}

}  // namespace
}  // namespace espial::archive_cab

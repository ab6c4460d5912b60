#include "tools/forge/cab_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/forge/test_support.h"
#include "tools/forge/cab_blocks.h"
#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

using ::testing::HasSubstr;

// 2025-03-10T08:00:02Z
const Ticks kTime = *FromCivil({2025, 3, 10, 8, 0, 2, 0});

std::vector<ArchiveMember> SeveralFiles() {
  return {{"empty.txt", {}, kTime},
          {"one.txt", ToBytes("x"), kTime},
          {"prose of three blocks.log", Prose(100'001), kTime},
          {"noise-of-two-blocks.bin", Noise(65'536, 7), kTime},
          {"odd.bin", Noise(32'767, 9), kTime},
          {"gr\xC3\xBC\xC3\x9F.txt", Prose(50), kTime}};
}

class CabRoundTripTest : public testing::TestWithParam<Compression> {};

TEST_P(CabRoundTripTest, CabextractReadsBackWhatWasWritten) {
  ESPIAL_NEEDS_TOOL("cabextract");
  const auto members = SeveralFiles();
  const auto cab = WriteCab(members, {GetParam(), -60, 0});
  ASSERT_TRUE(cab) << cab.error().ToString();
  const TempFolder folder;
  const std::string path = folder.Write("a.cab", *cab);
  const Ran test = RunShell("cabextract -t " + Quote(path));
  EXPECT_EQ(test.status, 0) << test.output;
  EXPECT_THAT(test.output, HasSubstr("no errors"));
  const Ran extract = RunShell("LC_ALL=C.UTF-8 cabextract -q -d " +
                               Quote(folder.path()) + " " + Quote(path));
  ASSERT_EQ(extract.status, 0) << extract.output;
  for (const ArchiveMember& member : members) {
    EXPECT_TRUE(ReadAll(folder.path() + "/" + member.name) ==
                AsChars(member.bytes))
        << member.name;
  }
}

TEST_P(CabRoundTripTest, EveryBlockCarriesItsChecksum) {
  ESPIAL_NEEDS_TOOL("cabextract");
  auto cab = WriteCab({{"a.bin", Noise(70'000, 3), kTime}}, {GetParam(), 0, 0});
  ASSERT_TRUE(cab);
  // The last byte belongs to the last block.
  cab->back() ^= std::byte{1};
  const TempFolder folder;
  const Ran test =
      RunShell("cabextract -t " + Quote(folder.Write("a.cab", *cab)));
  EXPECT_NE(test.status, 0);
  EXPECT_THAT(test.output, HasSubstr("checksum"));
}

TEST_P(CabRoundTripTest, SameBytesEveryTime) {
  const auto members = SeveralFiles();
  EXPECT_EQ(*WriteCab(members, {GetParam(), 0, 0}),
            *WriteCab(members, {GetParam(), 0, 0}));
}

TEST_P(CabRoundTripTest, AnEmptyCabinetHasNoBlocks) {
  const auto cab = WriteCab({}, {GetParam(), 0, 0});
  ASSERT_TRUE(cab);
  EXPECT_EQ(cab->size(), 44U);
  EXPECT_EQ(LoadU16(cab->data() + 40), 0);  // cCFData
}

INSTANTIATE_TEST_SUITE_P(All, CabRoundTripTest,
                         testing::Values(Compression::kStored,
                                         Compression::kMszip,
                                         Compression::kLzx),
                         [](const testing::TestParamInfo<Compression>& test) {
                           switch (test.param) {
                             case Compression::kMszip:
                               return std::string("Mszip");
                             case Compression::kStored:
                               return std::string("Stored");
                             case Compression::kLzx:
                               return std::string("Lzx");
                           }
                           return std::string();
                         });

TEST(CabWriterTest, HeadersSayWhatTheyHold) {
  const auto cab = WriteCab({{"a.txt", ToBytes("hello"), kTime}},
                            {Compression::kLzx, -60, 0x1234});
  ASSERT_TRUE(cab);
  const std::byte* at = cab->data();
  EXPECT_EQ(AsChars(Bytes(*cab).first(4)), "MSCF");
  EXPECT_EQ(LoadU32(at + 8), cab->size());
  EXPECT_EQ(LoadU32(at + 16), 44U);     // coffFiles
  EXPECT_EQ(LoadU16(at + 24), 0x0103);  // version 1.3
  EXPECT_EQ(LoadU16(at + 26), 1);       // cFolders
  EXPECT_EQ(LoadU16(at + 28), 1);       // cFiles
  EXPECT_EQ(LoadU16(at + 32), 0x1234);  // setID
  EXPECT_EQ(LoadU16(at + 42), 0x1503);  // LZX, window 2^21
  EXPECT_EQ(LoadU32(at + 44), 5U);      // size
  EXPECT_EQ(LoadU16(at + 54), 0x5A6A);  // 2025-03-10
  EXPECT_EQ(LoadU16(at + 56), 0x4801);  // 09:00:02 local
  EXPECT_EQ(LoadU16(at + 58), 0x20);    // archive, name in ASCII
}

TEST(CabWriterTest, MszipBlocksReferToTheBlockBefore) {
  // The second block repeats what the first ends with, which deflate could not
  // shorten on its own.
  std::vector<std::byte> twice = Noise(30'000, 5);
  const std::vector<std::byte> once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  const auto blocks = MakeCabBlocks(twice, Compression::kMszip);
  ASSERT_TRUE(blocks);
  ASSERT_EQ(blocks->size(), 2U);
  EXPECT_EQ(AsChars(Bytes((*blocks)[0].data).first(2)), "CK");
  EXPECT_EQ(AsChars(Bytes((*blocks)[1].data).first(2)), "CK");
  EXPECT_GT((*blocks)[0].data.size(), 30'000U);
  EXPECT_LE((*blocks)[0].data.size(), kCabBlockBytes + 12);
  EXPECT_LT((*blocks)[1].data.size(), 1'000U);
}

TEST(CabWriterTest, ChecksumTurnsTheLastBytesRound) {
  EXPECT_EQ(CabChecksum({}, 0x55U), 0x55U);
  EXPECT_EQ(CabChecksum(AsBytes("\x01\x02\x03\x04"), 0), 0x04030201U);
  EXPECT_EQ(CabChecksum(AsBytes("\x01\x02\x03"), 0), 0x00010203U);
  EXPECT_EQ(CabChecksum(AsBytes("\x01\x02\x03\x04\x05"), 0), 0x04030204U);
}

TEST(CabWriterTest, RefusesNamesThatDoNotFit) {
  EXPECT_THAT(FailureOf(WriteCab({{"", {}, kTime}})),
              HasSubstr("cannot name a file of a cabinet"));
  EXPECT_THAT(FailureOf(WriteCab({{std::string(256, 'a'), {}, kTime}})),
              HasSubstr("cannot name a file of a cabinet"));
  EXPECT_THAT(FailureOf(WriteCab({{std::string("a\0b", 3), {}, kTime}})),
              HasSubstr("cannot name a file of a cabinet"));
  EXPECT_TRUE(WriteCab({{std::string(255, 'a'), {}, kTime}}));
}

TEST(CabWriterTest, RefusesTooManyFiles) {
  std::vector<ArchiveMember> members(65'536, {"a", {}, kTime});
  EXPECT_THAT(FailureOf(WriteCab(members)), HasSubstr("more than 65535 files"));
}

TEST(DosTimeTest, HoldsToWhatDosCounts) {
  EXPECT_EQ(ToDosTime(Ticks{0}, 0).date, 0x0021);  // 1980-01-01
  EXPECT_EQ(ToDosTime(Ticks{0}, 0).time, 0);
  EXPECT_EQ(ToDosTime(Ticks{INT64_MAX}, 0).date, 0xFF9F);  // 2107-12-31
  // West of Greenwich the local day is the one before.
  const DosTime west = ToDosTime(*FromCivil({2025, 3, 1, 2, 0, 0, 0}), 300);
  EXPECT_EQ(west.date, (45 << 9) | (2 << 5) | 28);
  EXPECT_EQ(west.time, 21 << 11);
}

}  // namespace
}  // namespace espial::forge

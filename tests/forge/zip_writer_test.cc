#include "tools/forge/zip_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/forge/test_support.h"
#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

using ::testing::HasSubstr;

const Ticks kTime = *FromCivil({2025, 3, 10, 8, 0, 2, 0});

std::vector<ArchiveMember> SeveralFiles() {
  return {{"empty", {}, kTime},
          {"prose.log", Prose(200'000), kTime},
          {"noise.bin", Noise(70'000, 3), kTime},
          {"(45) Events System Events.evtx", Prose(10), kTime}};
}

class ZipRoundTripTest : public testing::TestWithParam<bool> {};

TEST_P(ZipRoundTripTest, UnzipReadsBackWhatWasWritten) {
  ESPIAL_NEEDS_TOOL("unzip");
  const auto members = SeveralFiles();
  const auto zip = WriteZip(members, {0, GetParam()});
  ASSERT_TRUE(zip) << zip.error().ToString();
  const TempFolder folder;
  const std::string path = folder.Write("a.zip", *zip);
  const Ran test = RunShell("unzip -t " + Quote(path));
  EXPECT_EQ(test.status, 0) << test.output;
  EXPECT_THAT(test.output, HasSubstr("No errors detected"));
  const Ran extract =
      RunShell("unzip -q -d " + Quote(folder.path()) + " " + Quote(path));
  ASSERT_EQ(extract.status, 0) << extract.output;
  for (const ArchiveMember& member : members) {
    EXPECT_TRUE(ReadAll(folder.path() + "/" + member.name) ==
                AsChars(member.bytes))
        << member.name;
  }
}

INSTANTIATE_TEST_SUITE_P(HeadersDiffer, ZipRoundTripTest, testing::Bool());

TEST(ZipWriterTest, HeadersDifferWhenAskedTo) {
  const std::vector<ArchiveMember> member{{"a", ToBytes("x"), kTime}};
  const auto same = WriteZip(member);
  const auto differs = WriteZip(member, {0, true});
  ASSERT_TRUE(same && differs);
  // A local header of 30 bytes, the name, the data; then the directory.
  constexpr size_t kCentral = 32;
  EXPECT_EQ(LoadU32(same->data() + kCentral), 0x02014b50U);
  EXPECT_EQ(LoadU16(same->data() + kCentral + 6), LoadU16(same->data() + 4));
  EXPECT_EQ(LoadU16(same->data() + kCentral + 8), LoadU16(same->data() + 6));
  EXPECT_EQ(LoadU16(differs->data() + 4), 20);
  EXPECT_EQ(LoadU16(differs->data() + kCentral + 6), 45);
  EXPECT_EQ(LoadU16(differs->data() + 6), 0);
  EXPECT_EQ(LoadU16(differs->data() + kCentral + 8), 2);
}

TEST(ZipWriterTest, StoresWhatDeflateCannotShorten) {
  const auto zip = WriteZip({{"a", Noise(1000, 1), kTime}});
  ASSERT_TRUE(zip);
  EXPECT_EQ(LoadU16(zip->data() + 8), 0);  // method
  const auto shorter = WriteZip({{"a", Prose(1000), kTime}});
  ASSERT_TRUE(shorter);
  EXPECT_EQ(LoadU16(shorter->data() + 8), 8);
}

TEST(ZipWriterTest, NamesOutsideAsciiAreFlagged) {
  const auto zip = WriteZip({{"gr\xC3\xBC\xC3\x9F", {}, kTime}});
  ASSERT_TRUE(zip);
  EXPECT_EQ(LoadU16(zip->data() + 6), 0x0800);
}

TEST(ZipWriterTest, TimesAreLocal) {
  const auto zip = WriteZip({{"a", {}, kTime}}, {-60, false});
  ASSERT_TRUE(zip);
  EXPECT_EQ(LoadU16(zip->data() + 10), 0x4801);  // 09:00:02
  EXPECT_EQ(LoadU16(zip->data() + 12), 0x5A6A);  // 2025-03-10
}

TEST(ZipWriterTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(FailureOf(WriteZip({{"", {}, kTime}})),
              HasSubstr("cannot name a member"));
  std::vector<ArchiveMember> members(65'536, {"a", {}, kTime});
  EXPECT_THAT(FailureOf(WriteZip(members)),
              HasSubstr("more than 65535 members"));
}

}  // namespace
}  // namespace espial::forge

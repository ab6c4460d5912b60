#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::devicehash {

extern const Parser kParser;

namespace {

using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kNames =
    "Device Serial Number,Windows Product ID,Hardware Hash\r\n";

TEST(DeviceHash, OneDevice) {
  const auto parsed =
      Parse(kParser, std::string(kNames) + "5CG1,,QUJDRA==\r\n");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre("output DeviceHash|Device Serial Number|string|5CG1||2@55",
                  "output DeviceHash|Windows Product ID|string|||2@60",
                  "output DeviceHash|Hardware Hash|string|QUJDRA==||2@61",
                  "output DeviceHash|Hardware Hash bytes|number|4|4|2@61"));
}

TEST(DeviceHash, QuotesAndFurtherColumnsAndRows) {
  const auto parsed =
      Parse(kParser,
            "\"Device Serial Number\",\"Hardware Hash\",\"Group "
            "Tag\"\n\"a\"\"b,c\",\"QUJD\",Sales\nd,QUJD,\n");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(8));
  EXPECT_EQ(parsed->kept.facts[0].data, "a\"b,c");
  EXPECT_EQ(parsed->kept.facts[3].name, "Group Tag");
  EXPECT_EQ(parsed->kept.facts[4].name, "[1]/Device Serial Number");
}

TEST(DeviceHash, AFileWithoutALineEndMayBeWhole) {
  const auto whole = Parse(kParser, std::string(kNames) + "5CG1,,QUJD");
  EXPECT_THAT(whole->kept.damage, IsEmpty());
  EXPECT_THAT(whole->kept.facts, SizeIs(4));
  const auto cut = Parse(kParser, std::string(kNames) + "5CG1,,QUJDR");
  EXPECT_THAT(cut->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(cut->kept.damage),
              ElementsAre("truncated row of device hash@55: line 2: expected 3 "
                          "whole cells, found the end of the file in cell 3 "
                          "(lost 11)"));
}

TEST(DeviceHash, WhatIsNoHash) {
  const auto parsed =
      Parse(kParser, std::string(kNames) + "5CG1,,no hash at all\r\na,b\r\n");
  EXPECT_THAT(parsed->kept.facts, SizeIs(5));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("bad value hardware hash@55: line 2: expected base64, found "
                  "'no hash at all' (note)",
                  "bad value row of device hash@77: line 3: expected 3 cells, "
                  "found 2 (note)"));
}

TEST(DeviceHash, OverlongRows) {
  Limits limits;
  limits.text_line_bytes = 60;
  const auto parsed = Parse(
      kParser, std::string(kNames) + std::string(70, 'x') + "\r\n", limits);
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded row of device hash@55")));
}

TEST(DeviceHash, Nothing) {
  const auto parsed = Parse(kParser, "\r\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().what, "device hash");
}

TEST(DeviceHash, CutAtEveryPlace) {
  const std::string text = std::string(kNames) + "5CG1,,QUJDRA==\r\n";
  for (size_t size = 0; size < text.size(); ++size) {
    const auto part = Parse(kParser, text.substr(0, size));
    const size_t first = kNames.size();
    if (size > first && size < text.size() - 2) {
      // A hash that is cut behind a group of four cannot be told.
      const bool group = text[size - 1] == 'D' && size >= first + 10;
      EXPECT_EQ(part->kept.damage.empty(), group) << size;
    }
    for (const Damage& damage : part->kept.damage) {
      EXPECT_LE(damage.bytes_lost, size);
    }
  }
}

TEST(DeviceHash, Probe) {
  EXPECT_EQ(FindParser(AsBytes(kNames)), &kParser);
  EXPECT_EQ(FindParser(AsBytes("\xFF\xFE" + ToUtf16Le(kNames))), &kParser);
  EXPECT_NE(FindParser(AsBytes("Device Serial Number\r\n")), &kParser);
}

TEST(DeviceHash, Golden) {
  espial::testing::ExpectGolden(kParser,
                                std::filesystem::path(ESPIAL_SOURCE_DIR) /
                                    "tests/parsers/devicehash/golden");
}

}  // namespace
}  // namespace espial::devicehash

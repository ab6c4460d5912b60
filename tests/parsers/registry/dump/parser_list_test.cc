// The list of all parsers: which one takes what, and what the rest is called.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace espial {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

std::string_view Taker(std::string_view bytes) {
  const Parser* parser = FindParser(AsBytes(bytes));
  return parser == nullptr ? "none" : parser->name;
}

TEST(ParserList, NamesAreUniqueAndComplete) {
  std::set<std::string_view> names;
  for (const Parser* parser : Parsers()) {
    ASSERT_NE(parser, nullptr);
    EXPECT_TRUE(names.insert(parser->name).second) << parser->name;
    EXPECT_THAT(parser->description, Not(IsEmpty()));
    EXPECT_NE(parser->probe, nullptr);
    EXPECT_NE(parser->parse, nullptr);
  }
  EXPECT_TRUE(names.contains("registry/dump"));
}

TEST(ParserList, TextGoesToItsParser) {
  const std::string dump = "[HKEY_CURRENT_USER\\a]\r\n    \"A\"=\"1\"\r\n\r\n";
  const std::string export_text =
      "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n";
  EXPECT_EQ(Taker(dump), "registry/dump");
  EXPECT_EQ(Taker(export_text), "registry/reg");
  EXPECT_EQ(Taker("\xFF\xFE" + ToUtf16Le(export_text)), "registry/reg");
  EXPECT_EQ(Taker("REGEDIT4\r\n"), "registry/reg");
  EXPECT_EQ(Taker("\xFF\xFE" + ToUtf16Le("{\"ErrorCode\":908}")),
            "autopilotjson");
  EXPECT_EQ(Taker("\xEF\xBB\xBF{}"), "autopilotjson");
  EXPECT_EQ(Taker("--- Start at:2025-06-02 14:07:33\r\n"), "collect/footprint");
  EXPECT_EQ(Taker("hello\r\n"), "none");
  EXPECT_EQ(Taker(""), "none");
}

// The 4 KiB that a probe sees may end within a character.
TEST(ParserList, HeadMayEndWithinACharacter) {
  for (int pad = 0; pad < 4; ++pad) {
    std::string text = "{\"" + std::string(static_cast<size_t>(pad), 'x');
    while (text.size() < 8000) text += "\xE2\x82\xAC";
    text += "\":1}";
    EXPECT_EQ(Taker(text), "autopilotjson") << pad;
  }
}

TEST(ParserList, TextWithManyControlsIsBinary) {
  std::string noise = "{\"a\":";
  for (int i = 0; i < 200; ++i) noise += "\x01\x02\x03z";
  EXPECT_EQ(Taker(noise), "none");
  EXPECT_EQ(DescribeBytes(AsBytes(noise)), "binary");
}

std::string_view Describe(std::string_view bytes) {
  return DescribeBytes(AsBytes(bytes));
}

TEST(DescribeBytes, KnowsCommonFormats) {
  EXPECT_EQ(Describe(""), "empty");
  EXPECT_EQ(Describe("hello"), "text");
  EXPECT_EQ(Describe("MZ is how this text begins"), "text");
  EXPECT_EQ(Describe(std::string_view("MZ\x90\0\x03\0\0\0\x04\0\0\0", 12)),
            "executable");
  EXPECT_EQ(Describe("<?xml version=\"1.0\"?><a/>"), "xml");
  EXPECT_EQ(Describe("\xFF\xFE" + ToUtf16Le("<Events/>")), "xml");
  EXPECT_EQ(Describe("<!DOCTYPE html><html>"), "html");
  EXPECT_EQ(Describe("{\"a\":1}"), "json");
  EXPECT_EQ(Describe("[{\"a\":1}]"), "json");
  EXPECT_EQ(Describe("[section]\r\na=1\r\n"), "text");
  EXPECT_EQ(Describe("\x89PNG\r\n\x1A\n"), "image");
  EXPECT_EQ(Describe("regf\x01"), "registry hive");
  EXPECT_EQ(Describe(std::string(64, '\0')), "binary");
}

}  // namespace
}  // namespace espial

#include <espial/core/text.h>
#include <espial/model/timeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/text_places.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"
#include "tests/parsers/support/show.h"

namespace espial {
namespace {

using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "text|ending size|number@offset" of each line.
std::vector<std::string> Lines(std::string_view bytes, Limits limits = {}) {
  LineReader reader(AsBytes(bytes), limits);
  std::vector<std::string> out;
  TextLine line;
  while (reader.Next(&line)) {
    out.push_back(
        std::string(line.text) + "|" + std::to_string(line.ending.size()) +
        "|" + std::to_string(line.number) + "@" + std::to_string(line.offset) +
        "+" + std::to_string(line.size));
  }
  return out;
}

TEST(LineReader, SplitsAtLineFeeds) {
  EXPECT_THAT(Lines(""), IsEmpty());
  EXPECT_THAT(Lines("a\r\nb\n\nc\rd"), ElementsAre("a|2|1@0+3", "b|1|2@3+2",
                                                   "|1|3@5+1", "c\rd|0|4@6+3"));
  EXPECT_THAT(Lines("a\r\r\n"), ElementsAre("a\r|2|1@0+4"));
}

TEST(LineReader, ReadsUtf16) {
  EXPECT_THAT(Lines("\xFF\xFE" + ToUtf16Le("\xC3\xA9\r\nb\n\xF0\x9F\x98\x80")),
              ElementsAre("\xC3\xA9|2|1@2+6", "b|1|2@8+4",
                          "\xF0\x9F\x98\x80|0|3@12+4"));
}

// U+0A0A and U+0A00 hold the byte of a line feed without being one.
TEST(LineReader, Utf16LineFeedIsAWholeUnit) {
  const std::string text =
      "\xE0\xA8\x8A\xE0\xA8\x80"
      "a\nb";
  EXPECT_THAT(Lines("\xFF\xFE" + ToUtf16Le(text)),
              ElementsAre("\xE0\xA8\x8A\xE0\xA8\x80"
                          "a|1|1@2+8",
                          "b|0|2@10+2"));
}

TEST(LineReader, HalfAUnitIsCounted) {
  const std::string bytes = "\xFF\xFE" + ToUtf16Le("ab") + "c";
  LineReader reader(AsBytes(bytes), {});
  TextLine line;
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text, "ab");
  EXPECT_FALSE(reader.Next(&line));
  EXPECT_EQ(reader.replaced(), 1U);
  EXPECT_EQ(reader.first_replaced(), 6U);
}

TEST(LineReader, LongLinesAreCut) {
  Limits limits;
  limits.text_line_bytes = 8;
  const std::string bytes = "0123456\xC3\xA9\xC3\xA9\nb\n";
  LineReader reader(AsBytes(bytes), limits);
  TextLine line;
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text, "0123456");
  EXPECT_EQ(line.cut_bytes, 4U);
  EXPECT_EQ(line.size, 12U);
  ASSERT_TRUE(reader.Next(&line));
  EXPECT_EQ(line.text, "b");
  EXPECT_EQ(line.cut_bytes, 0U);
}

TEST(DetectTextEncoding, JudgesTheWholeText) {
  const std::string late(100'000, 'a');
  EXPECT_EQ(DetectTextEncoding(AsBytes(late)).encoding, Encoding::kUtf8);
  EXPECT_EQ(DetectTextEncoding(AsBytes(late + "\xE9t\xE9")).encoding,
            Encoding::kCp1252);
  EXPECT_EQ(DetectTextEncoding(AsBytes(late + "\xC3\xA9")).encoding,
            Encoding::kUtf8);
  // A cut sequence at the end is no sign of another encoding.
  EXPECT_EQ(DetectTextEncoding(AsBytes("\xC3\xA9\xE2\x82")).encoding,
            Encoding::kUtf8);
  EXPECT_EQ(DetectTextEncoding(AsBytes("\xC3\xA9\x80")).encoding,
            Encoding::kCp1252);
}

TEST(TextPlaces, FollowsEveryEncoding) {
  const std::string text = "a\xC3\xA9\n\xF0\x9F\x98\x80z";
  const size_t z = text.size() - 1;
  const std::string wide = ToUtf16Le(text);
  TextPlaces narrow(text, AsBytes(text), Encoding::kUtf8, 3);
  EXPECT_EQ(narrow.At(z).offset, 3 + z);
  EXPECT_EQ(narrow.At(z).line, 2U);
  TextPlaces in_wide(text, AsBytes(wide), Encoding::kUtf16Le, 2);
  EXPECT_EQ(in_wide.At(1).offset, 4U);
  EXPECT_EQ(in_wide.At(z).offset, 2U + 10);
  EXPECT_EQ(in_wide.At(z + 100).offset, 2U + wide.size());
  const std::string ansi = "a\xE9\nz";
  const std::string decoded = "a\xC3\xA9\nz";
  TextPlaces in_ansi(decoded, AsBytes(ansi), Encoding::kCp1252, 0);
  EXPECT_EQ(in_ansi.At(4).offset, 3U);
}

TEST(TextPlaces, TellsReplacedBytesFromRealReplacementCharacters) {
  const std::string bytes = "\xFF\xEF\xBF\xBD\xFFz";
  const std::string text = RepairUtf8(bytes);
  TextPlaces places(text, AsBytes(bytes), Encoding::kUtf8, 0);
  EXPECT_EQ(places.At(3).offset, 1U);
  EXPECT_EQ(places.At(6).offset, 4U);
  EXPECT_EQ(places.At(9).offset, 5U);
}

TEST(Clip, KeepsCharactersWhole) {
  EXPECT_EQ(Clip("abc", 3), "abc");
  EXPECT_EQ(Clip("abcd", 3), "abc...");
  EXPECT_EQ(Clip("ab\xC3\xA9", 3), "ab...");
}

TEST(UnreadLines, GathersRunsOfOneKind) {
  Collector kept{Limits()};
  UnreadLines unread("line of the test", &kept);
  TextLine line;
  const auto add = [&](uint64_t number, std::string_view expected) {
    line.number = number;
    line.offset = number * 10;
    line.size = 10;
    line.text = "text";
    unread.Add(line, expected);
  };
  add(1, "this");
  add(2, "this");
  add(3, "that");
  add(5, "that");
  unread.Flush();
  unread.Flush();
  EXPECT_THAT(Show(kept.damage),
              ElementsAre("bad value line of the test@10: lines 1 to 2: "
                          "expected this, found 'text' (lost 20)",
                          "bad value line of the test@30: line 3: expected "
                          "that, found 'text' (lost 10)",
                          "bad value line of the test@50: line 5: expected "
                          "that, found 'text' (lost 10)"));
}

}  // namespace
}  // namespace espial

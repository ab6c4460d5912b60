#include <espial/report/layout.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace espial::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

std::string Wrapped(std::string_view lead, std::string_view text,
                    uint32_t width) {
  std::string out;
  AppendWrapped(lead, text, width, &out);
  return out;
}

TEST(SafeTest, EscapesWhatWouldMoveTheCursor) {
  EXPECT_THAT(Safe("a\x1b[2Jb"), Not(HasSubstr("\x1b")));
  EXPECT_THAT(Safe("a\x1b[2Jb"), HasSubstr("[2Jb"));
  EXPECT_THAT(Safe("bell\x07"), Not(HasSubstr("\x07")));
  // C1 control sequence introducer, as UTF-8.
  EXPECT_THAT(Safe("x\xC2\x9B"
                   "31m"),
              Not(HasSubstr("\xC2\x9B")));
}

TEST(SafeTest, EscapesWhatWouldReorderTheLine) {
  EXPECT_EQ(Safe("exe\xE2\x80\xAEgpj.txt"), "exe\\u202egpj.txt");
  EXPECT_EQ(Safe("a\xE2\x81\xA6z"), "a\\u2066z");
  EXPECT_EQ(Safe("a\xE2\x80\xA8z"), "a\\u2028z");
}

TEST(SafeTest, MakesOneLineOfMany) {
  EXPECT_EQ(Safe("one\r\n\ttwo\nthree"), "one two three");
}

TEST(SafeTest, RepairsInvalidUtf8AndKeepsValid) {
  EXPECT_EQ(Safe("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(Safe("M\xC3\xBCnchen"), "M\xC3\xBCnchen");
}

TEST(DisplayWidthTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("\xC3\xBC"), 1U);
  EXPECT_EQ(DisplayWidth("\xE6\x97\xA5\xE6\x9C\xAC"), 4U);  // two kanji
  EXPECT_EQ(DisplayWidth("\xED\x95\x9C"), 2U);              // Hangul
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U);                 // combining
  EXPECT_EQ(DisplayWidth("\xF0\x9F\x98\x80"), 2U);          // emoji
  EXPECT_EQ(DisplayWidth("\x1b[1;31mred\x1b[0m"), 3U);      // colour
  EXPECT_EQ(DisplayWidth("\xEF\xBC\xA1"), 2U);              // full width A
  EXPECT_EQ(DisplayWidth("\xEF\xBD\xB1"), 1U);              // half width
}

TEST(AppendWrappedTest, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(Wrapped("  - ", "one two three four five", 20),
            "  - one two three\n    four five\n");
}

TEST(AppendWrappedTest, FillsALineToItsLastColumn) {
  EXPECT_EQ(Wrapped("", "12345678 0123456", 16), "12345678 0123456\n");
  EXPECT_EQ(Wrapped("", "12345678 01234567", 16), "12345678\n01234567\n");
}

TEST(AppendWrappedTest, WidthZeroDoesNotBreak) {
  const std::string text(500, 'x');
  EXPECT_EQ(Wrapped("", text + " y", 0), text + " y\n");
}

TEST(AppendWrappedTest, BreaksLongWordsBetweenCodePoints) {
  std::string kanji;
  for (int i = 0; i < 20; ++i) kanji += "\xE6\x97\xA5";
  const auto lines = Lines(Wrapped("", kanji, 17));
  ASSERT_EQ(lines.size(), 3U);
  // Eight of two columns each fit into 17; none is cut in half.
  EXPECT_EQ(lines[0].size(), 8U * 3U);
  EXPECT_EQ(lines[2].size(), 4U * 3U);
}

TEST(AppendWrappedTest, NoLineExceedsTheWidth) {
  const std::string text =
      "Lorem ipsum \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E dolor "
      "https://example.com/a/very/long/path/without/any/space/at/all sit amet";
  for (uint32_t width = 24; width < 90; ++width) {
    for (const std::string& line : Lines(Wrapped("    ", text, width))) {
      EXPECT_LE(DisplayWidth(line), width) << line;
    }
  }
}

TEST(AppendWrappedTest, NoTrailingSpaceWithoutText) {
  EXPECT_EQ(Wrapped("Label   ", "", 40), "Label\n");
}

TEST(PadTest, CountsColumns) {
  EXPECT_EQ(PadRight("\xE6\x97\xA5", 4), "\xE6\x97\xA5  ");
  EXPECT_EQ(PadLeft("7", 3), "  7");
  EXPECT_EQ(PadRight("long", 2), "long");
}

TEST(PaintTest, OnlyWhenAskedFor) {
  EXPECT_EQ(Paint("x", Tone::kBad, {.color = false}), "x");
  EXPECT_EQ(Paint("x", Tone::kBad, {.color = true}), "\x1b[1;31mx\x1b[0m");
  EXPECT_EQ(Paint("x", Tone::kPlain, {.color = true}), "x");
}

}  // namespace
}  // namespace espial::report

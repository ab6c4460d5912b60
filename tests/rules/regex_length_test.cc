// Lower bounds for what an expression matches: never above what RE2 finds, and
// nothing where the expression is not understood.
#include "rules/engine/regex_length.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/engine/regex.h"

namespace espial::rules {
namespace {

struct Length {
  const char* pattern;
  size_t shortest;
  // A text of that many bytes that matches; null where none is looked for.
  const char* text;
};

constexpr Length kLengths[] = {
    {"", 0, ""},
    {"abc", 3, "abc"},
    {"^abc$", 3, "abc"},
    {"a|bc|def", 1, "a"},
    {"(ab|c)d", 2, "cd"},
    {"(|abc)", 0, ""},
    {"a*", 0, ""},
    {"a+b?", 1, "a"},
    {"a+?b??", 1, "a"},
    {"a{3}", 3, "aaa"},
    {"a{2,}b{0,4}", 2, "aa"},
    {"(?:ab){2,3}", 4, "abab"},
    {"(?P<name>ab)c", 3, "abc"},
    {"(?i)ab(?s:.)", 3, "abc"},
    {"(a{2}){3}", 6, "aaaaaa"},
    // No repetition: text.
    {"a{,2}", 0, nullptr},
    {"a{x", 0, nullptr},
    {"[abc][^d]", 2, "ax"},
    {"[]a]", 1, "]"},
    {"[^]a]", 1, "x"},
    {"[[:alpha:]]b", 2, "xb"},
    {R"([\]a]b)", 2, "]b"},
    {R"(\.\\\/)", 3, R"(.\/)"},
    {R"(\d\w\S)", 3, "1a."},
    {R"(\bab\B)", 2, nullptr},
    {R"(\Aab\z)", 2, "ab"},
    {R"(\x41\x{42})", 2, "AB"},
    // With case folded, U+212A and 'k' are one another.
    {"\xe2\x84\xaa", 1, nullptr},
    {"\xc3\xa9t", 2, nullptr},
    // Not understood: nothing is claimed.
    {R"(\pLab)", 0, nullptr},
    {R"(\Qab\E)", 0, nullptr},
    {R"(\101)", 0, nullptr},
};

TEST(RegexLengthTest, ShortestMatch) {
  for (const Length& length : kLengths) {
    EXPECT_EQ(ShortestMatch(length.pattern), length.shortest) << length.pattern;
    const auto regex = Regex::Compile(length.pattern);
    ASSERT_TRUE(regex) << length.pattern;
    if (length.text == nullptr) continue;
    EXPECT_EQ(std::string(length.text).size(), length.shortest);
    EXPECT_TRUE(regex->Matches(length.text)) << length.pattern;
  }
}

// Counts that run over stop at a megabyte: no text of a log is as long.
TEST(RegexLengthTest, LongCountsStayBounds) {
  EXPECT_EQ(ShortestMatch("a{1000}b{1000}"), 2000U);
  std::string nested = "a{999}";
  for (int i = 0; i < 40; ++i) nested = "(" + nested + "){999}";
  EXPECT_EQ(ShortestMatch(nested), size_t{1} << 20U);
  std::string deep = "a";
  for (int i = 0; i < 200; ++i) deep = "(" + deep + ")";
  EXPECT_EQ(ShortestMatch(deep), 0U);
}

// Whatever is cut off, reading ends.
TEST(RegexLengthTest, EveryBeginningOfAnExpressionIsRead) {
  const std::string whole =
      R"((?i)(?P<a>[[:alpha:]\]^-]{2,3}?|\x{41}\pL\Q.\E)+$)";
  for (size_t size = 0; size <= whole.size(); ++size) {
    EXPECT_LE(ShortestMatch(whole.substr(0, size)), 8U);
    EXPECT_FALSE(ReadAnyCharacters(whole.substr(0, size)));
  }
}

TEST(RegexLengthTest, AnyCharacters) {
  struct Case {
    const char* pattern;
    size_t least;
    bool in_a_line;
  };
  for (const Case& c :
       {Case{".{1000,}", 1000, true}, Case{"(.){7,}", 7, true},
        Case{"(?:.){7,}?", 7, true}, Case{"(?s).{7,}", 7, false},
        Case{R"([\s\S]{5,})", 5, false}, Case{R"(([\W\w]){5,})", 5, false},
        Case{R"([\D\d]{5,}?)", 5, false}}) {
    const auto any = ReadAnyCharacters(c.pattern);
    ASSERT_TRUE(any) << c.pattern;
    EXPECT_EQ(any->least, c.least) << c.pattern;
    EXPECT_EQ(any->in_a_line, c.in_a_line) << c.pattern;
  }
  for (const char* pattern :
       {"", ".", ".*", ".{5}", ".{5,9}", ".{5,}a", "a.{5,}", "^.{5,}", ".{5,}$",
        "(.{5,})", "(.{5,}", "(.){5,", ".{,}", ".{x,}", R"([\s\W]{5,})",
        R"([\s\S\d]{5,})", "(?i).{5,}", "..{5,}"}) {
    EXPECT_FALSE(ReadAnyCharacters(pattern)) << pattern;
  }
}

// The short cut answers as RE2 does.
TEST(RegexLengthTest, AnyCharactersMatchAsTheExpression) {
  const std::vector<std::string> texts = {"",
                                          "abcd",
                                          "abcde",
                                          "ab\ncde",
                                          "abcde\n",
                                          "\nabcde",
                                          "ab\ncdefg",
                                          "\n\n\n\n\n",
                                          "\xc3\xa9\xc3\xa9\xc3\xa9",
                                          "\xc3\xa9\xc3\xa9\xc3\xa9zz"};
  for (const char* pattern : {".{5,}", "(?s).{5,}", R"([\s\S]{5,})"}) {
    const auto regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex);
    for (const std::string& text : texts) {
      EXPECT_EQ(regex->Matches(text, text), regex->Matches(text))
          << pattern << " in '" << text << "'";
    }
  }
}

}  // namespace
}  // namespace espial::rules

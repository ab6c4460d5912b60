#include "rules/engine/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace espial::rules {
namespace {

struct TextCase {
  const char* pattern;
  Anchor anchor;
  bool cased;
  const char* text;
  bool fits;
};

class PatternTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(PatternTextTest, Matches) {
  const TextCase& test = GetParam();
  const Pattern pattern = Pattern::Text(test.pattern, test.anchor, test.cased);
  EXPECT_EQ(pattern.MatchesText(test.text), test.fits)
      << test.pattern << " on " << test.text;
}

constexpr Anchor kW = Anchor::kWhole;
constexpr Anchor kC = Anchor::kContains;
constexpr Anchor kS = Anchor::kStarts;
constexpr Anchor kE = Anchor::kEnds;

INSTANTIATE_TEST_SUITE_P(
    Sigma, PatternTextTest,
    testing::Values(
        // Whole value, case folded.
        TextCase{"Admin", kW, false, "aDMIN", true},
        TextCase{"Admin", kW, false, "Admins", false},
        TextCase{"Admin", kW, true, "admin", false},
        TextCase{"Admin", kW, true, "Admin", true},
        TextCase{"", kW, false, "", true}, TextCase{"", kW, false, "x", false},
        // Wildcards.
        TextCase{"*", kW, false, "", true}, TextCase{"*", kW, false, "x", true},
        TextCase{"ab*", kW, false, "ABc", true},
        TextCase{"ab*", kW, false, "xab", false},
        TextCase{"*ab", kW, false, "xAB", true},
        TextCase{"*ab", kW, false, "abx", false},
        TextCase{"a*c", kW, false, "abbbc", true},
        TextCase{"a*c", kW, false, "ac", true},
        TextCase{"a*c", kW, false, "acd", false},
        TextCase{"a**c", kW, false, "abc", true},
        TextCase{"a?c", kW, false, "abc", true},
        TextCase{"a?c", kW, false, "ac", false},
        TextCase{"a?c", kW, false,
                 "a\xc3\xa9"
                 "c",
                 true},
        TextCase{"?", kW, false, "", false},
        TextCase{"*a?c*", kW, false, "xxABCyy", true},
        TextCase{"*aa", kW, false, "aaa", true},
        TextCase{"a*a", kW, false, "a", false},
        TextCase{"a*b*c", kW, true, "aXbYc", true},
        TextCase{"a*b*c", kW, true, "acb", false},
        // Escapes.
        TextCase{R"(a\*c)", kW, false, "a*c", true},
        TextCase{R"(a\*c)", kW, false, "abc", false},
        TextCase{R"(a\?c)", kW, false, "a?c", true},
        TextCase{R"(a\?c)", kW, false, "abc", false},
        TextCase{R"(a\\*c)", kW, false, R"(a\bc)", true},
        TextCase{R"(a\\*c)", kW, false, "abc", false},
        TextCase{R"(a\c)", kW, false, R"(a\c)", true},
        TextCase{R"(a\\c)", kW, false, R"(a\c)", true},
        TextCase{R"(a\\\\c)", kW, false, R"(a\\c)", true},
        TextCase{R"(a\\\\c)", kW, false, R"(a\c)", false},
        TextCase{R"(C:\Windows\)", kW, false, R"(c:\windows\)", true},
        TextCase{R"(\\\*)", kW, false, R"(\*)", true},
        // Modifiers.
        TextCase{"bc", kC, false, "aBCd", true},
        TextCase{"bc", kC, false, "b c", false},
        TextCase{"bc", kC, true, "aBCd", false},
        TextCase{"ab", kS, false, "ABc", true},
        TextCase{"ab", kS, false, "cab", false},
        TextCase{"bc", kE, false, "aBC", true},
        TextCase{"bc", kE, false, "bcd", false},
        TextCase{"a*c", kC, false, "xxabcxx", true},
        TextCase{"a?c", kS, false, "abcd", true},
        TextCase{"a?c", kE, false, "xabc", true},
        TextCase{"a?c", kE, false, "abcx", false},
        // Numbers in every spelling.
        TextCase{"110", kW, false, "110", true},
        TextCase{"110", kW, false, "0x6e", true},
        TextCase{"110", kW, false, "1100", false},
        TextCase{"0x80070774", kW, false, "0x80070774", true},
        TextCase{"0x80070774", kW, false, "2147944308", true},
        TextCase{"0x80070774", kW, false, "-2147022988", true},
        TextCase{"-2147022988", kW, false, "0X80070774", true},
        TextCase{"2147944308", kW, false, "-2147022988", true},
        TextCase{"0x80070774", kW, false, "0xffffffff80070774", true},
        TextCase{"0x80070774", kW, false, "0x80070775", false},
        TextCase{"0", kW, false, "", false},
        TextCase{"110", kC, false, "0x6e", false}));

TEST(PatternTest, NumbersOfEveryType) {
  const Pattern pattern = Pattern::Text("0x80070774", Anchor::kWhole, false);
  const uint64_t signed_bits = 0xFFFFFFFF80070774;
  EXPECT_TRUE(pattern.Matches({ValueType::kInt, signed_bits, {}}));
  EXPECT_TRUE(pattern.Matches({ValueType::kUInt, 0x80070774, {}}));
  EXPECT_TRUE(pattern.Matches({ValueType::kHex32, 0x80070774, {}}));
  EXPECT_FALSE(pattern.Matches({ValueType::kHex32, 0x80070775, {}}));
  EXPECT_FALSE(pattern.Matches(Value{}));
  EXPECT_TRUE(Pattern::Text("true", Anchor::kWhole, false)
                  .Matches({ValueType::kBool, 1, {}}));
  EXPECT_TRUE(Pattern::Text("1", Anchor::kWhole, false)
                  .Matches({ValueType::kBool, 1, {}}));
}

TEST(PatternTest, LongRunsStayFast) {
  const Pattern pattern =
      Pattern::Text("*a*a*a*a*a*a*a*a*b", Anchor::kWhole, false);
  EXPECT_FALSE(pattern.MatchesText(std::string(20'000, 'a')));
}

TEST(RegexTest, CaseCountsAndItMatchesAnywhere) {
  auto regex = Regex::Compile("AADSTS[0-9]{5,7}");
  ASSERT_TRUE(regex);
  EXPECT_TRUE(regex->Matches("error AADSTS50034: none"));
  EXPECT_FALSE(regex->Matches("aadsts50034"));
}

TEST(RegexTest, WhatRe2DoesNotAcceptIsAnError) {
  const auto lookahead = Regex::Compile("a(?=b)");
  ASSERT_FALSE(lookahead);
  EXPECT_NE(lookahead.error().detail.find("(?="), std::string::npos);
  EXPECT_FALSE(Regex::Compile("(((((a{100}){100}){100}){100}){100})"));
  EXPECT_FALSE(Regex::Compile(std::string(5000, 'a')));
}

}  // namespace
}  // namespace espial::rules

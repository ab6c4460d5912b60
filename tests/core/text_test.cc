#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "tests/core/matchers.h"

namespace espial {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST(Fold, PairsOfUpperAndLower) {
  const struct {
    std::string_view upper;
    std::string_view lower;
  } pairs[] = {
      {"A", "a"},
      {"Z", "z"},
      {"\xC3\x80", "\xC3\xA0"},  // Latin-1
      {"\xC3\x96", "\xC3\xB6"},
      {"\xC3\x98", "\xC3\xB8"},
      {"\xC3\x9E", "\xC3\xBE"},
      {"\xC4\x80", "\xC4\x81"},  // Latin Extended-A, even upper case
      {"\xC4\xB6", "\xC4\xB7"},
      {"\xC4\xB9", "\xC4\xBA"},  // odd upper case
      {"\xC5\x87", "\xC5\x88"},
      {"\xC5\x8A", "\xC5\x8B"},  // even again
      {"\xC5\xB6", "\xC5\xB7"},
      {"\xC5\xB8", "\xC3\xBF"},  // Y with diaeresis has its pair in Latin-1
      {"\xC5\xB9", "\xC5\xBA"},  // odd again
      {"\xC5\xBD", "\xC5\xBE"},
      {"\xCE\x91", "\xCE\xB1"},  // Greek
      {"\xCE\xA3", "\xCF\x83"},
      {"\xCE\xA9", "\xCF\x89"},
      {"\xCE\xAA", "\xCF\x8A"},  // with diaeresis
      {"\xCE\x86", "\xCE\xAC"},  // with tonos
      {"\xCE\x88", "\xCE\xAD"},
      {"\xCE\x8A", "\xCE\xAF"},
      {"\xCE\x8C", "\xCF\x8C"},
      {"\xCE\x8E", "\xCF\x8D"},
      {"\xCE\x8F", "\xCF\x8E"},
      {"\xD0\x90", "\xD0\xB0"},  // Cyrillic
      {"\xD0\xAF", "\xD1\x8F"},
      {"\xD0\x81", "\xD1\x91"},
      {"\xD0\x80", "\xD1\x90"},
  };
  for (const auto& pair : pairs) {
    EXPECT_EQ(Fold(pair.upper), pair.lower);
    EXPECT_EQ(Fold(pair.lower), pair.lower);
    EXPECT_TRUE(EqualsFold(pair.upper, pair.lower)) << pair.lower;
    EXPECT_TRUE(EqualsFold(pair.lower, pair.upper)) << pair.lower;
  }
}

TEST(Fold, LeavesEverythingElseAlone) {
  for (const std::string_view text :
       {"0123456789"sv, "@[`{"sv, "\xC3\x97"sv, "\xC3\xB7"sv, "\xC3\x9F"sv,
        "\xC4\xB0"sv, "\xC4\xB1"sv, "\xC4\xB8"sv, "\xC5\x89"sv, "\xC5\xBF"sv,
        "\xCE\xA2"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x98\x80"sv, "a\0b"sv,
        "\xFF\x80\xC3"sv}) {
    EXPECT_EQ(Fold(text), text);
  }
}

TEST(Fold, IsIdempotentAndAgreesWithEqualsFold) {
  std::mt19937 random(9);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto k = random() % 6; k > 0; --k) {
      if (random() % 4 == 0) {
        text.push_back(static_cast<char>(random()));
      } else {
        AppendUtf8(static_cast<uint32_t>(random() % 0x460), &text);
      }
    }
    const std::string folded = Fold(text);
    EXPECT_EQ(Fold(folded), folded);
    EXPECT_TRUE(EqualsFold(text, folded));
    EXPECT_TRUE(EqualsFold(folded, text));
    EXPECT_TRUE(MatchesGlob("*", text));
    EXPECT_TRUE(ContainsFold(text, folded));
  }
}

// Text is compared by words where it is long enough: every pair of ASCII
// characters, at every place of a word.
TEST(EqualsFold, EveryAsciiPairAtEveryPlaceOfAWord) {
  const auto lower = [](int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
  for (size_t place = 0; place < 8; ++place) {
    std::string a = "ABCDEFGHxyz";
    std::string b = "abcdefghXYZ";
    for (int x = 0; x < 0x80; ++x) {
      for (int y = 0; y < 0x80; ++y) {
        a[place] = static_cast<char>(x);
        b[place] = static_cast<char>(y);
        ASSERT_EQ(EqualsFold(a, b), lower(x) == lower(y))
            << x << " and " << y << " at " << place;
      }
    }
  }
}

TEST(EqualsFold, Table) {
  EXPECT_TRUE(EqualsFold("", ""));
  EXPECT_TRUE(EqualsFold("Microsoft-Windows-AAD/Operational",
                         "MICROSOFT-windows-aad/OPERATIONAL"));
  EXPECT_FALSE(EqualsFold("a", ""));
  EXPECT_FALSE(EqualsFold("", "a"));
  EXPECT_FALSE(EqualsFold("abc", "ab"));
  EXPECT_FALSE(EqualsFold("ab", "abc"));
  EXPECT_FALSE(EqualsFold("a\0b"sv, "a\0c"sv));
  EXPECT_FALSE(EqualsFold("[", "{"));
  EXPECT_FALSE(EqualsFold("@", "`"));
}

TEST(EqualsFold, InvalidBytesEqualOnlyThemselves) {
  EXPECT_TRUE(EqualsFold("a\xFFz", "A\xFFZ"));
  EXPECT_FALSE(EqualsFold("a\xFFz", "A\xFEZ"));
  // Overlong forms are not the letters that they pretend to be.
  EXPECT_FALSE(EqualsFold("\xC1\x81", "A"));
  EXPECT_FALSE(EqualsFold("\xE0\x81\x81", "a"));
  EXPECT_FALSE(EqualsFold("\xC0\x80", "\0"sv));
  EXPECT_FALSE(EqualsFold("\xF8\x80\x80\x80", "\0"sv));
  // A value above Unicode is not the mark of an invalid byte.
  EXPECT_FALSE(EqualsFold("\xF4\x90\x83\xBF", "\xFF"));
  // What is cut is not what it might have become.
  EXPECT_FALSE(EqualsFold("\xC3", "\xC3\xA9"));
  EXPECT_TRUE(EqualsFold("\xC3", "\xC3"));
}

TEST(StartsWithFold, Table) {
  EXPECT_TRUE(StartsWithFold("HKEY_LOCAL_MACHINE\\x", "hkey_local_machine"));
  EXPECT_TRUE(StartsWithFold("abc", ""));
  EXPECT_TRUE(StartsWithFold("abc", "ABC"));
  EXPECT_FALSE(StartsWithFold("abc", "abcd"));
  EXPECT_FALSE(StartsWithFold("abc", "b"));
  EXPECT_TRUE(StartsWithFold("\xC3\x96l", "\xC3\xB6"));
  // Half a character is no prefix of it.
  EXPECT_FALSE(StartsWithFold("\xC3\x96l", "\xC3"));
}

TEST(EndsWithFold, Table) {
  EXPECT_TRUE(EndsWithFold("System.EVTX", ".evtx"));
  EXPECT_TRUE(EndsWithFold("abc", ""));
  EXPECT_TRUE(EndsWithFold("abc", "ABC"));
  EXPECT_FALSE(EndsWithFold("abc", "xabc"));
  EXPECT_FALSE(EndsWithFold("abc", "b"));
  EXPECT_FALSE(EndsWithFold("", "a"));
  EXPECT_TRUE(EndsWithFold("STRA\xC3\x96", "\xC3\xB6"));
  EXPECT_TRUE(EndsWithFold("x\xC5\xB8", "\xC3\xBF"));
  EXPECT_TRUE(EndsWithFold(Repeat("\xD0\x90", 20), Repeat("\xD0\xB0", 20)));
}

TEST(ContainsFold, Table) {
  EXPECT_TRUE(ContainsFold("Error 0x801C03F2 seen", "0x801c03f2"));
  EXPECT_TRUE(ContainsFold("abc", ""));
  EXPECT_TRUE(ContainsFold("", ""));
  EXPECT_TRUE(ContainsFold("abc", "C"));
  EXPECT_FALSE(ContainsFold("abc", "abcd"));
  EXPECT_FALSE(ContainsFold("", "a"));
  EXPECT_TRUE(ContainsFold("aab", "AB"));
  EXPECT_TRUE(ContainsFold("x\xC3\x96y", "\xC3\xB6Y"));
  EXPECT_TRUE(ContainsFold("a\0b"sv, "\0B"sv));
}

TEST(MatchesGlob, Table) {
  const struct {
    std::string_view pattern;
    std::string_view text;
    bool want;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "", true},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"?", "\xE2\x82\xAC", true},  // one code point, three bytes
      {"??", "\xE2\x82\xAC", false},
      {"a", "A", true},
      {"a*", "Abc", true},
      {"*c", "abC", true},
      {"a*c", "abbbc", true},
      {"a*c", "ac", true},
      {"a*c", "abcd", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*b*", "abc", true},
      {"*b*", "aac", false},
      {"*ab*ab", "abxab", true},
      {"*ab*ab", "abxb", false},
      {"*aab", "aaab", true},
      {"*.evtx", "x.EVTX", true},
      {"*\\Autopilot\\*", "HKLM\\autopilot\\x", true},
      {"*\\Autopilot\\*", "HKLM\\autopilot", false},
      {"[a-c]", "b", false},  // no classes: a bracket is itself
      {"[a-c]", "[A-C]", true},
      {"\\*", "\\anything", true},  // no escapes: a backslash is itself
      {"\\*", "x", false},
      {"a*", "b", false},
      {"*\xC3\x96*", "x\xC3\xB6x", true},
      {"*?", "", false},
      {"*?", "\xC3\xB6", true},
      {"?*?", "ab", true},
      {"?*?", "a", false},
      {"a\0*"sv, "a\0b"sv, true},
      {"***a***", "bab", true},
      {"a", "*", false},
      {"*a", "**", false},
      {"**", "*", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(MatchesGlob(c.pattern, c.text), c.want)
        << c.pattern << " ~ " << c.text;
  }
}

// The definition itself: exponential, so for short inputs only.
bool SlowGlob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return SlowGlob(pattern.substr(1), text) ||
           (!text.empty() && SlowGlob(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         SlowGlob(pattern.substr(1), text.substr(1));
}

TEST(MatchesGlob, AgreesWithItsDefinition) {
  std::mt19937 random(1);
  int matches = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string pattern;
    std::string text;
    for (auto k = random() % 7; k > 0; --k) {
      pattern.push_back("ab?*"[random() % 4]);
    }
    for (auto k = random() % 8; k > 0; --k) {
      text.push_back("ab*"[random() % 3]);
    }
    const bool want = SlowGlob(pattern, text);
    ASSERT_EQ(MatchesGlob(pattern, text), want) << pattern << " ~ " << text;
    matches += want ? 1 : 0;
  }
  EXPECT_GT(matches, 5000);
}

TEST(MatchesGlob, PathologicalPatternsEndSoon) {
  const std::string text(20'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(MatchesGlob("*a*a*a*b", text));
  EXPECT_FALSE(MatchesGlob(Repeat("*a", 60) + "b", text));
  EXPECT_TRUE(MatchesGlob(Repeat("*a", 60), text));
  EXPECT_FALSE(MatchesGlob(Repeat("a*", 500) + "b", text));
  EXPECT_FALSE(MatchesGlob("*" + std::string(500, 'a') + "b", text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Trim, RemovesAsciiWhiteSpaceAtBothEnds) {
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \t\r\n\f\v"), "");
  EXPECT_EQ(Trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(Trim("a"), "a");
  EXPECT_EQ(Trim("\0a"sv), "\0a"sv);
  EXPECT_EQ(Trim("\xC2\xA0z"), "\xC2\xA0z");
}

TEST(ParseUnsigned, Table) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  const struct {
    std::string_view text;
    std::optional<uint64_t> want;
  } cases[] = {
      {"0", 0},
      {"007", 7},
      {"18446744073709551615", kMax},
      {"18446744073709551616", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"184467440737095516150", std::nullopt},
      {"0x0", 0},
      {"0X1f", 31},
      {"0xABCDEFabcdef", 0xABCDEFABCDEFU},
      {"0xffffffffffffffff", kMax},
      {"0x00000000ffffffffffffffff", kMax},
      {"0x1ffffffffffffffff", std::nullopt},
      {"", std::nullopt},
      {"0x", std::nullopt},
      {"x1", std::nullopt},
      {"1x", std::nullopt},
      {"0x1g", std::nullopt},
      {"0b1", std::nullopt},
      {"1f", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"+1", std::nullopt},
      {"-1", std::nullopt},
      {"1.0", std::nullopt},
      {"1\0"sv, std::nullopt},
      {"1,000", std::nullopt},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ParseUnsigned(c.text), c.want) << c.text;
}

TEST(ParseSigned, Table) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const struct {
    std::string_view text;
    std::optional<int64_t> want;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"+5", 5},
      {"-2145647630", -2145647630},
      {"9223372036854775807", kMost},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775808", kLeast},
      {"-9223372036854775809", std::nullopt},
      {"-0x10", -16},
      {"+0xff", 255},
      {"-0x8000000000000000", kLeast},
      {"0x8000000000000000", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+", std::nullopt},
      {"--1", std::nullopt},
      {"+-1", std::nullopt},
      {"- 1", std::nullopt},
      {"1-", std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(ParseSigned(c.text), c.want) << c.text;
}

TEST(ParseHex, Table) {
  EXPECT_EQ(ParseHex("0"), 0U);
  EXPECT_EQ(ParseHex("fF"), 255U);
  EXPECT_EQ(ParseHex("ffffffffffffffff"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(ParseHex("00000000000000001"), std::nullopt);  // 17 digits
  EXPECT_EQ(ParseHex(""), std::nullopt);
  EXPECT_EQ(ParseHex("0x1"), std::nullopt);
  EXPECT_EQ(ParseHex("g"), std::nullopt);
  EXPECT_EQ(ParseHex("-1"), std::nullopt);
}

TEST(ToHex, PadsToTheWidth) {
  EXPECT_EQ(ToHex(0), "0");
  EXPECT_EQ(ToHex(0, 0), "0");
  EXPECT_EQ(ToHex(0xABC), "abc");
  EXPECT_EQ(ToHex(0xABC, 8), "00000abc");
  EXPECT_EQ(ToHex(0x123456789, 4), "123456789");
  EXPECT_EQ(ToHex(std::numeric_limits<uint64_t>::max(), 2), "ffffffffffffffff");
}

// The structure of {54849625-5478-4994-a5ba-3e3b0328c30d} (the provider of the
// Security log) as it stands in files.
const std::vector<std::byte>& SecurityGuid() {
  static const auto kBytes =
      ByteList({0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xA5, 0xBA,
                0x3E, 0x3B, 0x03, 0x28, 0xC3, 0x0D});
  return kBytes;
}

TEST(Guid, FormatsTheStructure) {
  EXPECT_EQ(FormatGuid(SecurityGuid()),
            "{54849625-5478-4994-a5ba-3e3b0328c30d}");
  EXPECT_EQ(FormatGuid(std::vector<std::byte>(16)),
            "{00000000-0000-0000-0000-000000000000}");
}

TEST(Guid, ParsesWithAndWithoutBraces) {
  for (const std::string_view text : {"{54849625-5478-4994-a5ba-3e3b0328c30d}",
                                      "54849625-5478-4994-a5ba-3e3b0328c30d",
                                      "54849625-5478-4994-A5BA-3E3B0328C30D"}) {
    const auto guid = ParseGuid(text);
    ASSERT_TRUE(guid.has_value()) << text;
    EXPECT_THAT(*guid, testing::ElementsAreArray(SecurityGuid()));
  }
}

TEST(Guid, RoundTrips) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    std::array<std::byte, 16> guid{};
    for (std::byte& b : guid) b = static_cast<std::byte>(random());
    EXPECT_EQ(ParseGuid(FormatGuid(guid)), guid);
  }
}

TEST(Guid, RefusesWhatIsNone) {
  constexpr std::string_view kGood = "{54849625-5478-4994-a5ba-3e3b0328c30d}";
  ASSERT_TRUE(ParseGuid(kGood).has_value());
  // One character changed at a time.
  for (size_t i = 0; i < kGood.size(); ++i) {
    for (const char c : {'g', ' ', '\0', '_'}) {
      std::string bad(kGood);
      bad[i] = c;
      EXPECT_FALSE(ParseGuid(bad).has_value()) << bad;
    }
  }
  // Every cut, the one without its closing brace included.
  for (size_t length = 0; length < kGood.size(); ++length) {
    EXPECT_FALSE(ParseGuid(kGood.substr(0, length)).has_value()) << length;
  }
  EXPECT_FALSE(ParseGuid("(54849625-5478-4994-a5ba-3e3b0328c30d)"));
  EXPECT_FALSE(ParseGuid("54849625-5478-4994-a5ba-3e3b0328c30d00"));
  EXPECT_FALSE(ParseGuid("5484962-55478-4994-a5ba-3e3b0328c30d"));
  EXPECT_FALSE(ParseGuid("-54849625-5478-4994-a5ba-3e3b0328c30"));
}

TEST(Sid, FormatsRealLayouts) {
  const struct {
    std::vector<std::byte> bytes;
    const char* want;
  } cases[] = {
      // LocalSystem
      {ByteList({1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}), "S-1-5-18"},
      // Everyone
      {ByteList({1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}), "S-1-1-0"},
      // Administrators
      {ByteList({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}),
       "S-1-5-32-544"},
      // A domain account
      {ByteList({1,    5,    0,    0,    0,    0,    0,    5,    21,   0,
                 0,    0,    0x15, 0xCD, 0x5B, 0x07, 0x00, 0x00, 0x00, 0x10,
                 0xFF, 0xFF, 0xFF, 0xFF, 0xF4, 0x01, 0x00, 0x00}),
       "S-1-5-21-123456789-268435456-4294967295-500"},
      // A Microsoft Entra account: authority 12
      {ByteList({1, 5, 0, 0, 0, 0, 0, 12, 1, 0, 0, 0, 1, 0,
                 0, 0, 2, 0, 0, 0, 3, 0,  0, 0, 4, 0, 0, 0}),
       "S-1-12-1-1-2-3-4"},
      // No sub-authority at all
      {ByteList({1, 0, 0, 0, 0, 0, 0, 5}), "S-1-5"},
      // Authorities around 2^32
      {ByteList({1, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0}),
       "S-1-4294967295-7"},
      {ByteList({1, 1, 0, 1, 0, 0, 0, 0, 7, 0, 0, 0}), "S-1-0x000100000000-7"},
      // Bytes behind it are somebody else's
      {ByteList({1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 0xAA, 0xBB}), "S-1-5-18"},
  };
  for (const auto& c : cases) EXPECT_EQ(FormatSid(c.bytes), c.want);
}

TEST(Sid, EveryCutIsRefused) {
  const auto whole =
      ByteList({1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0});
  for (size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::byte> cut(
        whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(FormatSid(cut), std::nullopt) << length;
  }
  EXPECT_TRUE(FormatSid(whole).has_value());
}

TEST(Sid, RefusesOtherRevisionsAndTooManyParts) {
  for (const int revision : {0, 2, 255}) {
    EXPECT_EQ(FormatSid(ByteList({revision, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0})),
              std::nullopt)
        << revision;
  }
  // Windows knows at most 15 sub-authorities.
  for (const unsigned count : {15U, 16U, 255U}) {
    std::vector<std::byte> sid(8 + count * 4);
    sid[0] = std::byte{1};
    sid[1] = static_cast<std::byte>(count);
    sid[7] = std::byte{5};
    EXPECT_EQ(FormatSid(sid).has_value(), count <= 15) << count;
  }
}

TEST(AppendXmlEscaped, WritesReferencesForWhatXmlWouldRead) {
  const std::string_view text = "a&b <c> \"d\" 'e' \xC3\xA4\x01&amp;";
  const auto escaped = [&](XmlQuotes quotes) {
    std::string out = "|";
    AppendXmlEscaped(text, quotes, &out);
    return out;
  };
  EXPECT_EQ(escaped(XmlQuotes::kAsTheyAre),
            "|a&amp;b &lt;c&gt; \"d\" 'e' \xC3\xA4\x01&amp;amp;");
  EXPECT_EQ(escaped(XmlQuotes::kDouble),
            "|a&amp;b &lt;c&gt; &quot;d&quot; 'e' \xC3\xA4\x01&amp;amp;");
  EXPECT_EQ(escaped(XmlQuotes::kBoth),
            "|a&amp;b &lt;c&gt; &quot;d&quot; &apos;e&apos; "
            "\xC3\xA4\x01&amp;amp;");
}

TEST(EscapeControls, Table) {
  const struct {
    std::string_view text;
    std::string_view want;
  } cases[] = {
      {"", ""},
      {"plain text ~", "plain text ~"},
      {"a\0b"sv, "a\\x00b"},
      {"a\tb\r\n", "a\\x09b\\x0d\\x0a"},
      {"\x1B[31mred\x1B[0m", "\\x1b[31mred\\x1b[0m"},
      {"\x1F", "\\x1f"},
      {" ", " "},
      {"\x7F", "\\x7f"},
      // C1 as UTF-8 writes it; U+009B begins a terminal sequence.
      {"\xC2\x80", "\\x80"},
      {"\xC2\x9B"
       "31m",
       "\\x9b31m"},
      {"\xC2\x9F", "\\x9f"},
      {"\xC2\xA0", "\xC2\xA0"},
      {"\xC3\x9B", "\xC3\x9B"},
      {"\xE2\x82\xAC", "\xE2\x82\xAC"},
      {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
      // Bytes that are no UTF-8 stay, but for those that an eight-bit terminal
      // takes for C1.
      {"\xC2", "\xC2"},
      {"\xC2"
       "A",
       "\xC2"
       "A"},
      {"\xC2\x1B", "\xC2\\x1b"},
      {"\x9B"
       "31m",
       "\\x9b31m"},
      {"\xFF\xC2", "\xFF\xC2"},
  };
  for (const auto& c : cases) EXPECT_EQ(EscapeControls(c.text), c.want);
}

TEST(EscapeControls, NothingThatMovesACursorIsLeft) {
  std::mt19937 random(4);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 16, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string escaped = EscapeControls(text);
    for (const char c : escaped) {
      ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
    ASSERT_EQ(escaped.find("\xC2\x9B"), std::string::npos);
    ASSERT_EQ(EscapeControls(escaped), escaped);
  }
}

}  // namespace
}  // namespace espial

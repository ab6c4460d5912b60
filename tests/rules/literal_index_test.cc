// Many texts in one pass: what the index and the automaton find is what looking
// for each text finds.
#include "rules/sigma/literal_index.h"

#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/sigma/test_list.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::set<uint32_t> Found(const std::vector<Literal>& literals,
                         const std::string& value) {
  const LiteralIndex index(literals);
  EXPECT_EQ(index.size(), literals.size());
  std::set<uint32_t> found;
  index.Scan(value, [&](uint32_t i) { found.insert(i); });
  return found;
}

std::set<uint32_t> FoundOneByOne(const std::vector<Literal>& literals,
                                 const std::string& value) {
  std::set<uint32_t> found;
  for (uint32_t i = 0; i < literals.size(); ++i) {
    const Literal& one = literals[i];
    bool there = value.find(one.text) != std::string::npos;
    if (one.at_start) there = there && value.starts_with(one.text);
    if (one.at_end) there = there && value.ends_with(one.text);
    if (one.at_start && one.at_end) there = value == one.text;
    if (there) found.insert(i);
  }
  return found;
}

TEST(LiteralIndexTest, FindsTextsWhereTheyMayStand) {
  const std::vector<Literal> literals = {
      {"powershell"},
      {"powershell", true, false},
      {"powershell", false, true},
      {"powershell", true, true},
      {"l"},
      {"ll", false, true},
      {"wersh"},
      {"powershell.exe"},
  };
  EXPECT_THAT(Found(literals, "powershell"), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Found(literals, "a powershell"), ElementsAre(0, 2, 4, 5, 6));
  EXPECT_THAT(Found(literals, "powershell.exe"), ElementsAre(0, 1, 4, 6, 7));
  EXPECT_THAT(Found(literals, "power"), IsEmpty());
  EXPECT_THAT(Found(literals, ""), IsEmpty());
  EXPECT_THAT(Found({}, "power"), IsEmpty());
}

TEST(LiteralIndexTest, ATextAtEveryPlace) {
  // Every other run of four bytes is looked at: none may be missed for it.
  for (const char* text : {"a", "ab", "abc", "abcd", "abcde", "abcdef"}) {
    for (size_t before = 0; before < 12; ++before) {
      for (size_t behind = 0; behind < 6; ++behind) {
        const std::string value =
            std::string(before, '.') + text + std::string(behind, '.');
        EXPECT_THAT(Found({{text}}, value), ElementsAre(0)) << value;
      }
    }
  }
}

// Texts that share their runs of four go to the automaton.
TEST(LiteralIndexTest, CrowdsOfTextsThatAreAlike) {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) {
    texts.push_back("aaaa" + std::string(static_cast<size_t>(i % 10), 'a'));
    texts.push_back(std::string(static_cast<size_t>(i % 7 + 1), 'b'));
  }
  std::vector<Literal> literals;
  for (const std::string& text : texts) literals.push_back({text});
  for (const std::string value : {"aaaaaaaaa", "bbb", "aaabbb", "abab"}) {
    EXPECT_EQ(Found(literals, value), FoundOneByOne(literals, value)) << value;
  }
}

TEST(LiteralIndexTest, AgreesWithLookingForEach) {
  uint64_t state = 1;
  const auto next = [&](uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % below;
  };
  const auto text = [&](size_t most, uint64_t letters) {
    std::string out;
    for (size_t size = next(most) + 1; size > 0; --size) {
      out += static_cast<char>(next(20) == 0 ? 0xC3 : 'a' + next(letters));
    }
    return out;
  };
  for (int round = 0; round < 150; ++round) {
    const uint64_t letters = 2 + next(4);
    std::vector<std::string> texts;
    for (size_t count = next(60); count > 0; --count) {
      texts.push_back(text(12, letters));
    }
    std::vector<Literal> literals;
    for (const std::string& one : texts) {
      literals.push_back({one, next(4) == 0, next(4) == 0});
    }
    for (int i = 0; i < 20; ++i) {
      const std::string value = text(80, letters);
      ASSERT_EQ(Found(literals, value), FoundOneByOne(literals, value))
          << value;
    }
  }
}

// A list in one pass fits what its patterns fit one by one.
TEST(TestListTest, FitsWhatOneOfItsPatternsFits) {
  Predicate predicate;
  for (const char* sigma : {"*cmd*", "*\\powershell.exe", "C:\\*", "exactly",
                            "a?c", "*x*y*", "17", "*\xc3\x89t\xc3\xa9*", ""}) {
    predicate.patterns.push_back(Pattern::Text(sigma, Anchor::kWhole, false));
  }
  predicate.patterns.push_back(Pattern::Text("CaSed", Anchor::kContains, true));
  ASSERT_GE(predicate.patterns.size(), TestList::kLeast);
  const TestList list(predicate);
  size_t fitting = 0;
  for (const std::string text :
       {"run CMD now", "D:\\PowerShell.exe", "powershell.exe", "c:\\x",
        "EXACTLY", "exactly so", "abc", "ac", "..x..y..", "y x", "17", "0x11",
        "18", "\xc3\xa9T\xc3\x89", "", "a CaSed b", "a cased b", "nothing"}) {
    TextValue value;
    value.value = Value::String(text);
    value.text = value.value.text;
    const std::string folded = Fold(text);
    value.folded = folded;
    const bool one_by_one = std::any_of(
        predicate.patterns.begin(), predicate.patterns.end(),
        [&](const Pattern& pattern) { return pattern.Matches(value.value); });
    EXPECT_EQ(list.Fits([&](const auto& f) { return f(value); }), one_by_one)
        << text;
    fitting += one_by_one ? 1 : 0;
  }
  EXPECT_EQ(fitting, 11U);
  // Null fits nothing; a number fits by value; one of several is enough.
  TextValue null;
  EXPECT_FALSE(list.Fits([&](const auto& f) { return f(null); }));
  TextValue number;
  number.value = Value::UInt(17);
  number.text = number.folded = "17";
  EXPECT_TRUE(list.Fits([&](const auto& f) { return f(null) || f(number); }));
  EXPECT_FALSE(list.Fits([](const auto& /*f*/) { return false; }));
}

}  // namespace
}  // namespace espial::rules

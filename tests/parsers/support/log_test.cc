#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/field_list.h"
#include "parsers/support/json_members.h"
#include "parsers/support/literal_set.h"
#include "parsers/support/log_family.h"
#include "parsers/support/text_scan.h"

namespace espial {
namespace {

TEST(LogFamily, DropsExtensionsAndStamps) {
  EXPECT_EQ(LogFamily("IntuneManagementExtension-20250908-045316.log"),
            "IntuneManagementExtension");
  EXPECT_EQ(LogFamily("appworkload.LOG"), "AppWorkload");
  EXPECT_EQ(LogFamily("CbsPersist_20250908045316.log"), "CBS");
  EXPECT_EQ(LogFamily("(63) Logs\\agentexecutor.log"), "AgentExecutor");
  EXPECT_EQ(LogFamily("my.app-2025.log"), "my.app-2025");
  EXPECT_EQ(LogFamily("-20250908-045316.log"), "-20250908-045316");
  EXPECT_EQ(LogFamily(".log"), ".log");
  EXPECT_EQ(LogFamily("a\xFF.log"), "a\xEF\xBF\xBD");
  EXPECT_EQ(LogFamily(""), "");
}

constexpr std::array<std::string_view, 4> kLiterals = {
    "exit code is ", "exit code: ", "is code is ", "abcdefgh"};
constexpr LiteralSet<4> kSet(kLiterals);

std::vector<std::string> Found(std::string_view text) {
  std::vector<std::string> found;
  kSet.ForEach(text, [&](size_t which, size_t at) {
    found.push_back(std::to_string(which) + "@" + std::to_string(at));
  });
  return found;
}

TEST(LiteralSet, FindsAllOfThemInOnePass) {
  EXPECT_THAT(Found("the Exit Code is 5"), ::testing::ElementsAre("0@4"));
  EXPECT_THAT(Found("exit code: exit code is is code is abcdefgh"),
              ::testing::ElementsAre("1@0", "0@11", "2@24", "3@35"));
  EXPECT_THAT(Found("abcdefghabcdefgh"), ::testing::ElementsAre("3@0", "3@8"));
  EXPECT_THAT(Found("abcdefg"), ::testing::IsEmpty());
  EXPECT_THAT(Found("exit code is"), ::testing::IsEmpty());
  EXPECT_THAT(Found(""), ::testing::IsEmpty());
}

TEST(LiteralSet, FindsWhatAPlainSearchFinds) {
  // Texts of few letters, so that literals stand in them at all offsets.
  std::string text;
  uint32_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 1664525 + 1013904223;
    const std::string_view piece = kLiterals[(seed >> 8U) % 4];
    text += piece.substr(0, (seed >> 16U) % (piece.size() + 1));
  }
  std::vector<std::string> plain;
  for (size_t at = 0; at < text.size(); ++at) {
    for (size_t i = 0; i < kLiterals.size(); ++i) {
      if (text.compare(at, kLiterals[i].size(), kLiterals[i]) == 0) {
        plain.push_back(std::to_string(i) + "@" + std::to_string(at));
      }
    }
  }
  EXPECT_EQ(Found(text), plain);
}

std::string Members(std::string_view text) {
  JsonWalk walk(text);
  JsonMember member;
  std::string out;
  while (walk.Next(&member)) {
    out += std::string(member.name) + "=" + std::string(member.value) + ";";
  }
  return out + (walk.closed() ? "" : "...");
}

TEST(JsonWalk, HandsOutMembers) {
  EXPECT_EQ(Members(R"({"a": 1, "b":"x\"}", "c":{"d":[1,"}"]}, "e":null})"),
            R"(a=1;b=x\"};c={"d":[1,"}"]};e=null;)");
  EXPECT_EQ(Members(R"([1, "two", {"three":3}, []])"),
            R"(=1;=two;={"three":3};=[];)");
  EXPECT_EQ(Members("{}"), "");
  EXPECT_EQ(Members("[ ]"), "");
}

TEST(JsonWalk, StopsAtWhatIsNoJson) {
  EXPECT_EQ(Members(""), "...");
  EXPECT_EQ(Members("text"), "...");
  EXPECT_EQ(Members("{"), "...");
  EXPECT_EQ(Members(R"({"a":1, b})"), "a=1;...");
  EXPECT_EQ(Members(R"({"a":1, "b":{"c":[)"), "a=1;...");
  EXPECT_EQ(Members(R"({"a":1, "b":"x)"), "a=1;...");
  EXPECT_EQ(Members(R"({"a")"), "...");
  EXPECT_EQ(Members(R"({"a":)"), "...");
  EXPECT_EQ(Members(R"([1, 2)"), "=1;...");
  // Depth costs nothing.
  EXPECT_EQ(Members(std::string(100'000, '[')), "...");
}

TEST(TextScan, AReadThatFailsMovesNothing) {
  TextScan scan("12:3x");
  Civil civil;
  uint32_t number = 7;
  EXPECT_FALSE(scan.Clock(&civil));
  EXPECT_FALSE(scan.Digits(3, 4, &number));
  EXPECT_FALSE(scan.Digits(1, 1, &number));
  EXPECT_FALSE(scan.Char('3'));
  EXPECT_FALSE(scan.Text("12:4"));
  EXPECT_FALSE(scan.Blanks());
  EXPECT_EQ(scan.rest(), "12:3x");
  EXPECT_EQ(number, 7U);
  EXPECT_TRUE(scan.Digits(1, 2, &number));
  EXPECT_EQ(number, 12U);
}

TEST(FieldList, KeepsWhatItMade) {
  FieldList fields;
  fields.AddGuid("Id", "48054978-39BD-40da-8d45-0d28004b4960");
  fields.AddInt("Code", -1);
  fields.AddText("Name", fields.Keep(std::string("x")));
  ASSERT_EQ(fields.fields().size(), 3U);
  EXPECT_EQ(ToText(*fields.Find("Id")),
            "{48054978-39bd-40da-8d45-0d28004b4960}");
  EXPECT_EQ(ToText(*fields.Find("Code")), "-1");
  EXPECT_EQ(ToText(*fields.Find("Name")), "x");
  EXPECT_FALSE(fields.Has("name"));
  fields.Clear();
  EXPECT_TRUE(fields.empty());
}

TEST(FieldList, KnowsGuids) {
  EXPECT_TRUE(StartsWithGuid("48054978-39BD-40da-8d45-0d28004b4960"));
  EXPECT_TRUE(StartsWithGuid("48054978-39BD-40da-8d45-0d28004b4960_1"));
  EXPECT_FALSE(StartsWithGuid("48054978-39BD-40da-8d45-0d28004b49601"));
  EXPECT_FALSE(StartsWithGuid("48054978-39BD-40da-8d45-0d28004b496"));
  EXPECT_FALSE(StartsWithGuid("48054978-39BD-40da-8d45x0d28004b4960"));
  EXPECT_FALSE(StartsWithGuid("4805497g-39BD-40da-8d45-0d28004b4960"));
}

}  // namespace
}  // namespace espial

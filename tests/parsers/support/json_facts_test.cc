#include "parsers/support/json_facts.h"

#include <espial/model/timeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/support/json_string.h"
#include "tests/parsers/support/show.h"

namespace espial {
namespace {

using ::espial::testing::Show;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "path=data" of each fact, and the damage.
struct Read {
  std::vector<std::string> facts;
  std::vector<std::string> damage;
};

Read ReadText(std::string_view text, bool sequence = false) {
  const Limits limits;
  Collector kept(limits);
  EmitJsonFacts({text, "k", TextPlaces(text, AsBytes(text), Encoding::kUtf8, 0),
                 sequence, "the test"},
                limits, kept);
  Read read;
  for (const Fact& fact : kept.facts) {
    read.facts.push_back(std::string(fact.name) + "=" + std::string(fact.data));
  }
  read.damage = Show(kept.damage);
  return read;
}

TEST(JsonFacts, PathsJoinNamesAsTheyStand) {
  const Read read = ReadText(
      "{\"a\":{\"DeviceSetup.Apps\":{\"s\":\"x\"}},\"\":[[1,2],{\"b\":3}]}");
  EXPECT_THAT(read.facts, ElementsAre("a.DeviceSetup.Apps.s=x", "[0][0]=1",
                                      "[0][1]=2", "[1].b=3"));
  EXPECT_THAT(read.damage, IsEmpty());
}

TEST(JsonFacts, NumbersKeepTheirText) {
  const std::string text =
      "{\"a\":-1,\"b\":1.50,\"c\":1e3,\"d\":18446744073709551615,"
      "\"e\":18446744073709551616,\"f\":0}";
  const Limits limits;
  Collector kept(limits);
  EmitJsonFacts({text, "k", TextPlaces(Place{}), false}, limits, kept);
  ASSERT_THAT(kept.facts, SizeIs(6));
  EXPECT_EQ(kept.facts[0].data, "-1");
  EXPECT_FALSE(kept.facts[0].number.has_value());
  EXPECT_EQ(kept.facts[1].data, "1.50");
  EXPECT_FALSE(kept.facts[1].number.has_value());
  EXPECT_EQ(kept.facts[2].data, "1e3");
  EXPECT_EQ(kept.facts[3].number, 18446744073709551615U);
  EXPECT_FALSE(kept.facts[4].number.has_value());
  EXPECT_EQ(kept.facts[5].number, 0U);
}

TEST(JsonFacts, LenientWhereNothingIsLost) {
  const Read read = ReadText("{\"a\":\"one\ntwo\",\"b\":[1,2,],}\n\n\0\0" +
                             std::string(2, '\0'));
  EXPECT_THAT(read.facts, ElementsAre("a=one\ntwo", "b[0]=1", "b[1]=2"));
  EXPECT_THAT(read.damage, IsEmpty());
}

struct Syntax {
  const char* text;
  const char* message;
};

class JsonFactsSyntax : public ::testing::TestWithParam<Syntax> {};

TEST_P(JsonFactsSyntax, ReadsOnBehindIt) {
  const Read read =
      ReadText("{\"first\":1," + std::string(GetParam().text) + ",\"last\":2}");
  ASSERT_THAT(read.facts, SizeIs(2));
  EXPECT_EQ(read.facts[0], "first=1");
  EXPECT_EQ(read.facts[1], "last=2");
  EXPECT_THAT(read.damage, ElementsAre(HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Places, JsonFactsSyntax,
    ::testing::Values(
        Syntax{"x:1",
               "bad value JSON syntax@11: expected a member name, found "
               "'x:1,\"last\":2}' in the test, line 1 (lost 0)"},
        Syntax{"\"x\" 1", "expected ':' behind a member name, found '1,"},
        Syntax{"\"x\":", "JSON syntax@15: expected a value, found ',' at 'x'"},
        Syntax{"\"x\":nope", "expected a value, found 'nope' at 'x'"},
        Syntax{"\"x\":1-2", "expected a number, found '1-2'"},
        Syntax{"\"x\":-", "expected a number, found '-'"},
        Syntax{"\"x\":;", "expected a value, found ';"},
        Syntax{"{\"x\":{\"y\":\"}\"}}", "expected a member name, found '{'"},
        Syntax{"]", "expected the other closing bracket, found ']'"},
        Syntax{"\"x\"", "expected ':' behind a member name, found ',"}));

TEST(JsonFacts, MissingAndDoubledCommasCostNothing) {
  const Read read = ReadText("{\"a\":1 \"b\":[2 3,,4]}");
  EXPECT_THAT(read.facts, ElementsAre("a=1", "b[0]=2", "b[1]=3", "b[2]=4"));
  EXPECT_THAT(read.damage,
              ElementsAre(AllOf(HasSubstr("JSON separator@7: expected ',', "
                                          "found '\"'"),
                                HasSubstr("; 2 more like it (note)"))));
}

TEST(JsonFacts, WrongBracketClosesWhatStandsBetween) {
  const Read read = ReadText("{\"a\":[{\"b\":1],\"c\":2}");
  EXPECT_THAT(read.facts, ElementsAre("a[0].b=1", "c=2"));
  EXPECT_THAT(read.damage,
              ElementsAre(HasSubstr("expected the other closing bracket, found "
                                    "']'")));
}

TEST(JsonFacts, TextBehindASingleDocumentIsReported) {
  const Read read = ReadText("{\"a\":1} tail {\"b\":2}");
  EXPECT_THAT(read.facts, ElementsAre("a=1"));
  EXPECT_THAT(read.damage, ElementsAre(HasSubstr("expected the end of the "
                                                 "text, found 'tail {")));
}

TEST(JsonFacts, TextBetweenDocumentsIsReported) {
  const Read read = ReadText("x {\"a\":1} ; {\"b\":2}", true);
  EXPECT_THAT(read.facts, ElementsAre("a=1", "b=2"));
  EXPECT_THAT(read.damage,
              ElementsAre(AllOf(HasSubstr("JSON syntax@0: expected '{' or '['"),
                                HasSubstr("; 1 more like it"))));
}

TEST(JsonFacts, UnknownEscapesStay) {
  const Read read = ReadText("{\"a\":\"C:\\Users\\x\",\"b\":\"\\uZZZZ\"}");
  EXPECT_THAT(read.facts, ElementsAre("a=C:\\Users\\x", "b=\\uZZZZ"));
  EXPECT_THAT(read.damage,
              ElementsAre(AllOf(HasSubstr("JSON string escape@8"),
                                HasSubstr("; 2 more like it (note)"))));
}

TEST(JsonFacts, NestedTextIsReadBelowItsPath) {
  const Read read = ReadText(
      "{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"c\\\\\\\":1}\\\"}\",\"g\":\"{guid}\"}");
  EXPECT_THAT(read.facts, ElementsAre("a={\"b\":\"{\\\"c\\\":1}\"}",
                                      "a.b={\"c\":1}", "a.b.c=1", "g={guid}"));
  EXPECT_THAT(read.damage, IsEmpty());
}

TEST(JsonFacts, CutNestedTextIsReported) {
  const Read read = ReadText("{\"a\":\"{\\\"b\\\":1,\\\"c\\\":\",\"d\":2}");
  EXPECT_THAT(read.facts, ElementsAre("a={\"b\":1,\"c\":", "a.b=1", "d=2"));
  EXPECT_THAT(read.damage,
              ElementsAre(AllOf(HasSubstr("truncated JSON member@5"),
                                HasSubstr("at 'a.c' in the test"))));
}

TEST(JsonFacts, LongPathsAreSkipped) {
  const std::string name(5000, 'n');
  const Read read = ReadText("{\"" + name + "\":{\"x\":\"}\"},\"" + name +
                             "\":\"{\\\"y\\\":1}"
                             "\",\"a\":1}");
  EXPECT_THAT(read.facts, ElementsAre("a=1"));
  EXPECT_THAT(read.damage, ElementsAre(AllOf(
                               HasSubstr("limit exceeded JSON path@5004: limit "
                                         "4096 bytes"),
                               HasSubstr("; 1 more like it"))));
}

TEST(JsonString, ReadsEscapes) {
  std::string buffer;
  const std::string_view input =
      "\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\" tail";
  const JsonString string = ReadJsonString(input, 0, &buffer);
  EXPECT_TRUE(string.closed);
  EXPECT_EQ(string.text, "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(input.substr(string.end), " tail");
  EXPECT_EQ(string.bad_escapes, 0U);
}

TEST(JsonString, PlainTextIsAView) {
  std::string buffer;
  const std::string_view input = "plain\"";
  const JsonString string = ReadJsonString(input, 0, &buffer);
  EXPECT_EQ(string.text.data(), input.data());
  EXPECT_EQ(string.text, "plain");
}

TEST(JsonString, EveryPrefixIsOpen) {
  const std::string_view input = "a\\\"b\\u00e9\\ud83d\\ude00\"";
  std::string buffer;
  for (size_t size = 0; size < input.size(); ++size) {
    const JsonString string = ReadJsonString(input.substr(0, size), 0, &buffer);
    EXPECT_FALSE(string.closed) << size;
    EXPECT_EQ(string.end, size);
    EXPECT_EQ(JsonStringEnd(input.substr(0, size), 0), size);
  }
  EXPECT_EQ(JsonStringEnd(input, 0), input.size());
}

TEST(JsonString, CountsWhatIsWrong) {
  std::string buffer;
  const JsonString string =
      ReadJsonString("a\\q\\ud800\\udc00x\\udc00\\u12\"", 0, &buffer);
  EXPECT_TRUE(string.closed);
  EXPECT_EQ(string.text, "a\\q\xF0\x90\x80\x80x\xEF\xBF\xBD\\u12");
  EXPECT_EQ(string.bad_escapes, 3U);
  EXPECT_EQ(string.first_bad_escape, 1U);
}

}  // namespace
}  // namespace espial

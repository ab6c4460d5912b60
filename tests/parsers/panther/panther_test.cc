#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/panther/head.h"
#include "tests/parsers/support/events_prefix.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::panther {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectEventPrefixes;
using ::espial::testing::ExpectGolden;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kStamp = "2025-06-02 17:30:09, ";

std::string Line(std::string_view text) {
  return std::string(kStamp) + std::string(text) + "\r\n";
}

TEST(Panther, Golden) {
  ExpectGolden(kParser, ESPIAL_SOURCE_DIR "/tests/parsers/panther/golden");
}

TEST(Panther, ReadsEveryLevel) {
  const auto level = [](std::string_view word) {
    const auto head =
        ReadHead(std::string(kStamp) + std::string(word) + "  CBS    text");
    return head ? static_cast<int>(head->level) : -1;
  };
  EXPECT_EQ(level("Fatal Error"), 1);
  EXPECT_EQ(level("Error"), 2);
  EXPECT_EQ(level("Warning"), 3);
  EXPECT_EQ(level("Info"), 4);
  EXPECT_EQ(level("Perf"), 5);
  EXPECT_EQ(level("Fatal"), -1);
  EXPECT_EQ(level("Information"), -1);
  EXPECT_EQ(level(""), -1);
}

TEST(Panther, ReadsComponentsAndNothingElseAsSuch) {
  const auto parts = [](std::string_view text) {
    const std::string line =
        std::string(kStamp) + "Info   " + std::string(text);
    const auto head = ReadHead(line);
    return head
               ? std::string(head->component) + "|" + std::string(head->message)
               : std::string("none");
  };
  EXPECT_EQ(parts("CBS    text"), "CBS|text");
  EXPECT_EQ(parts("SYSPRP text"), "SYSPRP|text");
  EXPECT_EQ(parts("DISM   DISM.EXE: x"), "DISM|DISM.EXE: x");
  EXPECT_EQ(parts("[windeploy.exe] text"), "windeploy.exe|text");
  EXPECT_EQ(parts("[0x0606cc] IBS    text"), "IBS|text");
  EXPECT_EQ(parts("OK text"), "|OK text");
  EXPECT_EQ(parts("FAILED text"), "|FAILED text");
  EXPECT_EQ(parts("[two words] text"), "|[two words] text");
  EXPECT_EQ(parts("[] text"), "|[] text");
  EXPECT_EQ(parts("[0xzz] text"), "|[0xzz] text");
  EXPECT_EQ(parts("text"), "|text");
  EXPECT_EQ(parts(""), "|");
}

TEST(Panther, ALineWithoutItsStampGoesOn) {
  for (const char* line :
       {"2025-06-02 17:30:09 Info   CBS    x", "2025-6-02 17:30:09, Info  x",
        "2025-06-02 17:30, Info  x", "2025-06-02T17:30:09, Info  x",
        " 2025-06-02 17:30:09, Info  x", "2025-06-02 17:30:09, Infox"}) {
    const auto parsed = Parse(kParser, Line("Info  a") + line + "\r\n");
    ASSERT_THAT(parsed->kept.events, SizeIs(1)) << line;
    EXPECT_EQ(parsed->kept.events[0].message, "a\n" + std::string(line));
  }
}

TEST(Panther, ReportsLinesBeforeTheFirstEvent) {
  const auto parsed = Parse(kParser, "one\r\ntwo\r\n" + Line("Info  a"));
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value log line@0: lines 1 to 2: expected a line "
                          "'YYYY-MM-DD HH:MM:SS, Info ...', found 'one' (lost "
                          "10)"));
}

TEST(Panther, ACutLastLineIsKeptAndReported) {
  const auto parsed = Parse(kParser, Line("Info  a") +
                                         "2025-06-02 17:30:10, "
                                         "Error  hr=0x8007");
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[1].message, "hr=0x8007");
  EXPECT_THAT(parsed->kept.events[1].fields, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated log line@30: line 2: expected a line end, "
                          "found the end of the file (lost 0)"));
}

TEST(Panther, FindsHresults) {
  const auto fields = [](std::string_view text) {
    const auto parsed = Parse(kParser, Line("Info  " + std::string(text)));
    std::string out;
    for (const Field& field : parsed->kept.events.at(0).fields) {
      out += ToText(field.value) + " ";
    }
    return out;
  };
  EXPECT_EQ(fields("hr=0x80070002"), "0x80070002 ");
  EXPECT_EQ(fields("0x800F081F"), "0x800f081f ");
  EXPECT_EQ(fields("0x80000001 0x80000002 0x80000003 0x80000004 0x80000005"),
            "0x80000001 0x80000002 0x80000003 0x80000004 ");
  EXPECT_EQ(fields("0x0 0x00000000 0x7fffffff 0xc0000001 0x8007000"), "");
  EXPECT_EQ(fields("0x800700021 x0x80070002 0x80070002h"), "");
}

TEST(Panther, LimitsAreReported) {
  Limits limits;
  limits.text_line_bytes = 64;
  limits.text_value_bytes = 80;
  const auto parsed = Parse(
      kParser,
      Line("Info  " + std::string(100, 'x')) + std::string(50, 'y') + "\r\n",
      limits);
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_EQ(parsed->kept.events[0].message.size(), 64 - 27);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("limit exceeded log line@0: line 1: limit 66 bytes, "
                          "found 129 (lost 63)",
                          HasSubstr("limit exceeded log message@0: line 1: "
                                    "limit 80 bytes, found 52 more (lost "
                                    "52)")));
}

TEST(Panther, ReadsEveryEncoding) {
  const std::string text = Line(
                               "Info  Gr\xC3\xB6\xC3\x9F"
                               "e") +
                           Line("Info  b");
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text),
        Line("Info  Gr\xF6\xDF"
             "e") +
            "2025-06-02 17:30:09, Info  b\n"}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.events, SizeIs(2));
    EXPECT_EQ(parsed->kept.events[0].message,
              "Gr\xC3\xB6\xC3\x9F"
              "e");
    EXPECT_EQ(parsed->kept.events[1].message, "b");
  }
}

TEST(Panther, EveryPrefixIsABeginning) {
  ExpectEventPrefixes(
      kParser, Line("Info       [0x0606cc] IBS    a") + "  more\r\n" +
                   Line("Error  DISM   DISM Store: PID=1 TID=2 hr=0x80070002") +
                   Line("Info  [a.exe] b\xC3\xA4"));
}

TEST(Panther, ProbeTakesLogsAndNothingElse) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Line("Info  a")));
  EXPECT_TRUE(probe("\r\nfoo\r\n" + Line("Info  a")));
  EXPECT_FALSE(probe("2025-06-02 17:30:09, a\r\n"));
  EXPECT_FALSE(probe("2025-06-02 17:30:09,Info,a\r\n"));
  EXPECT_FALSE(probe("2025-06-02 17:30:09 Info a\r\n"));
  EXPECT_FALSE(probe("{\"a\": \"2025-06-02 17:30:09, Info  a\"}"));
  EXPECT_FALSE(probe(""));
}

TEST(Panther, NothingOfALogIsAnError) {
  const auto parsed = Parse(kParser, "text\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().what, "log line");
}

}  // namespace
}  // namespace espial::panther

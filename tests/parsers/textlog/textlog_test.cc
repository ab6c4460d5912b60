#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/textlog/stamp.h"
#include "tests/parsers/support/events_prefix.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::textlog {

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

// The time that a line has by itself, its quality and the rest of the line.
std::string Read(std::string_view line, DateOrder order = DateOrder::kUnknown) {
  const auto stamp = ReadLineStamp(line);
  if (!stamp) return "none";
  const Time time = TimeOf(*stamp, order);
  return (time.known() ? FormatUtc(time.ticks, 3) : std::string("unknown")) +
         " " + std::string(TimeQualityName(time.quality)) + " '" +
         std::string(stamp->rest) + "'";
}

TEST(Textlog, Golden) {
  ExpectGolden(kParser, ESPIAL_SOURCE_DIR "/tests/parsers/textlog/golden");
}

TEST(TextlogStamp, ReadsEveryForm) {
  EXPECT_EQ(Read("2025-09-08T04:53:16.1234567Z x"),
            "2025-09-08T04:53:16.123Z utc 'x'");
  EXPECT_EQ(Read("2025-09-08 04:53:16,123 x"),
            "2025-09-08T04:53:16.123Z assumed 'x'");
  EXPECT_EQ(Read("2025-09-08 04:53:16, x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("2025-09-08T04:53:16+02:00 x"),
            "2025-09-08T02:53:16.000Z offset 'x'");
  EXPECT_EQ(Read("2025-09-08 04:53:16.5-0530 x"),
            "2025-09-08T10:23:16.500Z offset 'x'");
  EXPECT_EQ(Read("2025-09-08 04:53:16 +02:00 x"),
            "2025-09-08T02:53:16.000Z offset 'x'");
  EXPECT_EQ(Read("2025-09-08 04:53:16 - x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("2025/09/08 04:53:16: x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("[2025-09-08 04:53:16] [x]"),
            "2025-09-08T04:53:16.000Z assumed '[x]'");
  EXPECT_EQ(Read("08.09.2025 04:53:16 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("9/9/2025 4:53:16 PM x"),
            "2025-09-09T16:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("9/9/2025, 12:53:16 am x"),
            "2025-09-09T00:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("Sep  8 2025 04:53:16 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("September 8, 2025 04:53:16 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("08-Sep-2025 04:53:16 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("Mon Sep  8 04:53:16 2025 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
  EXPECT_EQ(Read("Mon, 8 Sep 2025 04:53:16 x"),
            "2025-09-08T04:53:16.000Z assumed 'x'");
}

TEST(TextlogStamp, RefusesWhatIsNone) {
  for (const char* line :
       {"", "2025-09-08", "2025-09-08 04:53", "25-09-08 04:53:16",
        "2025-09-08 4:5:16", "2025-09/08 04:53:16", "2025-09-08 04:53:161",
        "2025-09-08 04:53:16abc", "2025-09-08x04:53:16", "[2025-09-08 04:53:16",
        "9/8/2025 13:53:16 PM", "9/8/25 04:53:16", "Sep 8 04:53:16 host",
        "Foo 8 2025 04:53:16", "12025-09-08 04:53:16",
        "2025-09-08 04:53:16.1234567890", "2025-09-08T04:53:16+99:00"}) {
    EXPECT_EQ(Read(line), "none") << line;
  }
}

TEST(TextlogStamp, TimesThatCannotBeAreNone) {
  EXPECT_EQ(Read("2025-13-08 04:53:16 x"), "unknown none 'x'");
  EXPECT_EQ(Read("2025-02-30 04:53:16 x"), "unknown none 'x'");
  EXPECT_EQ(Read("9/9/2025 25:53:16 x"), "unknown none 'x'");
}

TEST(TextlogStamp, AmbiguousDatesNeedAProof) {
  EXPECT_EQ(Read("03/04/2025 10:00:00 x"), "unknown none 'x'");
  EXPECT_EQ(Read("03/04/2025 10:00:00 x", DateOrder::kMonthFirst),
            "2025-03-04T10:00:00.000Z assumed 'x'");
  EXPECT_EQ(Read("03/04/2025 10:00:00 x", DateOrder::kDayFirst),
            "2025-04-03T10:00:00.000Z assumed 'x'");
}

std::string Order(std::initializer_list<const char*> lines) {
  OrderProof proof;
  for (const char* line : lines) {
    if (const auto stamp = ReadLineStamp(line)) proof.Add(*stamp);
  }
  switch (proof.order()) {
    case DateOrder::kMonthFirst:
      return "month first";
    case DateOrder::kDayFirst:
      return "day first";
    case DateOrder::kUnknown:
      break;
  }
  return "unknown";
}

TEST(TextlogOrder, ANumberAboveTwelveProvesIt) {
  EXPECT_EQ(Order({"03/04/2025 10:00:00", "03/13/2025 10:00:00"}),
            "month first");
  EXPECT_EQ(Order({"13/04/2025 10:00:00", "03/04/2025 10:00:00"}), "day first");
  EXPECT_EQ(Order({"13/04/2025 10:00:00", "03/14/2025 10:00:00"}), "unknown");
}

TEST(TextlogOrder, TimeThatRisesInOneReadingProvesIt) {
  // January 2 to February 1, or February 1 back to January 2.
  EXPECT_EQ(Order({"01/02/2025 10:00:00", "02/01/2025 10:00:00",
                   "02/03/2025 10:00:00"}),
            "month first");
  EXPECT_EQ(Order({"02/01/2025 10:00:00", "01/02/2025 10:00:00",
                   "03/02/2025 10:00:00"}),
            "day first");
  EXPECT_EQ(Order({"03/04/2025 10:00:00", "03/04/2025 10:00:01"}), "unknown");
  EXPECT_EQ(Order({"03/04/2025 10:00:01", "03/04/2025 10:00:00"}), "unknown");
  EXPECT_EQ(Order({}), "unknown");
}

TEST(Textlog, UndecidedDatesLeaveNoTimeButANote) {
  const auto parsed =
      Parse(kParser, "03/04/2025 10:00:00 one\r\n03/03/2025 10:00:01 two\r\n");
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_FALSE(parsed->kept.events[0].time.known());
  EXPECT_EQ(parsed->kept.events[0].time.as_written, "03/04/2025 10:00:00");
  // The same in both readings.
  EXPECT_TRUE(parsed->kept.events[1].time.known());
  EXPECT_THAT(parsed->kept.note, HasSubstr("cannot be told apart"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(Textlog, LinesWithoutATimeGoOn) {
  const auto parsed =
      Parse(kParser,
            "header\r\n2025-09-08 04:53:16 one\r\n  more\r\n\r\nstill\r\n"
            "2025-09-08 04:53:17 two");
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event 2025-09-08T04:53:16.0000000Z assumed [2025-09-08 "
                  "04:53:16] file 0 'file' information 2@8 one\n  more\nstill",
                  "event 2025-09-08T04:53:17.0000000Z assumed [2025-09-08 "
                  "04:53:17] file 0 'file' information 6@50 two"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("log line@0: line 1: expected a line that "
                                    "begins with a date and a time, found "
                                    "'header' (lost 8)")));
}

TEST(Textlog, ReadsLevelsAtTheStart) {
  const auto level = [](std::string_view text) {
    const auto parsed =
        Parse(kParser, "2025-09-08 04:53:16 " + std::string(text) + "\n");
    return static_cast<int>(parsed->kept.events.at(0).level);
  };
  EXPECT_EQ(level("FATAL x"), 1);
  EXPECT_EQ(level("[Error] x"), 2);
  EXPECT_EQ(level("WARN: x"), 3);
  EXPECT_EQ(level("(info) x"), 4);
  EXPECT_EQ(level("debug x"), 5);
  EXPECT_EQ(level("Errors: 0"), 4);
  EXPECT_EQ(level("no error"), 4);
  EXPECT_EQ(level(""), 4);
}

TEST(Textlog, ReadsEveryEncoding) {
  const std::string text =
      "2025-09-08 04:53:16 Gr\xC3\xB6\xC3\x9F"
      "e\r\n2025-09-08 04:53:17 b\n";
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text),
        std::string("2025-09-08 04:53:16 Gr\xF6\xDF"
                    "e\n"
                    "2025-09-08 04:53:17 b\n")}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.events, SizeIs(2));
    EXPECT_EQ(parsed->kept.events[0].message,
              "Gr\xC3\xB6\xC3\x9F"
              "e");
  }
}

TEST(Textlog, EveryPrefixIsABeginning) {
  ExpectEventPrefixes(kParser,
                      "Sep  8 2025 04:53:15 zero\n"
                      "2025-09-08 04:53:16 one\r\n more\r\n"
                      "[2025-09-08T04:53:17.5Z] ERROR two\r\n"
                      "2025-09-08T04:53:17.5+02:00 three\r\n");
}

TEST(Textlog, ProbeTakesLogsAndNothingElse) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  const std::string line = "2025-09-08 04:53:16 x\r\n";
  EXPECT_TRUE(probe(line));
  EXPECT_TRUE(probe("head\r\n" + line));
  EXPECT_TRUE(probe("1\n2\n3\n4\n5\n6\n7\n" + line + line + line));
  EXPECT_FALSE(probe("1\n2\n3\n" + line + line));
  EXPECT_FALSE(probe("2025-09-08 04:53:16,INFO,x\n2025-09-08 04:53:17,INFO,y"));
  EXPECT_FALSE(probe("\"2025-09-08 04:53:16\",\"INFO\"\n"));
  EXPECT_FALSE(probe("2025-09-08 04:53:16;x\n"));
  EXPECT_FALSE(probe("<a>\n" + line + line + line));
  EXPECT_FALSE(probe("{\n" + line + line + line));
  EXPECT_FALSE(probe("[{\n" + line + line + line));
  EXPECT_FALSE(
      probe("Windows Registry Editor Version 5.00\n" + line + line + line));
  EXPECT_FALSE(probe("some text\n"));
  EXPECT_FALSE(probe(""));
  EXPECT_FALSE(Parse(kParser, "text\n")->status);
}

}  // namespace
}  // namespace espial::textlog

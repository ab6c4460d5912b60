#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/reportingevents/row.h"
#include "tests/parsers/support/events_prefix.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::reportingevents {

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

constexpr std::string_view kGuidText = "{0FA54E57-3A5B-4E8D-9B2E-000000000001}";

std::string Row(std::string_view time = "2025-09-08 04:53:16:123-0700",
                std::string_view event = "147 [AGENT_DETECTION_FINISHED]",
                std::string_view result = "0") {
  return std::string(kGuidText) + "\t" + std::string(time) + "\t1\t" +
         std::string(event) + "\t101\t" + std::string(kGuidText) + "\t200\t" +
         std::string(result) + "\tcaller\tstatus\tcategory\tmessage\r\n";
}

std::string TimeText(std::string_view time) {
  const auto parsed = Parse(kParser, Row(time));
  if (parsed->kept.events.size() != 1) return "no event";
  const Event& event = parsed->kept.events[0];
  EXPECT_EQ(event.time.as_written, time);
  return event.time.known() ? FormatUtc(event.time.ticks, 3) : "none";
}

TEST(ReportingEvents, Golden) {
  ExpectGolden(kParser,
               ESPIAL_SOURCE_DIR "/tests/parsers/reportingevents/golden");
}

TEST(ReportingEvents, ReadsOffsets) {
  EXPECT_EQ(TimeText("2025-09-08 04:53:16:123-0700"),
            "2025-09-08T11:53:16.123Z");
  EXPECT_EQ(TimeText("2025-09-08 04:53:16:123+0530"),
            "2025-09-07T23:23:16.123Z");
  EXPECT_EQ(TimeText("2025-09-08 04:53:16:123+0000"),
            "2025-09-08T04:53:16.123Z");
  EXPECT_EQ(TimeText("2025-13-08 04:53:16:123+0000"), "none");
  EXPECT_EQ(TimeText("2025-09-08 04:53:16:123+0060"), "none");
  EXPECT_EQ(TimeText("2025-09-08 04:53:16:123+1600"), "none");
  for (const char* time : {"2025-09-08 04:53:16:123", "2025-09-08", "",
                           "2025-09-08 04:53:16-0700", "soon"}) {
    EXPECT_EQ(TimeText(time), "no event");
  }
}

TEST(ReportingEvents, FieldsThatAreNoneAreLeftOut) {
  const auto parsed = Parse(
      kParser, Row("2025-09-08 04:53:16:123-0700", "later", "0x12") +
                   std::string(kGuidText) + "\t2025-09-08 04:53:16:123-0700");
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].id, 0U);
  EXPECT_EQ(parsed->kept.events[0].FindField("EventName"), nullptr);
  EXPECT_EQ(parsed->kept.events[0].FindField("HResult"), nullptr);
  EXPECT_EQ(parsed->kept.events[1].message, "");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated log line@")));
}

TEST(ReportingEvents, AFailedResultIsAnError) {
  const auto parsed = Parse(
      kParser, Row("2025-09-08 04:53:16:123-0700", "182 [X]", "80240022") +
                   Row("2025-09-08 04:53:16:123-0700", "182 [X]", "240001"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].level, 2);
  EXPECT_EQ(ToText(*parsed->kept.events[0].FindField("HResult")), "0x80240022");
  EXPECT_EQ(parsed->kept.events[1].level, 4);
}

TEST(ReportingEvents, ReportsLinesBeforeTheFirstRow) {
  const auto parsed = Parse(kParser, "foreign\r\n" + Row());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value reporting event@0: line 1: expected a row "
                          "'{guid}<tab>time<tab>...', found 'foreign' (lost "
                          "9)"));
}

TEST(ReportingEvents, ReadsEveryEncoding) {
  const std::string text = Row() + "more\r\n" + Row();
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text)}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.events, SizeIs(2));
    EXPECT_EQ(parsed->kept.events[0].message, "message\nmore");
  }
}

TEST(ReportingEvents, EveryPrefixIsABeginning) {
  ExpectEventPrefixes(kParser, Row() + "more\r\n" + Row());
}

TEST(ReportingEvents, ProbeTakesRowsAndNothingElse) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Row()));
  EXPECT_TRUE(probe("cut\r\n" + Row()));
  EXPECT_FALSE(probe("{\"a\": 1}"));
  EXPECT_FALSE(probe(std::string(kGuidText) + "\t1\t2"));
  EXPECT_FALSE(probe("{0FA54E57}\t2025-09-08 04:53:16:123-0700\t1"));
  EXPECT_FALSE(probe(""));
  EXPECT_FALSE(Parse(kParser, "text\n")->status);
}

}  // namespace
}  // namespace espial::reportingevents

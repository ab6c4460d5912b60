#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parsers/eventtext/labels.h"
#include "parsers/eventtext/local_date.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::eventtext {

extern const Parser kParser;

namespace {

using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(EventText, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/eventtext/golden");
}

std::string Read(std::string_view text, DateOrder order) {
  const auto date = ParseLocalDate(text);
  if (!date) return "no date";
  const auto ticks = ReadDate(*date, order);
  return ticks ? FormatUtc(*ticks, 0) : "two readings";
}

TEST(LocalDate, ReadsTheFormatsOfLocales) {
  const auto day = [](std::string_view text) {
    return Read(text, DateOrder::kDayFirst);
  };
  EXPECT_EQ(day("02.06.2025 14:07:33"), "2025-06-02T14:07:33Z");
  EXPECT_EQ(day("2-6-2025 14:07:33"), "2025-06-02T14:07:33Z");
  EXPECT_EQ(day("02/06/2025 14.07.33"), "2025-06-02T14:07:33Z");
  EXPECT_EQ(day("2/6/2025 2:07:33 p. m."), "2025-06-02T14:07:33Z");
  EXPECT_EQ(Read("6/2/2025 12:07:33 AM", DateOrder::kMonthFirst),
            "2025-06-02T00:07:33Z");
  EXPECT_EQ(Read("6/2/2025 2:07:33\u202FPM", DateOrder::kMonthFirst),
            "2025-06-02T14:07:33Z");
  EXPECT_EQ(Read("2025/06/02 14:07:33", DateOrder::kUnknown),
            "2025-06-02T14:07:33Z");
  EXPECT_EQ(Read("2025/06/02 \u5348\u5F8C 2:07:33", DateOrder::kUnknown),
            "2025-06-02T14:07:33Z");
  EXPECT_EQ(Read("2/6/2025 14:07", DateOrder::kUnknown), "two readings");
  EXPECT_EQ(Read("6/6/2025 14:07", DateOrder::kUnknown),
            "2025-06-06T14:07:00Z");
  EXPECT_EQ(Read("31.02.2025 14:07", DateOrder::kDayFirst), "two readings");
  EXPECT_EQ(day("02.06.25 14:07:33"), "no date");
  EXPECT_EQ(day("2.6.2025 14:07:33 soon"), "no date");
  EXPECT_EQ(day("2.6.2025 13:07:33 PM"), "no date");
  EXPECT_EQ(day("2.6.2025 24:07:33"), "no date");
  EXPECT_EQ(day("2.6.2025"), "no date");
  EXPECT_EQ(day(""), "no date");
}

DateOrder Decide(const std::vector<std::string_view>& dates) {
  OrderFinder finder;
  for (const std::string_view text : dates) finder.Add(*ParseLocalDate(text));
  return finder.Decide();
}

TEST(LocalDate, FindsTheDayByNumbersAndByOrder) {
  EXPECT_EQ(Decide({"2/6/2025 1:00:00", "13/6/2025 1:00:00"}),
            DateOrder::kDayFirst);
  EXPECT_EQ(Decide({"2/6/2025 1:00:00", "2/13/2025 1:00:00"}),
            DateOrder::kMonthFirst);
  EXPECT_EQ(Decide({"13/6/2025 1:00:00", "2/13/2025 1:00:00"}),
            DateOrder::kUnknown);
  // Newest first, over the end of a month.
  EXPECT_EQ(
      Decide({"1/7/2025 1:00:00", "12/6/2025 1:00:00", "11/6/2025 1:00:00"}),
      DateOrder::kDayFirst);
  EXPECT_EQ(
      Decide({"6/11/2025 1:00:00", "6/12/2025 1:00:00", "7/1/2025 1:00:00"}),
      DateOrder::kMonthFirst);
  // In order under both readings, or on one day.
  EXPECT_EQ(Decide({"1/6/2025 1:00:00", "2/6/2025 1:00:00"}),
            DateOrder::kUnknown);
  EXPECT_EQ(Decide({"1/6/2025 1:00:00"}), DateOrder::kUnknown);
  EXPECT_EQ(Decide({}), DateOrder::kUnknown);
}

TEST(Labels, KnowTheLanguages) {
  EXPECT_EQ(ViewerColumn("Ereignis-ID"), Role::kId);
  EXPECT_EQ(ViewerColumn("ID de l\u2019\u00e9v\u00e9nement"), Role::kId);
  EXPECT_EQ(ViewerColumn("NIVEL"), Role::kLevel);
  EXPECT_EQ(ViewerColumn("\u30BD\u30FC\u30B9"), Role::kProvider);
  EXPECT_FALSE(ViewerColumn("Farbe"));
  EXPECT_EQ(LevelByName("B\u0142\u0105d"), 2);
  EXPECT_EQ(LevelByName("Audit Failure"), 0);
  EXPECT_FALSE(LevelByName("meh"));
}

TEST(EventText, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("Event[0]:\r\n  Log Name: System\r\n"));
  EXPECT_TRUE(probe("\nEvent[0]\n  Protokollname: System\n"));
  EXPECT_TRUE(probe("Level,Date and Time,Source,Event ID,Task Category\r\n"));
  // An unknown language, by its first row.
  EXPECT_TRUE(
      probe("a\tb\tc\td\te\r\n"
            "x\t2.6.2025 14:07:33\ty\t304\tz\tm\r\n"));
  EXPECT_TRUE(probe("\"TimeCreated\";\"Id\";\"Message\"\r\n"));
  EXPECT_TRUE(
      probe("\r\n\r\nTimeCreated  : 6/2/2025 2:07:33 PM\r\n"
            "ProviderName : x\r\n"));
  EXPECT_FALSE(probe("Event[0]: something\n  Log Name: System"));
  EXPECT_FALSE(probe("Event[x]:\n  Log Name: System"));
  EXPECT_FALSE(probe("a,b,c,d,e\r\n1,2,3,4,5\r\n"));
  // Other tools' tables keep to other rules: their times are UTC.
  EXPECT_FALSE(
      probe("RecordNumber,EventRecordId,TimeCreated,EventId,Level\r\n"
            "1,2,2025-06-02 14:07:33,304,Info\r\n"));
  EXPECT_FALSE(
      probe("Device Serial Number,Windows Product ID,Hardware Hash\n"));
  EXPECT_FALSE(probe("Id : 7\r\nName : x\r\n"));
  EXPECT_FALSE(probe(""));
}

constexpr std::string_view kHeader =
    "Level,Date and Time,Source,Event ID,Task Category\r\n";

TEST(EventText, LeavesOutTimesWithTwoReadings) {
  const auto parsed =
      Parse(kParser,
            std::string(kHeader) + "Error,02/06/2025 14:07:33,S,1,None,m\r\n",
            {}, "bundle.zip!System.csv");
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_EQ(Show(parsed->kept.events[0]),
            "event - none [02/06/2025 14:07:33] S 1 'System' error 2@51 "
            "{Level=string:Error, TaskCategory=string:None} m");
  EXPECT_THAT(parsed->kept.note, HasSubstr("day and month of 1 dates"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(EventText, ReadsQuotedMessages) {
  const auto parsed = Parse(
      kParser, std::string(kHeader) +
                   "Error,13/06/2025 14:07:33,S,1,None,\"a, \"\"b\"\"\r\n\r\n"
                   "Error: c\"\r\n"
                   "Warning,12/06/2025 14:07:33,S,2,None,d, e\r\n");
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "a, \"b\"\r\n\r\nError: c");
  EXPECT_EQ(parsed->kept.events[1].message, "d, e");
  EXPECT_EQ(parsed->kept.events[1].record, 5U);
  EXPECT_EQ(parsed->kept.events[1].level, 3);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(EventText, ReadsOnBehindAMissingQuote) {
  const auto parsed =
      Parse(kParser, std::string(kHeader) +
                         "Error,13/06/2025 14:07:33,S,1,None,\"a\r\nb\r\n"
                         "Warning,12/06/2025 14:07:33,S,2,None,d\r\n");
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "a\r\nb");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated event table row@51: line 2: expected its "
                          "end, found the next row or the end of the text "
                          "(lost 0)"));
}

TEST(EventText, ReportsRowsThatAreNone) {
  const auto parsed =
      Parse(kParser, std::string(kHeader) +
                         "Error,13/06/2025 14:07:33,S,1,None,a\r\n"
                         "Error,someday,S,1,None,a\r\n"
                         "Error,13/06/2025 14:07:33,S,x,None,a\r\n"
                         "Error,13/06/2025 14:0");
  EXPECT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(HasSubstr("bad value event table row@89: line 3: expected a "
                            "date and an event id in their columns, found "
                            "'Error,someday,S,1,None,a' (lost 26)"),
                  HasSubstr("line 4"), HasSubstr("truncated event table row")));
}

TEST(EventText, CutsLongMessages) {
  Limits limits;
  limits.text_value_bytes = 64;
  const std::string filler(40, 'x');
  const auto parsed =
      Parse(kParser,
            std::string(kHeader) + "Error,13/06/2025 14:07:33,S,1,None,\"" +
                filler + "\r\n" + filler + "\r\n" + filler + "\"\r\n" +
                "Error,13/06/2025 14:07:34,S,2,None,b\r\n",
            limits);
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, filler);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded event table cell@51: line "
                                    "2: limit 64 bytes (lost 85)")));
}

TEST(EventText, ReadsWevtutilWithoutKnownLabels) {
  const auto parsed = Parse(
      kParser,
      "Event[0]\r\n  Protokoll: System\r\n  Quelle: S\r\n"
      "  Datum: 2025-06-02T14:07:33.1230000Z\r\n  Ereignis: 7\r\n"
      "  Aufgabe: N/A\r\n  Stufe: Fehler\r\n  Code: Info\r\n  Wort: N/A\r\n"
      "  Wer: S-1-5-18\r\n  Name: NT-AUTORIT\xC3\x84T\\SYSTEM\r\n"
      "  Rechner: PC-1\r\n  Text: \r\nEvent[1]: is no head\r\nEvent[2]\r\n"
      "is none either\r\n\r\n");
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_EQ(Show(parsed->kept.events[0]),
            "event 2025-06-02T14:07:33.1230000Z utc S 7 'System' error 1@0 on "
            "PC-1 as S-1-5-18 {Level=string:Fehler, Opcode=string:Info, "
            "User=string:NT-AUTORIT\xC3\x84T\\SYSTEM} Event[1]: is no head\r\n"
            "Event[2]\r\nis none either");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(EventText, EveryCutIsTold) {
  const std::vector<std::string> texts = {
      "Event[0]:\r\n  Log Name: System\r\n  Source: S\r\n  Date: "
      "2025-06-02T14:07:33.123\r\n  Event ID: 7\r\n  Description: \r\nabc\r\n",
      std::string(kHeader) +
          "Error,13/06/2025 14:07:33,S,1,None,a\r\n"
          "Error,13/06/2025 14:07:33,S,1,None,\"a\r\nb\"\r\n",
      "TimeCreated  : 6/22/2025 2:07:33 PM\r\nId : 7\r\nMessage : a\r\n"
      "          b\r\n"};
  for (const std::string& text : texts) {
    const auto all = Parse(kParser, text);
    EXPECT_THAT(all->kept.damage, IsEmpty()) << text;
    // A cut line end is none, and neither is a cut between records.
    for (size_t size = 0; size + 2 < text.size(); ++size) {
      if (size > 0 && text[size - 1] == '\n') continue;
      const auto part = Parse(kParser, text.substr(0, size));
      EXPECT_TRUE(!part->status || !part->kept.damage.empty())
          << "silent cut at " << size << " of " << text;
      for (const Damage& damage : part->kept.damage) {
        EXPECT_LE(damage.bytes_lost, size);
      }
    }
  }
}

}  // namespace
}  // namespace espial::eventtext

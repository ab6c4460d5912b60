#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::eventxml {

extern const Parser kParser;

namespace {

using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kNamespace =
    "http://schemas.microsoft.com/win/2004/08/events/event";

// An event of these items of System, and what stands behind it.
std::string Record(std::string_view system, std::string_view data = {}) {
  return "<Event xmlns='" + std::string(kNamespace) + "'><System>" +
         std::string(system) + "</System>" + std::string(data) + "</Event>";
}

std::string Numbered(int record, std::string_view data = {}) {
  return Record(
      "<EventID>7</EventID><TimeCreated SystemTime='2025-06-02T10:00:"
      "0" +
          std::to_string(record) + "Z'/><EventRecordID>" +
          std::to_string(record) + "</EventRecordID><Channel>System</Channel>",
      data);
}

TEST(EventXml, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/eventxml/golden");
}

TEST(EventXml, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Numbered(1)));
  EXPECT_TRUE(probe("<?xml version='1.0'?>\n<Events>" + Numbered(1)));
  EXPECT_TRUE(probe("<Events/>"));
  EXPECT_TRUE(probe("<r><Event>\n<System>"));
  EXPECT_FALSE(probe(""));
  EXPECT_FALSE(probe("x" + Numbered(1)));
  EXPECT_FALSE(probe("<EventSource><System>"));
  EXPECT_FALSE(probe("<a><Event>x</Event></a>"));
  EXPECT_FALSE(probe("<html><body>Event</body></html>"));
}

TEST(EventXml, CountsWhatEachChannelCovers) {
  const auto parsed = Parse(kParser, Numbered(1) + Numbered(2) + Numbered(5));
  ASSERT_THAT(parsed->kept.coverage, SizeIs(1));
  const Coverage& coverage = parsed->kept.coverage[0];
  EXPECT_EQ(Show(coverage),
            "coverage System () 3 "
            "2025-06-02T10:00:01.0000000Z.."
            "2025-06-02T10:00:05.0000000Z");
  EXPECT_EQ(coverage.first_record, 1U);
  EXPECT_EQ(coverage.last_record, 5U);
  EXPECT_EQ(coverage.missing_records, 2U);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(EventXml, NothingCoveredByAnEmptyExport) {
  const auto parsed = Parse(kParser, "<Events></Events>");
  EXPECT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.coverage, IsEmpty());
}

TEST(EventXml, ReadsOutOfRangeNumbersAsZero) {
  const auto parsed =
      Parse(kParser, Record("<EventID Qualifiers='x'>y</EventID>"
                            "<Keywords>0x10</Keywords><TimeCreated "
                            "SystemTime='2025-06-02T10:00:00'/>"));
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  const Event& event = parsed->kept.events[0];
  EXPECT_EQ(event.id, 0U);
  EXPECT_EQ(event.keywords, 16U);
  EXPECT_EQ(event.time.quality, TimeQuality::kUtc);
}

TEST(EventXml, TellsATimeThatIsNone) {
  const auto parsed = Parse(
      kParser, Record("<EventID>1</EventID><TimeCreated SystemTime='soon'/>"
                      "<EventRecordID>3</EventRecordID>"));
  ASSERT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_FALSE(parsed->kept.events[0].time.known());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value event time@0: line 1: record 3: expected "
                          "TimeCreated with a UTC time, found 'soon' (note)"));
}

TEST(EventXml, LeavesOutAnEventWithoutSystem) {
  const auto parsed =
      Parse(kParser, "<Event xmlns='" + std::string(kNamespace) +
                         "'><EventData/></Event>" + Numbered(2));
  EXPECT_THAT(parsed->kept.events, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("expected a whole System section")));
}

TEST(EventXml, ReadsManyEventsBehindManyCuts) {
  std::string text = "<Events>";
  for (int i = 0; i < 400; ++i) {
    const std::string whole = Numbered(i % 10, "<EventData><Data>x</Data>");
    text += whole.substr(0, whole.size() - 8);
  }
  const auto parsed = Parse(kParser, text);
  EXPECT_THAT(parsed->kept.events, SizeIs(400));
}

TEST(EventXml, EveryCutIsTold) {
  const std::string whole =
      "<Events>" +
      Numbered(1, "<EventData><Data Name='a'>b</Data></EventData>") + "\r\n" +
      Numbered(2, "<UserData><x y='z'>1</x></UserData>") + "</Events>";
  const auto all = Parse(kParser, whole);
  ASSERT_THAT(all->kept.events, SizeIs(2));
  for (size_t size = 1; size < whole.size(); ++size) {
    const auto part = Parse(kParser, whole.substr(0, size));
    const auto& events = part->kept.events;
    ASSERT_LE(events.size(), 2U);
    EXPECT_TRUE(!part->status || !part->kept.damage.empty()) << size;
    for (size_t i = 0; i < events.size(); ++i) {
      // The last one may lack fields, but none is another than it was.
      const Event& whole_event = all->kept.events[i];
      EXPECT_EQ(events[i].record, whole_event.record) << size;
      ASSERT_LE(events[i].fields.size(), whole_event.fields.size()) << size;
      for (size_t f = 0; f < events[i].fields.size(); ++f) {
        EXPECT_EQ(ToText(events[i].fields[f].value),
                  ToText(whole_event.fields[f].value))
            << size;
      }
    }
  }
}

}  // namespace
}  // namespace espial::eventxml

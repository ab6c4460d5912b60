#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/collect/footprint/start_time.h"
#include "tests/parsers/support/parse.h"

namespace espial::collect_footprint {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kStart = "--- Start at:2025-06-02 14:07:33\r\n";

TEST(Footprint, ReadsEveryLine) {
  const auto parsed = Parse(
      kParser,
      std::string(kStart) +
          "Autopilot;TPM\r\n"
          "\r\n"
          "Copied file:C:\\a, to b\\x.log, to:C:\\out\\x.log\r\n"
          "Succeeded to dump HKLM registry:SOFTWARE\\Microsoft\\Enrollments\r\n"
          "Failed (HResult:0x80070002) to copy file:C:\\no.json, to:C:\\o\r\n"
          "Failed (HResult:0x80070005) to open C:\\x\r\n"
          "--- 12 HKCU registry entries are collected\r\n");
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(
          "collection start|2025-06-02 14:07:33|info|2025-06-02T14:07:33Z||1@0",
          "collection directive|Autopilot;TPM|info|||2@34",
          "collection directive|C:\\a, to b\\x.log|copied|C:\\out\\x.log||4@51",
          "collection directive|SOFTWARE\\Microsoft\\Enrollments|dumped|||5@98",
          "collection directive|C:\\no.json|failed|0x80070002|2147942402|6@162",
          "collection directive|open C:\\x|failed|0x80070005|2147942405|7@224",
          "collection directive|12 HKCU registry entries are "
          "collected|info||12|8@266"));
}

TEST(Footprint, ReportsATimeThatCannotBeRead) {
  const auto parsed = Parse(kParser, "--- Start at:03/04/2025 10:00:00\r\n");
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].name, "03/04/2025 10:00:00");
  EXPECT_EQ(parsed->kept.facts[0].data, "");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value footprint start time@0: line 1: expected "
                          "a date and time that can be read in one way, found "
                          "'03/04/2025 10:00:00' (note)"));
}

TEST(Footprint, ReportsAResultThatCannotBeRead) {
  for (const char* line : {"Failed (HResult:zz) to copy file:a\r\n",
                           "Failed (HResult:0x80070002\r\n"}) {
    const auto parsed = Parse(kParser, std::string(kStart) + line);
    ASSERT_THAT(parsed->kept.facts, SizeIs(2));
    EXPECT_EQ(parsed->kept.facts[1].type, "failed");
    EXPECT_FALSE(parsed->kept.facts[1].number.has_value());
    EXPECT_THAT(Show(parsed->kept.damage),
                ElementsAre(HasSubstr("bad value footprint result@34: line 2: "
                                      "expected 'HResult:0x...)'")));
  }
}

TEST(Footprint, CutLastLineIsDroppedAndReported) {
  const auto parsed =
      Parse(kParser, std::string(kStart) + "Copied file:C:\\a, to:C:\\ou");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated footprint line@34: line 2: expected a "
                          "line end, found the end of the file behind 'Copied "
                          "file:C:\\a, to:C:\\ou' (lost 26)"));
}

TEST(Footprint, NothingWholeIsAnError) {
  const auto parsed = Parse(kParser, "--- Start at:2025");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().code, Errc::kTruncated);
  EXPECT_EQ(parsed->status.error().what, "footprint");
}

TEST(Footprint, LineOverItsLimitIsReported) {
  Limits limits;
  limits.text_line_bytes = 64;
  const auto parsed =
      Parse(kParser,
            std::string(kStart) + "Copied file:" + std::string(100, 'x') +
                "\r\nnext\r\n",
            limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded footprint line@34: line "
                                    "2: limit 64 bytes")));
}

TEST(Footprint, EveryPrefixIsABeginning) {
  ExpectPrefixes(kParser, std::string(kStart) +
                              "Area:\xE9\r\nCopied file:a, to:b\r\n"
                              "Failed (HResult:0x80070002) to copy file:c\r\n");
}

TEST(Footprint, ProbeWantsTheStart) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(kStart));
  EXPECT_TRUE(probe("mdmdiagnosticstool -area X\r\n\r\n--- Start at:x\r\n"));
  EXPECT_FALSE(probe("Copied file:a, to:b\r\n"));
  EXPECT_FALSE(probe("1\n2\n3\n4\n5\n6\n7\n8\n--- Start at:x\n"));
  EXPECT_FALSE(probe(""));
}

std::string Iso(std::string_view text) {
  const auto ticks = ReadStartTime(text);
  return ticks ? FormatUtc(*ticks, 3) : "none";
}

TEST(StartTime, ReadsEveryOrderThatIsClear) {
  EXPECT_EQ(Iso("2025-06-02 14:07:33"), "2025-06-02T14:07:33.000Z");
  EXPECT_EQ(Iso("2025-06-02T14:07:33Z"), "2025-06-02T14:07:33.000Z");
  EXPECT_EQ(Iso("2025/6/2-14:7:3.5"), "2025-06-02T14:07:03.500Z");
  EXPECT_EQ(Iso("6/25/2025 2:07:33 PM"), "2025-06-25T14:07:33.000Z");
  EXPECT_EQ(Iso("6/25/2025 12:07:33 AM"), "2025-06-25T00:07:33.000Z");
  EXPECT_EQ(Iso("25.06.2025 14:07:33:250"), "2025-06-25T14:07:33.250Z");
  EXPECT_EQ(Iso("6/6/2025 14:07:33"), "2025-06-06T14:07:33.000Z");
}

TEST(StartTime, RefusesWhatIsNot) {
  EXPECT_EQ(Iso("03/04/2025 14:07:33"), "none");
  EXPECT_EQ(Iso("2025-02-30 14:07:33"), "none");
  EXPECT_EQ(Iso("2025-06-02"), "none");
  EXPECT_EQ(Iso("6/25/2025 13:07:33 PM"), "none");
  EXPECT_EQ(Iso("2025-06-02 14:07:33 1 2"), "none");
  EXPECT_EQ(Iso("1234567890 1 1 1 1 1"), "none");
  EXPECT_EQ(Iso("soon"), "none");
}

}  // namespace
}  // namespace espial::collect_footprint

#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::cmtrace {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectGolden;
using ::espial::testing::Parse;
using ::espial::testing::Parsed;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kTail =
    "]LOG]!><time=\"04:53:16.3323547\" date=\"9-8-2025\" "
    "component=\"AppWorkload\" context=\"\" type=\"1\" thread=\"7\" "
    "file=\"\">";

std::string Line(std::string_view message) {
  return "<![LOG[" + std::string(message) + std::string(kTail) + "\r\n";
}

// What the events say about themselves, without time and place.
std::string Fields(const Event& event) {
  std::string out;
  for (const Field& field : event.fields) {
    if (!out.empty()) out += ", ";
    out += std::string(field.name) + "=" +
           std::string(ValueTypeName(field.value.type)) + ":" +
           ToText(field.value);
  }
  return out;
}

std::string FieldsOf(std::string_view message) {
  const auto parsed = Parse(kParser, Line(message));
  if (parsed->kept.events.size() != 1) return "not one event";
  EXPECT_EQ(parsed->kept.events[0].message, message);
  return Fields(parsed->kept.events[0]);
}

TEST(Cmtrace, Golden) {
  ExpectGolden(kParser, ESPIAL_SOURCE_DIR "/tests/parsers/cmtrace/golden");
}

TEST(Cmtrace, ReadsEveryPartOfARecord) {
  const auto parsed =
      Parse(kParser,
            "<![LOG[one]LOG]!><time=\"04:53:16.3323547\" date=\"9-8-2025\" "
            "component=\"Sensor\" context=\"ctx\" type=\"3\" thread=\"42\" "
            "file=\"a.cpp:7\">\r\n"
            "<![LOG[two]LOG]!><time=\"4:53:16.123+300\" date=\"03-23-2026\" "
            "component=\"\" context=\"\" type=\"9\" thread=\"main\" file=\"\">",
            {}, "b.cab!sensor-20250908-045316.log");
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event 2025-09-08T04:53:16.3323547Z assumed [9-8-2025 "
                  "04:53:16.3323547] Sensor 0 'Sensor' error 1@0 tid 42 "
                  "{Context=string:ctx, File=string:a.cpp:7} one",
                  "event 2026-03-23T04:53:16.1230000Z assumed [03-23-2026 "
                  "4:53:16.123+300] Sensor 0 'Sensor' information 2@129 "
                  "{Bias=int:300, Type=string:9, Thread=string:main} two"));
  ASSERT_THAT(parsed->kept.coverage, SizeIs(1));
  EXPECT_EQ(Show(parsed->kept.coverage[0]),
            "coverage Sensor () 2 2025-09-08T04:53:16.3323547Z.."
            "2026-03-23T04:53:16.1230000Z");
  EXPECT_EQ(parsed->kept.coverage[0].first_record, 1U);
  EXPECT_EQ(parsed->kept.coverage[0].last_record, 2U);
}

TEST(Cmtrace, ReadsEveryFormOfTime) {
  struct Case {
    const char* date;
    const char* time;
    const char* expected;
  };
  const Case cases[] = {
      {"9-8-2025", "04:53:16", "2025-09-08T04:53:16.0000000Z"},
      {"09-08-2025", "04:53:16.123", "2025-09-08T04:53:16.1230000Z"},
      {"2025-09-08", "04:53:16.1234", "2025-09-08T04:53:16.1234000Z"},
      {"12-31-2025", "23:59:59.123456", "2025-12-31T23:59:59.1234560Z"},
      {"12-31-2025", "23:59:59.123456789", "2025-12-31T23:59:59.1234567Z"},
      {"9/8/2025", "04:53:16.1-60", "2025-09-08T04:53:16.1000000Z"},
  };
  for (const Case& one : cases) {
    const auto parsed =
        Parse(kParser, "<![LOG[m]LOG]!><time=\"" + std::string(one.time) +
                           "\" date=\"" + one.date + "\" type=\"1\">");
    ASSERT_THAT(parsed->kept.events, SizeIs(1)) << one.time;
    const Event& event = parsed->kept.events[0];
    EXPECT_EQ(FormatUtc(event.time.ticks), one.expected);
    EXPECT_EQ(event.time.quality, TimeQuality::kAssumed);
    EXPECT_EQ(event.time.as_written, std::string(one.date) + " " + one.time);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
  }
}

TEST(Cmtrace, ReadsEveryFormOfBias) {
  const auto bias = [](std::string_view written) {
    const auto parsed = Parse(
        kParser, "<![LOG[m]LOG]!><time=\"14:30:00.123" + std::string(written) +
                     "\" date=\"03-23-2026\" type=\"1\">");
    return parsed->kept.events.size() == 1 ? Fields(parsed->kept.events[0])
                                           : std::string("none");
  };
  EXPECT_EQ(bias("+300"), "Bias=int:300");
  EXPECT_EQ(bias("-360"), "Bias=int:-360");
  EXPECT_EQ(bias("+-300"), "Bias=int:-300, BiasText=string:+-300");
  EXPECT_EQ(bias("+000"), "Bias=int:0");
  EXPECT_EQ(bias("+0300"), "Bias=int:300, BiasText=string:+0300");
  EXPECT_EQ(bias(""), "");
}

TEST(Cmtrace, ReportsTimesThatCannotBe) {
  for (const char* attributes :
       {"time=\"04:53:16.33\" date=\"13-8-2025\"",
        "time=\"25:53:16.33\" date=\"9-8-2025\"",
        "time=\"soon\" date=\"9-8-2025\"", "time=\"04:53:16\" date=\"today\"",
        "time=\"04:53:16+\" date=\"9-8-2025\"",
        "time=\"04:53:16.\" date=\"9-8-2025\""}) {
    const auto parsed =
        Parse(kParser, "<![LOG[m]LOG]!><" + std::string(attributes) + ">\n");
    ASSERT_THAT(parsed->kept.events, SizeIs(1));
    EXPECT_EQ(parsed->kept.events[0].message, "m");
    EXPECT_FALSE(parsed->kept.events[0].time.known());
    EXPECT_THAT(Show(parsed->kept.damage),
                ElementsAre(HasSubstr("bad value log time@0: line 1: expected "
                                      "date M-D-YYYY and time HH:MM:SS.fff, "
                                      "found '")));
    EXPECT_FALSE(parsed->kept.damage[0].lossy);
  }
}

TEST(Cmtrace, MessagesMayHoldAnything) {
  for (const char* message :
       {"", "a\r\nb\n\nc", "<b>\"x\"</b>", "{\"a\": [1, \"]LOG]!>\"]}",
        "x <![LOG[ inner", "]LOG]!>", "]LOG]!><", "$$<a><b><c>"}) {
    const auto parsed = Parse(kParser, Line(message) + Line("next"));
    ASSERT_THAT(parsed->kept.events, SizeIs(2)) << message;
    EXPECT_EQ(parsed->kept.events[0].message, message);
    EXPECT_EQ(parsed->kept.events[1].message, "next");
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
  }
}

TEST(Cmtrace, CountsTheLinesOfMessages) {
  const auto parsed =
      Parse(kParser, Line("a\nb\r\nc") + "\r\n\n" + Line("d") + Line("e\n"));
  ASSERT_THAT(parsed->kept.events, SizeIs(3));
  EXPECT_EQ(parsed->kept.events[0].record, 1U);
  EXPECT_EQ(parsed->kept.events[1].record, 6U);
  EXPECT_EQ(parsed->kept.events[2].record, 7U);
}

TEST(Cmtrace, ARecordAtTheStartOfALineEndsTheOneBefore) {
  const auto parsed =
      Parse(kParser, "<![LOG[never\r\nfinished\r\n" + Line("next"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "never\r\nfinished");
  EXPECT_FALSE(parsed->kept.events[0].time.known());
  EXPECT_EQ(Fields(parsed->kept.events[0]), "Truncated=string:end");
  EXPECT_EQ(parsed->kept.events[1].record, 3U);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated log record@0: line 1: expected "
                          "']LOG]!><time=', found another record (lost 0)"));
}

TEST(Cmtrace, KeepsARecordWithoutItsBeginning) {
  const auto parsed =
      Parse(kParser, "t of it" + std::string(kTail) + "\n" + Line("next"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "t of it");
  EXPECT_TRUE(parsed->kept.events[0].time.known());
  EXPECT_EQ(Fields(parsed->kept.events[0]), "Truncated=string:start");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated log record@0: line 1: expected "
                          "'<![LOG[', found the rest of a record whose "
                          "beginning is missing (note)"));
}

TEST(Cmtrace, ReportsTextBetweenRecords) {
  const auto parsed =
      Parse(kParser, Line("a") + "foreign\r\ntext\r\n" + Line("b"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  const std::string at = std::to_string(Line("a").size());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value log text@" + at +
                          ": line 2: expected '<![LOG[', found "
                          "'foreign\\x0d\\x0atext' (lost 15)"));
}

TEST(Cmtrace, ReportsABrokenTrailer) {
  const auto parsed = Parse(
      kParser, "<![LOG[a]LOG]!><time=\"04:53:16\" date=\"9-8-2025\" oops>\n" +
                   Line("b"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "a");
  EXPECT_TRUE(parsed->kept.events[0].time.known());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value log record@0: line 1: expected "
                                    "'<time=\"..\" date=\"..\" ...>' behind "
                                    "the message, found '<time=")));
}

TEST(Cmtrace, EveryPrefixIsABeginning) {
  const std::string all =
      Line("a\r\nb") + "x  $$<C><08-12-2019 10:00:00.1+300><thread=1 (0x1)>\n" +
      Line("lpExitCode 5") + Line("\xC3\xA4");
  const auto whole = Parse(kParser, all);
  ASSERT_THAT(whole->kept.events, SizeIs(4));
  for (size_t size = 0; size < all.size(); ++size) {
    const auto part = Parse(kParser, all.substr(0, size));
    const auto& events = part->kept.events;
    ASSERT_LE(events.size(), 4U);
    for (size_t i = 0; i + 1 < events.size(); ++i) {
      ASSERT_EQ(Show(events[i]), Show(whole->kept.events[i]));
    }
    if (!events.empty()) {
      const size_t last = events.size() - 1;
      EXPECT_TRUE(Show(events[last]) == Show(whole->kept.events[last]) ||
                  !part->kept.damage.empty())
          << size;
    }
    for (const Damage& damage : part->kept.damage) {
      EXPECT_LE(damage.error.offset + damage.bytes_lost, size);
    }
    if (events.empty()) {
      EXPECT_FALSE(part->status);
    }
  }
}

TEST(Cmtrace, ReadsEveryEncoding) {
  const std::string text = Line(
                               "Gr\xC3\xB6\xC3\x9F"
                               "e") +
                           Line("b");
  const auto plain = Parse(kParser, text);
  ASSERT_THAT(plain->kept.events, SizeIs(2));
  const auto expect_same = [&](const std::string& bytes, uint64_t bom,
                               uint64_t unit, uint64_t less) {
    const auto other = Parse(kParser, bytes);
    EXPECT_THAT(other->kept.damage, IsEmpty());
    ASSERT_THAT(other->kept.events, SizeIs(2));
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(other->kept.events[i].message, plain->kept.events[i].message);
      EXPECT_EQ(other->kept.events[i].record, plain->kept.events[i].record);
    }
    EXPECT_EQ(other->kept.events[1].offset,
              bom + (plain->kept.events[1].offset - less) * unit);
  };
  expect_same("\xEF\xBB\xBF" + text, 3, 1, 0);
  expect_same("\xFF\xFE" + ToUtf16Le(text), 2, 2, 2);
  expect_same(Line("Gr\xF6\xDF"
                   "e") +
                  Line("b"),
              0, 1, 2);
}

TEST(Cmtrace, RepairsInvalidTextAndTells) {
  const auto parsed =
      Parse(kParser, "\xEF\xBB\xBF" + Line("a\xFFz") + Line("b"));
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "a\xEF\xBF\xBDz");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value text@11: expected valid UTF-8, found 1 "
                          "invalid sequences, read as U+FFFD (note)"));
}

TEST(Cmtrace, MessagesOverTheLimitAreCut) {
  Limits limits;
  limits.text_value_bytes = 10;
  const auto parsed = Parse(kParser,
                            Line("123456789\xC3\xA4"
                                 "and more") +
                                Line("b"),
                            limits);
  ASSERT_THAT(parsed->kept.events, SizeIs(2));
  EXPECT_EQ(parsed->kept.events[0].message, "123456789");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded log message@0: line 1: "
                                    "limit 10 bytes, found 19 (lost 9)")));
}

TEST(Cmtrace, OldFormReadsRecordsOfSeveralLines) {
  const auto parsed = Parse(
      kParser,
      "one~  $$<SMS_SITE><08-12-2019 10:00:00.123+300><thread=4242 (0x1092)>\n"
      "costs $$<5> or\nmore  $$<SMS_SITE><08-12-2019 10:00:01.0-60><thread=1>\n"
      "rest");
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event 2019-08-12T10:00:00.1230000Z assumed [08-12-2019 "
                  "10:00:00.123+300] SMS_SITE 0 'file' information 1@0 tid "
                  "4242 {Bias=int:300} one~",
                  "event 2019-08-12T10:00:01.0000000Z assumed [08-12-2019 "
                  "10:00:01.0-60] SMS_SITE 0 'file' information 3@85 tid 1 "
                  "{Bias=int:-60} more"));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("log text@70: line 2"),
                          HasSubstr("log text@140: line 4: expected "
                                    "'<![LOG[', found 'rest' (lost 4)")));
}

TEST(Cmtrace, ProbeTakesLogsAndNothingElse) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Line("a")));
  EXPECT_TRUE(probe("\r\n<![LOG[cut"));
  EXPECT_TRUE(probe("rest of it" + std::string(kTail)));
  EXPECT_TRUE(probe("some line\r\n<![LOG[x"));
  EXPECT_TRUE(
      probe("m  $$<C><08-12-2019 10:00:00.123+300><thread=4242 (0x1092)>"));
  EXPECT_FALSE(probe("m  $$<C><whenever it was><thread=4242>"));
  EXPECT_FALSE(probe("{\"a\": \"" + Line("a") + "\"}"));
  EXPECT_FALSE(probe("<html>" + Line("a")));
  EXPECT_FALSE(probe("a log says <![LOG[ here"));
  EXPECT_FALSE(probe(""));
}

TEST(Cmtrace, NothingOfALogIsAnError) {
  const auto parsed = Parse(kParser, "text\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().what, "log record");
}

TEST(CmtraceIme, ReadsWhatAppsDo) {
  constexpr std::string_view kApp =
      "AppId=guid:{48054978-39bd-40da-8d45-0d28004b4960}";
  const std::string app(kApp);
  EXPECT_EQ(FieldsOf("[Win32App] In EspPhase: AccountSetup."),
            "EspPhase=string:AccountSetup");
  EXPECT_EQ(FieldsOf("[Win32App] lpExitCode -2147024891"),
            "ExitCode=int:-2147024891");
  EXPECT_EQ(FieldsOf("[Win32App] lpExitCode is defined as SoftReboot"),
            "ExitCodeMeaning=string:SoftReboot");
  EXPECT_EQ(FieldsOf("[Win32App] Admin did NOT set mapping for lpExitCode: "
                     "60001 of app: 48054978-39bd-40da-8d45-0d28004b4960"),
            "ExitCodeMeaning=string:Unmapped, ExitCode=int:60001, " + app);
  EXPECT_EQ(FieldsOf("[Win32App] hResultFromWin32 -2147023293"),
            "HResult=hex32:0x80070643");
  EXPECT_EQ(FieldsOf("[Win32App] The app with id: "
                     "48054978-39BD-40DA-8D45-0D28004B4960 is in GRS. The app "
                     "will not be enforced."),
            "InGrs=bool:true, " + app);
  EXPECT_EQ(FieldsOf("[Win32App DO] DO download and decryption is not "
                     "finished, timeout"),
            "DownloadState=string:NotFinished");
  EXPECT_EQ(
      FieldsOf("[EspManager] Updating ESP tracked install status from "
               "NotInstalled to InProgress for application "
               "48054978-39bd-40da-8d45-0d28004b4960."),
      "EspStatus=string:InProgress, EspStatusBefore=string:NotInstalled, " +
          app);
  EXPECT_EQ(FieldsOf("OnSessionChange: SessionLock"),
            "SessionChange=string:SessionLock");
  EXPECT_EQ(FieldsOf("After impersonation: CONTOSO\\megan"),
            "ImpersonatedUser=string:CONTOSO\\megan");
  EXPECT_EQ(FieldsOf("nothing of note"), "");
}

TEST(CmtraceIme, ReadsWhatScriptsDo) {
  EXPECT_EQ(FieldsOf("Powershell exit code is 1"), "ExitCode=int:1");
  EXPECT_EQ(FieldsOf("Process completed with exit code 2147942402"),
            "ExitCode=int:2147942402");
  EXPECT_EQ(FieldsOf("Powershell script is successfully executed."),
            "Result=string:Success");
  EXPECT_EQ(FieldsOf("[PowerShell] Processing policy with id = "
                     "a42b83a8-bab5-4eba-9cee-7424678a5d62 for user "
                     "00000000-0000-0000-0000-000000000000"),
            "PolicyId=guid:{a42b83a8-bab5-4eba-9cee-7424678a5d62}, "
            "UserId=guid:{00000000-0000-0000-0000-000000000000}");
}

TEST(CmtraceIme, WordsBehindTheHeadMeanNothing) {
  EXPECT_EQ(FieldsOf("[PowerShell] Policy body = " + std::string(2048, 'x') +
                     " exit code is 7"),
            "");
}

TEST(CmtraceIme, NumbersThatAreNoneAreLeftAlone) {
  EXPECT_EQ(FieldsOf("Powershell exit code is unknown"), "");
  EXPECT_EQ(FieldsOf("Powershell exit code is 12abc"), "");
  EXPECT_EQ(FieldsOf("Powershell exit code is 99999999999999999999"), "");
  EXPECT_EQ(FieldsOf("errorCode = 0x1234567890"), "");
  EXPECT_EQ(FieldsOf("errorCode = 4294967296"), "");
  EXPECT_EQ(FieldsOf("errorCode = "), "");
}

TEST(CmtraceIme, LearnsNamesOfApps) {
  const auto parsed = Parse(
      kParser,
      Line("the app with id: 48054978-39bd-40da-8d45-0d28004b4960") +
          Line(
              "Get policies = [{\"Id\":\"48054978-39BD-40da-8d45-"
              "0d28004b4960\",\"Name\":\"Contoso\\u00E4\"}, 7, {\"Name\":1}]") +
          Line("[Win32App] 48054978-39bd-40da-8d45-0d28004b4960 it is") +
          Line("11111111-39bd-40da-8d45-0d28004b4960 is unknown"));
  ASSERT_THAT(parsed->kept.events, SizeIs(4));
  EXPECT_EQ(Fields(parsed->kept.events[0]),
            "AppId=guid:{48054978-39bd-40da-8d45-0d28004b4960}");
  EXPECT_EQ(Fields(parsed->kept.events[1]),
            "PolicyCount=uint:3, "
            "AppIds=list:{48054978-39bd-40da-8d45-0d28004b4960}, "
            "AppNames=list:Contoso\xC3\xA4");
  EXPECT_EQ(Fields(parsed->kept.events[2]),
            "AppId=guid:{48054978-39bd-40da-8d45-0d28004b4960}, "
            "AppName=string:Contoso\xC3\xA4");
  EXPECT_EQ(Fields(parsed->kept.events[3]), "");
}

TEST(CmtraceIme, BrokenJsonGivesWhatStandsBeforeTheBreak) {
  EXPECT_EQ(FieldsOf("Report delta: {\"EnforcementState\":5000,\"Enforcement"),
            "EnforcementState=uint:5000, EnforcementStateName=string:Error");
  EXPECT_EQ(FieldsOf("Report delta: {"), "");
  EXPECT_EQ(FieldsOf("Get policies = []"), "PolicyCount=uint:0");
  EXPECT_EQ(FieldsOf("Get policies = [{\"Id\":"), "PolicyCount=uint:0");
}

}  // namespace
}  // namespace espial::cmtrace

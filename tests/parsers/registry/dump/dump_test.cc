#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "parsers/registry/dump/dump_line.h"
#include "tests/parsers/support/parse.h"

namespace espial::registry_dump {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kKey =
    "[HKEY_LOCAL_MACHINE\\software\\microsoft\\enrollments\\A1]\r\n";
const std::string kPath =
    "HKEY_LOCAL_MACHINE\\software\\microsoft\\enrollments\\A1";

std::string Dump(std::string_view values) {
  return std::string(kKey) + std::string(values) + "\r\n";
}

TEST(RegistryDump, ReadsEveryForm) {
  const auto parsed =
      Parse(kParser, Dump("    \"UPN\"=\"user@contoso.com\"\r\n"
                          "    @=\"default\"\r\n"
                          "    \"EnrollmentState\"=DWORD:0000002a\r\n"
                          "    \"Big\"=QWORD:1d8abc00000000\r\n"
                          "    \"Blob\"=hex(3):01,aB,ff\r\n"
                          "    \"Run\"=hex(3):01abff\r\n"
                          "    \"None\"=hex(0):\r\n"
                          "    \"Odd\"=hex(1f):07\r\n"));
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(
          "registry " + kPath + "|UPN|REG_SZ|user@contoso.com||2@60",
          "registry " + kPath + "||REG_SZ|default||3@90",
          "registry " + kPath + "|EnrollmentState|REG_DWORD|42|42|4@107",
          "registry " + kPath +
              "|Big|REG_QWORD|8315314383093760|8315314383093760|5@145",
          "registry " + kPath + "|Blob|REG_BINARY|01abff||6@177",
          "registry " + kPath + "|Run|REG_BINARY|01abff||7@205",
          "registry " + kPath + "|None|REG_NONE|||8@230",
          "registry " + kPath + "|Odd|REG_0x1f|07||9@250"));
}

TEST(RegistryDump, OffsetsPointAtTheName) {
  const std::string bytes = Dump("    \"A\"=\"1\"\r\n    @=\"2\"\r\n");
  const auto parsed = Parse(kParser, bytes);
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(bytes.substr(parsed->kept.facts[0].offset, 3), "\"A\"");
  EXPECT_EQ(bytes.substr(parsed->kept.facts[1].offset, 2), "@=");
}

TEST(RegistryDump, EscapesNothing) {
  const auto parsed =
      Parse(kParser, Dump("    \"Path\"=\"C:\\Program Files\\\"\r\n"
                          "    \"Said\"=\"say \"hi\" and \"bye\"\"\r\n"
                          "    \"Quote\"d\"=\"x\"\r\n"
                          "    \"Eq\"=\"a\"=\"b\"\r\n"
                          "    \"Double\"=\"a\\\\b\"\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(5));
  EXPECT_EQ(parsed->kept.facts[0].data, "C:\\Program Files\\");
  EXPECT_EQ(parsed->kept.facts[1].data, "say \"hi\" and \"bye\"");
  EXPECT_EQ(parsed->kept.facts[2].name, "Quote\"d");
  EXPECT_EQ(parsed->kept.facts[2].data, "x");
  EXPECT_EQ(parsed->kept.facts[3].name, "Eq");
  EXPECT_EQ(parsed->kept.facts[3].data, "a\"=\"b");
  EXPECT_EQ(parsed->kept.facts[4].data, "a\\\\b");
}

TEST(RegistryDump, NameMayLackItsOpeningQuote) {
  const auto parsed = Parse(kParser, Dump("    UPN\"=\"user\"\r\n"
                                          "    State\"=DWORD:00000001\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].name, "UPN");
  EXPECT_EQ(parsed->kept.facts[0].data, "user");
  EXPECT_EQ(parsed->kept.facts[1].name, "State");
}

TEST(RegistryDump, StringsGoOverLines) {
  const auto parsed = Parse(kParser, Dump("    \"Text\"=\"first\r\n"
                                          "\r\n"
                                          "third \"quoted\"\r\n"
                                          "last\"\r\n"
                                          "    \"Next\"=DWORD:00000001\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "first\n\nthird \"quoted\"\nlast");
  EXPECT_EQ(parsed->kept.facts[0].line, 2U);
  EXPECT_EQ(parsed->kept.facts[1].line, 6U);
}

// Four spaces and a quote begin a value; so do the members of indented JSON.
TEST(RegistryDump, IndentedJsonIsNoValue) {
  const auto parsed = Parse(kParser, Dump("    \"Cache\"=\"{\r\n"
                                          "    \"Domain\": \"contoso.com\",\r\n"
                                          "    \"Config\" : 286\r\n"
                                          "}\"\r\n"
                                          "    \"Next\"=\"1\"\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data,
            "{\n    \"Domain\": \"contoso.com\",\n    \"Config\" : 286\n}");
}

TEST(RegistryDump, KeyRunsToTheLastBracket) {
  const auto parsed =
      Parse(kParser, "[HKEY_LOCAL_MACHINE\\a[1]b]\n    \"x\"=\"y\"\n\n");
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].key, "HKEY_LOCAL_MACHINE\\a[1]b");
}

TEST(RegistryDump, SameKeyTwiceKeepsBoth) {
  const auto parsed =
      Parse(kParser, Dump("    \"A\"=\"1\"\r\n") + Dump("    \"A\"=\"2\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "1");
  EXPECT_EQ(parsed->kept.facts[1].data, "2");
}

TEST(RegistryDump, DecodesCp1252BehindPlainText) {
  const auto parsed = Parse(kParser, Dump("    \"A\"=\"plain\"\r\n"
                                          "    \"Stra\xDF"
                                          "e\"=\"\x80 5\"\r\n"
                                          "    \"B\"=\"plain\"\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_EQ(parsed->kept.facts[1].name,
            "Stra\xC3\x9F"
            "e");
  EXPECT_EQ(parsed->kept.facts[1].data, "\xE2\x82\xAC 5");
  EXPECT_EQ(
      parsed->kept.facts[2].offset,
      Dump("    \"A\"=\"plain\"\r\n    \"Strase\"=\"x 5\"\r\n").size() + 2);
}

TEST(RegistryDump, ReadsCopiesInOtherEncodings) {
  const std::string text = Dump(
      "    \"Stra\xC3\x9F"
      "e\"=\"\xE2\x82\xAC\"\r\n");
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text)}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.facts, SizeIs(1));
    EXPECT_EQ(parsed->kept.facts[0].name,
              "Stra\xC3\x9F"
              "e");
    EXPECT_EQ(parsed->kept.facts[0].data, "\xE2\x82\xAC");
  }
}

TEST(RegistryDump, Utf16OffsetsCountBytes) {
  const std::string bytes = "\xFF\xFE" + ToUtf16Le(Dump("    \"A\"=\"1\"\r\n"));
  const auto parsed = Parse(kParser, bytes);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(bytes[parsed->kept.facts[0].offset], '"');
  EXPECT_EQ(bytes[parsed->kept.facts[0].offset + 2], 'A');
}

TEST(RegistryDump, ReportsUnassignedBytes) {
  const std::string bytes = Dump("    \"A\"=\"x\x81y\x8D\"\r\n");
  const auto parsed = Parse(kParser, bytes);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].data, "x\xEF\xBF\xBDy\xEF\xBF\xBD");
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("bad value text@" + std::to_string(bytes.find('\x81')) +
                  ": expected valid cp1252, found 2 invalid "
                  "sequences, read as U+FFFD (note)"));
}

TEST(RegistryDump, DecodesStringsInHex) {
  const auto parsed = Parse(
      kParser, Dump("    \"Wide\"=hex(2):25,00,61,00,25,00,00,00\r\n"
                    "    \"List\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n"
                    "    \"Narrow\"=hex(7):61,62,00,63,00,00\r\n"
                    "    \"Be\"=hex(5):00,00,01,00\r\n"
                    "    \"Short\"=hex(4):01,00\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(5));
  EXPECT_EQ(parsed->kept.facts[0].type, "REG_EXPAND_SZ");
  EXPECT_EQ(parsed->kept.facts[0].data, "%a%");
  EXPECT_EQ(parsed->kept.facts[1].data, "a\nb");
  EXPECT_EQ(parsed->kept.facts[2].data, "ab\nc");
  EXPECT_EQ(parsed->kept.facts[3].type, "REG_DWORD_BIG_ENDIAN");
  EXPECT_EQ(parsed->kept.facts[3].number, 256U);
  EXPECT_EQ(parsed->kept.facts[4].data, "0100");
  EXPECT_FALSE(parsed->kept.facts[4].number.has_value());
}

TEST(RegistryDump, UnknownFormIsKeptAndNoted) {
  const auto parsed =
      Parse(kParser, Dump("    \"List\"=MULTI_SZ:a;b\r\n    \"A\"=\"1\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].type, "REG_UNKNOWN");
  EXPECT_EQ(parsed->kept.facts[0].data, "MULTI_SZ:a;b");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("unsupported registry value form@60"),
                                HasSubstr("found 'MULTI_SZ:a;b'; kept as text"),
                                HasSubstr("value 'List' of " + kPath),
                                HasSubstr("(note)"))));
}

// One field after the other is broken; the value goes, the rest stays, and the
// message says what stood there.
struct Broken {
  const char* line;
  const char* message;
};

class RegistryDumpBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(RegistryDumpBroken, DropsTheValueAndSaysWhy) {
  const auto parsed = Parse(
      kParser, Dump("    \"Before\"=\"1\"\r\n" + std::string(GetParam().line) +
                    "\r\n    \"After\"=\"2\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].name, "Before");
  EXPECT_EQ(parsed->kept.facts[1].name, "After");
  ASSERT_THAT(parsed->kept.damage, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage[0]), HasSubstr(GetParam().message));
  EXPECT_TRUE(parsed->kept.damage[0].lossy);
  EXPECT_EQ(parsed->kept.damage[0].error.offset, 78U);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, RegistryDumpBroken,
    ::testing::Values(
        Broken{"    \"D\"=DWORD:0000000g",
               "bad value registry number@78: line 3: expected 1 to 8 "
               "hexadecimal digits, found '0000000g'; value 'D' of HKEY_"},
        Broken{"    \"D\"=DWORD:123456789", "found '123456789'"},
        Broken{"    \"D\"=DWORD:", "found ''"},
        Broken{"    \"Q\"=QWORD:12345678901234567",
               "expected 1 to 16 hexadecimal digits"},
        Broken{"    \"B\"=hex(3):0,1,zz",
               "bad value registry bytes@78: line 3: expected pairs of "
               "hexadecimal digits, found 'zz'"},
        Broken{"    \"B\"=hex(3):012", "found '012'"},
        Broken{"    \"B\"=hex(3:01", "expected 'hex(N):', found 'hex(3:01'"},
        Broken{"    \"B\"=hex(100000000):01", "expected 'hex(N):'"}));

TEST(RegistryDump, UnterminatedStringIsKeptAndReported) {
  const auto parsed = Parse(kParser, Dump("    \"A\"=\"cut here\r\n"
                                          "    \"B\"=\"2\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "cut here");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(
                  HasSubstr("truncated registry string@60: line 2: expected a "
                            "closing quote, found the next record"),
                  HasSubstr("value 'A' of"), HasSubstr("(lost 0)"))));
}

TEST(RegistryDump, StringCutByTheEndIsDropped) {
  std::string bytes = Dump("    \"A\"=\"1\"\r\n");
  bytes.resize(bytes.size() - 2);
  bytes += "    \"UPN\"=\"user@con";
  const auto parsed = Parse(kParser, bytes);
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("truncated registry string@73: line 3: expected a closing "
                  "quote, found the end of the file; value 'UPN' of " +
                  kPath + " (lost 15)"));
}

TEST(RegistryDump, LastLineWithoutLineEndIsWholeWhenClosed) {
  const auto parsed =
      Parse(kParser, std::string(kKey) + "    \"UPN\"=\"user\"");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].data, "user");
}

TEST(RegistryDump, LastQuoteMayBeAnInnerOne) {
  for (const char* cut :
       {"    \"J\"=\"{\"a\"", "    \"J\"=\"{\"", "    \"J\"=\"say \"hi\""}) {
    const auto parsed = Parse(kParser, std::string(kKey) + cut);
    EXPECT_THAT(parsed->kept.facts, IsEmpty()) << cut;
    EXPECT_THAT(Show(parsed->kept.damage),
                ElementsAre(HasSubstr("value 'J' of")))
        << cut;
  }
}

TEST(RegistryDump, BeginningOfARecordDoesNotSpoilTheValueBefore) {
  for (const char* cut : {"    \"UP", "    \"UPN\"", "    U", "[HKE", "["}) {
    const auto parsed =
        Parse(kParser, std::string(kKey) + "    \"A\"=\"1\"\r\n" + cut);
    EXPECT_THAT(parsed->kept.facts, SizeIs(1)) << cut;
    EXPECT_THAT(Show(parsed->kept.damage),
                ElementsAre(HasSubstr("truncated registry dump line@69: line "
                                      "3: expected a line end")))
        << cut;
  }
}

TEST(RegistryDump, ValuesWithoutKeyAreReportedAsOneRun) {
  const auto parsed = Parse(kParser, "    \"A\"=\"1\"\r\n    \"B\"=\"2\"\r\n" +
                                         Dump("    \"C\"=\"3\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("bad value registry dump line@0: lines 1 to 2: expected a "
                  "key before the first value, found '    \"A\"=\"1\"' "
                  "(lost 26)"));
}

TEST(RegistryDump, KeyWithoutBracketTakesItsValuesAlong) {
  const auto parsed =
      Parse(kParser, "[HKEY_LOCAL_MACHINE\\broken\r\n    \"A\"=\"1\"\r\n\r\n" +
                         Dump("    \"C\"=\"3\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].name, "C");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("bad value registry key@0: line 1: "
                                    "expected ']' at the end"),
                          HasSubstr("line 2: expected a key")));
}

TEST(RegistryDump, TextBehindANumberIsReported) {
  const auto parsed = Parse(kParser, Dump("    \"A\"=DWORD:00000001\r\n"
                                          "noise\r\nnoise\r\n"
                                          "    \"B\"=\"2\"\r\n"));
  EXPECT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value registry dump line@80: lines 3 to 4: "
                          "expected a key or a value, found 'noise' (lost "
                          "14)"));
}

TEST(RegistryDump, NothingOfADumpIsAnError) {
  const auto parsed = Parse(kParser, "hello\r\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().code, Errc::kBadMagic);
  EXPECT_EQ(parsed->status.error().what, "registry dump");
}

TEST(RegistryDump, LimitsAreReported) {
  Limits limits;
  limits.text_line_bytes = 64;
  limits.text_value_bytes = 100;
  const std::string line(90, 'x');
  const auto parsed =
      Parse(kParser,
            Dump("    \"Line\"=\"" + line + "\"\r\n    \"A\"=\"1\"\r\n" +
                 "    \"Value\"=\"" + line.substr(0, 40) + "\r\n" +
                 line.substr(0, 60) + "\r\n" + line.substr(0, 60) + "\"\r\n" +
                 "    \"B\"=\"2\"\r\n"),
            limits);
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].name, "A");
  EXPECT_EQ(parsed->kept.facts[1].name, "B");
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(
          AllOf(HasSubstr("limit exceeded registry value length@60"),
                HasSubstr("limit 64 bytes a line"), HasSubstr("value 'Line'")),
          HasSubstr("value 'Value'")));
}

TEST(RegistryDump, KeyOverItsLimitIsReported) {
  const auto parsed = Parse(kParser, "[HKEY_" + std::string(20000, 'k') +
                                         "]\r\n    \"A\"=\"1\"\r\n\r\n");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded registry key length@0: "
                                    "line 1: limit 16384 bytes, found 20005"),
                          HasSubstr("expected a key before the first value")));
}

TEST(RegistryDump, EveryPrefixIsABeginning) {
  ExpectPrefixes(kParser,
                 Dump("    \"UPN\"=\"user@contoso.com\"\r\n"
                      "    \"State\"=DWORD:00000001\r\n"
                      "    \"Big\"=QWORD:1d8abc\r\n"
                      "    \"Blob\"=hex(3):01,02\r\n"
                      "    \"Text\"=\"one\r\ntwo\"\r\n") +
                     Dump("    @=\"x\"\r\n    \"E\"=\"\xE9t\xE9\"\r\n"));
}

TEST(RegistryDump, EveryPrefixOfAStatusIsABeginning) {
  ExpectPrefixes(
      kParser,
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\provisioning\\"
      "AutopilotSettings]\r\n"
      "    \"DeviceSetupCategory.Status\"=\"{\"categoryState\":\"failed\","
      "\"DeviceSetup.AppsSubcategory\":{\"subcategoryState\":\"failed\"}}\"\r\n"
      "\r\n");
}

TEST(RegistryDump, StatusJsonBecomesFacts) {
  const auto parsed =
      Parse(kParser,
            "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Provisioning\\"
            "AutopilotSettings]\r\n"
            "    \"DeviceSetupCategory.Status\"=\"{ \"categoryState\": "
            "\"failed\",\r\n"
            "  \"DeviceSetup.AppsSubcategory\": { \"subcategoryState\": "
            "\"failed\",\r\n"
            "    \"subcategoryStatusText\": \"Apps (0x87d1041c)\" } }\"\r\n"
            "    \"Other.Status\"=\"{\"a\":1}\"\r\n\r\n");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(
          HasSubstr("registry HKEY_LOCAL_MACHINE"),
          "json DeviceSetupCategory.Status|categoryState|string|failed||2@76",
          "json DeviceSetupCategory.Status|DeviceSetup.AppsSubcategory."
          "subcategoryState|string|failed||2@76",
          "json DeviceSetupCategory.Status|DeviceSetup.AppsSubcategory."
          "subcategoryStatusText|string|Apps (0x87d1041c)||2@76",
          HasSubstr("Other.Status")));
}

// Time grows with the input and not with its square: a second is far above
// what any of these takes, and far below what a square would.
TEST(RegistryDump, HostileInputIsLinear) {
  const std::string quotes = [] {
    std::string text;
    while (text.size() < (8U << 17U)) text += "\"=";
    return text;
  }();
  std::string starts;
  while (starts.size() < (8U << 17U)) starts += "    \"\"=\"\n";
  for (const std::string& bytes :
       {std::string(kKey) + "    \"A\"=\"" + std::string(16U << 17U, 'x'),
        std::string(kKey) + "    \"" + quotes, std::string(kKey) + starts,
        std::string(kKey) + "    \"A\"=\"" + std::string(8U << 17U, '\n') + "x",
        std::string(kKey) + std::string(8U << 17U, '[')}) {
    const auto start = std::chrono::steady_clock::now();
    const auto parsed = Parse(kParser, bytes);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_FALSE(parsed->kept.damage.empty());
    EXPECT_LT(took, std::chrono::seconds(20));
  }
}

TEST(RegistryDump, ProbeKnowsTheDialect) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("[HKEY_CURRENT_USER\\a]\r\n    \"A\"=\"1\"\r\n"));
  EXPECT_TRUE(probe("\r\n[HKEY_CURRENT_USER\\a]\r\n\r\n[HKEY_X\\b]\r\n"));
  EXPECT_FALSE(probe("[HKEY_CURRENT_USER\\a]\r\n\"A\"=\"1\"\r\n"));
  EXPECT_FALSE(probe("Windows Registry Editor Version 5.00\r\n"));
  EXPECT_FALSE(probe("HKEY_CURRENT_USER\\a\r\n    A    REG_SZ    1\r\n"));
  EXPECT_FALSE(probe("    \"A\"=\"1\"\r\n"));
  EXPECT_FALSE(probe(""));
}

TEST(DumpLine, TellsRecordsFromText) {
  EXPECT_EQ(ReadDumpLine("[HKEY_X]").kind, LineKind::kKey);
  EXPECT_EQ(ReadDumpLine(" [HKEY_X]").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("[section]").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("   \"A\"=\"1\"").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("    \"A\": \"1\"").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("    A=\"1\"").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("     ").kind, LineKind::kBlank);
  EXPECT_EQ(ReadDumpLine("    \"A\"=?").form, DataForm::kUnknown);
  EXPECT_EQ(ReadDumpLine("    A\"=?").kind, LineKind::kOther);
  EXPECT_EQ(ReadDumpLine("    \"A\"B\"=?").kind, LineKind::kOther);
}

}  // namespace
}  // namespace espial::registry_dump

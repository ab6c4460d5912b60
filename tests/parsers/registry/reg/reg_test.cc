#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "parsers/registry/reg/reg_text.h"
#include "tests/parsers/support/parse.h"

namespace espial::registry_reg {

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

constexpr std::string_view kV5 = "Windows Registry Editor Version 5.00\r\n\r\n";
constexpr std::string_view kV4 = "REGEDIT4\r\n\r\n";

std::string Export(std::string_view values, std::string_view header = kV5) {
  return std::string(header) + "[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\r\n" +
         std::string(values) + "\r\n";
}

// What one value comes out as: "type|data|number".
std::string Value(std::string_view data, std::string_view header = kV5) {
  const auto parsed =
      Parse(kParser, Export("\"v\"=" + std::string(data) + "\r\n", header));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  if (parsed->kept.facts.size() != 1) return "no value";
  const Fact& fact = parsed->kept.facts[0];
  return std::string(fact.type) + "|" + std::string(fact.data) + "|" +
         (fact.number ? std::to_string(*fact.number) : "");
}

TEST(RegistryExport, ReadsKeysAndValues) {
  const std::string bytes = Export(
      "; a comment\r\n"
      "@=\"default\"\r\n"
      "\"Name \\\"q\\\" \\\\\"=\"C:\\\\a\\\\b \\\"q\\\" \\x\"\r\n"
      "  \"Indented\"=dword:0000002A\r\n");
  const auto parsed = Parse(kParser, bytes);
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  const auto at = [&](std::string_view text) {
    return std::to_string(bytes.find(text));
  };
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(
          "registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A||REG_SZ|default||5@" +
              at("@="),
          "registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A|Name \"q\" \\|"
          "REG_SZ|C:\\a\\b \"q\" \\x||6@" +
              at("\"Name"),
          "registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A|Indented|"
          "REG_DWORD|42|42|7@" +
              at("\"Indented")));
}

TEST(RegistryExport, DecodesEveryType) {
  EXPECT_EQ(Value("dword:1"), "REG_DWORD|1|1");
  EXPECT_EQ(Value("DWORD:ffffffff"), "REG_DWORD|4294967295|4294967295");
  EXPECT_EQ(Value("hex:01,aB"), "REG_BINARY|01ab|");
  EXPECT_EQ(Value("hex:"), "REG_BINARY||");
  EXPECT_EQ(Value("hex(0):"), "REG_NONE||");
  EXPECT_EQ(Value("hex(1):61,00,e9,00,00,00"), "REG_SZ|a\xC3\xA9|");
  EXPECT_EQ(Value("hex(2):25,00,00,00"), "REG_EXPAND_SZ|%|");
  EXPECT_EQ(Value("hex(3):00"), "REG_BINARY|00|");
  EXPECT_EQ(Value("hex(4):2a,00,00,00"), "REG_DWORD|42|42");
  EXPECT_EQ(Value("hex(4):2a,00"), "REG_DWORD|2a00|");
  EXPECT_EQ(Value("hex(5):00,00,00,2a"), "REG_DWORD_BIG_ENDIAN|42|42");
  EXPECT_EQ(Value("hex(6):5c,00,61,00"), "REG_LINK|\\a|");
  EXPECT_EQ(Value("hex(7):61,00,00,00,62,00,00,00,00,00"),
            "REG_MULTI_SZ|a\nb|");
  EXPECT_EQ(Value("hex(7):61,00,00,00,62,00"), "REG_MULTI_SZ|a\nb|");
  EXPECT_EQ(Value("hex(8):01"), "REG_RESOURCE_LIST|01|");
  EXPECT_EQ(Value("hex(9):01"), "REG_FULL_RESOURCE_DESCRIPTOR|01|");
  EXPECT_EQ(Value("hex(a):01"), "REG_RESOURCE_REQUIREMENTS_LIST|01|");
  EXPECT_EQ(Value("hex(b):01,00,00,00,00,00,00,80"),
            "REG_QWORD|9223372036854775809|9223372036854775809");
  EXPECT_EQ(Value("hex(1234):01"), "REG_0x1234|01|");
}

TEST(RegistryExport, Version4HexIsAnsi) {
  EXPECT_EQ(Value("hex(2):25,e9,00", kV4), "REG_EXPAND_SZ|%\xC3\xA9|");
  EXPECT_EQ(Value("hex(7):61,00,62,00,00", kV4), "REG_MULTI_SZ|a\nb|");
  EXPECT_EQ(Value("\"\xE9\"", kV4), "REG_SZ|\xC3\xA9|");
}

TEST(RegistryExport, HexGoesOnBehindABackslash) {
  EXPECT_EQ(Value("hex(7):61,00,\\\r\n  00,00,62,00,\\\r\n  00,00,00,00"),
            "REG_MULTI_SZ|a\nb|");
}

TEST(RegistryExport, CommentsMayFollowData) {
  EXPECT_EQ(Value("\"a;b\" ; why"), "REG_SZ|a;b|");
  EXPECT_EQ(Value("dword:00000001 ; why"), "REG_DWORD|1|1");
  EXPECT_EQ(Value("hex:01,02 ; why"), "REG_BINARY|0102|");
}

TEST(RegistryExport, StringsKeepTheirLineEnds) {
  EXPECT_EQ(Value("\"one\r\n\r\ntwo\nthree \\\"x\\\"\r\n\""),
            "REG_SZ|one\r\n\r\ntwo\nthree \"x\"\r\n|");
}

TEST(RegistryExport, ReadsEveryEncoding) {
  const std::string text = Export("\"\xC3\xA9\"=\"\xE2\x82\xAC\"\r\n");
  std::string big = ToUtf16Le(text);
  for (size_t i = 0; i < big.size(); i += 2) std::swap(big[i], big[i + 1]);
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text),
        ToUtf16Le(text), "\xFE\xFF" + big}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.facts, SizeIs(1));
    EXPECT_EQ(parsed->kept.facts[0].name, "\xC3\xA9");
    EXPECT_EQ(parsed->kept.facts[0].data, "\xE2\x82\xAC");
    EXPECT_EQ(parsed->kept.facts[0].line, 4U);
  }
}

TEST(RegistryExport, Utf16OffsetsCountBytes) {
  const std::string bytes = "\xFF\xFE" + ToUtf16Le(Export("  \"A\"=\"1\"\r\n"));
  const auto parsed = Parse(kParser, bytes);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(bytes.substr(parsed->kept.facts[0].offset, 4),
            std::string("\"\0A\0", 4));
}

TEST(RegistryExport, LoneSurrogateIsReplacedAndNoted) {
  std::string bytes = "\xFF\xFE" + ToUtf16Le(Export("\"A\"=\"1\"\r\n"));
  const size_t at = bytes.find(std::string("1\0", 2));
  bytes[at] = '\x00';
  bytes[at + 1] = '\xD8';
  const auto parsed = Parse(kParser, bytes);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].data, "\xEF\xBF\xBD");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value text@" + std::to_string(at) +
                          ": expected valid UTF-16LE, found 1 invalid "
                          "sequences, read as U+FFFD (note)"));
}

TEST(RegistryExport, KeyRunsToTheLastBracketAndHasNoEscapes) {
  const auto parsed =
      Parse(kParser, std::string(kV5) +
                         "[HKEY_CURRENT_USER\\a[1]\\\\b] ; c\r\n"
                         "\"x\"=\"y\"\r\n");
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].key, "HKEY_CURRENT_USER\\a[1]\\\\b");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(RegistryExport, DeletionsLeaveANote) {
  const auto parsed = Parse(kParser, Export("\"gone\"=-\r\n"
                                            "[-HKEY_LOCAL_MACHINE\\Old]\r\n"));
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_EQ(parsed->kept.note, "orders the deletion of 1 keys and 1 values");
}

TEST(RegistryExport, ValuesBelowADeletedKeyAreDamage) {
  const auto parsed =
      Parse(kParser,
            std::string(kV5) + "[-HKEY_LOCAL_MACHINE\\Old]\r\n\"a\"=\"1\"\r\n");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("line 4: expected a key, found values of "
                                    "a deleted one")));
}

struct Broken {
  const char* line;
  const char* message;
  bool lossy = true;
};

class RegistryExportBroken : public ::testing::TestWithParam<Broken> {};

TEST_P(RegistryExportBroken, DropsTheValueAndSaysWhy) {
  const std::string before = Export("\"Before\"=\"1\"");
  const auto parsed =
      Parse(kParser, before + GetParam().line + "\r\n\"After\"=\"2\"\r\n");
  const auto& facts = parsed->kept.facts;
  ASSERT_THAT(facts, SizeIs(GetParam().lossy ? 2 : 3));
  EXPECT_EQ(facts.front().name, "Before");
  EXPECT_EQ(facts.back().name, "After");
  EXPECT_EQ(facts.back().data, "2");
  ASSERT_THAT(parsed->kept.damage, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage[0]), HasSubstr(GetParam().message));
  EXPECT_EQ(parsed->kept.damage[0].lossy, GetParam().lossy);
  EXPECT_EQ(parsed->kept.damage[0].error.offset, before.size());
}

INSTANTIATE_TEST_SUITE_P(
    Fields, RegistryExportBroken,
    ::testing::Values(
        Broken{"\"v\"=dword:0000000g",
               "line 5: expected 1 to 8 hexadecimal digits, found '0000000g'; "
               "value 'v' of HKEY_LOCAL_MACHINE\\SOFTWARE\\A (lost 20)"},
        Broken{"\"v\"=dword:", "found the end of the line"},
        Broken{"\"v\"=dword:123456789", "found '123456789'"},
        Broken{"\"v\"=hex:0g",
               "bad value registry bytes@87: line 5: expected pairs of "
               "hexadecimal digits, found '0g'"},
        Broken{"\"v\"=hex:012", "found '012'"},
        Broken{"\"v\"=hex(2:01", "expected 'hex(N):', found 'hex(2:01'"},
        Broken{"\"v\"=hex(zz):01", "expected 'hex(N):'"},
        Broken{"\"v\"=hex:01,\\",
               "expected more digits behind '\\', found '\"After\"=\"2\"'"},
        Broken{"\"v\"=word",
               "expected a string, dword:, hex: or '-', found "
               "'word'"},
        Broken{"\"v\"=", "found the end of the line"},
        Broken{"\"v\"", "expected '=' behind the value's name"},
        Broken{"\"v", "expected a quote behind the value's name"},
        Broken{"noise",
               "bad value registry line@87: line 5: expected a key, "
               "a value or a comment, found 'noise' (lost 7)"},
        Broken{"@noise", "expected '=' behind the value's name"},
        Broken{"\"v\"=\"x\" noise",
               "expected nothing behind the closing quote, found ' noise'",
               false},
        Broken{"\"v\"=\"open\r\nstill",
               "expected a closing quote, found a quote within a later line; "
               "value 'v'"}));

TEST(RegistryExport, OpenStringEndsAtTheNextKey) {
  const auto parsed =
      Parse(kParser, Export("\"v\"=\"open\r\n\r\n[HKEY_LOCAL_MACHINE\\B]\r\n"
                            "\"w\"=\"1\"\r\n"));
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].key, "HKEY_LOCAL_MACHINE\\B");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("expected a closing quote, found a "
                                          "key; value 'v'"),
                                HasSubstr("(lost 13)"))));
}

TEST(RegistryExport, KeyWithoutBracketTakesItsValuesAlong) {
  const auto parsed = Parse(
      kParser, std::string(kV5) + "[HKEY_LOCAL_MACHINE\\A\r\n\"a\"=\"1\"\r\n" +
                   "[HKEY_LOCAL_MACHINE\\B]\r\n\"b\"=\"1\"\r\n");
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].name, "b");
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(HasSubstr("bad value registry key@40: line 3: expected ']' "
                            "at the end, found '[HKEY_LOCAL_MACHINE\\A'"),
                  HasSubstr("line 4: expected a key before the first value")));
}

TEST(RegistryExport, TextBehindAKeyIsNoted) {
  const auto parsed = Parse(kParser, std::string(kV5) +
                                         "[HKEY_LOCAL_MACHINE\\A] x\r\n"
                                         "\"a\"=\"1\"\r\n");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value registry key@40: line 3: expected nothing "
                          "behind ']', found ' x' (note)"));
}

struct Cut {
  const char* line;
  const char* message;
};

class RegistryExportCut : public ::testing::TestWithParam<Cut> {};

TEST_P(RegistryExportCut, IsDroppedAndNamed) {
  const auto parsed =
      Parse(kParser, Export("\"Before\"=\"1\"") + GetParam().line);
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("truncated registry"),
                                HasSubstr(GetParam().message),
                                HasSubstr("value 'v' of HKEY_LOCAL"))));
}

INSTANTIATE_TEST_SUITE_P(
    Places, RegistryExportCut,
    ::testing::Values(
        Cut{"\"v\"=\"ab", "expected a closing quote"},
        Cut{"\"v\"=\"ab\r\ncd", "expected a closing quote"},
        Cut{"\"v\"=\"ab\\\"", "expected a closing quote"},
        Cut{"\"v\"=dword:0000000", "expected a line end behind the digits"},
        Cut{"\"v\"=hex:01,0", "expected more digits or a line end"},
        Cut{"\"v\"=hex:01,02", "expected more digits or a line end"},
        Cut{"\"v\"=hex:01,\\\r\n", "expected more digits or a line end"},
        Cut{"\"v\"=hex(7", "expected 'hex(N):'"},
        Cut{"\"v\"=", "found the end of the line"}));

TEST(RegistryExport, LastLineWithoutLineEndIsWholeWhenClosed) {
  for (const char* last : {"\"v\"=\"ab\"", "\"v\"=dword:00000001"}) {
    const auto parsed = Parse(kParser, Export("") + last);
    EXPECT_THAT(parsed->kept.damage, IsEmpty()) << last;
    EXPECT_THAT(parsed->kept.facts, SizeIs(1)) << last;
  }
}

TEST(RegistryExport, NothingOfAnExportIsAnError) {
  const auto parsed = Parse(kParser, "hello\r\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().code, Errc::kBadMagic);
  EXPECT_EQ(parsed->status.error().what, "registry export");
}

TEST(RegistryExport, HeaderAloneIsWhole) {
  const auto parsed = Parse(kParser, kV5);
  EXPECT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(RegistryExport, LimitsAreReported) {
  Limits limits;
  limits.text_line_bytes = 64;
  limits.text_value_bytes = 100;
  const std::string line(60, 'x');
  const auto parsed =
      Parse(kParser,
            Export("\"Line\"=\"" + line + line + "\"\r\n\"A\"=\"1\"\r\n" +
                   "\"Value\"=\"" + line.substr(8) + "\r\n" + line +
                   "\r\n\"\r\n" + "\"B\"=\"2\"\r\n"),
            limits);
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].name, "A");
  EXPECT_EQ(parsed->kept.facts[1].name, "B");
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(AllOf(HasSubstr("limit exceeded registry line length@"),
                        HasSubstr("limit 64 bytes; value 'Line'")),
                  AllOf(HasSubstr("limit exceeded registry value length@"),
                        HasSubstr("100 bytes a value; value 'Value'")),
                  HasSubstr("expected a quote behind the value's name")));
}

TEST(RegistryExport, KeyOverItsLimitIsReported) {
  const auto parsed = Parse(
      kParser, std::string(kV5) + "[HKEY_" + std::string(20000, 'k') + "]\r\n");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded registry key length@40: "
                                    "line 3: limit 16384 bytes, found 20005")));
}

TEST(RegistryExport, EveryPrefixIsABeginning) {
  const std::string text = Export(
      "; c\r\n@=\"default\"\r\n\"a\\\\b\"=\"c:\\\\d\"\r\n\"n\"=dword:00000001"
      "\r\n\"h\"=hex(7):61,00,\\\r\n  00,00,00,00\r\n\"m\"=\"one\r\ntwo\"\r\n"
      "\"e\"=\"\xC3\xA9\"\r\n");
  ExpectPrefixes(kParser, text);
  ExpectPrefixes(kParser, "\xFF\xFE" + ToUtf16Le(text));
  ExpectPrefixes(kParser,
                 Export("\"e\"=\"\xE9t\xE9\"\r\n\"f\"=\"x\"\r\n", kV4));
}

TEST(RegistryExport, StatusJsonBecomesFacts) {
  const auto parsed = Parse(
      kParser,
      std::string(kV5) +
          "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Provisioning\\"
          "AutopilotPolicyCache]\r\n"
          "\"PolicyJsonCache\"=\"{\\\"CloudAssignedOobeConfig\\\":286}\"\r\n");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(HasSubstr("{\"CloudAssignedOobeConfig\":286}"),
                  "json PolicyJsonCache|CloudAssignedOobeConfig|number|286|"
                  "286|4@" +
                      std::to_string(kV5.size() + 75)));
}

TEST(RegistryExport, HostileInputIsLinear) {
  const std::string head = Export("");
  const auto repeat = [](std::string_view piece, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  };
  for (const std::string& bytes :
       {head + "\"a\"=\"" + std::string(16U << 17U, 'x'),
        head + "\"a\"=\"" + repeat("\\\"", 8U << 17U),
        head + repeat("\"a\"=\"x\n", 4U << 17U),
        head + repeat("\"a\"=hex:\\\n", 4U << 17U),
        head + repeat("\"\\", 8U << 17U),
        head + "\"a\"=hex:" + repeat("0,", 8U << 17U) + "\\",
        head + std::string(8U << 17U, '[')}) {
    const auto start = std::chrono::steady_clock::now();
    const auto parsed = Parse(kParser, bytes);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_FALSE(parsed->kept.damage.empty());
    EXPECT_LT(took, std::chrono::seconds(20));
  }
}

TEST(RegistryExport, ProbeKnowsTheFormat) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("Windows Registry Editor Version 5.00\r\n"));
  EXPECT_TRUE(probe("\r\n; c\r\nREGEDIT4\r\n"));
  EXPECT_TRUE(probe("[HKEY_CURRENT_USER\\a]\r\n\"A\"=\"1\"\r\n"));
  EXPECT_FALSE(probe("HKEY_CURRENT_USER\\a\r\n    A    REG_SZ    1\r\n"));
  EXPECT_FALSE(probe("REGEDIT\r\n"));
  EXPECT_FALSE(probe("{\"a\": 1}"));
  EXPECT_FALSE(probe(""));
}

TEST(RegText, FindsTheClosingQuote) {
  EXPECT_EQ(FindClosingQuote("ab\"", 0), 2U);
  EXPECT_EQ(FindClosingQuote("a\\\"b\"", 0), 4U);
  EXPECT_EQ(FindClosingQuote("a\\\\\"", 0), 3U);
  EXPECT_EQ(FindClosingQuote("a\\b\"", 0), 3U);
  EXPECT_EQ(FindClosingQuote("a\\", 0), std::string_view::npos);
}

}  // namespace
}  // namespace espial::registry_reg

#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "parsers/registry/query/query_line.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::registry_query {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kKey = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\A\r\n";

std::string Output(std::string_view values) {
  return std::string(kKey) + std::string(values) + "\r\n";
}

// What one value comes out as: "name|type|data|number".
std::string Value(std::string_view line) {
  const auto parsed = Parse(kParser, Output(std::string(line) + "\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  if (parsed->kept.facts.size() != 1) return "no value";
  const Fact& fact = parsed->kept.facts[0];
  return std::string(fact.name) + "|" + std::string(fact.type) + "|" +
         std::string(fact.data) + "|" +
         (fact.number ? std::to_string(*fact.number) : "");
}

TEST(RegistryQuery, ReadsKeysAndValues) {
  const std::string bytes = Output(
      "    (Default)    REG_SZ    top\r\n"
      "    UPN    REG_SZ    adele@contoso.com\r\n"
      "\r\n"
      "HKEY_LOCAL_MACHINE\\SOFTWARE\\A\\B [x]\r\n"
      "    State    REG_DWORD    0x2a\r\n");
  const auto parsed = Parse(kParser, bytes);
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre("registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A||REG_SZ|top||3@37",
                  "registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A|UPN|REG_SZ|adele@"
                  "contoso.com||4@69",
                  "registry HKEY_LOCAL_MACHINE\\SOFTWARE\\A\\B [x]|State|REG_"
                  "DWORD|42|42|7@148"));
}

TEST(RegistryQuery, DecodesEveryType) {
  EXPECT_EQ(Value("    v    REG_SZ    C:\\a b"), "v|REG_SZ|C:\\a b|");
  EXPECT_EQ(Value("    v    REG_SZ    "), "v|REG_SZ||");
  EXPECT_EQ(Value("    v    REG_SZ"), "v|REG_SZ||");
  EXPECT_EQ(Value("    v    REG_EXPAND_SZ    %x%"), "v|REG_EXPAND_SZ|%x%|");
  EXPECT_EQ(Value("    v    REG_MULTI_SZ    a\\0b"), "v|REG_MULTI_SZ|a\nb|");
  EXPECT_EQ(Value("    v    REG_MULTI_SZ    a\\0"), "v|REG_MULTI_SZ|a|");
  EXPECT_EQ(Value("    v    REG_MULTI_SZ    "), "v|REG_MULTI_SZ||");
  EXPECT_EQ(Value("    v    REG_DWORD    0xffffffff"),
            "v|REG_DWORD|4294967295|4294967295");
  EXPECT_EQ(Value("    v    REG_QWORD    0x1DB00000000"),
            "v|REG_QWORD|2040109465600|2040109465600");
  EXPECT_EQ(Value("    v    REG_DWORD_BIG_ENDIAN    0x1"),
            "v|REG_DWORD_BIG_ENDIAN|1|1");
  EXPECT_EQ(Value("    v    REG_BINARY    01AB"), "v|REG_BINARY|01ab|");
  EXPECT_EQ(Value("    v    REG_BINARY    "), "v|REG_BINARY||");
  EXPECT_EQ(Value("    v    REG_NONE    00"), "v|REG_NONE|00|");
  EXPECT_EQ(Value("    v    REG_DWORD (4)    0x7"), "v|REG_DWORD|7|7");
}

TEST(RegistryQuery, NamesMayHoldGaps) {
  EXPECT_EQ(Value("    a    b    REG_SZ    c    d"), "a    b|REG_SZ|c    d|");
  EXPECT_EQ(Value("    a    REG_    REG_SZ    c"), "a    REG_|REG_SZ|c|");
  EXPECT_EQ(Value("    a    REG_SZ    b    REG_SZ    c"),
            "a|REG_SZ|b    REG_SZ    c|");
  EXPECT_EQ(Value("        REG_SZ    c"), "|REG_SZ|c|");
}

TEST(RegistryQuery, DefaultValuesAreTranslated) {
  EXPECT_EQ(Value("    (Standard)    REG_SZ    x"), "|REG_SZ|x|");
  EXPECT_EQ(Value("    (par d\xC3\xA9"
                  "faut)    REG_SZ    x"),
            "|REG_SZ|x|");
  // The same from a console with code page 850.
  EXPECT_EQ(Value("    (par d\x82"
                  "faut)    REG_SZ    \x81"
                  "ber"),
            "|REG_SZ|\u00FC"
            "ber|");
  EXPECT_EQ(Value("    (Custom)    REG_SZ    x"), "(Custom)|REG_SZ|x|");
  const auto parsed =
      Parse(kParser, Output("    (Standard)    REG_SZ    (Wert nicht "
                            "festgelegt)\r\n"));
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_EQ(parsed->kept.note, "1 default value not set");
}

TEST(RegistryQuery, StringsGoOnOverLines) {
  const auto parsed = Parse(
      kParser,
      Output("    j    REG_SZ    {\r\n    \"a\": 1,\r\n\r\n    \"b\": 2\r\n"
             "}\r\n    n    REG_DWORD    0x1\r\n"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data,
            "{\r\n    \"a\": 1,\r\n\r\n    \"b\": 2\r\n}");
}

TEST(RegistryQuery, JsonInValuesComesOutAsFacts) {
  const auto parsed =
      Parse(kParser,
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Provisioning\\"
            "AutopilotSettings\r\n    DeviceSetupCategory.Status    REG_SZ    "
            "{\"state\":\"done\"}\r\n\r\n");
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(Show(parsed->kept.facts[1]),
            "json DeviceSetupCategory.Status|state|string|done||2@74");
}

TEST(RegistryQuery, FootersAndErrorsAreNoText) {
  const auto parsed = Parse(
      kParser, Output("    v    REG_SZ    x\r\n\r\n"
                      "Suchende: 1 \xC3\x9C"
                      "bereinstimmung(en) gefunden.\r\n\r\n"
                      "ERROR: The system was unable to find the specified "
                      "registry key or value.\r\n") +
                   std::string(kKey) + "    w    REG_SZ    y\r\n\r\n");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "x");
  EXPECT_EQ(parsed->kept.facts[1].data, "y");
  EXPECT_EQ(parsed->kept.note, "1 error of reg.exe");
}

TEST(RegistryQuery, ReadsEveryEncoding) {
  const std::string text = Output("    \u00E9    REG_SZ    \u20AC\r\n");
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text)}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.facts, SizeIs(1));
    EXPECT_EQ(parsed->kept.facts[0].name, "\u00E9");
    EXPECT_EQ(parsed->kept.facts[0].data, "\u20AC");
    EXPECT_EQ(FindParser(AsBytes(bytes)), &kParser);
  }
  const auto mixed = Parse(kParser,
                           "HKEY_USERS\n    a    REG_SZ    1\r\n"
                           "    b    REG_SZ    2\n\n");
  EXPECT_THAT(mixed->kept.facts, SizeIs(2));
}

TEST(RegistryQuery, ReportsWhatItCannotRead) {
  const auto parsed =
      Parse(kParser, "    early    REG_SZ    x\r\n" +
                         Output("    n    REG_DWORD    12\r\n"
                                "what is this\r\n"
                                "    b    REG_BINARY    0x1\r\n"));
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre(
          HasSubstr("registry line@0: line 1: expected a key before the first "
                    "value"),
          HasSubstr("bad value registry number@63: line 4: expected '0x' and "
                    "hexadecimal digits, found '12'; value 'n' of "
                    "HKEY_LOCAL_MACHINE\\SOFTWARE\\A (lost 22)"),
          HasSubstr("registry line@85: line 5: expected a key or a value"),
          HasSubstr("bad value registry bytes@103: line 6: expected pairs of "
                    "hexadecimal digits, found '0x1'")));
}

TEST(RegistryQuery, CutsAreTold) {
  const auto cut = [](std::string_view values) {
    return Parse(kParser, std::string(kKey) + std::string(values));
  };
  auto parsed = cut("    n    REG_DWORD    0x1");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated registry line@33: line 3: expected a "
                          "line end, found the end of the file behind '    n "
                          "   REG_DWORD    0x1' (lost 25)"));
  parsed = cut("    s    REG_SZ    one\r\ntwo");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated registry string@37: line 3: "
                                    "expected a line end")));
  parsed = cut("    s    REG_SZ    one\r\n");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("expected an empty line behind the last "
                                    "value")));
  EXPECT_FALSE(parsed->kept.damage[0].lossy);
  EXPECT_FALSE(Parse(kParser, "HKEY_LOCAL_M")->status);
}

TEST(RegistryQuery, EveryPrefixIsABeginning) {
  ExpectPrefixes(kParser, Output("    (Default)    REG_SZ    top\r\n"
                                 "    n    REG_DWORD    0x2a\r\n"
                                 "    m    REG_MULTI_SZ    a\\0b\r\n"
                                 "    b    REG_BINARY    0102\r\n"
                                 "\r\n"
                                 "HKEY_USERS\\x\r\n"
                                 "    \x81    REG_SZ    t\r\n"));
}

TEST(RegistryQuery, HonoursItsLimits) {
  Limits limits;
  limits.text_line_bytes = 60;
  auto parsed = Parse(kParser,
                      Output("    a    REG_SZ    " + std::string(100, 'x') +
                             "\r\n    b    REG_SZ    y\r\n"),
                      limits);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].name, "b");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("a line within the limit")));
  limits = {};
  limits.text_value_bytes = 20;
  parsed = Parse(kParser,
                 Output("    a    REG_SZ    0123456789\r\n"
                        "0123456789\r\n    b    REG_SZ    y\r\n"),
                 limits);
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded registry value length@37: "
                                    "line 3: limit 20 bytes")));
  parsed = Parse(kParser, "HKEY_USERS\\" + std::string(17'000, 'k') +
                              "\r\n    b    REG_SZ    y\r\n\r\n");
  EXPECT_THAT(parsed->kept.facts, IsEmpty());
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded registry key length@0"),
                          HasSubstr("a key before the first value")));
}

TEST(RegistryQuery, ProbeWantsAKeyAndWhatFollowsIt) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Output("    a    REG_SZ    x\r\n")));
  EXPECT_TRUE(probe("HKEY_USERS\\a\r\nHKEY_USERS\\b\r\n"));
  EXPECT_TRUE(
      probe("C:\\>reg query HKLM\\A\r\n" + Output("    a    REG_SZ    x\r\n")));
  EXPECT_FALSE(probe("HKEY_USERS\\a was opened\r\nand closed\r\n"));
  EXPECT_FALSE(probe("[HKEY_USERS\\a]\r\n\"x\"=\"y\"\r\n"));
  EXPECT_FALSE(probe("HKEY_USERS\\a\r\n"));
  EXPECT_FALSE(probe(""));
}

TEST(RegistryQuery, GoldenSamples) {
  ::espial::testing::ExpectGolden(kParser,
                                  std::filesystem::path(ESPIAL_SOURCE_DIR) /
                                      "tests/parsers/registry/query/golden");
}

TEST(RegistryQuery, IsLinearInItsInput) {
  std::string bytes(kKey);
  bytes += "    s    REG_SZ    x\r\n";
  for (int i = 0; i < 200'000; ++i) bytes += "\r\n    REG_    REG_ \r\n";
  const auto start = std::chrono::steady_clock::now();
  Parse(kParser, bytes);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace espial::registry_query

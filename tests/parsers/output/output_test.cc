#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "parsers/output/capture.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::output {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Parsed;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Data(const Parsed& parsed, std::string_view name) {
  for (const Fact& fact : parsed.kept.facts) {
    if (fact.name == name) return std::string(fact.data);
  }
  return "none";
}

constexpr std::string_view kController =
    "           DC: \\\\DC1.contoso.com\r\n"
    "     Dom Guid: 2d6f3c1b-1111-2222-3333-444455556666\r\n"
    "The command completed successfully\r\n";

TEST(Output, EncodingsAndLineEnds) {
  const std::string text(kController);
  const auto expected = Parse(kParser, text);
  ASSERT_THAT(expected->kept.facts, SizeIs(3));
  std::string unix_text;
  for (const char c : text) {
    if (c != '\r') unix_text += c;
  }
  for (const std::string& bytes :
       {unix_text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text)}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_EQ(FindParser(AsBytes(bytes)), &kParser);
    ASSERT_THAT(parsed->kept.facts, SizeIs(3));
    EXPECT_EQ(Data(*parsed, "DC"), "\\\\DC1.contoso.com");
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
  }
}

TEST(Output, CutAtEveryPlace) {
  ExpectPrefixes(kParser, std::string(kController));
  ExpectPrefixes(kParser,
                 "Time zone: Current:TIME_ZONE_ID_DAYLIGHT Bias: -60min\r\n"
                 "  [Standard Name:\"W. Europe\" Bias:0min Date:(M:10 D:5 "
                 "DoW:0)]\r\n");
  ExpectPrefixes(kParser,
                 "Windows IP Configuration\r\n\r\n"
                 "   Host Name . . . . . . . : PC\r\n"
                 "   DNS Suffix Search List. : a.b\r\n"
                 "                             c.d\r\n");
}

TEST(Output, LastLineMayBeCut) {
  const auto parsed = Parse(kParser, std::string(kController) + "Extra: va");
  EXPECT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated line of output@123: line 4: expected a "
                          "line end, found the end of the file behind 'Extra: "
                          "va' (lost 9)"));
}

TEST(Output, OverlongLines) {
  Limits limits;
  limits.text_line_bytes = 70;
  const auto parsed = Parse(
      kParser, std::string(kController) + "X: " + std::string(80, 'y') + "\r\n",
      limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded line of output@123: line "
                                    "4: limit 70 bytes (lost 85)")));
}

TEST(Output, PagesThatAreCut) {
  const auto parsed = Parse(
      kParser,
      "<html><head><title>Battery report</title></head><body><table><tr>"
      "<td>COMPUTER NAME</td><td>PC &amp; &#65;&#x42; &bogus; &#99999999;</td>"
      "</tr><tr><td>BIOS</td><td>1.");
  EXPECT_EQ(Data(*parsed, "COMPUTER NAME"), "PC & AB &bogus; &#99999999;");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("truncated page@")));
}

TEST(Output, PagesOfOtherSpellings) {
  const auto parsed = Parse(
      kParser,
      "<HTML><title>Wlan Report</title><!--<tr><td>a<td>b</tr>-->"
      "<SCRIPT>if (a</b/) '<tr><td>x</td><td>y</td></tr>'</SCRIPT>"
      "<TABLE><TR><TH>SSID<BR>name</TH><TD> Contoso\n Corp</TD></TR></TABLE>"
      "</html>");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(Data(*parsed, "SSID name"), "Contoso Corp");
}

TEST(Output, RowsOfTooManyCells) {
  std::string names;
  std::string values;
  for (int i = 0; i < 21; ++i) {
    names += (i == 0 ? "\"N" : ",\"N") + std::to_string(i) + "\"";
    values += i == 0 ? "\"PC\"" : ",\"Windows\"";
  }
  const auto parsed = Parse(kParser, names + "\r\n" + values + ",\"more\"\r\n");
  EXPECT_THAT(parsed->kept.facts, SizeIs(21));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("expected 21 cells, found 22 (note)")));
}

TEST(Output, TakesNothingElse) {
  for (const std::string_view text :
       {std::string_view("2025-06-02 14:00:00, Info  TPM: a\r\nTPM: b\r\n"
                         "TPM: c\r\nTPM: d\r\n"),
        std::string_view("<![LOG[TPM version: 2.0]LOG]!>\r\nTPM a: b\r\n"
                         "TPM b: c\r\nTPM d: e\r\n"),
        std::string_view("Just a text: with a colon\r\n"),
        std::string_view(
            "<Collection HRESULT=\"0\"><Command>netsh winhttp show "
            "proxy</Command></Collection>\r\n"),
        std::string_view("{ \"TPM\": 1,\r\n TPM a: b\r\nTPM b: c\r\n TPM c: d"),
        std::string_view("[section]\r\na=1\r\n"),
        std::string_view("<html><title>MDM report</title></html>"),
        std::string_view("")}) {
    EXPECT_NE(FindParser(AsBytes(text)), &kParser) << text;
  }
  const auto parsed = Parse(kParser, "nothing known\r\n");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().what, "output");
}

TEST(NameOfTest, FitsLettersOfOtherCodePages) {
  constexpr KnownLabel kKnown[] = {{"Nom de l'h?te", "Host Name"}};
  EXPECT_EQ(NameOf("Nom de l'h\xC3\xB4te", kKnown), "Host Name");
  EXPECT_EQ(NameOf("Nom de l'h\xE2\x80\x9Cte", kKnown), "Host Name");
  EXPECT_EQ(NameOf("Other", kKnown), "Other");
}

TEST(Output, Golden) {
  espial::testing::ExpectGolden(
      kParser,
      std::filesystem::path(ESPIAL_SOURCE_DIR) / "tests/parsers/output/golden");
}

}  // namespace
}  // namespace espial::output

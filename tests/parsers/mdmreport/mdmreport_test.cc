#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parsers/mdmreport/decode.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::mdmreport {

extern const Parser kParser;

namespace {

using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Report(std::string_view sections) {
  return "<MDMEnterpriseDiagnosticsReport>" + std::string(sections) +
         "</MDMEnterpriseDiagnosticsReport>";
}

// "key|name|type|data" of every fact.
std::vector<std::string> Facts(const std::string& text) {
  const auto parsed = Parse(kParser, text);
  std::vector<std::string> out;
  for (const Fact& fact : parsed->kept.facts) {
    out.push_back(std::string(fact.key) + "|" + std::string(fact.name) + "|" +
                  std::string(fact.type) + "|" + std::string(fact.data));
  }
  return out;
}

TEST(MdmReport, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/mdmreport/golden");
}

TEST(MdmReport, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Report("")));
  EXPECT_TRUE(probe("\n<html><table id='ManagedPoliciesTable'>"));
  EXPECT_FALSE(probe("<html><table id='DeviceInfoTable'>"));
  EXPECT_FALSE(probe("<a><MDMReport/></a>"));
  EXPECT_FALSE(probe("x " + Report("")));
  EXPECT_FALSE(probe(""));
}

TEST(MdmReport, NamesItemsByTheirKeys) {
  EXPECT_THAT(
      Facts(Report("<Version>1.0</Version><S><i><a>1</a><Name> k </Name></i>"
                   "<i><Name>k</Name></i><i x='7'>t<b/>u</i><i>9</i></S>")),
      ElementsAre(
          "MDMDiagReport|Version|string|1.0", "MDMDiagReport/S|i[k]/a|number|1",
          "MDMDiagReport/S|i[k]/Name|string| k ",
          "MDMDiagReport/S|i[k][2]/Name|string|k",
          "MDMDiagReport/S|i/@x|number|7", "MDMDiagReport/S|i|string|tu",
          "MDMDiagReport/S|i/b|string|", "MDMDiagReport/S|i[2]|number|9"));
}

TEST(MdmReport, DecodesBesideTheRawValue) {
  const auto text = [](std::string_view section, std::string_view element,
                       std::string_view value) {
    const auto decoded = Decode(section, element, value);
    return decoded ? std::string(decoded->suffix) + " " + decoded->text
                   : std::string();
  };
  const std::string_view msi = "EnterpriseDesktopAppManagementinfo";
  EXPECT_EQ(text(msi, "Status", "60"), "name enforcement failed");
  EXPECT_EQ(text(msi, "Status", "61"), "");
  EXPECT_EQ(text("SCEP", "Status", "60"), "");
  EXPECT_EQ(text(msi, "LastError", "-2147023293"), "hex 0x80070643");
  EXPECT_EQ(text(msi, "LastError", "2147944003"), "hex 0x80070643");
  EXPECT_EQ(text(msi, "LastError", "0x80070643"), "hex 0x80070643");
  EXPECT_EQ(text(msi, "LastError", "0"), "");
  EXPECT_EQ(text(msi, "LastError", "99999999999"), "");
  EXPECT_EQ(text(msi, "LastError", "-2147483649"), "");
  EXPECT_EQ(text(msi, "LastError", "x"), "");
  EXPECT_EQ(text("", "a", "20250602T140733Z"), "utc 2025-06-02T14:07:33Z");
  EXPECT_EQ(text("", "a", "20251302T140733Z"), "");
  EXPECT_EQ(text("", "a", "20250602T140733"), "");
  EXPECT_EQ(text("", "CreationTime", "133933000530000000"),
            "utc 2025-06-02T01:07:33.0000000Z");
  EXPECT_EQ(text("", "Creation", "133933000530000000"), "");
  EXPECT_EQ(text("", "CreationTime", "999999999999999999"), "");
  EXPECT_EQ(text("", "EnrollmentType", "6"), "name MDMDeviceWithAAD");
  EXPECT_EQ(text("", "EnrollmentType", "13"), "");
}

TEST(MdmReport, ResolvesWinningProviders) {
  EXPECT_THAT(
      Facts(Report(
          "<Enrollments><Enrollment><EnrollmentId>AB</EnrollmentId>"
          "<ProviderID>MS DM Server</ProviderID></Enrollment></Enrollments>"
          "<PolicyManager><currentPolicies><P_WinningProvider>ab"
          "</P_WinningProvider><Q_WinningProvider>cd</Q_WinningProvider>"
          "</currentPolicies></PolicyManager>")),
      Contains("MDMDiagReport/PolicyManager|currentPolicies/P_WinningProvider"
               "#provider|string|MS DM Server"));
}

TEST(MdmReport, MakesEventsOfTheErrorLog) {
  const auto parsed = Parse(
      kParser,
      Report("<Diagnostics><ErrorLog><Component>C</Component><SubComponent>"
             "<Name>N</Name><Error>-2147024894</Error><Metadata1>M1</Metadata1>"
             "<Metadata2>./x</Metadata2><Time>2025-06-02 14:07:33.123</Time>"
             "</SubComponent></ErrorLog></Diagnostics>"));
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event 2025-06-02T14:07:33.1230000Z assumed [2025-06-02 "
                  "14:07:33.123] C 0 'MDMDiagReport' error 1@79 "
                  "{Name=string:N, Error=hex32:0x80070002, "
                  "Metadata1=string:M1, Metadata2=string:./x} N M1 ./x: "
                  "0x80070002"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(MdmReport, StopsAtTheLimitOfText) {
  Limits limits;
  limits.text_value_bytes = 100;
  std::string items;
  for (int i = 0; i < 100; ++i) items += "<i>1234567890</i>";
  const auto parsed = Parse(kParser, Report("<S>" + items + "</S>"), limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(3));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded report facts@89: line 1: "
                                    "limit 100 bytes of text in all")));
}

TEST(MdmReport, LongPathsStayBounded) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "<" + std::string(200, 'n') + ">";
  text += "x";
  for (int i = 0; i < 100; ++i) text += "</" + std::string(200, 'n') + ">";
  for (const std::string& fact : Facts(Report("<S>" + text + "</S>"))) {
    EXPECT_LT(fact.size(), 2400U);
  }
}

// What came before a cut is the same as without it, but for names of items
// whose key stood behind the cut.
TEST(MdmReport, KeepsWhatCameBeforeACut) {
  const std::string whole = Report(
      "<Version>1.0</Version><S><i><Name>k</Name><a>12</a><b x='y'>v</b></i>"
      "<i><Name>l</Name><a>34</a></i></S>");
  const auto all = Parse(kParser, whole);
  EXPECT_THAT(all->kept.damage, IsEmpty());
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto part = Parse(kParser, whole.substr(0, size));
    EXPECT_TRUE(!part->status || !part->kept.damage.empty()) << size;
    testing::ExpectFirstOf(part->kept.facts, all->kept.facts, size, *part);
  }
}

TEST(MdmReport, HtmlCutsAreTold) {
  const std::string whole =
      "<html><table id='ManagedPoliciesTable'><tr><td class='LabelColumn'>a"
      "</td><td>b</td></tr><tr><td class='LabelColumn'>c</td><td>d</td></tr>"
      "</table></html>";
  const auto all = Parse(kParser, whole);
  EXPECT_THAT(all->kept.damage, IsEmpty());
  ASSERT_THAT(all->kept.facts, SizeIs(2));
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto part = Parse(kParser, whole.substr(0, size));
    EXPECT_TRUE(!part->status || !part->kept.damage.empty()) << size;
    testing::ExpectFirstOf(part->kept.facts, all->kept.facts, size, *part);
  }
}

}  // namespace
}  // namespace espial::mdmreport

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::dsregcmd {

extern const Parser kParser;

namespace {

using ::espial::testing::Parse;
using ::espial::testing::Parsed;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Box(const std::string& title) {
  const std::string rule = "+" + std::string(40, '-') + "+\r\n";
  return rule + "| " + title + "      |\r\n" + rule + "\r\n";
}

TEST(Dsregcmd, ValuesAndTheirTypes) {
  const auto parsed = Parse(
      kParser, Box("Device State") +
                   "  AzureAdJoined : YES\r\n"
                   "  DomainJoined : NO\r\n"
                   "  WamDefaultSet : ERROR (0x80070520)\r\n"
                   "  Empty : \r\n"
                   "  Url : https://login.microsoftonline.com : 443\r\n" +
                   Box("SSO State") +
                   "  AzureAdPrtExpiryTime : 2025-06-16 14:02:52.000 UTC\r\n"
                   "  Attempt Status : 0xc000006d\r\n");
  ASSERT_TRUE(parsed->status);
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(parsed->kept.events, IsEmpty());
  const std::string key = "output dsregcmd /status|";
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(key + "Device State/AzureAdJoined|bool|YES|1|5@131",
                  key + "Device State/DomainJoined|bool|NO|0|6@153",
                  key + "Device State/WamDefaultSet|string|ERROR "
                        "(0x80070520)|2147943712|7@175",
                  key + "Device State/Empty|string|||8@205",
                  key + "Device "
                        "State/Url|string|https://login.microsoftonline.com : "
                        "443||9@215",
                  key + "SSO State/AzureAdPrtExpiryTime|time|"
                        "2025-06-16T14:02:52.000Z|133945561720000000|14@"
                        "391",
                  key + "SSO State/Attempt Status|number|0xc000006d|"
                        "3221225581|15@439"));
}

TEST(Dsregcmd, ATimeAndWhatFollowsIsAnEvent) {
  const auto parsed = Parse(
      kParser, Box("Diagnostic Data") +
                   " Previous Registration : 2019-01-31 09:16:43.000 UTC\r\n"
                   "           Error Phase : discover\r\n"
                   "      Client ErrorCode : 0x801c0021\r\n"
                   "          Https Status : 400\r\n"
                   "           Client Time : 2019-06-06 20:48:33.000 UTC\r\n"
                   " AD Connectivity Test : PASS\r\n" +
                   Box("User State") + " NgcSet : NO\r\n");
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre(
          "event 2019-01-31T09:16:43.0000000Z utc dsregcmd 0 'dsregcmd' error "
          "5@116 {Section=string:Diagnostic Data, Error Phase=string:discover, "
          "Client ErrorCode=hex32:0x801c0021, Https Status=uint:400} Previous "
          "Registration: Error Phase discover, Client ErrorCode 0x801c0021, "
          "Https Status 400",
          "event 2019-06-06T20:48:33.0000000Z utc dsregcmd 0 'dsregcmd' "
          "information 9@272 {Section=string:Diagnostic Data, AD Connectivity "
          "Test=string:PASS} Client Time: AD Connectivity Test PASS"));
}

TEST(Dsregcmd, ImpossibleTimesStayText) {
  const auto parsed =
      Parse(kParser, Box("SSO State") +
                         " Previous Prt Attempt : 2025-13-02 13:58:33 UTC\r\n");
  EXPECT_THAT(parsed->kept.events, IsEmpty());
  ASSERT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_EQ(parsed->kept.facts[0].type, "string");
}

TEST(Dsregcmd, LinesWithoutLabelAreTold) {
  const auto parsed = Parse(kParser, Box("User State") +
                                         "first\nsecond\n NgcSet : NO\n"
                                         "For more information, see x\n");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value dsregcmd line@111: lines 5 to 6: expected "
                          "'label : value', found 'first' (lost 13)"));
}

TEST(Dsregcmd, CutAtEveryPlace) {
  const std::string text = Box("Device State") + "  AzureAdJoined : YES\r\n" +
                           "  DomainJoined : NO\r\n" + Box("User State") +
                           "  NgcSet : NO\r\n";
  espial::testing::ExpectPrefixes(kParser, text);
}

TEST(Dsregcmd, OverlongLines) {
  Limits limits;
  limits.text_line_bytes = 50;
  const auto parsed = Parse(
      kParser,
      Box("User State") + " A : " + std::string(60, 'x') + "\r\n B : NO\r\n",
      limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded dsregcmd line@111: line 5: "
                                    "limit 50 bytes")));
}

TEST(Dsregcmd, Nothing) {
  const auto parsed = Parse(kParser, "");
  ASSERT_FALSE(parsed->status);
  EXPECT_EQ(parsed->status.error().what, "dsregcmd output");
}

TEST(Dsregcmd, Probe) {
  EXPECT_EQ(FindParser(AsBytes(Box("Device State"))), &kParser);
  EXPECT_EQ(FindParser(AsBytes(" AzureAdJoined : NO\r\n")), &kParser);
  EXPECT_NE(FindParser(AsBytes(Box("Something else"))), &kParser);
}

TEST(Dsregcmd, Golden) {
  espial::testing::ExpectGolden(kParser,
                                std::filesystem::path(ESPIAL_SOURCE_DIR) /
                                    "tests/parsers/dsregcmd/golden");
}

}  // namespace
}  // namespace espial::dsregcmd

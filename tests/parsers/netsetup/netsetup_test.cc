#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/netsetup/line.h"
#include "tests/parsers/support/events_prefix.h"
#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::netsetup {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectEventPrefixes;
using ::espial::testing::ExpectGolden;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kStamp = "03/06/2025 11:29:06:755 ";

std::string Line(std::string_view text) {
  return std::string(kStamp) + std::string(text) + "\r\n";
}

TEST(Netsetup, Golden) {
  ExpectGolden(kParser, ESPIAL_SOURCE_DIR "/tests/parsers/netsetup/golden");
}

TEST(Netsetup, FindsTheStatusAndNoOtherNumber) {
  const auto status = [](std::string_view text) {
    const auto found = StatusOf(text);
    return found ? static_cast<int64_t>(*found) : -1;
  };
  EXPECT_EQ(status("NetpDoDomainJoin: status: 0x40"), 0x40);
  EXPECT_EQ(status("NetpJoinCreatePackagePart: status:0x534."), 0x534);
  EXPECT_EQ(status("X: Function exits with status of: 0x216d"), 0x216D);
  EXPECT_EQ(status("NetUseAdd to \\\\dc\\IPC$ returned 64"), 64);
  EXPECT_EQ(status("X [ Exists ] for 'a' returned 0x0"), 0);
  EXPECT_EQ(status("X: flags: 0x40001010, returned: 0x54b"), 0x54B);
  EXPECT_EQ(status("Options: 0x27"), -1);
  EXPECT_EQ(status("found DC, flags: 0x1"), -1);
  EXPECT_EQ(status("OS Version: 10.0"), -1);
  EXPECT_EQ(status("attempt: 3"), -1);
  EXPECT_EQ(status("status: 0x"), -1);
  EXPECT_EQ(status("status: 0x123456789"), -1);
  EXPECT_EQ(status("status: 0x40g"), -1);
  EXPECT_EQ(status("0x40"), -1);
  EXPECT_EQ(status(""), -1);
}

TEST(Netsetup, NamesOfStatuses) {
  EXPECT_EQ(StatusName(0), "NERR_Success");
  EXPECT_EQ(StatusName(1355), "ERROR_NO_SUCH_DOMAIN");
  EXPECT_EQ(StatusName(2732), "NERR_AccountReuseBlockedByPolicy");
  EXPECT_EQ(StatusName(8557), "ERROR_DS_MACHINE_ACCOUNT_QUOTA_EXCEEDED");
  EXPECT_EQ(StatusName(0xC000006A), "");
}

TEST(Netsetup, FindsFunctionsServersAndLdapErrors) {
  EXPECT_EQ(FunctionOf("NetpDoDomainJoin"), "NetpDoDomainJoin");
  EXPECT_EQ(FunctionOf("ldap_unbind status: 0x0"), "ldap_unbind");
  EXPECT_EQ(FunctionOf("Network is down"), "Network");
  EXPECT_EQ(FunctionOf("Netp.x"), "");
  EXPECT_EQ(FunctionOf("Something: x"), "");
  EXPECT_EQ(FunctionOf(""), "");
  EXPECT_EQ(ServerOf("to '\\\\DC1.contoso.com': 0x0"), "DC1.contoso.com");
  EXPECT_EQ(ServerOf("on \\\\"), "");
  EXPECT_EQ(ServerOf("none"), "");
  EXPECT_EQ(LdapErrorOf("X: ldap_bind failed on DC1: 81: Server Down"), 81U);
  EXPECT_EQ(LdapErrorOf("X: ldap_bind failed on DC1"), std::nullopt);
  EXPECT_EQ(LdapErrorOf("failed: 81: x"), std::nullopt);
  EXPECT_EQ(QuotedBehind("in domain 'a.b'", "in domain "), "a.b");
  EXPECT_EQ(QuotedBehind("in domain 'a.b", "in domain "), "");
  EXPECT_EQ(QuotedBehind("in domain a", "in domain "), "");
}

TEST(Netsetup, DetailsBelongToTheFunctionBefore) {
  const auto parsed =
      Parse(kParser, Line("NetpJoinDomain") + Line("  Domain: contoso.com") +
                         Line("  Unknown: x") + Line("other text") +
                         Line("  MachineAccountOU: (NULL)"));
  ASSERT_THAT(parsed->kept.events, SizeIs(5));
  const auto function = [&](size_t i) {
    const Value* value = parsed->kept.events[i].FindField("Function");
    return value == nullptr ? std::string_view("none") : value->text;
  };
  EXPECT_EQ(function(1), "NetpJoinDomain");
  EXPECT_EQ(function(2), "NetpJoinDomain");
  EXPECT_EQ(function(3), "none");
  EXPECT_EQ(function(4), "none");
  EXPECT_EQ(parsed->kept.events[1].FindField("domain")->text, "contoso.com");
  EXPECT_EQ(parsed->kept.events[4].FindField("OU"), nullptr);
}

TEST(Netsetup, NoYearIsInvented) {
  const auto parsed = Parse(
      kParser, "04/30 04:21:16 [LOGON] [8] text\r\n05/01 00:00:00 [MISC] x\r\n",
      {}, "a.zip!netlogon.log");
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
  EXPECT_THAT(
      Show(parsed->kept.events),
      ElementsAre("event - none [04/30 04:21:16] netlogon 0 'netlogon' "
                  "information 1@0 tid 8 {TimeOfYear=string:04/30 04:21:16, "
                  "Category=string:LOGON} text",
                  "event - none [05/01 00:00:00] netlogon 0 'netlogon' "
                  "information 2@33 {TimeOfYear=string:05/01 00:00:00, "
                  "Category=string:MISC} x"));
}

TEST(Netsetup, LinesBreakOneFieldAtATime) {
  EXPECT_TRUE(ReadLine("03/06/2025 11:29:06:755 x"));
  EXPECT_TRUE(ReadLine("03/06/2025 11:29:06 x"));
  EXPECT_TRUE(ReadLine("03/06/2025 11:29:06:755 "));
  for (const char* line :
       {"3/06/2025 11:29:06:755 x", "03-06-2025 11:29:06:755 x",
        "03/06/25 11:29:06:755 x", "03/06/2025T11:29:06:755 x",
        "03/06/2025 11:29:6:755 x", "03/06/2025 11:29:06: x",
        "03/06/2025 11:29:06:755", "03/06/2025 11:29:06:755x",
        " 03/06/2025 11:29:06:755 x", ""}) {
    EXPECT_FALSE(ReadLine(line)) << line;
  }
  const auto impossible = ReadLine("13/06/2025 11:29:06:755 x");
  ASSERT_TRUE(impossible);
  EXPECT_FALSE(impossible->time.known());
  const auto odd = ReadLine("04/30 04:21:16 [LOG on] [x] y");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->category, "");
  EXPECT_EQ(odd->text, "[LOG on] [x] y");
}

TEST(Netsetup, ReadsEveryEncoding) {
  const std::string text = Line("NetpX: a") + Line("NetpX: b");
  for (const std::string& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + ToUtf16Le(text),
        std::string(kStamp) + "NetpX: a\n" + std::string(kStamp) +
            "NetpX: b\r\n"}) {
    const auto parsed = Parse(kParser, bytes);
    EXPECT_THAT(parsed->kept.damage, IsEmpty());
    ASSERT_THAT(parsed->kept.events, SizeIs(2));
    EXPECT_EQ(parsed->kept.events[1].message, "NetpX: b");
  }
}

TEST(Netsetup, EveryPrefixIsABeginning) {
  ExpectEventPrefixes(kParser,
                      Line("NetpJoinDomain") + Line("  Domain: contoso.com") +
                          "more\r\n" +
                          "04/30 04:21:16 [LOGON] [8] Returns 0xC000006A\r\n" +
                          Line("NetpDoDomainJoin: status: 0x54b"));
}

TEST(Netsetup, ProbeTakesLogsAndNothingElse) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe(Line("x")));
  EXPECT_TRUE(probe("cut\r\n" + Line("x")));
  EXPECT_TRUE(probe("04/30 04:21:16 [LOGON] [8] x"));
  EXPECT_TRUE(probe("05/09 17:20:20 NetpDoDomainJoin"));
  EXPECT_FALSE(probe("03/06/2025 11:29:06 x"));
  EXPECT_FALSE(probe("03/06/2025 11:29:06.755 x"));
  EXPECT_FALSE(probe("05/09 17:20:20 text"));
  EXPECT_FALSE(probe(""));
  EXPECT_FALSE(Parse(kParser, "text\n")->status);
}

}  // namespace
}  // namespace espial::netsetup

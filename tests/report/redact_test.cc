#include <espial/report/redact.h>
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/report/case_builder.h"

namespace espial::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kKey = "a key for tests of sufficient length";

Fact MakeFact(std::string_view name, std::string_view data) {
  Fact fact;
  fact.key = "HKEY_LOCAL_MACHINE\\software\\test";
  fact.name = name;
  fact.data = data;
  return fact;
}

std::string Plain(std::string_view text) { return Redactor(kKey).Text(text); }

TEST(RedactTest, ShapesShowWhatTheyAre) {
  struct Row {
    const char* text;
    const char* expected;  // a regular expression
  };
  const std::vector<Row> rows = {
      {"mail anna.berg@corp.contoso.com now",
       "mail user-[0-9a-f]+@domain-[0-9a-f]+\\.example now"},
      {"anna@contoso.onmicrosoft.com",
       "user-[0-9a-f]+@domain-[0-9a-f]+\\.onmicrosoft\\.com"},
      {"login=anna%40contoso.com&x=1",
       "login=user-[0-9a-f]+%40domain-[0-9a-f]+\\.example&x=1"},
      {"S-1-5-21-111-222-333-500", "S-1-5-21-x[0-9a-f]+-500"},
      {"S-1-5-21-111-222-333-48213", "S-1-5-21-x[0-9a-f]+-x[0-9a-f]+"},
      {"S-1-12-1-1-2-3-4", "S-1-12-1-x[0-9a-f]+"},
      {"from 10.1.2.3:443", "from ip-[0-9a-f]+:443"},
      {"169.254.7.7", "169\\.254\\.ip-[0-9a-f]+"},
      {"Address: 2001:db8::17.", "Address: ip-[0-9a-f]+\\."},
      {"fe80::1c2d:3e4f%12", "fe80::ip-[0-9a-f]+%12"},
      {"mac 00-15-5D-01-02-03", "mac mac-[0-9a-f]+"},
      {"mac 00:15:5d:01:02:03,", "mac mac-[0-9a-f]+,"},
      {"C:\\Users\\Anna Berg\\AppData",
       "C:\\\\Users\\\\user-[0-9a-f]+\\\\AppData"},
      {"key ABCDE-12345-FGHIJ-67890-KLMNO", "key key-[0-9a-f]+"},
      {"Bearer abcdefgh12345678", "Bearer token-[0-9a-f]+"},
      {"x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y", "x token-[0-9a-f]+ y"},
      {"https://blob.example/a?sv=1&sig=abcdEFGH%3D",
       "https://blob\\.example/a\\?sv=1&sig=token-[0-9a-f]+"},
      {"8C1D0A5E3B7F49D2A6E4C0B9F8D7E6A5B4C3D2E1", "thumbprint-[0-9a-f]+"},
      {"CN=Anna Berg,OU=Sales,DC=contoso,DC=com",
       "CN=name-[0-9a-f]+,OU=name-[0-9a-f]+,DC=name-[0-9a-f]+,DC=com"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(Plain(row.text), MatchesRegex(row.expected)) << row.text;
  }
}

TEST(RedactTest, WhatIsTheSameEverywhereStays) {
  for (const char* text : {
           "login.microsoftonline.com",
           "https://r.manage.microsoft.com/devicegatewayproxy",
           "S-1-5-18 S-1-5-32-544 S-1-5-80-1-2-3-4-5",
           "127.0.0.1 0.0.0.0 255.255.255.0 ::1",
           "NT AUTHORITY\\SYSTEM",
           "C:\\Users\\Public\\Documents C:\\Users\\defaultuser0\\x",
           "version 1.86.104.0, Version=\"10.0.0.1\"",
           "10:04:05 2024-07-23T10:04:05.1234567Z",
           "{de95c1ea-1234-4321-9876-0123456789ab}",
           "0x80070774 -2147023000",
           "CN=Microsoft Intune MDM Device CA",
           "Microsoft-Windows-User Device Registration/Admin",
           "std::vector<int>::size",
       }) {
    EXPECT_EQ(Plain(text), text);
  }
}

TEST(RedactTest, PseudonymsDependOnKeyAndNothingElse) {
  const std::string text = "anna@contoso.com on 10.1.2.3";
  EXPECT_EQ(Redactor(kKey).Text(text), Redactor(kKey).Text(text));
  EXPECT_EQ(Plain("ANNA@Contoso.COM"), Plain("anna@contoso.com"));
  EXPECT_NE(Redactor("another key").Text(text), Redactor(kKey).Text(text));
  EXPECT_NE(Plain("anna@contoso.com"), Plain("bert@contoso.com"));
}

// Once is enough.
TEST(RedactTest, PseudonymsAreNotReplacedAgain) {
  for (const char* text :
       {"anna@contoso.com", "anna%40contoso.onmicrosoft.com",
        "fooUser@contoso.com", "C:\\Users\\Anna Berg\\AppData", "sig=abcdEFGH",
        "Bearer abcdefgh12345678", "CN=Anna Berg,OU=Sales,DC=contoso,DC=com",
        "S-1-5-21-111-222-333-48213", "S-1-12-1-1-2-3-4",
        "169.254.7.7 fe80::1c2d:3e4f 10.1.2.3 00-15-5D-01-02-03",
        "ABCDE-12345-FGHIJ-67890-KLMNO",
        "8C1D0A5E3B7F49D2A6E4C0B9F8D7E6A5B4C3D2E1"}) {
    const std::string once = Plain(text);
    EXPECT_NE(once, text);
    EXPECT_EQ(Plain(once), once) << text;
  }
}

// What only begins like a pseudonym is a name like any other.
TEST(RedactTest, ANameThatBeginsLikeAPseudonymIsReplaced) {
  for (const char* text :
       {"user-3f2a91bc.anna@contoso.com", "user-3f2a91bcd@contoso.com",
        "user-3f2a91bc@domain-contoso.com", "user-3F2A91BC@contoso.com",
        "user-3f2a91bc@domain-3f2a91bc.anna.com", "user-3f2a91b@contoso.com",
        "CN=name-3f2a91bc anna", "/home/user-3f2a91bc.anna/x"}) {
    EXPECT_THAT(Plain(text), AllOf(Not(HasSubstr("anna")),
                                   Not(HasSubstr("contoso")), Not(text)));
  }
}

TEST(RedactTest, BelowAPublicHostSecretsAreSecret) {
  Redactor redactor(kKey);
  redactor.LearnFact(MakeFact("ComputerName", "LAP471199"));
  EXPECT_THAT(
      redactor.Text("anna@lap471199.manage.microsoft.com"),
      MatchesRegex("user-[0-9a-f]+@PC-[0-9a-f]+\\.manage\\.microsoft\\.com"));
  EXPECT_THAT(redactor.Text("anna@outlook.com"),
              MatchesRegex("user-[0-9a-f]+@outlook\\.com"));
}

TEST(RedactTest, NamedValuesAreFoundEverywhere) {
  Redactor redactor(kKey);
  redactor.LearnFact(MakeFact("NV Hostname", "LAP-4711"));
  redactor.LearnFact(MakeFact("LastLoggedOnUser", "CONTOSO\\anna"));
  redactor.LearnFact(
      MakeFact("a.b[0].TenantId", "b6a2f0c4-3d5e-4f17-8a69-0e1d2c3b4a59"));
  redactor.LearnFact(MakeFact("SerialNumber", "5CG12345XY"));
  redactor.LearnFact(MakeFact("SSID", "Berg & S\xC3\xB6hne"));
  redactor.LearnFact(
      MakeFact("CloudAssignedTenantDomain", "fabrikam.onmicrosoft.com"));
  for (const char* text : {
           "DiagLogs-lap-4711-1.zip!DeviceHash_LAP-4711.csv",
           "contoso\\ANNA logged on", "folder C:\\ProgramData\\anna\\x",
           "at B6A2F0C4-3D5E-4F17-8A69-0E1D2C3B4A59 and "
           "b6a2f0c43d5e4f178a690e1d2c3b4a59",
           "x5CG12345XYz", "<ssid>Berg &amp; S\xC3\xB6hne</ssid>",
           "Berg%20%26%20S%c3%b6hne", "Berg & S\\u00f6hne",
           "BERG & S\xC3\x96HNE", "Fabrikam hybrid profile",
           "4c41502d34373131",                  // LAP-4711
           "4C00410050002d003400370031003100",  // the same in UTF-16
           "eCBMQVAtNDcxMSB5IHog",              // base64 of "x LAP-4711 y z "
       }) {
    const std::string clean = redactor.Text(text);
    EXPECT_NE(clean, text);
    for (const char* secret :
         {"4711", "anna", "ANNA", "ontoso", "B6A2", "b6a2", "5CG", "Berg",
          "hne", "HNE", "abrikam", "4c41502d", "4C004100", "TEFQ", "MQVAt"}) {
      EXPECT_THAT(clean, Not(HasSubstr(secret))) << text;
    }
  }
  // Short words are replaced as words only.
  EXPECT_EQ(redactor.Text("channa annals"), "channa annals");
}

TEST(RedactTest, FirstAndLastUseAgree) {
  Redactor redactor(kKey);
  redactor.LearnFact(MakeFact("UPN", "anna.berg@contoso.com"));
  redactor.LearnFact(MakeFact("ComputerName", "LAP-4711.contoso.com"));
  const std::string mail = redactor.Text("anna.berg@contoso.com");
  const std::string user = redactor.Text("anna.berg");
  const std::string domain = redactor.Text("contoso.com");
  EXPECT_EQ(mail, user + "@" + domain);
  EXPECT_THAT(redactor.Text("C:\\Users\\anna.berg\\x"), HasSubstr(user));
  EXPECT_THAT(redactor.Text("lap-4711.contoso.com"), HasSubstr(domain));
  // The SID of an Entra account is its object id in other words.
  const std::string id =
      redactor.Text("{00000001-0002-0003-0400-000005000000}", "ObjectId");
  const std::string sid = redactor.Text("S-1-12-1-1-196610-4-5");
  EXPECT_EQ(sid.substr(sid.size() - 8), id.substr(id.size() - 8));
}

TEST(RedactTest, WholeValuesOfTellingNames) {
  const Redactor redactor(kKey);
  EXPECT_THAT(redactor.Text("Al", "TargetUserName"), StartsWith("user-"));
  EXPECT_THAT(redactor.Text("PC", "Section/Hostname"), Not(HasSubstr("x")));
  EXPECT_EQ(redactor.Text("SYSTEM", "TargetUserName"), "SYSTEM");
  EXPECT_EQ(redactor.Text("-", "TargetUserName"), "-");
  EXPECT_EQ(redactor.Text("login.microsoftonline.com", "Hostname"),
            "login.microsoftonline.com");
  EXPECT_EQ(redactor.Text("10.1.2.3", "FileVersion"), "10.1.2.3");
  EXPECT_THAT(redactor.Text("10.1.2.3", "Address"), StartsWith("ip-"));
}

TEST(RedactTest, JsonStaysJson) {
  Redactor redactor(kKey);
  redactor.LearnFact(MakeFact("UserName", "Event"));
  redactor.LearnFact(MakeFact("UserName", "J\xC3\xB6rg \"Jo\" M"));
  const std::string text =
      R"({"Event":{"User":"J\u00f6rg \"Jo\" M","N":17,"T":"a@b.example",)"
      R"("x":null,"TargetUserName":"Al","deep":"{\"upn\":\"c@d.example\"}"}})"
      "\n";
  const std::string clean = redactor.Json(text);
  const auto json = nlohmann::json::parse(clean);
  EXPECT_THAT(clean, AllOf(Not(HasSubstr("f6rg")), Not(HasSubstr("a@b")),
                           Not(HasSubstr("c@d")), Not(HasSubstr("\"Al\""))));
  const auto inner = json.begin().value();
  EXPECT_EQ(inner["N"], 17);
  EXPECT_TRUE(
      nlohmann::json::parse(inner["deep"].get<std::string>()).is_object());
  // What needs no change does not change.
  const std::string plain = R"({ "a": "\u0041\/", "b" :[1,2.50,"\n"]})";
  EXPECT_EQ(redactor.Json(plain), plain);
  EXPECT_EQ(redactor.Json("{\"a"), "{\"a");
  // Where it is none, it is text.
  EXPECT_THAT(redactor.Json("{\"a\": a@b.example, \"b\": [c@d.example, \"x"),
              MatchesRegex("\\{\"a\": user-[0-9a-f]+@domain-[0-9a-f]+.example, "
                           "\"b\": \\[user-[0-9a-f]+@domain-[0-9a-f]+.example, "
                           "\"x"));
}

TEST(RedactTest, XmlStaysXml) {
  Redactor redactor(kKey);
  redactor.LearnFact(MakeFact("UserName", "O'Brien & Co"));
  redactor.LearnFact(MakeFact("UserName", "Data"));
  const std::string clean = redactor.Xml(
      "<Event><Data Name='TargetUserName'>O&apos;Brien &amp; Co</Data>"
      "<Data Name='x' User=\"O'Brien &amp; Co\">Al &#10; a@b.example</Data>"
      "<Data Name='TargetUserName'>Al</Data></Event>");
  EXPECT_THAT(clean,
              MatchesRegex("<Event><Data Name='TargetUserName'>user-[0-9a-f]+"
                           "</Data><Data Name='x' User=\"user-[0-9a-f]+\">Al "
                           "&#10; user-[0-9a-f]+@domain-[0-9a-f]+\\.example"
                           "</Data><Data Name='TargetUserName'>user-[0-9a-f]+"
                           "</Data></Event>"));
  EXPECT_EQ(redactor.Xml("<a>b</a><c"), "<a>b</a><c");
  const std::string mail = redactor.Text("a@b.example");
  const auto without = [&](std::string text) {
    for (size_t at = 0; (at = text.find(mail)) != std::string::npos;) {
      text.replace(at, mail.size(), "M");
    }
    return text;
  };
  EXPECT_THAT(
      without(redactor.Xml(
          "<?of a@b.example?><!-- a@b.example --><UserName>"
          "<![CDATA[Al]]></UserName><x><![CDATA[a@b.example <1>]]></x>"
          "<![CDATA[a@b.example")),
      MatchesRegex("<\\?of M\\?><!-- M --><UserName><!\\[CDATA\\[user-[0-9a-f]+"
                   "\\]\\]></UserName><x><!\\[CDATA\\[M <1>\\]\\]></x>"
                   "&lt;!\\[CDATA\\[M"));
}

TEST(RedactTest, ACaseIsCleanInEveryReport) {
  Case the_case = FailedEnrolment();
  the_case.damage[0].error.detail = "found PC-1 of anna@contoso.example";
  Redactor redactor(kKey);
  redactor.Learn(the_case);
  redactor.Redact(&the_case);
  std::string all = TriageText(the_case, {.color = false, .width = 0}) +
                    TriageJson(the_case) + TreeText(the_case, {}) +
                    DamageText(the_case, {});
  for (const Event& event : the_case.timeline.events()) {
    AppendEventJson(the_case, event, "", &all);
  }
  EXPECT_THAT(all, AllOf(Not(HasSubstr("PC-1\"")), Not(HasSubstr("PC-1 ")),
                         Not(HasSubstr("PC-1,")), Not(HasSubstr("contoso")),
                         Not(HasSubstr("anna"))));
  EXPECT_THAT(all, AllOf(HasSubstr("HYB-001"), HasSubstr("0x8007054b"),
                         HasSubstr("SyncFailureTimeout")));
}

TEST(RedactTest, BinaryValuesAreNotShown) {
  CaseBuilder builder;
  const SourceId log = builder.AddArtifact("a.evtx", "evtx");
  const Field fields[] = {
      {"Blob", {ValueType::kBinary, 0, "LAP-4711 LAP-4711"}},
      {"Short", {ValueType::kBinary, 0, "\x01\x02"}}};
  Event event;
  event.fields = fields;
  builder.AddEvent(log, event);
  Case the_case = std::move(builder).Build();
  Redactor redactor(kKey);
  redactor.Learn(the_case);
  redactor.Redact(&the_case);
  const auto& clean = the_case.timeline.events()[0].fields;
  EXPECT_THAT(ToText(clean[0].value), StartsWith("data-"));
  EXPECT_EQ(ToText(clean[1].value), "0102");
}

// Time grows with the text, whatever is in it.
TEST(RedactTest, HostileTextTakesLinearTime) {
  Redactor redactor(kKey);
  for (int i = 0; i < 2000; ++i) {
    redactor.LearnFact(MakeFact("UserName", "user" + std::to_string(i) + "x"));
  }
  for (const char* piece : {"CN=", "upn:", "@", "a@", "%40", "\\Users\\",
                            "S-1-5-21-", "1.", "::", "a:", "-", "eyJ",
                            "bearer ", "user1", "AAAA", "/home/", "00-", " "}) {
    std::string text;
    while (text.size() < 300'000) text += piece;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(redactor.Text(text).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - begin,
              std::chrono::seconds(20))
        << piece;
  }
}

}  // namespace
}  // namespace espial::report

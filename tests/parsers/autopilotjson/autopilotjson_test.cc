#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tests/parsers/support/parse.h"

namespace espial::autopilotjson {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kProfile =
    "{\"CloudAssignedOobeConfig\":286,\r\n"
    " \"CloudAssignedTenantDomain\":\"contoso.com\",\r\n"
    " \"IsExplicitProfileAssignment\":true,\r\n"
    " \"CloudAssignedRegion\":null,\r\n"
    " \"CloudAssignedAadServerData\":\"{\\\"ZeroTouchConfig\\\":"
    "{\\\"CloudAssignedTenantUpn\\\":\\\"\\\",\\\"Forced\\\":1}}\"}";

std::string Wide(std::string_view text) { return "\xFF\xFE" + ToUtf16Le(text); }

std::vector<std::string> FactsOf(const std::string& bytes) {
  const auto parsed =
      Parse(kParser, bytes, {}, "a.cab!dir/AutopilotDDSZTDFile.json");
  EXPECT_TRUE(parsed->status);
  EXPECT_THAT(Show(parsed->kept.damage), IsEmpty());
  return Show(parsed->kept.facts);
}

TEST(AutopilotJson, ReadsAProfile) {
  const auto at = [&](std::string_view text) {
    return std::to_string(kProfile.find(text));
  };
  const std::string key = "json AutopilotDDSZTDFile.json|";
  std::vector<std::string> facts = FactsOf(std::string(kProfile));
  ASSERT_THAT(facts, SizeIs(18));
  EXPECT_EQ(facts[0],
            key + "CloudAssignedOobeConfig|number|286|286|1@" + at("286"));
  // What its bits stand for.
  EXPECT_EQ(facts[2],
            key + "CloudAssignedOobeConfig.UserIsNotAdmin|bool|true|1|1@" +
                at("286"));
  facts.erase(facts.begin(), facts.begin() + 12);
  EXPECT_THAT(
      facts,
      ElementsAre(
          key + "CloudAssignedTenantDomain|string|contoso.com||2@" +
              at("\"contoso"),
          key + "IsExplicitProfileAssignment|bool|true||3@" + at("true"),
          key + "CloudAssignedRegion|null|null||4@" + at("null"),
          key +
              "CloudAssignedAadServerData|string|{\"ZeroTouchConfig\":"
              "{\"CloudAssignedTenantUpn\":\"\",\"Forced\":1}}||5@" +
              at("\"{"),
          key +
              "CloudAssignedAadServerData.ZeroTouchConfig."
              "CloudAssignedTenantUpn|string|||5@" +
              at("\"{"),
          key +
              "CloudAssignedAadServerData.ZeroTouchConfig.Forced|number|1|1|"
              "5@" +
              at("\"{")));
}

TEST(AutopilotJson, Utf16HasTheSameFactsAtTwiceTheOffsets) {
  const auto narrow = Parse(kParser, kProfile);
  const auto wide = Parse(kParser, Wide(kProfile));
  EXPECT_THAT(wide->kept.damage, IsEmpty());
  ASSERT_EQ(narrow->kept.facts.size(), wide->kept.facts.size());
  for (size_t i = 0; i < narrow->kept.facts.size(); ++i) {
    const Fact& a = narrow->kept.facts[i];
    const Fact& b = wide->kept.facts[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.data, b.data);
    EXPECT_EQ(a.line, b.line);
    EXPECT_EQ(2 * a.offset + 2, b.offset);
  }
}

TEST(AutopilotJson, ReadsTheErrorForm) {
  EXPECT_THAT(FactsOf(Wide("{\"ErrorCode\":908,\"ErrorReason\":"
                           "\"HardwareMarkerMismatch\"}")),
              ElementsAre(HasSubstr("|ErrorCode|number|908|908|1@28"),
                          HasSubstr("|ErrorReason|string|HardwareMarker")));
}

TEST(AutopilotJson, ReadsDocumentsInARow) {
  EXPECT_THAT(FactsOf("{\"a\":1}\r\n{\"a\":2}{\"b\":[\"x\",{\"c\":3}]}\r\n"),
              ElementsAre(HasSubstr("|a|number|1|"), HasSubstr("|a|number|2|"),
                          HasSubstr("|b[0]|string|x|"),
                          HasSubstr("|b[1].c|number|3|3|2@31")));
}

TEST(AutopilotJson, ReadsOtherEncodings) {
  const std::string text = "{\"a\":\"\xC3\xA9\",\"b\":1}";
  EXPECT_THAT(FactsOf("\xEF\xBB\xBF" + text),
              ElementsAre(HasSubstr("\xC3\xA9||1@8"), HasSubstr("1@17")));
  EXPECT_THAT(FactsOf(Wide(text)),
              ElementsAre(HasSubstr("\xC3\xA9||1@12"), HasSubstr("1@28")));
  EXPECT_THAT(FactsOf("{\"a\":\"\xE9\",\"b\":1}"),
              ElementsAre(HasSubstr("\xC3\xA9||1@5"), HasSubstr("1@13")));
}

TEST(AutopilotJson, ReplacesInvalidText) {
  // A byte order mark promises UTF-8, and one byte breaks it.
  const auto parsed = Parse(kParser, "\xEF\xBB\xBF{\"a\":\"x\xFFy\",\"b\":1}");
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "x\xEF\xBF\xBDy");
  EXPECT_EQ(parsed->kept.facts[1].offset, 18U);
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value text@10: expected valid UTF-8, found 1 "
                          "invalid sequences, read as U+FFFD (note)"));
}

TEST(AutopilotJson, ReplacesLoneSurrogates) {
  const auto parsed =
      Parse(kParser, "{\"a\":\"\\ud800\",\"b\":\"\\ud83d\\ude00\"}");
  ASSERT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_EQ(parsed->kept.facts[0].data, "\xEF\xBF\xBD");
  EXPECT_EQ(parsed->kept.facts[1].data, "\xF0\x9F\x98\x80");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("bad value JSON string escape@6: "
                                          "expected a valid escape, found "
                                          "'\\ud800"),
                                HasSubstr("(note)"))));
}

TEST(AutopilotJson, TruncationKeepsWhatCameBefore) {
  const std::string text = "{\"a\":1,\"b\":{\"c\":\"x\",\"d\":\"ab";
  const auto parsed = Parse(kParser, text);
  EXPECT_TRUE(parsed->status);
  EXPECT_THAT(
      Show(parsed->kept.facts),
      ElementsAre(HasSubstr("|a|number|1"), HasSubstr("|b.c|string|x")));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("truncated JSON string@24: expected 2 closing "
                          "brackets, found the end of the text at 'b.d' (lost "
                          "3)"));
}

TEST(AutopilotJson, CutNumberIsDropped) {
  const auto parsed = Parse(kParser, "{\"a\":1,\"b\":28");
  EXPECT_THAT(parsed->kept.facts, SizeIs(1));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("truncated JSON number@11"),
                                HasSubstr("at 'b'"), HasSubstr("(lost 2)"))));
}

TEST(AutopilotJson, EveryPrefixIsABeginning) {
  ExpectPrefixes(kParser, std::string(kProfile));
  ExpectPrefixes(kParser, Wide("{\"a\":[1,true,\"\xC3\xA9\"]}{\"b\":null}"));
}

TEST(AutopilotJson, DepthLimitSkipsWhatIsDeeper) {
  Limits limits;
  limits.json_depth = 3;
  const auto parsed = Parse(
      kParser, "{\"a\":{\"b\":{\"c\":{\"d\":[1,\"]\"]},\"e\":2}}}", limits);
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre(HasSubstr("|a.b.e|number|2")));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(AllOf(HasSubstr("limit exceeded JSON nesting@15: "
                                          "limit 3 levels"),
                                HasSubstr("at 'a.b.c'"))));
}

TEST(AutopilotJson, SizeLimitIsReported) {
  Limits limits;
  limits.text_value_bytes = 16;
  const auto parsed = Parse(kParser, "{\"a\":1,\"b\":2,\"c\":3}", limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("limit exceeded JSON file@16: limit 16 bytes, found "
                          "19 (lost 3)",
                          HasSubstr("truncated JSON member@13")));
}

TEST(AutopilotJson, TextLimitIsReportedOnce) {
  Limits limits;
  limits.text_value_bytes = 64;
  std::string text = "{\"" + std::string(25, 'n') + "\":[1,1,1,1,1,1,1,1]}";
  const auto parsed = Parse(kParser, text, limits);
  EXPECT_THAT(parsed->kept.facts, SizeIs(2));
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre(HasSubstr("limit exceeded JSON text of all facts@34: "
                                    "limit 64 bytes")));
}

TEST(AutopilotJson, NothingOfADocumentIsAnError) {
  for (const char* text : {"", "hello", "\"a\""}) {
    const auto parsed = Parse(kParser, text);
    ASSERT_FALSE(parsed->status) << text;
    EXPECT_EQ(parsed->status.error().code, Errc::kBadMagic);
    EXPECT_EQ(parsed->status.error().what, "JSON document");
  }
}

TEST(AutopilotJson, HostileInputIsLinear) {
  const auto repeat = [](std::string_view piece, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += piece;
    return text;
  };
  Limits limits;
  for (const std::string& bytes :
       {"{\"a\":" + std::string(1'000'000, '['),
        "{\"a\":" + repeat("{\"a\":", 1'000'000),
        "{\"a\":" + repeat("]", 1'000'000), "{" + std::string(16U << 17U, '"'),
        "{\"a\":\"" + repeat("\\\"", 4U << 17U), repeat("{", 1'000'000),
        repeat("{\"a\"", 1'000'000), "{\"" + std::string(16U << 17U, 'x'),
        "{\"" + std::string(4000, 'n') + "\":[" + repeat("1,", 1'000'000)}) {
    const auto start = std::chrono::steady_clock::now();
    const auto parsed = Parse(kParser, bytes, limits);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_FALSE(parsed->kept.damage.empty());
    EXPECT_LT(took, std::chrono::seconds(20));
    EXPECT_LT(parsed->kept.arena.bytes_reserved(), 256U << 20U);
  }
}

TEST(AutopilotJson, ProbeWantsAnObject) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("{\"CloudAssignedTenantId\":1}"));
  EXPECT_TRUE(probe(" \r\n{ \"any\":1}"));
  EXPECT_TRUE(probe("{}"));
  EXPECT_TRUE(probe("{?CloudAssignedOobeConfig"));
  EXPECT_FALSE(probe("{\\rtf1"));
  EXPECT_FALSE(probe("{54849625-5478-4994-a5ba-3e3b0328c30d}"));
  EXPECT_FALSE(probe("[1]"));
  EXPECT_FALSE(probe("text"));
  EXPECT_FALSE(probe(""));
}

TEST(AutopilotJson, BitsOfTheOobeConfigAndTheJoin) {
  EXPECT_THAT(
      FactsOf("{\"a\":{\"CloudAssignedOobeConfig\":4192},"
              "\"CloudAssignedDomainJoinMethod\":1}"),
      ElementsAre(HasSubstr("|a.CloudAssignedOobeConfig|number|4192|"),
                  HasSubstr(".SkipCortanaOptIn|bool|false|0|1@32"),
                  HasSubstr(".UserIsNotAdmin|bool|false"),
                  HasSubstr(".SkipExpressSettings|bool|false"),
                  HasSubstr(".SkipOemRegistration|bool|false"),
                  HasSubstr(".SkipEula|bool|false"),
                  HasSubstr(".TpmAttestation|bool|true|1|1@32"),
                  HasSubstr(".DeviceAuthentication|bool|true"),
                  HasSubstr(".TpmRequired|bool|false"),
                  HasSubstr(".SkipWindowsUpgradePage|bool|false"),
                  HasSubstr(".EnablePatchDownload|bool|false"),
                  HasSubstr(".SkipKeyboardPage|bool|false"),
                  HasSubstr(".OtherBits|number|0x1000|4096|"),
                  HasSubstr("|CloudAssignedDomainJoinMethod|number|1|1|"),
                  HasSubstr("|CloudAssignedDomainJoinMethod.Name|string|hybrid "
                            "join||")));
  // Another method, and what is no number, stand for nothing.
  EXPECT_THAT(FactsOf("{\"CloudAssignedDomainJoinMethod\":2,"
                      "\"CloudAssignedOobeConfig\":null}"),
              SizeIs(2));
}

TEST(AutopilotJson, ArraysOfObjects) {
  const std::string text = "[{\"a\":1},{\"a\":2}]";
  EXPECT_EQ(FindParser(AsBytes(text)), &kParser);
  EXPECT_THAT(FactsOf(text), ElementsAre(HasSubstr("|[0].a|number|1|"),
                                         HasSubstr("|[1].a|number|2|")));
  EXPECT_NE(FindParser(AsBytes("[section]\r\na=1\r\n")), &kParser);
}

constexpr std::string_view kMetadata =
    "{\r\n"
    "\"MdmDiagVersion\" : \"1.0\",\r\n"
    "\"AreaName\" : \"Autopilot;TPM\",\r\n"
    "\"OutputPath\" : \"C:\\temp\\new \"x\"\",\r\n"
    "\"BaseBuildRevisionNumber\" : 4061;\r\n"
    "\"Flag\" : true\r\n"
    "}\r\n";

TEST(AutopilotJson, MetadataIsReadLineByLine) {
  EXPECT_EQ(FindParser(AsBytes(kMetadata)), &kParser);
  EXPECT_THAT(
      FactsOf(std::string(kMetadata)),
      ElementsAre(HasSubstr("|MdmDiagVersion|string|1.0||2@3"),
                  HasSubstr("|AreaName|string|Autopilot;TPM||3@"),
                  HasSubstr("|OutputPath|string|C:\\temp\\new \"x\"||4@"),
                  HasSubstr("|BaseBuildRevisionNumber|number|4061|4061|5@"),
                  HasSubstr("|Flag|bool|true||6@")));
  // Written with escapes, it is JSON.
  EXPECT_THAT(
      FactsOf("{\"MdmDiagVersion\":\"1.0\",\"OutputPath\":\"C:\\\\temp\"}"),
      ElementsAre(HasSubstr("|1.0|"), HasSubstr("|C:\\temp|")));
}

TEST(AutopilotJson, MetadataThatIsBroken) {
  std::string text(kMetadata);
  text.replace(text.find("\"AreaName\""), 10, "AreaName??");
  const auto parsed = Parse(kParser, text);
  EXPECT_THAT(parsed->kept.facts, SizeIs(4));
  EXPECT_THAT(
      Show(parsed->kept.damage),
      ElementsAre("bad value metadata line@30: line 3: expected a whole "
                  "'\"name\" : value', found 'AreaName?? : "
                  "\"Autopilot;TPM\",' (lost 31)"));
  const auto nothing = Parse(kParser, "{\n\"MdmDiagVersion\" \"1\\0\",\n}\n");
  ASSERT_FALSE(nothing->status);
  EXPECT_EQ(nothing->status.error().what, "metadata");
}

}  // namespace
}  // namespace espial::autopilotjson

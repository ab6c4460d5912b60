#include <espial/model/timeline.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parsers/support/registry_json.h"
#include "parsers/support/registry_value.h"
#include "tests/parsers/support/show.h"

namespace espial {
namespace {

using ::espial::testing::Show;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSettings =
    "HKEY_LOCAL_MACHINE\\software\\microsoft\\provisioning\\autopilotsettings";

struct Read {
  std::vector<std::string> facts;
  std::vector<std::string> damage;
};

Read ReadValue(std::string_view data,
               std::string_view name = "DeviceSetupCategory.Status",
               std::string_view key = kSettings) {
  const Limits limits;
  Collector kept(limits);
  Fact fact;
  fact.key = key;
  fact.name = name;
  fact.type = "REG_SZ";
  fact.data = data;
  fact.line = 7;
  fact.offset = 99;
  EmitRegistryJson(FindRegistryJsonHost(key), fact, limits, kept);
  return {Show(kept.facts), Show(kept.damage)};
}

TEST(RegistryJson, ReadsQuotesOfBothKinds) {
  for (const char* data : {"{\"categoryState\":\"failed\"}",
                           "{ \\\"categoryState\\\":\\\"failed\\\"}",
                           "\"{\"categoryState\":\"failed\"}"}) {
    const Read read = ReadValue(data);
    EXPECT_THAT(read.facts,
                ElementsAre("json DeviceSetupCategory.Status|categoryState|"
                            "string|failed||7@99"))
        << data;
    EXPECT_THAT(read.damage, IsEmpty()) << data;
  }
}

TEST(RegistryJson, ReadsTheFlatShape) {
  const Read read = ReadValue("{\"CertificatesSubcategory\":\"No setup\"}");
  EXPECT_THAT(
      read.facts,
      ElementsAre(HasSubstr("|CertificatesSubcategory|string|No setup|")));
}

TEST(RegistryJson, TruncationKeepsWhatCameBefore) {
  const Read read = ReadValue(
      "{\"categoryState\":\"failed\",\"DeviceSetup.Apps\":{\"state\":\"fa");
  EXPECT_THAT(read.facts, ElementsAre(HasSubstr("|categoryState|")));
  EXPECT_THAT(
      read.damage,
      ElementsAre(
          AllOf(HasSubstr("truncated JSON string@99"),
                HasSubstr("at 'DeviceSetup.Apps.state' in value "
                          "'DeviceSetupCategory.Status' of HKEY_LOCAL_MACHINE"),
                HasSubstr("(lost 0)"))));
}

TEST(RegistryJson, LeavesOtherValuesAlone) {
  const std::string json = "{\"a\":1}";
  EXPECT_THAT(ReadValue(json, "Other.Status").facts, IsEmpty());
  EXPECT_THAT(
      ReadValue(json, "DeviceSetupCategory.Status", "HKEY_X\\Other").facts,
      IsEmpty());
  EXPECT_THAT(ReadValue(json, "PolicyJsonCache").facts, IsEmpty());
  const Read none = ReadValue("not JSON");
  EXPECT_THAT(none.facts, IsEmpty());
  EXPECT_THAT(none.damage, IsEmpty());
  EXPECT_THAT(ReadValue("").facts, IsEmpty());
}

TEST(RegistryJson, FindsItsKeys) {
  EXPECT_EQ(FindRegistryJsonHost(kSettings), RegistryJsonHost::kSettings);
  EXPECT_EQ(FindRegistryJsonHost("A\\Provisioning\\AutopilotPolicyCache"),
            RegistryJsonHost::kPolicyCache);
  EXPECT_EQ(FindRegistryJsonHost("A\\Provisioning\\AutopilotSettings\\B"),
            RegistryJsonHost::kNone);
  EXPECT_EQ(FindRegistryJsonHost("A\\XProvisioning2\\AutopilotSettings"),
            RegistryJsonHost::kNone);
  EXPECT_EQ(FindRegistryJsonHost("AutopilotSettings"), RegistryJsonHost::kNone);
  EXPECT_EQ(FindRegistryJsonHost(""), RegistryJsonHost::kNone);
}

TEST(RegistryValue, GuessesTheWidthOfStrings) {
  const auto text = [](uint32_t type, std::string_view bytes) {
    return DecodeRegistryValue(type, AsBytes(bytes), RegistryText::kGuess).text;
  };
  EXPECT_EQ(text(kRegSz, std::string_view("a\0\0\0", 4)), "a");
  EXPECT_EQ(text(kRegSz, std::string_view("a\0b\0", 4)), "ab");
  EXPECT_EQ(text(kRegSz, std::string_view("ab\0", 3)), "ab");
  EXPECT_EQ(text(kRegSz, std::string_view("abcd", 4)), "abcd");
  EXPECT_EQ(text(kRegSz, std::string_view("\x2D\x4E\0\0", 4)), "\xE4\xB8\xAD");
  EXPECT_EQ(text(kRegMultiSz, std::string_view("ab\0\0", 4)), "ab");
  EXPECT_EQ(text(kRegSz, ""), "");
}

TEST(RegistryValue, CountsLostHalves) {
  const RegistryData value = DecodeRegistryValue(
      kRegSz, AsBytes(std::string_view("a\0b", 3)), RegistryText::kUtf16Le);
  EXPECT_EQ(value.text, "a\xEF\xBF\xBD");
  EXPECT_EQ(value.replaced, 1U);
}

TEST(RegistryValue, DescribesForMessages) {
  EXPECT_EQ(DescribeRegistryValue("K", ""), "default value of K");
  EXPECT_EQ(DescribeRegistryValue("K", std::string(500, 'n')),
            "value '" + std::string(120, 'n') + "...' of K");
}

}  // namespace
}  // namespace espial

#include "parsers/support/output_facts.h"

#include <gtest/gtest.h>

#include <string>

namespace espial {
namespace {

std::string Split(std::string_view line) {
  const auto found = SplitLabel(line);
  if (!found) return "none";
  return std::string(found->label) + "|" + std::string(found->value) + "|" +
         std::to_string(found->value_at);
}

TEST(SplitLabel, KnowsTheForms) {
  EXPECT_EQ(Split("   AzureAdJoined : YES"), "AzureAdJoined|YES|19");
  EXPECT_EQ(Split("   DHCP Enabled. . . . . . : No"), "DHCP Enabled|No|29");
  EXPECT_EQ(Split("Time Zone:     (UTC+01:00) Berlin"),
            "Time Zone|(UTC+01:00) Berlin|15");
  EXPECT_EQ(Split("Nom de l'h\xC3\xB4te\xC2\xA0: PC"),
            "Nom de l'h\xC3\xB4te|PC|18");
  EXPECT_EQ(Split("Carte Ethernet\xC3\xBF:"), "Carte Ethernet||17");
  EXPECT_EQ(Split("Ethernet adapter Ethernet:"),
            "Ethernet adapter Ethernet||26");
  EXPECT_EQ(Split("Url : a : b"), "Url|a : b|6");
  EXPECT_EQ(Split("12:30:45"), "none");
  EXPECT_EQ(Split("https://a.b"), "none");
  EXPECT_EQ(Split("  : x"), "none");
  EXPECT_EQ(Split("{\"a\": 1}"), "none");
  EXPECT_EQ(Split(std::string(101, 'x') + ": y"), "none");
  EXPECT_EQ(Split(""), "none");
}

TEST(CodeOf, FindsTheCode) {
  EXPECT_EQ(CodeOf("FAIL [0x54b]"), 0x54BU);
  EXPECT_EQ(CodeOf("ERROR (0x80070520)"), 0x80070520U);
  EXPECT_EQ(CodeOf("400"), 400U);
  EXPECT_EQ(CodeOf("0"), 0U);
  EXPECT_FALSE(CodeOf("0017"));
  EXPECT_FALSE(CodeOf("x (400)"));
  EXPECT_FALSE(CodeOf(""));
  EXPECT_FALSE(CodeOf(")"));
}

TEST(LastCode, IsTheLastWholeOne) {
  EXPECT_EQ(LastCode("first 0x80070002, then 0x80090016 (-2146893802)"),
            0x80090016U);
  EXPECT_EQ(LastCode("0x8007000"), std::nullopt);
  EXPECT_EQ(LastCode("0x800700022"), std::nullopt);
  EXPECT_EQ(LastCode("0x80070002 0x1"), 0x80070002U);
  EXPECT_EQ(LastCode(""), std::nullopt);
}

TEST(UtcTimeOf, NeedsTheZone) {
  EXPECT_TRUE(UtcTimeOf("2019-06-06 20:48:33.000 UTC"));
  EXPECT_FALSE(UtcTimeOf("2019-06-06 20:48:33.000"));
  EXPECT_FALSE(UtcTimeOf("2019-06-06T20:48:33Z UTC"));
  EXPECT_FALSE(UtcTimeOf("2019-13-06 20:48:33 UTC"));
}

}  // namespace
}  // namespace espial

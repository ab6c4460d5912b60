#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::collect_results {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Results, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/collect/results/golden");
}

TEST(Results, ReadsDirectivesInTheirOrder) {
  const auto parsed = Parse(
      kParser,
      "<Collection HRESULT=\"0\"><ID>a</ID><SasUrl>https://secret</SasUrl>"
      "<RegistryKey HRESULT=\"-2147024894\">HKLM\\A</RegistryKey>"
      "<Command HRESULT='0'>ping \"x\" &amp; y</Command>"
      "<Events>System</Events></Collection>");
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre("collection collection|HRESULT|ok|0x00000000|0|1@0",
                          "collection collection|ID|info|a||1@24",
                          "collection directive|(1) RegistryKey HKLM\\A|failed|"
                          "0x80070002|2147942402|1@65",
                          "collection directive|(2) Command ping \"x\" & y|ok|"
                          "0x00000000|0|1@120",
                          "collection directive|(3) Events System|info|||1@"
                          "167"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(Results, TellsAResultThatIsNone) {
  const auto parsed =
      Parse(kParser,
            "<Collection HRESULT='0'><Events HRESULT='x'>a</Events>"
            "<Events HRESULT='99999999999'>b</Events></Collection>");
  EXPECT_THAT(Show(parsed->kept.damage),
              ElementsAre("bad value results HRESULT@24: line 1: expected a "
                          "number of 32 bits, found 'x' (note)",
                          HasSubstr("found '99999999999'")));
}

TEST(Results, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("<Collection HRESULT=\"0\"><SasUrl>"));
  EXPECT_TRUE(probe("<?xml version='1.0'?><Collection HRESULT='1'><Command"));
  EXPECT_FALSE(probe("<Collection><Command>"));
  EXPECT_FALSE(probe("<Collections HRESULT='0'><Command>"));
  EXPECT_FALSE(probe("<a HRESULT='0'><RegistryKey>"));
  EXPECT_FALSE(probe(""));
}

TEST(Results, EveryCutIsTold) {
  ExpectPrefixes(kParser,
                 "<Collection HRESULT='0'><ID>a</ID>\r\n"
                 "<Events HRESULT='0'>System</Events>\r\n</Collection>");
}

}  // namespace
}  // namespace espial::collect_results

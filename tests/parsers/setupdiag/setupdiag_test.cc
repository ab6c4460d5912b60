#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parsers/support/golden.h"
#include "tests/parsers/support/parse.h"

namespace espial::setupdiag {

extern const Parser kParser;

namespace {

using ::espial::testing::ExpectPrefixes;
using ::espial::testing::Parse;
using ::espial::testing::Show;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SetupDiag, GoldenSamples) {
  espial::testing::ExpectGolden(
      kParser, ESPIAL_SOURCE_DIR "/tests/parsers/setupdiag/golden");
}

TEST(SetupDiag, ProbesByContentAlone) {
  const auto probe = [](std::string_view text) {
    return kParser.probe({AsBytes(text), text});
  };
  EXPECT_TRUE(probe("<SetupDiag>"));
  EXPECT_TRUE(probe("<?xml version='1.0'?>\r\n<SetupDiag xmlns='x'>"));
  EXPECT_TRUE(probe("\r\nMatching Profile found: A - B\r\n  C = D"));
  EXPECT_FALSE(probe("<SetupDiagnosis>"));
  EXPECT_FALSE(probe("x<SetupDiag>"));
  EXPECT_FALSE(probe("Matching Profile found: A"));
  EXPECT_FALSE(probe(""));
}

TEST(SetupDiag, ReadsXml) {
  const auto parsed =
      Parse(kParser,
            "<SetupDiag><A>1</A><S><T> x </T><U/></S><F>a</F><F>b</F>"
            "<W>2023-06-06T21:19:10</W></SetupDiag>");
  EXPECT_THAT(Show(parsed->kept.facts),
              ElementsAre("xml SetupDiag|A|number|1|1|1@14",
                          "xml SetupDiag|S/T|string|x||1@25",
                          "xml SetupDiag|S/U|string|||1@36",
                          "xml SetupDiag|F|string|a||1@43",
                          "xml SetupDiag|F[2]|string|b||1@51",
                          "xml SetupDiag|W|time|2023-06-06T21:19:10||1@59"));
  EXPECT_THAT(parsed->kept.damage, IsEmpty());
}

TEST(SetupDiag, EveryCutIsTold) {
  ExpectPrefixes(kParser,
                 "<SetupDiag><A>1</A>\r\n<S><T>x</T></S><F>a</F></SetupDiag>");
}

}  // namespace
}  // namespace espial::setupdiag

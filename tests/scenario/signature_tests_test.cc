// Every test that a signature carries.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

using rules::RuleSet;
using rules::SignatureTest;

class SignatureTestsTest : public testing::TestWithParam<SignatureTest> {};

TEST_P(SignatureTestsTest, Holds) {
  const SignatureTest& test = GetParam();
  std::string why;
  const auto forged =
      ForgedBundles::Get().Find(test.scenario, test.without, &why);
  ASSERT_NE(forged, nullptr) << why;
  Verity result = Verity::kNotMatched;
  std::string missing;
  for (const Finding& finding : forged->analysis.findings) {
    if (finding.code != test.code) continue;
    result = finding.result;
    for (const std::string& line : finding.missing) missing += line + "\n";
  }
  EXPECT_EQ(VerityName(result), VerityName(test.expect))
      << test.code << " in " << test.scenario << " without "
      << testing::PrintToString(test.without) << "\n"
      << missing;
}

INSTANTIATE_TEST_SUITE_P(All, SignatureTestsTest,
                         testing::ValuesIn(RuleSet::BuiltIn().SignatureTests()),
                         [](const auto& test) {
                           std::string name =
                               test.param.code + "_" + test.param.scenario;
                           for (const std::string& part : test.param.without)
                             name += "_" + part;
                           return TestName(name) + "_" +
                                  std::to_string(test.index);
                         });

TEST(SignaturesTest, EachHasATestOfEachResult) {
  std::map<std::string, std::set<Verity>> results;
  for (const SignatureTest& test : RuleSet::BuiltIn().SignatureTests()) {
    results[test.code].insert(test.expect);
  }
  const std::vector<std::string> codes = RuleSet::BuiltIn().SignatureCodes();
  EXPECT_GE(codes.size(), 80U);
  for (const std::string& code : codes) {
    EXPECT_THAT(results[code],
                testing::ElementsAre(Verity::kNotMatched, Verity::kInconclusive,
                                     Verity::kMatched))
        << code;
  }
}

}  // namespace
}  // namespace espial::scenario_test

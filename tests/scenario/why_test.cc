// What `why` says of every signature agrees with the verdict, and its tree with
// itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/scenario/forged_bundles.h"

namespace espial::scenario_test {
namespace {

using rules::RuleSet;
using rules::Truth;
using rules::Why;
using rules::WhyNode;
using Kind = WhyNode::Kind;

// The value that the rules of <espial/rules/why.h> give a node.
Truth ValueOf(const WhyNode& node) {
  std::vector<Truth> values;
  for (const WhyNode& child : node.children) values.push_back(ValueOf(child));
  switch (node.kind) {
    case Kind::kAnd:
      return values.empty() ? Truth::kTrue
                            : *std::min_element(values.begin(), values.end());
    case Kind::kOr:
      return *std::max_element(values.begin(), values.end());
    case Kind::kNot:
      return static_cast<Truth>(2 - static_cast<int>(values.at(0)));
    case Kind::kSettle:
      if (values.at(0) == Truth::kUnknown &&
          (values.at(1) != Truth::kTrue || values.at(2) != Truth::kTrue)) {
        return Truth::kFalse;
      }
      return values[0];
    default:
      return node.value;
  }
}

// Calls f(node) for every node.
template <typename F>
void Visit(const WhyNode& node, const F& f) {
  f(node);
  for (const WhyNode& child : node.children) Visit(child, f);
}

bool IsLeaf(const WhyNode& node) {
  return node.kind == Kind::kDetection || node.kind == Kind::kCorrelation;
}

class WhyTest : public testing::TestWithParam<std::string> {};

TEST_P(WhyTest, AgreesWithTheVerdictAndItself) {
  std::string error;
  const auto forged = ForgedBundles::Get().Find(GetParam(), {}, &error);
  ASSERT_NE(forged, nullptr) << error;
  const Case& the_case = forged->analysis;
  for (const Why& why : RuleSet::BuiltIn().AskWhy(the_case)) {
    SCOPED_TRACE(why.code);
    const auto found = std::find_if(
        the_case.findings.begin(), the_case.findings.end(),
        [&](const Finding& finding) { return finding.code == why.code; });
    const bool is_finding = found != the_case.findings.end();
    EXPECT_EQ(VerityName(why.result),
              VerityName(is_finding ? found->result : Verity::kNotMatched));
    EXPECT_EQ(static_cast<int>(ValueOf(why.tree)),
              static_cast<int>(why.result));
    EXPECT_FALSE(why.sentence.empty());
    Visit(why.tree, [](const WhyNode& node) {
      EXPECT_EQ(TruthName(node.value), TruthName(ValueOf(node))) << node.label;
      if (!IsLeaf(node)) return;
      if (node.value == Truth::kTrue) {
        EXPECT_GT(node.count, 0U) << node.label;
        EXPECT_FALSE(node.evidence.empty()) << node.label;
      }
      if (node.value == Truth::kUnknown) {
        EXPECT_FALSE(node.missing.empty()) << node.label;
      }
      if (node.kind == Kind::kDetection) {
        EXPECT_FALSE(node.looked_at.empty()) << node.label;
        // What is false was looked for where absence is proven.
        for (const rules::WhyLog& log : node.looked_at) {
          if (node.value == Truth::kFalse) {
            EXPECT_EQ(log.why_not, "");
          }
        }
      }
    });
    if (!is_finding) continue;
    EXPECT_EQ(why.missing, found->missing);
    std::vector<std::string> explained_by;
    for (const rules::WhyLink& link : why.explained_by) {
      if (link.holds) explained_by.push_back(link.code);
    }
    EXPECT_EQ(explained_by, found->explained_by);
    std::vector<std::string> explains;
    for (const rules::WhyLink& link : why.explains) {
      if (link.holds) explains.push_back(link.code);
    }
    EXPECT_EQ(explains, found->explains);
  }
}

INSTANTIATE_TEST_SUITE_P(All, WhyTest, testing::ValuesIn(ScenarioNames()),
                         [](const auto& test) { return TestName(test.param); });

}  // namespace
}  // namespace espial::scenario_test

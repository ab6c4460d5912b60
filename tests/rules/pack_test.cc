// The pack that the library carries.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "rules/engine/loader.h"

namespace espial::rules {
namespace {

TEST(BuiltInPackTest, LoadsWithoutDiagnostics) {
  std::vector<Diagnostic> diagnostics;
  const auto loaded = RuleSet::Load(RuleSet::BuiltInFiles(), &diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    ADD_FAILURE() << diagnostic.ToString();
  }
  EXPECT_TRUE(loaded);
}

TEST(BuiltInPackTest, JudgesTheEmptyCase) {
  Case the_case;
  RuleSet::BuiltIn().Judge(&the_case);
  EXPECT_EQ(the_case.scenario.id, "unknown");
  EXPECT_EQ(the_case.verdict.outcome, Outcome::kUnknown);
  EXPECT_TRUE(the_case.flow.steps.empty());
  for (const Finding& finding : the_case.findings) {
    EXPECT_EQ(finding.result, Verity::kInconclusive) << finding.code;
    EXPECT_FALSE(finding.missing.empty()) << finding.code;
  }
}

// What explains something must be able to name it.
TEST(BuiltInPackTest, ExplainedCodesExist) {
  Diagnostics diagnostics;
  const Pack pack = LoadPack(RuleSet::BuiltInFiles(), &diagnostics);
  std::set<std::string> codes;
  for (const Signature& signature : pack.signatures) {
    codes.insert(signature.code);
  }
  for (const Signature& signature : pack.signatures) {
    for (const std::string& code : signature.explains) {
      EXPECT_TRUE(codes.contains(code))
          << signature.code << " explains unknown " << code;
    }
  }
}

// A signature that says nothing to the reader helps nobody.
TEST(BuiltInPackTest, SignaturesSayWhyAndWhatToDo) {
  Diagnostics diagnostics;
  const Pack pack = LoadPack(RuleSet::BuiltInFiles(), &diagnostics);
  for (const Signature& signature : pack.signatures) {
    EXPECT_FALSE(signature.cause.empty()) << signature.code;
    if (signature.severity == Severity::kError) {
      EXPECT_FALSE(signature.remedy.empty()) << signature.code;
    }
  }
}

}  // namespace
}  // namespace espial::rules

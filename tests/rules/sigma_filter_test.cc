// Filter documents: to which rules they apply, what they keep and leave out,
// and what is said about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/rules/sigma_support.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kId[] = "01234567-89ab-cdef-0123-456789abcdef";

std::string Rules() {
  return "title: with id\nid: " + std::string(kId) +
         "\nlogsource: { product: windows, service: system }\n"
         "detection: { s: { EventID: 1 }, condition: s }\n---\n" +
         RuleText("a", 1) + RuleText("b", 1);
}

// A filter on the field User; the condition stands in line 6 of its document.
std::string Filter(const std::string& rules, const std::string& condition,
                   const std::string& service = "system") {
  return "title: f\nlogsource: { product: windows, service: " + service +
         " }\nfilter:\n  rules: " + rules +
         "\n  s: { User: admin }\n  condition: " + condition + "\n---\n";
}

std::vector<std::string> Warnings(const std::string& text) {
  std::vector<std::string> out;
  const SigmaRules rules = LoadSigma(text);
  for (const Diagnostic& warning : rules.warnings()) {
    out.push_back(warning.ToString());
  }
  return out;
}

SigmaEvent By(const std::string& user) { return {0, 1, {{"User", user}}}; }

TEST(SigmaFilterTest, LeavesOutWhatItDescribes) {
  const SigmaRules rules = LoadSigma(Rules() + Filter("[a]", "not s"));
  EXPECT_THAT(MatchSigma(rules, By("admin")), ElementsAre("with id", "b"));
  EXPECT_THAT(MatchSigma(rules, By("eva")), ElementsAre("with id", "a", "b"));
  EXPECT_THAT(MatchSigma(rules, {0, 1}), ElementsAre("with id", "a", "b"));
  EXPECT_THAT(MatchSigma(rules, {0, 2}), IsEmpty());
}

TEST(SigmaFilterTest, WithoutNotKeepsOnlyWhatItDescribes) {
  const SigmaRules rules = LoadSigma(Rules() + Filter("[a]", "s"));
  EXPECT_THAT(MatchSigma(rules, By("admin")), ElementsAre("with id", "a", "b"));
  EXPECT_THAT(MatchSigma(rules, By("eva")), ElementsAre("with id", "b"));
}

TEST(SigmaFilterTest, WarnsWhenItKeeps) {
  EXPECT_THAT(Warnings(Filter("[a]", "s") + Rules()),
              ElementsAre("rules.yml:6:14: W001 the rules will match only what "
                          "this filter describes; write 'not ...' to leave it "
                          "out"));
  for (const char* condition :
       {"not s", "not(s)", "not (s)", "(not s)", "(s or not s)", "not\ts"}) {
    EXPECT_THAT(Warnings(Filter("[a]", condition) + Rules()), IsEmpty())
        << condition;
  }
  // The name of a selection is no 'not'.
  EXPECT_EQ(
      Warnings("title: f\nlogsource: { product: windows }\nfilter: "
               "{ rules: [a], not-s: { U: x }, condition: not-s }\n---\n" +
               Rules())
          .size(),
      1U);
}

TEST(SigmaFilterTest, NamesRulesByIdAndName) {
  const auto left = [](const std::string& names) {
    return MatchSigma(LoadSigma(Rules() + Filter(names, "not s")), By("admin"));
  };
  EXPECT_THAT(left(std::string("[") + kId + "]"), ElementsAre("a", "b"));
  EXPECT_THAT(left("[01234567-89AB-CDEF-0123-456789ABCDEF, b]"),
              ElementsAre("a"));
  EXPECT_THAT(left("[a, b]"), ElementsAre("with id"));
  EXPECT_THAT(left("any"), IsEmpty());
}

TEST(SigmaFilterTest, AnyIsOfTheSameLogSource) {
  const std::string other =
      "title: other\nlogsource: { product: windows, service: security }\n"
      "detection: { s: { EventID: 1 }, condition: s }\n---\n";
  const SigmaRules rules =
      LoadSigma(RuleText("a", 1) + other + Filter("any", "not s", "security"));
  SigmaEvent event = By("admin");
  EXPECT_THAT(MatchSigma(rules, event), ElementsAre("a"));
  event.channel = "Security";
  EXPECT_THAT(MatchSigma(rules, event), IsEmpty());
}

TEST(SigmaFilterTest, SeveralFiltersAllHold) {
  const SigmaRules rules = LoadSigma(
      Filter("[a]", "not s") + Rules() +
      "title: g\nlogsource: { product: windows }\nfilter:\n  rules: [a]\n"
      "  s: { User: root }\n  t: { Host: pc }\n"
      "  condition: not 1 of them\n");
  EXPECT_THAT(MatchSigma(rules, By("admin")), ElementsAre("with id", "b"));
  EXPECT_THAT(MatchSigma(rules, By("root")), ElementsAre("with id", "b"));
  EXPECT_THAT(MatchSigma(rules, By("eva")), ElementsAre("with id", "a", "b"));
}

TEST(SigmaFilterTest, AppliesInEveryLogOfTheRule) {
  const SigmaRules rules = LoadSigma(
      "title: p\nname: p\nlogsource: { category: process_creation }\n"
      "detection: { s: { Image|endswith: .exe }, condition: s }\n---\n"
      "title: f\nlogsource: { category: process_creation }\nfilter:\n"
      "  rules: [p]\n  s: { Image: good.exe }\n  condition: not s\n");
  const auto security = [](const char* image) {
    return SigmaEvent{0, 4688, {{"NewProcessName", image}}, "Security"};
  };
  EXPECT_THAT(MatchSigma(rules, security("bad.exe")), ElementsAre("p"));
  EXPECT_THAT(MatchSigma(rules, security("good.exe")), IsEmpty());
}

TEST(SigmaFilterTest, CountsBeforeCorrelations) {
  const SigmaRules rules =
      LoadSigma(Rules() + Filter("[a]", "not s") +
                CorrelationText("x",
                                "type: event_count, rules: [a], timespan: 1m, "
                                "condition: { gte: 2 }"));
  EXPECT_THAT(Correlate(rules, {By("eva"), By("admin")}), IsEmpty());
  EXPECT_THAT(Correlate(rules, {By("eva"), By("admin"), By("tom")}),
              ElementsAre("x 0-0 events=2 value=2"));
}

TEST(SigmaFilterTest, SaysWhatIsWrong) {
  const std::string head = "title: f\nlogsource: { product: windows }\n";
  const std::string rest = "---\n" + RuleText("a", 1) + RuleText("b", 1);
  const auto errors = [&](const std::string& filter) {
    return SigmaErrors(head + filter + rest);
  };
  EXPECT_THAT(errors("filter: { rules: [z], s: { U: x }, condition: not s }\n"),
              ElementsAre("rules.yml:3:19: E010 no rule 'z' is loaded"));
  EXPECT_THAT(errors("filter: { s: { U: x }, condition: not s }\n"),
              ElementsAre("rules.yml:3:9: E005 the filter needs a key "
                          "'rules'"));
  EXPECT_THAT(errors("filter: { rules: a, s: { U: x }, condition: not s }\n"),
              ElementsAre("rules.yml:3:18: E004 'rules' must be a list of ids "
                          "and names, or 'any'"));
  EXPECT_THAT(errors("filter: not s\n"),
              ElementsAre("rules.yml:3:9: E004 'filter' must be a map"));
  // Once, whatever number of rules it names.
  EXPECT_EQ(errors("filter: { rules: [a, b], s: { U: x }, condition: not t }\n")
                .size(),
            1U);
  EXPECT_EQ(
      errors("filter: { rules: any, s: { U: x }, condition: not t }\n").size(),
      1U);
  EXPECT_THAT(
      SigmaErrors(RuleText("a", 1) +
                  CorrelationText("x",
                                  "type: temporal, rules: [a], "
                                  "timespan: 1m") +
                  head +
                  "filter: { rules: [x], s: { U: x }, condition: not s }\n"),
      ElementsAre("rules.yml:12:19: E013 'x' is a correlation; filters apply "
                  "to rules, such as those that it names"));
}

}  // namespace
}  // namespace espial::rules

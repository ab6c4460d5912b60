// Rules that are made to take memory and time: each is refused with its place,
// or loads and is matched within bounds.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/rules/sigma_support.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A rule whose detection has this text, in lines from the fifth on.
std::string Rule(const std::string& detection, const std::string& name = "x") {
  return fmt::format(
      "title: {0}\nname: {0}\n"
      "logsource: {{ product: windows, service: system }}\n"
      "detection:\n{1}---\n",
      name, detection);
}

// A selection of one field with many values; `each(i)` is a value.
template <typename F>
std::string Values(const std::string& field, size_t count, const F& each) {
  std::string out = "  s:\n    " + field + ":\n";
  for (size_t i = 0; i < count; ++i) {
    out += fmt::format("      - '{}'\n", each(i));
  }
  return out + "  condition: s\n";
}

template <typename F>
std::string Lines(size_t count, const F& each) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += each(i);
  return out;
}

std::string Times(const std::string& text, size_t count) {
  return Lines(count, [&](size_t) { return text; });
}

SigmaEvent With(const std::string& value) { return {0, 1, {{"F", value}}}; }

TEST(SigmaHostileRulesTest, LongLists) {
  const auto list = [](size_t count) {
    return Rule(Values("F|contains", count,
                       [](size_t i) { return fmt::format("value {};", i); }));
  };
  const SigmaRules rules = LoadSigma(list(5000));
  EXPECT_THAT(MatchSigma(rules, With("a value 4999; b")), ElementsAre("x"));
  EXPECT_THAT(MatchSigma(rules, With("a value 5000; b")), IsEmpty());
  EXPECT_THAT(SigmaErrors(list(20'000)),
              ElementsAre("rules.yml:5007:9: E026 more than 5000 values in one "
                          "detection"));
  EXPECT_THAT(SigmaErrors(list(100'000)),
              ElementsAre("rules.yml:1:1: E002 the file is larger than 1048576 "
                          "bytes"));
}

TEST(SigmaHostileRulesTest, LongValues) {
  const auto one = [](size_t size) {
    return Rule("  s: { F: " + std::string(size, 'a') + " }\n  condition: s\n");
  };
  EXPECT_THAT(SigmaErrors(one(65'536)), IsEmpty());
  EXPECT_THAT(SigmaErrors(one(65'537)),
              ElementsAre("rules.yml:5:11: E026 a value is longer than 65536 "
                          "bytes"));
}

TEST(SigmaHostileRulesTest, LargeExpressions) {
  const auto one = [](const std::string& expression) {
    return SigmaErrors(
        Rule("  s: { F|re: '" + expression + "' }\n  condition: s\n"));
  };
  EXPECT_THAT(one("(a{1000}){1000}"),
              ElementsAre("rules.yml:5:14: E014 the regular expression does "
                          "not compile: invalid repetition size: {1000}"));
  EXPECT_THAT(one(std::string(4097, 'a')),
              ElementsAre("rules.yml:5:14: E014 the regular expression does "
                          "not compile: longer than 4096 bytes"));
  EXPECT_THAT(one(std::string(1'000'000, 'a')),
              ElementsAre("rules.yml:5:14: E026 a value is longer than 65536 "
                          "bytes"));
  EXPECT_THAT(one(R"(\pL{900})"),
              ElementsAre("rules.yml:5:14: E014 the regular expression does "
                          "not compile: pattern too large - compile failed"));
  // One that needs more than most, and gets it.
  EXPECT_THAT(one(".{900}b"), IsEmpty());
}

// A megabyte of them would be gigabytes of programs, and minutes to compile.
TEST(SigmaHostileRulesTest, ManyExpressions) {
  const auto many = [](const std::string& name, size_t count) {
    return Rule(
        Values("F|re", count,
               [](size_t i) { return fmt::format("[a-z]{}.*x[0-9]{{3}}", i); }),
        name);
  };
  const SigmaRules rules = LoadSigma(many("x", 2000));
  EXPECT_THAT(MatchSigma(rules, With("a1999 x123")), ElementsAre("x"));
  EXPECT_THAT(MatchSigma(rules, With("a1999 x12")), IsEmpty());
  const std::string budget =
      "E026 with this the file has more than 500000 values, of which a regular "
      "expression is 100 and one for each 64 bytes that it takes";
  // Said once for each rule that it hits.
  EXPECT_THAT(
      SigmaErrors(many("a", 2500) + many("b", 2500) + many("c", 2500) +
                  many("d", 2500)),
      ElementsAre(HasSubstr(budget), HasSubstr(budget), HasSubstr(budget)));
  EXPECT_THAT(
      SigmaErrors(
          Rule(Values("F|re", 5000,
                      [](size_t i) { return fmt::format("{}.{{900}}", i); }))),
      ElementsAre(HasSubstr("E026 with this the file has more than 500000")));
  // Those that are refused for their size count as well.
  const auto errors = SigmaErrors(Rule(Values(
      "F|re", 1000, [](size_t i) { return fmt::format("{}\\pL{{900}}", i); })));
  ASSERT_THAT(errors, SizeIs(31));
  EXPECT_THAT(errors.back(), HasSubstr(budget));
}

TEST(SigmaHostileRulesTest, ValuesThatMultiply) {
  // Texts grow by four thirds, by two, by five.
  EXPECT_THAT(SigmaErrors(Rule("  s: { F|wide|wide|base64: x }\n"
                               "  condition: s\n")),
              ElementsAre("rules.yml:5:15: E013 'wide' stands twice"));
  EXPECT_THAT(SigmaErrors(Rule("  s: { F|windash|windash: -x }\n"
                               "  condition: s\n")),
              ElementsAre("rules.yml:5:18: E013 'windash' stands twice"));
  EXPECT_THAT(
      SigmaErrors(Rule("  s: { F|windash: ' -a -b -c -d' }\n"
                       "  condition: s\n")),
      ElementsAre("rules.yml:5:19: E026 'windash' makes more than 125 texts of "
                  "' -a -b -c -d'"));
  EXPECT_THAT(SigmaErrors(Rule(Values("F|windash", 4500,
                                      [](size_t) { return " -a -b -c"; }))),
              ElementsAre(HasSubstr(
                  "rules.yml:4007:9: E026 with this the file has more "
                  "than 500000 values")));
  const auto expanded = [](const std::string& values, const std::string& text) {
    const std::vector<RuleFile> files = {
        {"rules.yml",
         Rule("  s: { F|expand: '" + text + "' }\n  condition: s\n")}};
    const std::vector<RuleFile> placeholders = {{"p.yml", "a: " + values}};
    SigmaOptions options;
    options.placeholders = placeholders;
    const SigmaRules rules = SigmaRules::Load(files, options);
    std::vector<std::string> out;
    for (const Diagnostic& error : rules.errors()) {
      out.push_back(error.ToString());
    }
    return out;
  };
  EXPECT_THAT(expanded("[x, y]", Times("%a%", 13)),
              ElementsAre("rules.yml:5:18: E026 the placeholders stand for "
                          "more than 5000 values"));
  EXPECT_THAT(expanded(std::string(60'000, 'x'), Times("%a%", 1000)),
              ElementsAre("rules.yml:5:18: E026 the placeholders stand for "
                          "more than 16777216 bytes of text"));
}

TEST(SigmaHostileRulesTest, LongConditions) {
  const std::string s = "  s: { F: x }\n  condition: ";
  const SigmaRules rules =
      LoadSigma(Rule(s + Times("s or ", 10'000) + "not s\n"));
  EXPECT_THAT(MatchSigma(rules, With("y")), ElementsAre("x"));
  EXPECT_THAT(
      SigmaErrors(Rule(s + Times("s or ", 20'000) + "s\n")),
      ElementsAre("rules.yml:6:100015: E026 the condition is too long"));
  EXPECT_THAT(
      SigmaErrors(Rule(s + Times("(", 65) + "s" + Times(")", 65) + "\n")),
      ElementsAre("rules.yml:6:79: E026 the condition is nested too deeply"));
  EXPECT_THAT(
      SigmaErrors(Rule(s + Times("not ", 10'000) + "s\n")),
      ElementsAre("rules.yml:6:274: E026 the condition is nested too deeply"));
  // Conditions of a list are one.
  EXPECT_THAT(
      SigmaErrors(Rule(Lines(4000,
                             [](size_t i) {
                               return fmt::format("  s{}: {{ F: x }}\n", i);
                             }) +
                       "  condition:\n" + Times("    - 1 of them\n", 1000))),
      ElementsAre("rules.yml:4010:7: E026 with this the conditions are "
                  "too long together"));
}

TEST(SigmaHostileRulesTest, ManySelections) {
  const auto many = [](size_t count, const std::string& quantifier) {
    return Rule(Lines(count,
                      [](size_t i) {
                        return fmt::format("  s{0}: {{ F{0}|exists: true }}\n",
                                           i);
                      }) +
                "  condition: " + quantifier + " of them\n");
  };
  const SigmaRules any = LoadSigma(many(10'000, "1"));
  EXPECT_THAT(MatchSigma(any, {0, 1, {{"F9999", ""}}}), ElementsAre("x"));
  EXPECT_THAT(MatchSigma(any, {0, 1, {{"F10000", ""}}}), IsEmpty());
  const SigmaRules all = LoadSigma(many(10'000, "all"));
  EXPECT_THAT(MatchSigma(all, {0, 1, {{"F9999", ""}}}), IsEmpty());
  EXPECT_THAT(SigmaErrors(many(20'000, "1")),
              ElementsAre("rules.yml:20005:23: E026 the condition is too "
                          "long"));
  EXPECT_THAT(SigmaErrors(Rule("  s: " + Times("[", 40) + Times("]", 40) +
                               "\n  condition: s\n")),
              ElementsAre("rules.yml:5:36: E002 nested deeper than 32 levels"));
}

// What tries every way to place a wildcard would not come to an end.
TEST(SigmaHostileRulesTest, Wildcards) {
  const std::string text(60'000, 'a');
  const auto matches = [&](const std::string& field, const std::string& value,
                           const std::string& in) {
    return !MatchSigma(LoadSigma(Rule("  s: { " + field + ": '" + value +
                                      "' }\n  condition: s\n")),
                       With(in))
                .empty();
  };
  const std::string stars = Times("*a", 30);
  EXPECT_FALSE(matches("F", stars + "*b", text));
  EXPECT_TRUE(matches("F", stars + "*b", text + "b"));
  EXPECT_FALSE(matches("F", stars + "*b", text + "bc"));
  EXPECT_FALSE(matches("F|contains", stars + "*?b?", text + "b"));
  EXPECT_FALSE(matches("F|contains", Times("a?", 200) + "b", text));
  EXPECT_TRUE(matches("F|contains", Times("a?", 200) + "b", text + "b"));
  EXPECT_FALSE(matches("F|endswith", Times("?", 1000) + "*b", text));
  EXPECT_FALSE(matches("F|contains", std::string(30'000, 'a') + "b", text));
  EXPECT_FALSE(matches("F|re", "(a*)*b", text));
  EXPECT_FALSE(matches("F|re", "(a|aa)+$", text + "b"));
  EXPECT_FALSE(matches("F|re", "a[ab]{30}[^ab]", text));
}

// The product of what is compared must not grow with how often it is named.
TEST(SigmaHostileRulesTest, FieldsNamedAgainAndAgain) {
  const SigmaRules rules = LoadSigma(
      Rule(Values("F|fieldref|contains", 5000, [](size_t) { return "G"; })));
  const std::string text(30'000, 'a');
  EXPECT_THAT(MatchSigma(rules, {0, 1, {{"F", text}, {"G", text + "b"}}}),
              IsEmpty());
  EXPECT_THAT(MatchSigma(rules, {0, 1, {{"F", text + "b"}, {"G", text}}}),
              ElementsAre("x"));
}

// 4,000 filters for each of 4,000 rules would be gigabytes.
TEST(SigmaHostileRulesTest, FiltersOfAllRules) {
  const std::string rules = Lines(4000, [](size_t i) {
    return fmt::format(
        "title: r{}\nlogsource: {{ product: windows, service: system }}\n"
        "detection: {{ s: {{ F: x }}, condition: s }}\n---\n",
        i);
  });
  const auto filters = [](size_t count) {
    return Lines(count, [](size_t i) {
      return fmt::format(
          "title: f\nlogsource: {{ product: windows }}\n"
          "filter: {{ rules: any, s: {{ G: y{} }}, condition: not s }}\n---\n",
          i);
    });
  };
  const std::vector<std::string> errors = SigmaErrors(filters(70) + rules);
  ASSERT_THAT(errors, SizeIs(8));
  EXPECT_EQ(errors[0],
            "rules.yml:249:1: E026 filters would add more than 500000 values "
            "to rules, 2 of them this one to 4000 rules; it is left out");
}

std::string Chain(size_t count, const std::string& last) {
  return Lines(count, [&](size_t i) {
    return CorrelationText(
        fmt::format("c{}", i),
        fmt::format("type: event_count, rules: [{}], timespan: 1m, "
                    "condition: {{ gte: 1 }}",
                    i + 1 == count ? last : fmt::format("c{}", i + 1)));
  });
}

TEST(SigmaHostileRulesTest, ChainsOfCorrelations) {
  const SigmaRules rules = LoadSigma(RuleText("a", 1) + Chain(6000, "a"));
  EXPECT_THAT(Correlate(rules, {{0, 1}}), SizeIs(6000));
  // Each without the next: the last names what is not there.
  EXPECT_THAT(SigmaErrors(RuleText("a", 1) + Chain(6000, "nothing")),
              SizeIs(6000));
  // All of them in one circle.
  const auto errors = SigmaErrors(RuleText("a", 1) + Chain(6000, "c0"));
  ASSERT_THAT(errors, SizeIs(6000));
  EXPECT_EQ(errors[0],
            "rules.yml:8:43: E021 the correlation is, in the end, one of its "
            "own rules");
}

TEST(SigmaHostileRulesTest, CorrelationOfAThousandRules) {
  std::string names;
  for (int i = 0; i < 1000; ++i) names += fmt::format("r{}, ", i);
  EXPECT_THAT(
      SigmaErrors(
          RuleText("a", 1) +
          CorrelationText(
              "x", "type: temporal, timespan: 1m, rules: [" + names + "]")),
      ElementsAre("rules.yml:8:53: E026 a correlation has 64 rules at most"));
}

}  // namespace
}  // namespace espial::rules

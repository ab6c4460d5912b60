// Every rule of the linter: what it finds, and what it leaves alone.
#include <espial/rules/lint.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace espial::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A signature that has nothing wrong with it.
constexpr std::string_view kGood =
    "title: A policy failed\n"
    "id: 5d7f0d0a-5e0c-4e6e-9a53-6f1b1f0c6f01\n"
    "signature:\n"
    "  code: ACME-001\n"
    "  name: policy-failed\n"
    "  severity: error\n"
    "  confidence: high\n"
    "  needs:\n"
    "    - channel: Microsoft-Windows-DeviceManagement-Enterprise-"
    "Diagnostics-Provider/Admin\n"
    "  when: seen and not later\n"
    "  unless: gone\n"
    "  explains: [ESP-001]\n"
    "  cause: Something.\n"
    "  remedy: [Do this.]\n"
    "detections:\n"
    "  seen:\n"
    "    logsource: { product: windows, service: mdm-admin }\n"
    "    detection:\n"
    "      selection: { EventID: 404, HexInt1: 0x80070002 }\n"
    "      text:\n"
    "        Message1|re: Policy/.*Result\n"
    "      condition: selection or text\n"
    "  gone:\n"
    "    logsource: { product: windows, service: mdm-admin }\n"
    "    detection:\n"
    "      words: [deleted]\n"
    "      condition: words\n"
    "  later:\n"
    "    logsource: { product: windows, service: system }\n"
    "    detection:\n"
    "      selection:\n"
    "        Provider_Name: Microsoft-Windows-Kernel-General\n"
    "        EventID: 12\n"
    "      condition: selection\n"
    "tests:\n"
    "  - { scenario: a, expect: matched }\n"
    "  - { scenario: b, expect: not_matched }\n"
    "  - { scenario: c, expect: inconclusive }\n";

std::string With(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> LintText(const std::string& text,
                                  const std::string& name = "ACME-001.yml") {
  std::vector<std::string> out;
  const std::vector<RuleFile> files = {{name, text}};
  for (const LintFinding& one : Lint(files)) {
    out.push_back(one.where.ToString() + (one.error ? "" : " (warning)"));
  }
  return out;
}

TEST(LintTest, AGoodSignatureHasNothing) {
  EXPECT_THAT(LintText(std::string(kGood)), IsEmpty());
}

TEST(LintTest, TheBuiltInPackHasNoError) {
  for (const LintFinding& one : Lint(RuleSet::BuiltInFiles())) {
    EXPECT_FALSE(one.error) << one.where.ToString();
  }
}

TEST(LintTest, TheListOfRulesIsInOrder) {
  int number = 0;
  for (const LintRule& rule : LintRules()) {
    EXPECT_EQ(rule.code.substr(1), std::string(number + 1 < 10 ? "00" : "0") +
                                       std::to_string(number + 1));
    ++number;
  }
}

struct Bad {
  std::string from;
  std::string to;
  std::string message;  // the only finding
};

class LintBadTest : public ::testing::TestWithParam<Bad> {};

TEST_P(LintBadTest, IsFound) {
  EXPECT_THAT(LintText(With(GetParam().from, GetParam().to)),
              ElementsAre(HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, LintBadTest,
    ::testing::Values(
        Bad{"Microsoft-Windows-Kernel-General", "Microsoft-Windows-KernelX",
            "ACME-001.yml:32:9: L001 the catalogue has no event of the "
            "provider"},
        Bad{"EventID: 404", "EventID: 4049",
            "ACME-001.yml:19:20: L002 Microsoft-Windows-DeviceManagement-"
            "Enterprise-Diagnostics-Provider/Admin has no event 4049"},
        Bad{"HexInt1: 0x8", "HexInnt1: 0x8",
            "L003 event 404 of Microsoft-Windows-DeviceManagement-Enterprise-"
            "Diagnostics-Provider/Admin has no field 'HexInnt1' (did you mean "
            "'hexint1'?)"},
        Bad{"        Provider_Name: Microsoft-Windows-Kernel-General\n", "",
            "L004 many providers write to System; an id 12"},
        Bad{"Policy/.*Result", "'[a-z]+'",
            "ACME-001.yml:21:22: L005 no text must occur for '[a-z]+' to "
            "match"},
        Bad{"[deleted]", "['*deleted']", "L006 the keyword '*deleted'"},
        Bad{"[deleted]", "[no]", "L006 the keyword 'no' is so short"},
        Bad{"condition: selection or text", "condition: selection",
            "ACME-001.yml:20:7: L007 the condition does not use the selection "
            "'text'"},
        Bad{"condition: words", "condition: words or not words",
            "L008 the condition is always true"},
        Bad{"when: seen and not later", "when: seen and not later and not seen",
            "L008 'when' is never true"},
        Bad{"unless: gone", "unless: gone or seen",
            "L008 'when' and not 'unless' is never true"},
        Bad{"  unless: gone\n", "", "L009 nothing uses the detection 'gone'"},
        Bad{"5d7f0d0a-5e0c-4e6e-9a53-6f1b1f0c6f01",
            "0b39dd9a-368d-4c0b-9354-81a1acb6c8cc",
            "ACME-001.yml:2:5: L010 the id is that of HYB-001"},
        Bad{"remedy: [Do this.]", "remedy: []", "L011 there is no remedy"},
        Bad{"  - { scenario: b, expect: not_matched }\n", "",
            "L012 no test expects not_matched"},
        Bad{"explains: [ESP-001]", "explains: [ACME-001]",
            "ACME-001.yml:12:13: E021 explanations go in a circle"},
        Bad{"explains: [ESP-001]", "explains: [ESP-991]",
            "L013 unknown code 'ESP-991'"},
        Bad{"channel: Microsoft-Windows-DeviceManagement-", "channel: Nobody-",
            "L014 the catalogue has no event of the log"},
        Bad{"code: ACME-001", "code: ACME-002", "E019"}));

TEST(LintTest, ACodeOfTheBuiltInPackIsTaken) {
  EXPECT_THAT(LintText(With("code: ACME-001", "code: HYB-001"), "HYB-001.yml"),
              Contains(HasSubstr("L010 the code is that of HYB-001")));
}

TEST(LintTest, InformationNeedsNoRemedy) {
  std::string text = With("remedy: [Do this.]", "remedy: []");
  text.replace(text.find("severity: error"), 15, "severity: info");
  EXPECT_THAT(LintText(text), IsEmpty());
}

TEST(LintTest, SigmaRulesAreLintedToo) {
  const std::string rule =
      "title: A rule\n"
      "logsource: { product: windows, service: security }\n"
      "detection:\n"
      "  used: { EventID: 4624 }\n"
      "  unused: { EventID: 4625 }\n"
      "  condition: used\n";
  EXPECT_THAT(LintText(rule, "rule.yml"),
              ElementsAre(HasSubstr("rule.yml:5:3: L007")));
  const std::string filter =
      "title: A filter\n"
      "logsource: { product: windows, service: security }\n"
      "filter:\n"
      "  rules: any\n"
      "  mine: { SubjectUserName: me }\n"
      "  condition: mine\n";
  EXPECT_THAT(LintText(filter, "filter.yml"), Contains(HasSubstr("W001")));
  EXPECT_THAT(LintText("title: [\n", "broken.yml"),
              Contains(HasSubstr("E001")));
}

TEST(LintTest, FilesOfACatalogueReplaceTheBuiltInOnes) {
  const std::vector<RuleFile> files = {
      {"ACME-001.yml", std::string(kGood)},
      {"catalog/events.csv",
       "provider,guid,channel,id,version,level,fields,title\n"}};
  std::vector<std::string> codes;
  for (const LintFinding& one : Lint(files)) codes.push_back(one.where.code);
  EXPECT_THAT(codes, Contains("L001"));
  EXPECT_THAT(codes, Not(Contains("E024")));
}

}  // namespace
}  // namespace espial::rules

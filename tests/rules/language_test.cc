// Texts of signatures in several languages.
#include "rules/engine/language.h"

#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;

const RuleFile kServices = {"catalog/logsources.yml",
                            "services: { dm: [DM/Admin] }\n"};
const char kDetections[] =
    "detections: { d: { logsource: { service: dm }, detection: { s: { "
    "EventID: 1 }, condition: s } } }\n";

RuleSet Rules() {
  RuleFile file = SignatureFile(
      "TST-001",
      "  when: d\n  cause: { en: Because, de: Weil }\n"
      "  remedy:\n    en: [Do this]\n    de: [Tu das]\n    pt-br: [Faz isso]\n",
      kDetections);
  const std::string title = "title: Title of TST-001";
  file.text.replace(file.text.find(title), title.size(),
                    "title: { en: A failure, de: Ein Fehler }");
  return MustLoad(
      {kServices, file,
       SignatureFile("TST-002", "  when: d\n  cause: Plain\n", kDetections)});
}

const Finding* Judged(const RuleSet& rules, std::string_view language,
                      const std::string& code, Case* the_case) {
  *the_case = CaseBuilder().Add("DM/Admin", 0, 1).Build();
  rules.Judge(the_case, language);
  return FindFinding(*the_case, code);
}

TEST(LanguageTest, EachTextFallsBackToEnglishByItself) {
  const RuleSet rules = Rules();
  Case the_case;
  const Finding* finding = Judged(rules, "en", "TST-001", &the_case);
  EXPECT_EQ(finding->title, "A failure");
  EXPECT_EQ(finding->cause, "Because");
  EXPECT_THAT(finding->remedy, ElementsAre("Do this"));
  finding = Judged(rules, "de", "TST-001", &the_case);
  EXPECT_EQ(finding->title, "Ein Fehler");
  EXPECT_EQ(finding->cause, "Weil");
  EXPECT_THAT(finding->remedy, ElementsAre("Tu das"));
  EXPECT_EQ(the_case.rules.language, "de");
  EXPECT_EQ(FindFinding(the_case, "TST-002")->cause, "Plain");
  finding = Judged(rules, "pt-BR", "TST-001", &the_case);
  EXPECT_EQ(finding->title, "A failure");
  EXPECT_THAT(finding->remedy, ElementsAre("Faz isso"));
}

TEST(LanguageTest, RulesSayWhatTheySpeak) {
  const RuleSet rules = Rules();
  EXPECT_THAT(rules.Languages(), ElementsAre("de", "en", "pt-br"));
  EXPECT_EQ(rules.FindLanguage("de-AT"), "de");
  EXPECT_EQ(rules.FindLanguage("EN"), "en");
  EXPECT_EQ(rules.FindLanguage("pt"), std::nullopt);
  EXPECT_EQ(rules.FindLanguage("xx"), std::nullopt);
  Case the_case;
  Judged(rules, "xx", "TST-001", &the_case);
  EXPECT_EQ(the_case.rules.language, "en");
}

TEST(LanguageTest, Keys) {
  for (const char* good : {"en", "de", "pt-br", "zh-hans", "fil"}) {
    EXPECT_TRUE(IsLanguage(good)) << good;
  }
  for (const char* bad :
       {"", "e", "EN", "german", "de-", "de-A", "de_at", "de-abcdefghi"}) {
    EXPECT_FALSE(IsLanguage(bad)) << bad;
  }
}

}  // namespace
}  // namespace espial::rules

// espial rules and espial why over the built-in pack: filters, help, mistakes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/run.h"

namespace espial::cli_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(RulesTest, EveryCommandHasHelpWithExamplesAndExitCodes) {
  for (const std::string command :
       {"list", "show", "lint", "test", "coverage", "capture", "new",
        "convert-logsources", "compile"}) {
    const RunResult result = Espial({"rules", command, "--help"});
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_THAT(result.err, IsEmpty());
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("Usage: espial rules " + command),
                      HasSubstr("Exit codes: 0"),
                      HasSubstr("Examples:\n  espial rules " + command)));
    EXPECT_THAT(Espial({"rules", "--help"}).out, HasSubstr("  " + command));
  }
}

TEST(RulesTest, AMistakeNamesTheCommandWhoseHelpTellsMore) {
  const RunResult none = Espial({"rules"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("see espial rules --help\n"));
  const RunResult show = Espial({"rules", "show"});
  EXPECT_EQ(show.exit_code, 2);
  EXPECT_THAT(show.err, AllOf(HasSubstr("CODE is required"),
                              HasSubstr("see espial rules show --help\n")));
}

TEST(RulesListTest, FiltersNarrowTheList) {
  const auto codes = [](std::vector<std::string> filters) {
    filters.insert(filters.begin(), {"rules", "list", "--format", "json"});
    std::vector<std::string> out;
    const RunResult run = Espial(filters);
    EXPECT_EQ(run.exit_code, 0);
    const auto parsed = nlohmann::json::parse(run.out);
    for (const auto& one : parsed["signatures"]) {
      out.push_back(one["code"]);
    }
    return out;
  };
  const std::vector<std::string> all = codes({});
  EXPECT_GE(all.size(), 80U);
  const std::vector<std::string> area = codes({"--area", "hyb"});
  EXPECT_THAT(area, ::testing::Each(StartsWith("HYB-")));
  EXPECT_FALSE(area.empty());
  EXPECT_LT(codes({"--severity", "warning"}).size(), all.size());
  EXPECT_THAT(
      codes({"--area", "HYB", "--severity", "error", "--stage", "user.net*"}),
      ::testing::Contains("HYB-001"));
  EXPECT_THAT(codes({"--stage", "user.nothing"}), IsEmpty());
}

TEST(RulesShowTest, AnUnknownCodeNamesTheNearestAndHidesNoOther) {
  const RunResult result = Espial({"rules", "show", "HYB-01", "HYB-002"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, StartsWith("HYB-002  "));
  EXPECT_EQ(result.err,
            "espial: unknown signature: 'HYB-01' (did you mean 'HYB-001'?)\n");
}

TEST(RulesNewTest, WritesWhatLoadsAndRefusesWhatIsThere) {
  const std::string folder = TestFolder() + "/mine";
  const RunResult made = Espial({"rules", "new", "ACME-001", "-o", folder});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, folder + "/ACME-001.yml\n");
  const RunResult lint = Espial({"rules", "lint", folder});
  EXPECT_EQ(lint.exit_code, 0) << lint.out;
  EXPECT_THAT(lint.out, AllOf(HasSubstr("L011"), HasSubstr("L012")));
  EXPECT_THAT(lint.err, HasSubstr("1 files, 0 errors, 2 warnings"));
  EXPECT_EQ(Espial({"rules", "lint", folder, "--strict"}).exit_code, 1);
  const RunResult again = Espial({"rules", "new", "ACME-001", "-o", folder});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
  const RunResult taken = Espial({"rules", "new", "HYB-001", "-o", folder});
  EXPECT_EQ(taken.exit_code, 2);
  EXPECT_THAT(taken.err, HasSubstr("HYB-001 is taken"));
  EXPECT_THAT(Espial({"rules", "new", "hyb-1"}).err,
              HasSubstr("expected an area and a number"));
}

TEST(RulesNewTest, WritesTheLineOfTheRegister) {
  const std::string pack = TestFolder();
  const std::string old =
      "code,id,state\n"
      "ACME-001,11111111-2222-4333-8444-555555555555,retired\n"
      "ACME-009,11111111-2222-4333-8444-555555555559,active";
  WriteFile(pack + "/ids.csv", old);
  for (const std::string taken : {"ACME-001", "ACME-009"}) {
    const RunResult run = Espial({"rules", "new", taken, "-o", pack + "/acme"});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr(taken + " stands in "),
                               HasSubstr("ids.csv, in use or retired")));
  }
  EXPECT_EQ(ReadFile(pack + "/ids.csv"), old);
  // In the folder below, with and without a separator, and beside it.
  for (const auto& [code, folder] :
       {std::pair<std::string, std::string>{"ACME-002", "/acme"},
        {"ACME-003", "/acme/"},
        {"ACME-010", ""}}) {
    const RunResult run = Espial({"rules", "new", code, "-o", pack + folder});
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
  const std::string text = ReadFile(pack + "/ids.csv");
  std::vector<std::string> codes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    codes.push_back(line.substr(0, line.find(',')));
  }
  EXPECT_THAT(codes,
              ::testing::ElementsAre("code", "ACME-001", "ACME-002", "ACME-003",
                                     "ACME-009", "ACME-010"));
  const std::string signature = ReadFile(pack + "/acme/ACME-002.yml");
  const size_t id = signature.find("\nid: ") + 5;
  EXPECT_THAT(text,
              HasSubstr("ACME-002," + signature.substr(id, 36) + ",active\n"));
}

TEST(LanguageTest, TriageSpeaksTheLanguageThatIsAskedFor) {
  const std::string folder = TestFolder();
  ASSERT_EQ(Espial({"rules", "new", "ACME-001", "-o", folder}).exit_code, 0);
  std::string text = ReadFile(folder + "/ACME-001.yml");
  const std::string title = "title: What went wrong, in one line";
  ASSERT_EQ(text.find(title), 0U);
  text.replace(0, title.size(),
               "title: { en: A command failed, de: Ein Befehl schlug fehl }");
  WriteFile(folder + "/ACME-001.yml", text);
  const std::string bundle =
      ESPIAL_SOURCE_DIR "/samples/bundles/user-flow-no-dc.cab";
  const auto triage = [&](const std::string& language) {
    return Espial({"triage", bundle, "--rules", folder, "--lang", language});
  };
  EXPECT_THAT(triage("en").out, HasSubstr("A command failed"));
  EXPECT_THAT(triage("de").out, HasSubstr("Ein Befehl schlug fehl"));
  EXPECT_THAT(triage("DE-at").out, HasSubstr("Ein Befehl schlug fehl"));
  const RunResult unknown = triage("fr");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.out, IsEmpty());
  EXPECT_EQ(unknown.err,
            "espial: The rules do not speak 'fr'; they speak de, en.\n");
}

TEST(RulesLintTest, SarifNamesPlaceAndRule) {
  const std::string folder = TestFolder();
  WriteFile(folder + "/bad.yml", "title: [\n");
  const RunResult run = Espial({"rules", "lint", folder, "--format", "sarif"});
  EXPECT_EQ(run.exit_code, 1);
  const auto sarif = nlohmann::json::parse(run.out);
  const auto& result = sarif["runs"][0]["results"][0];
  EXPECT_EQ(result["ruleId"], "E001");
  EXPECT_EQ(result["level"], "error");
  EXPECT_GE(result["locations"][0]["physicalLocation"]["region"]["startLine"],
            1);
}

TEST(RulesTestTest, ReportsWhatFails) {
  const std::string folder = TestFolder();
  ASSERT_EQ(Espial({"rules", "new", "ACME-001", "-o", folder}).exit_code, 0);
  std::string text = ReadFile(folder + "/ACME-001.yml");
  text.replace(text.find("tests: []"), 9,
               "tests:\n"
               "  - { scenario: user-flow-good, expect: not_matched }\n"
               "  - { scenario: user-flow-good, expect: matched }\n"
               "  - { scenario: nowhere, expect: matched }\n");
  WriteFile(folder + "/ACME-001.yml", text);
  const std::string junit = folder + "/out.xml";
  const RunResult run =
      Espial({"rules", "test", folder, "--scenarios",
              ESPIAL_SOURCE_DIR "/samples/scenarios", "--junit", junit});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("FAILED ACME-001 user-flow-good: expected "
                              "not_matched, found matched"),
                    HasSubstr("FAILED ACME-001 nowhere: "),
                    HasSubstr("3 tests, 2 failed\n")));
  EXPECT_THAT(ReadFile(junit), HasSubstr("tests=\"3\" failures=\"2\""));
}

TEST(WhyTest, AMistakeIsFoundBeforeTheInputIsRead) {
  const RunResult unknown = Espial({"why", "/does/not/exist", "HYB-01"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.err,
            "espial: unknown signature: 'HYB-01' (did you mean 'HYB-001'?)\n");
  const RunResult absent = Espial({"why", "/does/not/exist", "HYB-001"});
  EXPECT_EQ(absent.exit_code, 3);
  const RunResult none = Espial({"why", "HYB-001"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.err, HasSubstr("CODE is required behind BUNDLE"));
  EXPECT_THAT(Espial({"why", "--help"}).out,
              AllOf(HasSubstr("Exit codes: 0"), HasSubstr("espial.why/1"),
                    HasSubstr("Examples:\n  espial why")));
}

TEST(WhyTest, RedactedAnswersJudgeWhatIsThere) {
  const std::string bundle =
      ESPIAL_SOURCE_DIR "/samples/bundles/user-flow-no-dc.cab";
  const auto plain = nlohmann::json::parse(
      Espial({"why", bundle, "HYB-002", "--format", "json"}).out);
  const auto redacted = nlohmann::json::parse(
      Espial({"why", bundle, "HYB-002", "--format", "json", "--redact"}).out);
  EXPECT_EQ(plain["result"], "matched");
  EXPECT_EQ(redacted["result"], "matched");
  EXPECT_THAT(redacted.dump(), ::testing::Not(HasSubstr("contoso")));
}

}  // namespace
}  // namespace espial::cli_test

// pack.yml and the register of codes.
#include "rules/engine/manifest.h"

#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const RuleFile kServices = {"catalog/logsources.yml",
                            "services: { dm: [DM/Admin] }\n"};
const RuleFile kManifest = {"pack.yml",
                            "name: test\nversion: 1.4.0\nengine: '>=0.0.1'\n"};
const char kSections[] =
    "detections: { d: { logsource: { service: dm }, detection: { s: { "
    "EventID: 1 }, condition: s } } }\n";
// What SignatureFile makes of the code.
const char kId[] = "54535420-2d30-3031-0000-000000000000";

RuleFile Signature() {
  return SignatureFile("TST-001", "  when: d\n", kSections);
}

std::string IdOf(const RuleFile& file) {
  const size_t at = file.text.find("id: ") + 4;
  return file.text.substr(at, file.text.find('\n', at) - at);
}

RuleFile Codes(const std::string& rows) {
  return {"ids.csv", "code,id,state\n" + rows};
}

std::vector<std::string> Problems(const std::vector<RuleFile>& files) {
  std::vector<Diagnostic> diagnostics;
  const auto loaded = RuleSet::Load(files, &diagnostics);
  EXPECT_EQ(loaded.has_value(), diagnostics.empty());
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out.push_back(diagnostic.ToString());
  }
  return out;
}

TEST(ManifestTest, APackSaysWhatItIs) {
  const std::vector<RuleFile> files = {
      kServices, kManifest, Signature(),
      Codes("TST-001," + IdOf(Signature()) + ",active\n")};
  EXPECT_THAT(Problems(files), IsEmpty());
  const RuleSet rules = MustLoad(files);
  Case the_case;
  rules.Judge(&the_case);
  EXPECT_EQ(the_case.rules.name, "test");
  EXPECT_EQ(the_case.rules.version, "1.4.0");
  EXPECT_EQ(the_case.rules.language, "en");
}

TEST(ManifestTest, RulesWithoutOneLoad) {
  EXPECT_THAT(Problems({kServices, Signature()}), IsEmpty());
}

TEST(ManifestTest, APackForANewerEngineIsRefusedBeforeItIsRead) {
  const RuleFile newer = {
      "pack.yml", "name: test\nversion: 2.0\nengine: '>=99.1'\nnovel: key\n"};
  RuleFile broken = Signature();
  broken.text += "novel: key\n";
  EXPECT_THAT(Problems({kServices, newer, broken}),
              ElementsAre("pack.yml:3:9: E030 this pack needs Espial 99.1 or "
                          "newer; this is " +
                          std::string(EngineVersion())));
}

TEST(ManifestTest, MistakesHaveAPlace) {
  EXPECT_THAT(
      Problems(
          {{"pack.yml", "nam: x\nversion: new\nengine: '0.1'\n"}, Codes("")}),
      ElementsAre("pack.yml:1:1: E005 the manifest needs a key 'name'",
                  "pack.yml:1:1: E007 unknown key 'nam' (did you mean 'name'?)",
                  "pack.yml:2:10: E008 'new' is no version such as 1.4.0",
                  "pack.yml:3:9: E008 'engine' must look like '>=0.1.0', not "
                  "'0.1'"));
  EXPECT_THAT(Problems({kManifest}),
              ElementsAre("pack.yml:1:1: E005 a pack with a manifest needs "
                          "ids.csv, the register of its codes"));
}

TEST(RegisterTest, CodesAreNeverUsedAgain) {
  const RuleFile signature = Signature();
  const std::string id = IdOf(signature);
  const auto problems = [&](const std::string& rows) {
    return Problems({kServices, kManifest, signature, Codes(rows)});
  };
  EXPECT_THAT(problems(""),
              ElementsAre("autopilot/TST-001.yml:4:9: E031 the code 'TST-001' "
                          "is not in ids.csv"));
  EXPECT_THAT(problems("TST-001," + id + ",retired\n"),
              ElementsAre("autopilot/TST-001.yml:4:9: E031 the code 'TST-001' "
                          "is retired and must not be used again"));
  EXPECT_THAT(
      problems(std::string("TST-001,") + kId + ",active\n"),
      ElementsAre("autopilot/TST-001.yml:4:9: E031 the id of 'TST-001' "
                  "is " +
                  std::string(kId) + " in ids.csv, and must not change"));
  EXPECT_THAT(
      problems("TST-001," + id + ",active\nTST-001," + kId + ",retired\n"),
      ElementsAre("ids.csv:3:1: E031 'TST-001' was given in line 2 "
                  "already; codes and ids are never used again"));
  EXPECT_THAT(
      problems("TST-001," + id + ",active\nTST-002," + kId + ",active\n"),
      ElementsAre("ids.csv:3:1: E031 'TST-002' is active, and no "
                  "signature has it: what was deleted is retired"));
  EXPECT_THAT(problems("TST-001," + id + ",gone\n"),
              ElementsAre("ids.csv:2:1: E008 'state' must be one of active, "
                          "retired, not 'gone'"));
}

}  // namespace
}  // namespace espial::rules

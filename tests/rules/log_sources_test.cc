// Log sources of Sigma rules: services, categories with several places and
// other names of fields there, and what nothing is known about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/rules/sigma_support.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSysmon[] = "Microsoft-Windows-Sysmon/Operational";

std::string Rule(const std::string& logsource, const std::string& selection) {
  return "title: r\nlogsource: { " + logsource + " }\ndetection: { s: { " +
         selection + " }, condition: s }\n";
}

bool Matches(const SigmaRules& rules, const SigmaEvent& event) {
  return !MatchSigma(rules, event).empty();
}

TEST(LogSourcesTest, AServiceIsItsChannels) {
  const SigmaRules rules =
      LoadSigma(Rule("product: Windows, service: PowerShell", "A: x"));
  const auto in = [&](const char* channel) {
    return Matches(rules, {0, 1, {{"A", "x"}}, channel});
  };
  EXPECT_TRUE(in("Microsoft-Windows-PowerShell/Operational"));
  EXPECT_TRUE(in("powershellcore/operational"));
  EXPECT_FALSE(in("Windows PowerShell"));
  EXPECT_FALSE(in("System"));
  EXPECT_FALSE(in(""));
}

TEST(LogSourcesTest, WindowsAloneIsAnyLog) {
  const SigmaRules rules = LoadSigma(Rule("product: windows", "A: x"));
  EXPECT_TRUE(Matches(rules, {0, 1, {{"A", "x"}}, "Anything"}));
  EXPECT_FALSE(Matches(rules, {0, 1, {{"A", "y"}}, "Anything"}));
}

TEST(LogSourcesTest, ACategoryIsItsPlacesWithTheirNames) {
  const SigmaRules rules =
      LoadSigma(Rule("product: windows, category: process_creation",
                     "Image|endswith: \\cmd.exe, ParentProcessId: 7"));
  const auto sysmon = [](uint32_t id, const char* image) {
    return SigmaEvent{
        0, id, {{"Image", image}, {"ParentProcessId", "7"}}, kSysmon};
  };
  EXPECT_TRUE(Matches(rules, sysmon(1, "C:\\cmd.exe")));
  EXPECT_FALSE(Matches(rules, sysmon(1, "C:\\dir.exe")));
  EXPECT_FALSE(Matches(rules, sysmon(5, "C:\\cmd.exe")));
  const auto security = [](const char* name, const char* id,
                           const char* channel = "Security") {
    return SigmaEvent{0, 4688, {{name, "C:\\cmd.exe"}, {id, "0x7"}}, channel};
  };
  EXPECT_TRUE(Matches(rules, security("NewProcessName", "ProcessId")));
  // Names of the other log mean nothing here.
  EXPECT_FALSE(Matches(rules, security("Image", "ProcessId")));
  EXPECT_FALSE(Matches(rules, security("NewProcessName", "ParentProcessId")));
  EXPECT_FALSE(
      Matches(rules, security("NewProcessName", "ProcessId", "System")));
  // A service beside it leaves one of the places.
  const SigmaRules one =
      LoadSigma(Rule("category: process_creation, service: sysmon",
                     "Image|endswith: \\cmd.exe"));
  EXPECT_TRUE(Matches(one, sysmon(1, "C:\\cmd.exe")));
  EXPECT_FALSE(Matches(one, security("NewProcessName", "ProcessId")));
}

TEST(LogSourcesTest, ValuesHaveOtherNamesToo) {
  const SigmaRules rules =
      LoadSigma(Rule("category: network_connection", "Initiated: 'true'"));
  EXPECT_TRUE(Matches(rules, {0, 3, {{"Initiated", "true"}}, kSysmon}));
  const auto security = [&](const char* direction) {
    return Matches(rules, {0, 5156, {{"Direction", direction}}, "Security"});
  };
  EXPECT_TRUE(security("%%14593"));
  EXPECT_FALSE(security("%%14592"));
  EXPECT_FALSE(security("true"));
}

TEST(LogSourcesTest, APlaceMayAskForFields) {
  const SigmaRules rules =
      LoadSigma(Rule("category: registry_add", "TargetObject: HKLM"));
  const auto sysmon = [&](const char* type) {
    return Matches(
        rules,
        {0, 12, {{"EventType", type}, {"TargetObject", "HKLM"}}, kSysmon});
  };
  EXPECT_TRUE(sysmon("CreateKey"));
  EXPECT_FALSE(sysmon("DeleteKey"));
}

// Places that differ in nothing but the names of their fields.
TEST(LogSourcesTest, EveryPlaceKeepsItsOwnNames) {
  const SigmaRules rules =
      LoadSigma(Rule("category: sent", "Who: eva"),
                "categories:\n  sent:\n"
                "    - { service: system, ids: [1], fields: { Who: From } }\n"
                "    - { service: system, ids: [1], fields: { Who: Sender } }\n"
                "    - { service: system, ids: [1], where: { Kind: x },"
                " fields: { Who: User } }\n");
  EXPECT_TRUE(Matches(rules, {0, 1, {{"From", "eva"}}}));
  EXPECT_TRUE(Matches(rules, {0, 1, {{"Sender", "eva"}}}));
  EXPECT_TRUE(Matches(rules, {0, 1, {{"User", "eva"}, {"Kind", "x"}}}));
  EXPECT_FALSE(Matches(rules, {0, 1, {{"User", "eva"}}}));
  EXPECT_FALSE(Matches(rules, {0, 1, {{"Who", "eva"}}}));
}

TEST(LogSourcesTest, OwnOnesAddAndReplace) {
  const std::string own =
      "services: { MyApp: [My-App/Log], system: [Other] }\n"
      "categories: { Sent: [{ service: myapp, ids: [1, 2] }] }\n";
  const SigmaRules app = LoadSigma(Rule("service: myapp", "EventID: 9"), own);
  EXPECT_TRUE(Matches(app, {0, 9, {}, "My-App/Log"}));
  const SigmaRules sent = LoadSigma(Rule("category: sent", "A: x"), own);
  EXPECT_TRUE(Matches(sent, {0, 2, {{"A", "x"}}, "My-App/Log"}));
  EXPECT_FALSE(Matches(sent, {0, 3, {{"A", "x"}}, "My-App/Log"}));
  const SigmaRules system = LoadSigma(Rule("service: system", "A: x"), own);
  EXPECT_TRUE(Matches(system, {0, 1, {{"A", "x"}}, "Other"}));
  EXPECT_FALSE(Matches(system, {0, 1, {{"A", "x"}}, "System"}));
  // What is built in and not named stays.
  const SigmaRules security = LoadSigma(Rule("service: security", "A: x"), own);
  EXPECT_TRUE(Matches(security, {0, 1, {{"A", "x"}}, "Security"}));
}

TEST(LogSourcesTest, UnknownOnesAreCounted) {
  const auto others = [](const std::string& logsource) {
    const SigmaRules rules = LoadSigma(Rule(logsource, "A: x"));
    std::vector<std::string> out;
    for (const SigmaOtherSource& other : rules.other_sources()) {
      out.push_back(other.file + " " + other.title + ": " + other.log_source);
    }
    EXPECT_THAT(rules.rules(), IsEmpty());
    return out;
  };
  EXPECT_THAT(others("product: linux, service: auditd"),
              ElementsAre("rules.yml r: linux service auditd"));
  EXPECT_THAT(others("category: webserver"),
              ElementsAre("rules.yml r: category webserver"));
  EXPECT_THAT(others("product: windows, service: no-such"),
              ElementsAre("rules.yml r: windows service no-such"));
  // A rule about another log is read all the same.
  EXPECT_THAT(SigmaErrors(Rule("product: linux", "A|nosuch: x")).size(), 1U);
}

TEST(LogSourcesTest, SaysWhatIsWrong) {
  const auto errors = [](const std::string& own) {
    return SigmaErrors(RuleText("a", 1), own);
  };
  EXPECT_THAT(errors("categories: { c: [{ service: none }] }\n"),
              ElementsAre("sources.yml:1:30: E016 unknown service 'none'"));
  EXPECT_THAT(errors("categories: { c: [{ ids: [1] }] }\n"),
              ElementsAre("sources.yml:1:19: E005 an alternative needs a key "
                          "'service'"));
  EXPECT_THAT(errors("services: { s: System }\n"),
              ElementsAre("sources.yml:1:16: E004 the service 's' must be a "
                          "list of channels"));
  EXPECT_THAT(errors("title: t\n"),
              ElementsAre("sources.yml:1:1: E005 the file needs one of the "
                          "keys 'services' and 'categories'"));
}

// Without its channels a place would be every log.
TEST(LogSourcesTest, APlaceThatIsWrongIsNone) {
  const std::string own = "categories: { c: [{ service: none, ids: [1] }] }\n";
  const std::vector<RuleFile> files = {{"r.yml", Rule("category: c", "A: x")}};
  const std::vector<RuleFile> sources = {{"own.yml", own}};
  SigmaOptions options;
  options.log_sources = sources;
  const SigmaRules rules = SigmaRules::Load(files, options);
  EXPECT_EQ(rules.errors().size(), 1U);
  EXPECT_EQ(rules.other_sources().size(), 1U);
}

}  // namespace
}  // namespace espial::rules

// Sigma's semantics, value by value, through the plain evaluator and through
// the routing.
#include "rules/engine/detection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "rules/engine/detection_loader.h"
#include "rules/engine/match_index.h"
#include "rules/engine/routing.h"
#include "rules/engine/yaml.h"
#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

// A detection from its selections (flow style or lines), or nothing.
std::optional<Detection> Compile(
    const std::string& selections, const std::string& condition,
    const std::string& logsource = "{ product: windows, service: test }") {
  Diagnostics diagnostics;
  const Reporter reporter = {"test.yml", &diagnostics};
  const std::string text = "logsource: " + logsource + "\ndetection:\n" +
                           selections + "\n  condition: " + condition + "\n";
  const auto root = ParseYaml(text, reporter);
  std::optional<Detection> out;
  if (root) {
    out = LoadDetection(*root->Find("logsource"), *root->Find("detection"),
                        nullptr, "test", {}, {{"test", {"Test/Admin"}}},
                        reporter);
  }
  for (const Diagnostic& diagnostic : diagnostics.Sorted()) {
    ADD_FAILURE() << diagnostic.ToString() << "\n" << text;
  }
  return out;
}

// Field A occurs twice; B is text, N a number, E is empty, Z is null.
const Field kFields[] = {
    {"A", Value::String("one")},
    {"a", Value::String("two")},
    {"B", Value::String("C:\\Windows\\System32\\lsass.exe")},
    {"N", {ValueType::kHex32, 0x80070774, {}}},
    {"E", Value::String("")},
    {"Z", Value{}},
};

Event TestEvent() {
  Event event;
  event.channel = "TEST/admin";
  event.provider = "Test-Provider";
  event.id = 110;
  event.level = 2;
  event.version = 1;
  event.keywords = 0x8000000000000000;
  event.computer = "PC1";
  event.user_sid = "S-1-5-18";
  event.fields = kFields;
  return event;
}

struct SigmaCase {
  const char* selections;
  const char* condition;
  bool matches;
};

class SigmaTest : public testing::TestWithParam<SigmaCase> {};

TEST_P(SigmaTest, Matches) {
  const SigmaCase& test = GetParam();
  const auto detection = Compile(test.selections, test.condition);
  ASSERT_TRUE(detection);
  EXPECT_EQ(detection->Matches(TestEvent()), test.matches)
      << test.selections << "\n"
      << test.condition;
}

INSTANTIATE_TEST_SUITE_P(
    System, SigmaTest,
    testing::Values(
        SigmaCase{"  s: { EventID: 110 }", "s", true},
        SigmaCase{"  s: { EventID: '110' }", "s", true},
        SigmaCase{"  s: { EventID: 0x6e }", "s", true},
        SigmaCase{"  s: { EventID: 111 }", "s", false},
        SigmaCase{"  s: { EventID: [109, 110] }", "s", true},
        SigmaCase{"  s: { eventid: 110 }", "s", true},
        SigmaCase{"  s: { Channel: test/ADMIN }", "s", true},
        SigmaCase{"  s: { Provider_Name: test-provider }", "s", true},
        SigmaCase{"  s: { Level: 2, Version: 1, Opcode: 0, Task: 0 }", "s",
                  true},
        SigmaCase{"  s: { Level: 3 }", "s", false},
        SigmaCase{"  s: { Keywords: 0x8000000000000000 }", "s", true},
        SigmaCase{"  s: { Computer|startswith: pc }", "s", true},
        SigmaCase{"  s: { UserID: S-1-5-18 }", "s", true},
        SigmaCase{"  s: { Message: null }", "s", true},
        SigmaCase{"  s: { Message|contains: x }", "s", false}));

INSTANTIATE_TEST_SUITE_P(
    Fields, SigmaTest,
    testing::Values(
        // Any occurrence of a field is enough.
        SigmaCase{"  s: { A: one }", "s", true},
        SigmaCase{"  s: { A: TWO }", "s", true},
        SigmaCase{"  s: { A: three }", "s", false},
        SigmaCase{"  s: { A|all: [one, two] }", "s", true},
        SigmaCase{"  s: { A|all: [one, three] }", "s", false},
        SigmaCase{"  s: { A: [three, two] }", "s", true},
        // A map is AND, a list of maps OR of ANDs.
        SigmaCase{"  s: { A: one, B: x }", "s", false},
        SigmaCase{"  s:\n    - { A: x }\n    - { A: one, N: 0x80070774 }", "s",
                  true},
        SigmaCase{"  s:\n    - { A: x }\n    - { A: one, N: 1 }", "s", false},
        // Null, empty and absent are three things.
        SigmaCase{"  s: { Z: null }", "s", true},
        SigmaCase{"  s: { Missing: null }", "s", true},
        SigmaCase{"  s: { E: null }", "s", false},
        SigmaCase{"  s: { E: '' }", "s", true},
        SigmaCase{"  s: { Z: '' }", "s", false},
        SigmaCase{"  s: { Missing: '' }", "s", false},
        SigmaCase{"  s: { E|exists: true }", "s", true},
        SigmaCase{"  s: { Z|exists: true }", "s", true},
        SigmaCase{"  s: { Missing|exists: true }", "s", false},
        SigmaCase{"  s: { Missing|exists: false }", "s", true},
        SigmaCase{"  s: { A|exists: false }", "s", false}));

INSTANTIATE_TEST_SUITE_P(
    Modifiers, SigmaTest,
    testing::Values(
        SigmaCase{"  s: { B|endswith: '\\LSASS.exe' }", "s", true},
        SigmaCase{"  s: { B|startswith: 'c:\\windows\\' }", "s", true},
        SigmaCase{"  s: { B|contains: system32 }", "s", true},
        SigmaCase{"  s: { B|contains|cased: system32 }", "s", false},
        SigmaCase{"  s: { B|contains|all: [windows, lsass] }", "s", true},
        SigmaCase{"  s: { B|contains|all: [windows, smss] }", "s", false},
        SigmaCase{"  s: { B|contains: [smss, lsass] }", "s", true},
        SigmaCase{"  s: { B: 'c:\\*\\lsass.exe' }", "s", false},
        SigmaCase{"  s: { B: 'c:\\\\*\\lsass.exe' }", "s", true},
        SigmaCase{"  s: { B|re: 'lsass\\.exe$' }", "s", true},
        SigmaCase{"  s: { B|re: 'LSASS' }", "s", false},
        SigmaCase{"  s: { B|re: '(?i)LSASS' }", "s", true},
        SigmaCase{"  s: { A|re|all: ['^o', 'o$'] }", "s", true},
        SigmaCase{"  s: { N: 0x80070774 }", "s", true},
        SigmaCase{"  s: { N: -2147022988 }", "s", true},
        SigmaCase{"  s: { N: '2147944308' }", "s", true},
        SigmaCase{"  s: { N|startswith: '0x8007' }", "s", true},
        SigmaCase{"  s: { N: 1908 }", "s", false}));

INSTANTIATE_TEST_SUITE_P(
    Keywords, SigmaTest,
    testing::Values(SigmaCase{"  k: [lsass]", "k", true},
                    SigmaCase{"  k: [nothing, TWO]", "k", true},
                    SigmaCase{"  k: [nothing]", "k", false},
                    SigmaCase{"  k: ['sys*lsass']", "k", true},
                    SigmaCase{"  k: { '|all': [lsass, one] }", "k", true},
                    SigmaCase{"  k: { '|all': [lsass, nothing] }", "k",
                              false}));

INSTANTIATE_TEST_SUITE_P(
    Conditions, SigmaTest,
    testing::Values(
        SigmaCase{"  sel_1: { A: one }\n  sel_2: { A: x }", "1 of sel_*", true},
        SigmaCase{"  sel_1: { A: one }\n  sel_2: { A: x }", "all of sel_*",
                  false},
        SigmaCase{"  sel: { A: one }\n  filter: { A: x }", "sel and not filter",
                  true},
        SigmaCase{"  sel: { A: one }\n  _f: { A: x }", "all of them", true},
        SigmaCase{"  sel: { A: x }\n  other: { A: one }", "[sel, other]",
                  true}));

TEST(DetectionTest, ServiceLimitsTheChannel) {
  const auto detection = Compile("  s: { EventID: 110 }", "s");
  Event event = TestEvent();
  event.channel = "Other";
  EXPECT_FALSE(detection->Matches(event));
}

TEST(DetectionTest, ResidueAndRecoveredNeverMatch) {
  const auto detection = Compile("  s: { EventID: 110 }", "s");
  Event event = TestEvent();
  for (const auto& [state, matches] : {std::pair(RecordState::kActive, true),
                                       {RecordState::kLive, true},
                                       {RecordState::kResidue, false},
                                       {RecordState::kRecovered, false}}) {
    event.state = state;
    EXPECT_EQ(detection->Matches(event), matches) << RecordStateName(state);
  }
}

TEST(DetectionTest, AFieldMayBeCalledMessage) {
  const auto detection = Compile("  s: { Message|contains: broke }", "s");
  Event event = TestEvent();
  const Field fields[] = {{"Message", Value::String("it broke")}};
  event.fields = fields;
  EXPECT_TRUE(detection->Matches(event));
  event.fields = {};
  event.message = "It Broke";
  EXPECT_TRUE(detection->Matches(event));
}

TEST(DetectionTest, RegistryFacts) {
  constexpr char kState[] = "{ category: registry_state }";
  Fact fact;
  fact.key = "HKLM\\SOFTWARE\\Microsoft\\Enrollments\\{1}\\FirstSync";
  fact.name = "IsSyncDone";
  fact.type = "REG_DWORD";
  fact.data = "1";
  fact.number = 1;
  const auto matches = [&](const std::string& selection) {
    const auto detection = Compile("  s: " + selection, "s", kState);
    return detection && detection->Matches(fact);
  };
  EXPECT_TRUE(matches(
      R"({ Key: 'hkey_local_machine\software\microsoft\enrollments\{1}\firstsync' })"));
  EXPECT_TRUE(matches(
      R"({ Key: 'HKLM\SOFTWARE\Microsoft\Enrollments\\*\FirstSync', Name: issyncdone, Data: 1 })"));
  EXPECT_TRUE(matches(
      R"({ Key|endswith: '\FirstSync', Data: '0x1', Type: REG_DWORD })"));
  EXPECT_TRUE(matches(R"({ Key|startswith: 'HKLM\SOFTWARE\' })"));
  EXPECT_FALSE(matches(
      R"({ Key: 'HKCU\SOFTWARE\Microsoft\Enrollments\{1}\FirstSync' })"));
  EXPECT_FALSE(matches("{ Name: IsSyncDone, Data: 0 }"));
  fact.key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\X";
  EXPECT_TRUE(matches(R"({ Key: 'HKLM\SOFTWARE\Microsoft\X' })"));
  for (const FactKind kind : {FactKind::kJson, FactKind::kCollection,
                              FactKind::kXml, FactKind::kOutput}) {
    fact.kind = kind;
    EXPECT_FALSE(matches("{ Name: IsSyncDone }")) << FactKindName(kind);
  }
  // What was deleted held once, not when the bundle was taken.
  fact.kind = FactKind::kRegistry;
  EXPECT_TRUE(matches("{ Name: IsSyncDone }"));
  fact.recovered = true;
  EXPECT_FALSE(matches("{ Name: IsSyncDone }"));
}

TEST(DetectionTest, JsonFacts) {
  Fact fact;
  fact.kind = FactKind::kJson;
  fact.key = "DeviceSetupCategory.Status";
  fact.name = "DeviceSetup.AppsSubcategory.subcategoryState";
  fact.data = "failed";
  const auto matches = [&](const std::string& selection) {
    const auto detection =
        Compile("  s: " + selection, "s", "{ category: json_state }");
    return detection && detection->Matches(fact);
  };
  EXPECT_TRUE(
      matches("{ File: DeviceSetupCategory.Status, Path|endswith: "
              ".subcategoryState, Data: failed }"));
  EXPECT_FALSE(matches("{ File: AccountSetupCategory.Status }"));
  fact.key = "logs/AutopilotDDSZTDFile.json";
  EXPECT_TRUE(matches("{ File: autopilotddsztdfile.json }"));
}

// Routing must never lose a match: the index and the plain evaluator agree on
// every detection and event.
TEST(RoutingTest, AgreesWithThePlainEvaluator) {
  const std::vector<std::pair<const char*, const char*>> rules = {
      {"  s: { EventID: 1 }", "s"},
      {"  s: { EventID: [1, 2] }", "s"},
      {"  s: { EventID: 1 }\n  t: { A: x }", "s or t"},
      {"  s: { EventID: 1 }\n  t: { A: x }", "s and not t"},
      {"  s: { A: x }", "not s"},
      {"  s:\n    - { EventID: 2 }\n    - { A: y }", "s"},
      {"  s: { EventID: 3, Provider_Name: Test }", "s"},
      {"  s: { Provider_Name|contains: es }", "s"},
      {"  s: { Provider_Name: [Test, Other] }\n  t: { EventID: 2 }",
       "all of them"},
      {"  k: [x]", "k"},
      {"  s: { A|exists: false }", "s"},
      {"  s: { EventID|all: [1, 2] }", "s"}};
  std::vector<Detection> detections;
  for (const char* source : {"{ service: test }", "{ product: windows }"}) {
    for (const auto& [selections, condition] : rules) {
      std::string text = selections;
      std::string full = condition;
      if (std::string(source).find("service") == std::string::npos) {
        text += "\n  c: { Channel: [Test/Admin, Other] }";
        full = "(" + full + ") and c";
      }
      auto compiled = Compile(text, full, source);
      ASSERT_TRUE(compiled);
      detections.push_back(std::move(*compiled));
    }
  }
  CaseBuilder builder;
  for (const char* channel : {"Test/Admin", "Other", "test/ADMIN"}) {
    for (uint32_t id = 1; id <= 4; ++id) {
      for (const char* value : {"x", "y", ""}) {
        builder.Add(channel, id, id,
                    *value == 0 ? Fields{} : Fields{{"A", value}});
      }
    }
    builder.Add(channel, 9, 1, {}, RecordState::kResidue);
  }
  const Case the_case = builder.Build();
  std::vector<const Detection*> pointers;
  for (const Detection& detection : detections) pointers.push_back(&detection);
  const Routing routing(pointers, Catalog());
  const MatchIndex index(the_case, routing);
  size_t total = 0;
  for (uint32_t d = 0; d < detections.size(); ++d) {
    std::vector<uint32_t> plain;
    const auto& events = the_case.timeline.events();
    for (uint32_t i = 0; i < events.size(); ++i) {
      if (detections[d].Matches(events[i])) plain.push_back(i);
    }
    const auto routed = index.Matches(d);
    EXPECT_EQ(std::vector<uint32_t>(routed.begin(), routed.end()), plain) << d;
    total += plain.size();
  }
  EXPECT_GT(total, 50U);
}

}  // namespace
}  // namespace espial::rules

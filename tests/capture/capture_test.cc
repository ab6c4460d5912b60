// Bundles whose findings cannot be captured, or only by what the samples do
// not have; and secrets.
#include "tools/capture/capture.h"

#include <espial/espial.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/planted_secrets.h"
#include "tools/capture/assembly.h"
#include "tools/capture/piece_reader.h"
#include "tools/forge/bundle.h"
#include "tools/forge/scenario_writer.h"

namespace espial::capture {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kKey = "a key for tests of sufficient length";

constexpr std::string_view kHead =
    "scenario: a\n"
    "title: A test\n"
    "device: { name: LAP-4711 }\n"
    "clock: { start: 2025-03-10T08:00:00Z }\n"
    "bundle: { kind: area_cab, channels: [default, System, Acme/Log] }\n";

// A signature TST-001 with `rest` behind its body and detections.
rules::RuleFile Signature(std::string_view body, std::string_view detections) {
  return {"autopilot/TST-001.yml",
          "title: A finding\n"
          "id: 3f0c0000-0000-4000-8000-000000000001\n"
          "signature:\n"
          "  code: TST-001\n"
          "  name: a-finding\n"
          "  severity: error\n"
          "  confidence: high\n" +
              std::string(body) + std::string(detections)};
}

std::string_view EventsCsv() {
  for (const rules::RuleFile& file : rules::RuleSet::BuiltInFiles()) {
    if (file.name == "catalog/events.csv") return file.text;
  }
  return {};
}

class CaptureTest : public testing::Test {
 protected:
  CaptureTest() : catalog_(*forge::EventCatalog::Parse(EventsCsv())) {
    std::random_device random;
    folder_ = fs::temp_directory_path() /
              ("espial_capture_" + std::to_string(random()));
    fs::create_directories(folder_);
  }
  ~CaptureTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // The signature beside the built-in catalogue and flows.
  void Load(std::string_view body, std::string_view detections) {
    std::vector<rules::RuleFile> files = {Signature(body, detections)};
    for (const rules::RuleFile& file : rules::RuleSet::BuiltInFiles()) {
      if (file.name.starts_with("catalog/") ||
          file.name.starts_with("flows/")) {
        files.push_back(file);
      }
    }
    std::vector<rules::Diagnostic> diagnostics;
    auto loaded = rules::RuleSet::Load(files, &diagnostics);
    for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString();
    ASSERT_TRUE(loaded);
    rules_.emplace(std::move(*loaded));
  }

  // The bundle of a whole scenario, judged where there are rules.
  Case Forge(const std::string& text, const std::string& name = "a") {
    const fs::path path = folder_ / (name + ".yml");
    std::ofstream(path, std::ios::binary) << text;
    const auto scenario = forge::LoadScenario(path.string());
    EXPECT_TRUE(scenario) << scenario.error().ToString();
    if (!scenario) return {};
    auto files = forge::ForgeBundle(*scenario, catalog_);
    EXPECT_TRUE(files) << files.error().ToString();
    if (!files) return {};
    Options options;
    options.rules = rules_ ? &*rules_ : nullptr;
    auto the_case =
        AnalyzeBytes((*files)[0].name, std::move((*files)[0].bytes), options);
    EXPECT_TRUE(the_case);
    return the_case ? std::move(*the_case) : Case();
  }

  Result<Captured> CaptureOf(std::string_view rest) {
    const Case the_case = Forge(std::string(kHead) + std::string(rest));
    report::Redactor redactor(kKey);
    redactor.Learn(the_case);
    return Capture(the_case, redactor, *rules_, catalog_,
                   {"tst-001", "captured"});
  }

  forge::EventCatalog catalog_;
  std::optional<rules::RuleSet> rules_;
  fs::path folder_;
};

constexpr std::string_view kSeen = "  stage: user.device_setup\n  when: seen\n";

TEST_F(CaptureTest, AnEventThatTheCatalogueDoesNotKnow) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows }\n"
       "    detection:\n"
       "      selection:\n"
       "        Provider_Name: Acme-Agent\n"
       "        EventID: 7\n"
       "        Result: 0x80070005\n"
       "        Other: null\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "story:\n"
      "  - { channel: System, provider: Microsoft-Windows-Kernel-General,"
      " id: 12 }\n"
      "  - channel: Acme/Log\n"
      "    provider: Acme-Agent\n"
      "    id: 7\n"
      "    level: error\n"
      "    unlisted: true\n"
      "    fields: { Result: '2147942405', Other: ~, User: anna@contoso.com,"
      " When: '2025-03-10 08:00:01' }\n");
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.events, 1U);
  EXPECT_EQ(captured->before.events, 2U);
  EXPECT_EQ(captured->after.logs, 1U);
  EXPECT_THAT(captured->text,
              AllOf(HasSubstr("unlisted: true"), HasSubstr("level: error"),
                    HasSubstr("Other: ~"), HasSubstr("2025-01-06 08:00:01"),
                    HasSubstr("Result: 2147942405"), HasSubstr("user-"),
                    Not(HasSubstr("anna")), Not(HasSubstr("LAP-4711"))));
}

TEST_F(CaptureTest, LinesOfLogsKeepTextAndLevel) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows }\n"
       "    detection:\n"
       "      selection:\n"
       "        Channel: AppWorkload\n"
       "        Level: 2\n"
       "        Message|contains: 'gave up'\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "story:\n"
      "  - { log: AppWorkload.log, text: 'begins for anna@contoso.com' }\n"
      "  - { log: AppWorkload.log, level: error, text: 'gave up "
      "anna@contoso.com' }\n"
      "  - { log: AppWorkload.log, text: 'goes on' }\n");
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.events, 1U);
  EXPECT_THAT(captured->text,
              AllOf(HasSubstr("log: AppWorkload.log"), HasSubstr("gave up"),
                    HasSubstr("level: error"), Not(HasSubstr("anna"))));
}

// An absence needs the log, and an event until which logs speak.
TEST_F(CaptureTest, AbsenceKeepsTheLogThatProvesIt) {
  Load(
      "  stage: user.device_setup\n  when: stuck\n",
      "detections:\n"
      "  begun:\n"
      "    logsource: { product: windows, service: system }\n"
      "    detection: { selection: { Provider_Name: Acme-Agent, EventID: 1 },"
      " condition: selection }\n"
      "  done:\n"
      "    logsource: { product: windows, service: security }\n"
      "    detection: { selection: { Provider_Name: Acme-Agent, EventID: 2 },"
      " condition: selection }\n"
      "correlations:\n"
      "  stuck:\n"
      "    type: sequence\n"
      "    boots: across\n"
      "    steps: [ { rule: begun }, { rule: done, absent: true, within: 2h } ]"
      "\n");
  const Case the_case = Forge(
      "scenario: a\ntitle: A test\ndevice: { name: LAP-4711 }\n"
      "clock: { start: 2025-03-10T08:00:00Z }\n"
      "bundle: { kind: area_cab, channels: [System, Security, Application] }\n"
      "story:\n"
      "  - { channel: System, provider: Acme-Agent, id: 1, data: [a] }\n"
      "  - { after: 10m, channel: System, provider: Acme-Agent, id: 3, data: "
      "[b]"
      " }\n"
      "  - { after: 5m, channel: Security, provider: Acme-Agent, id: 4,"
      " data: [c] }\n"
      "  - { after: 3h, channel: Application, provider: Acme-Agent, id: 5,"
      " data: [d] }\n"
      "  - { after: 1m, channel: System, provider: Acme-Agent, id: 6,"
      " data: [e] }\n");
  report::Redactor redactor(kKey);
  redactor.Learn(the_case);
  const auto captured =
      Capture(the_case, redactor, *rules_, catalog_, {"TST-001", "captured"});
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.events, 2U) << captured->text;
  EXPECT_TRUE(captured->minimal);
  EXPECT_THAT(captured->text,
              AllOf(HasSubstr("- Security\n"), HasSubstr("after: 3h15m"),
                    Not(HasSubstr("id: 3")), Not(HasSubstr("id: 4"))));
}

TEST_F(CaptureTest, AClockThatWasSetIsTold) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows, service: system }\n"
       "    detection:\n"
       "      selection:\n"
       "        Provider_Name: Microsoft-Windows-Kernel-General\n"
       "        EventID: 1\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "story:\n"
      "  - { channel: System, provider: Acme-Agent, id: 1, data: [a] }\n"
      "  - clock_step: -9h\n"
      "  - { channel: System, provider: Acme-Agent, id: 2, data: [b] }\n");
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.events, 1U);
  EXPECT_THAT(captured->text,
              AllOf(HasSubstr("clock_step: -9h"), Not(HasSubstr("2025-03"))));
}

TEST_F(CaptureTest, ARuleThatComparesANameIsRefusedByName) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows, service: security }\n"
       "    detection:\n"
       "      selection:\n"
       "        EventID: 7\n"
       "        TargetUserName: anna.berg\n"
       "      condition: selection\n");
  const Case the_case = Forge(
      "scenario: a\ntitle: A test\ndevice: { name: LAP-4711 }\n"
      "clock: { start: 2025-03-10T08:00:00Z }\n"
      "bundle: { kind: area_cab, channels: [Security] }\n"
      "story:\n"
      "  - { channel: Security, provider: Acme-Agent, id: 7, unlisted: true,"
      " fields: { Status: 5, TargetUserName: anna.berg } }\n");
  report::Redactor redactor(kKey);
  redactor.Learn(the_case);
  const auto captured =
      Capture(the_case, redactor, *rules_, catalog_, {"TST-001", "captured"});
  ASSERT_FALSE(captured) << captured->text;
  EXPECT_EQ(captured.error().code, Errc::kBadValue);
  EXPECT_EQ(captured.error().what, "TST-001");
  EXPECT_EQ(captured.error().detail,
            "redaction changes what the rule compares: TargetUserName of "
            "Security: Acme-Agent 7, record 1");
}

TEST_F(CaptureTest, AnHourThatTheRuleLooksAtStays) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows, service: system }\n"
       "    detection:\n"
       "      selection:\n"
       "        EventID: 7\n"
       "        TimeCreated_SystemTime|hour|gte: 22\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "story:\n"
      "  - { channel: System, provider: Acme-Agent, id: 1, data: [a] }\n"
      "  - { after: 15h, channel: System, provider: Acme-Agent, id: 7,"
      " data: [b] }\n");
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.events, 1U);
  EXPECT_THAT(captured->text,
              HasSubstr("clock: { start: 2025-01-06T23:00:00Z"));
}

TEST_F(CaptureTest, WhatDsregcmdPrintedIsPrintedAgain) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { category: output_state }\n"
       "    detection:\n"
       "      selection:\n"
       "        Key: dsregcmd /status\n"
       "        Name: User State/WamDefaultSet\n"
       "        Data|startswith: ERROR\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "files:\n"
      "  - name: dsregcmd.txt\n"
      "    text: |\n"
      "      +----------------------------------------------------------+\n"
      "      | Device State                                             |\n"
      "      +----------------------------------------------------------+\n"
      "\n"
      "                   AzureAdJoined : YES\n"
      "                     Device Name : LAP-4711.corp.contoso.com\n"
      "      +----------------------------------------------------------+\n"
      "      | User State                                               |\n"
      "      +----------------------------------------------------------+\n"
      "\n"
      "                   WamDefaultSet : ERROR (0x80070520) of "
      "anna@contoso.com\n");
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_EQ(captured->after.facts, 1U);
  EXPECT_THAT(captured->text,
              AllOf(HasSubstr("| User State  "),
                    HasSubstr("WamDefaultSet : ERROR (0x80070520) of user-"),
                    Not(HasSubstr("AzureAdJoined")), Not(HasSubstr("anna"))));
}

TEST_F(CaptureTest, WhatTheForgeHasNoWordsForIsNamed) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { category: xml_state }\n"
       "    detection:\n"
       "      selection:\n"
       "        Name|endswith: EdgeValue\n"
       "      condition: selection\n");
  const auto captured = CaptureOf(
      "files:\n"
      "  - name: MDMDiagReport.xml\n"
      "    text: '<MDMEnterpriseDiagnosticsReport><DeviceInfo><EdgeValue>x"
      "</EdgeValue></DeviceInfo></MDMEnterpriseDiagnosticsReport>'\n");
  ASSERT_FALSE(captured) << captured->text;
  EXPECT_EQ(captured.error().code, Errc::kUnsupported);
  EXPECT_THAT(captured.error().detail,
              AllOf(HasSubstr("no scenario gives it: "),
                    HasSubstr("seen is true in the bundle and "),
                    HasSubstr("facts of mdmreport cannot be said")));
}

TEST_F(CaptureTest, WhatIsNotMatchedIsRefused) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows, service: security }\n"
       "    detection: { selection: { EventID: 7 }, condition: selection }\n");
  const auto captured = CaptureOf("");
  ASSERT_FALSE(captured);
  EXPECT_EQ(captured.error().code, Errc::kNotFound);
  EXPECT_THAT(captured.error().detail,
              AllOf(HasSubstr("is inconclusive in this bundle: "),
                    HasSubstr("Security")));
  const auto there = CaptureOf(
      "registry: []\n"
      "story:\n"
      "  - { channel: System, provider: Acme-Agent, id: 7, data: [a] }\n");
  ASSERT_FALSE(there);
}

TEST_F(CaptureTest, TheBoundIsSaid) {
  Load(kSeen,
       "detections:\n"
       "  seen:\n"
       "    logsource: { product: windows, service: system }\n"
       "    detection: { selection: { EventID: 7 }, condition: selection }\n");
  const Case the_case = Forge(
      std::string(kHead) +
      "story:\n"
      "  - { channel: System, provider: Acme-Agent, id: 7, data: [a] }\n"
      "  - { channel: System, provider: Acme-Agent, id: 7, data: [b] }\n");
  report::Redactor redactor(kKey);
  redactor.Learn(the_case);
  const auto captured = Capture(the_case, redactor, *rules_, catalog_,
                                {"TST-001", "captured", 1});
  ASSERT_TRUE(captured) << captured.error().ToString();
  EXPECT_FALSE(captured->minimal);
  EXPECT_THAT(captured->notes,
              testing::Contains("The bound of 1 judgements was reached: "
                                "smaller ones may do."));
  const auto whole =
      Capture(the_case, redactor, *rules_, catalog_, {"TST-001", "captured"});
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->minimal);
  EXPECT_THAT(whole->notes, IsEmpty());
  EXPECT_EQ(whole->after.events, 1U);
}

// All that can be said of a bundle full of secrets, said.
TEST_F(CaptureTest, NoSecretComesOut) {
  const Case the_case = Forge(planted::Scenario(), "planted");
  report::Redactor redactor(kKey);
  redactor.Learn(the_case);
  const TimeShift shift = {kTicksPerSecond,
                           ParseIso8601("2025-01-01T00:00:00Z")->ticks,
                           ParseIso8601("2026-01-01T00:00:00Z")->ticks};
  const auto text_with = [&](const Cleaner& cleaner) {
    const Pieces pieces = ReadPieces(the_case, catalog_, cleaner);
    Kept all(pieces.list.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    return planted::Lower(
        forge::WriteScenario(Assemble(pieces, all, {"planted", "x", "X-1"})));
  };
  const std::string raw = text_with(Cleaner());
  const std::string clean = text_with(Cleaner(&redactor, shift));
  ASSERT_GE(planted::Secrets().size(), 200U);
  for (const planted::Secret& secret : planted::Secrets()) {
    const std::string text = planted::Lower(secret.text);
    // The test can fail: all of them are there.
    EXPECT_THAT(raw.find(text), Not(std::string::npos)) << text;
    for (const std::string& form :
         {text, planted::HexOf(text, false), planted::HexOf(text, true)}) {
      const size_t at = clean.find(form);
      EXPECT_EQ(at, std::string::npos)
          << secret.name << " " << secret.text << ": "
          << clean.substr(at < 80 ? 0 : at - 80, form.size() + 160);
    }
  }
  // Long enough for all of it.
  EXPECT_GT(clean.size(), raw.size() / 3);
}

}  // namespace
}  // namespace espial::capture

// Mistakes in rule files: each tests/rules/errors/NN.yml gives NN.expected.
// With ESPIAL_UPDATE_GOLDEN=1 in the environment the expected files are
// written instead; read the difference before keeping it.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "rules/engine/yaml.h"
#include "rules/engine/yaml_reader.h"
#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

const RuleFile kServices = {"catalog/logsources.yml",
                            "services: { dm: [DM/Admin], aad: [AAD] }\n"};

std::vector<Diagnostic> DiagnosticsOf(const std::vector<RuleFile>& files) {
  std::vector<Diagnostic> diagnostics;
  const auto loaded = RuleSet::Load(files, &diagnostics);
  EXPECT_EQ(loaded.has_value(), diagnostics.empty());
  if (!loaded && !diagnostics.empty()) {
    EXPECT_EQ(loaded.error().detail, diagnostics[0].ToString());
  }
  return diagnostics;
}

TEST(LoaderErrorsTest, GoldenPairs) {
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(fs::path(ESPIAL_SOURCE_DIR) /
                                                  "tests/rules/errors")) {
    if (entry.path().extension() == ".yml") inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  ASSERT_GE(inputs.size(), 25U);
  std::set<std::string> codes;
  for (const fs::path& input : inputs) {
    const std::string text = ReadAll(input);
    const bool flow = text.find("\nflow:") != std::string::npos;
    std::string actual;
    for (const Diagnostic& diagnostic : DiagnosticsOf(
             {kServices,
              {flow ? "flows/err.yml" : "autopilot/ERR-001.yml", text}})) {
      actual += diagnostic.ToString() + "\n";
      codes.insert(diagnostic.code);
    }
    EXPECT_FALSE(actual.empty()) << input << " loads";
    fs::path golden = input;
    golden.replace_extension(".expected");
    if (std::getenv("ESPIAL_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(golden, std::ios::binary) << actual;
    } else {
      EXPECT_EQ(actual, ReadAll(golden)) << input;
    }
  }
  // Most codes have a mistake of their own.
  EXPECT_GE(codes.size(), 20U);
}

TEST(LoaderTest, CodesAndIdsAreUsedOnce) {
  const std::string body = "  when: d\n";
  const std::string sections =
      "detections: { d: { logsource: { service: dm }, detection: { s: { "
      "EventID: 1 }, condition: s } } }\n";
  RuleFile a = SignatureFile("AA-001", body, sections);
  RuleFile b = a;
  b.name = "other/AA-001.yml";
  const auto diagnostics = DiagnosticsOf({kServices, a, b});
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_THAT(diagnostics[0].message + diagnostics[1].message,
              HasSubstr("the code 'AA-001' is that of autopilot/AA-001.yml"));
  EXPECT_EQ(diagnostics[0].code, "E020");
  EXPECT_EQ(DiagnosticsOf({kServices, a, a})[0].code, "E020");
}

TEST(LoaderTest, StagesAreStepsOfAFlow) {
  const std::string sections =
      "detections: { d: { logsource: { service: dm }, detection: { s: { "
      "EventID: 1 }, condition: s } } }\n";
  const RuleFile flow = {
      "flows/f.yml",
      "title: F\nid: 99999999-2222-3333-4444-555555555555\nflow:\n  name: f\n"
      "  steps: [ { step: user.network, title: N } ]\n"};
  const auto diagnostics = DiagnosticsOf(
      {kServices, flow,
       SignatureFile("AA-001", "  when: d\n  stage: user.netwrok\n",
                     sections)});
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].ToString(),
            "autopilot/AA-001.yml:9:10: E022 unknown step 'user.netwrok' (did "
            "you mean 'user.network'?)");
}

TEST(LoaderTest, CataloguesAreChecked) {
  EXPECT_THAT(DiagnosticsOf({{"catalog/errorcodes.csv", "a,b\n"}})[0].message,
              HasSubstr("the header must be code,symbol,area,meaning,advice"));
  EXPECT_EQ(DiagnosticsOf({{"catalog/errorcodes.csv",
                            "code,symbol,area,meaning,advice\n1,2,3\n"}})[0]
                .ToString(),
            "catalog/errorcodes.csv:2:1: E024 expected 5 cells, found 3");
  EXPECT_EQ(
      DiagnosticsOf({{"catalog/errorcodes.csv",
                      "code,symbol,area,meaning,advice\n1,2,3,\"x,y\n"}})[0]
          .ToString(),
      "catalog/errorcodes.csv:2:1: E024 a quote is not closed");
  EXPECT_EQ(DiagnosticsOf({{"notes.txt", "x"}})[0].code, "E025");
  EXPECT_EQ(
      DiagnosticsOf({{"catalog/logsources.yml", "services: { a: b }\n"}})[0]
          .ToString(),
      "catalog/logsources.yml:1:16: E004 the service 'a' must be a list of "
      "channels");
}

TEST(LoaderTest, PlainSigmaLoads) {
  const auto loaded = RuleSet::Load(std::vector<RuleFile>{
      kServices,
      {"sigma/rule.yml",
       "title: A service was installed\nid: "
       "12121212-2222-3333-4444-555555555555\nstatus: test\ndescription: d\n"
       "references: [https://example.com]\nauthor: a\ndate: 2024-01-01\n"
       "tags: [attack.t1543]\nlogsource: { product: windows, service: dm }\n"
       "detection:\n  selection:\n    Provider_Name: 'Service Control "
       "Manager'\n"
       "    EventID: 7045\n  keywords:\n    - evil\n  condition: selection and "
       "not keywords\nfalsepositives: [Unknown]\nlevel: low\n"}});
  EXPECT_TRUE(loaded);
}

TEST(YamlTest, LimitsAndPlaces) {
  Diagnostics diagnostics;
  const Reporter reporter = {"t.yml", &diagnostics};
  const auto first = [&](const std::string& text) {
    diagnostics = Diagnostics();
    EXPECT_FALSE(ParseYaml(text, reporter)) << text.substr(0, 40);
    return diagnostics.empty() ? "" : diagnostics.Sorted()[0].ToString();
  };
  EXPECT_THAT(first(std::string(100, '[') + std::string(100, ']')),
              HasSubstr("deeper than 32"));
  EXPECT_THAT(first(std::string(2000, '[')), HasSubstr("t.yml:1:"));
  EXPECT_THAT(first("a: \xff"), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(first("a: 1\nb: \x01"), HasSubstr("t.yml:2:4: E002 control"));
  EXPECT_THAT(first(std::string((1U << 20U) + 1, ' ')), HasSubstr("larger"));
  EXPECT_THAT(first("[a]: b"), HasSubstr("a key must be text"));
  EXPECT_THAT(first("a: !!int 3"), HasSubstr("tags are not accepted"));
  EXPECT_THAT(first("a: b: c"), HasSubstr("E001"));

  const auto root =
      ParseYaml("a:\n  - 'x'\n  - y\nb: null\nc: |\n  t\n", reporter);
  ASSERT_TRUE(root);
  const YamlNode* list = root->Find("a");
  ASSERT_TRUE(list != nullptr && list->items.size() == 2);
  EXPECT_FALSE(list->items[0].plain);
  EXPECT_TRUE(list->items[1].plain);
  EXPECT_EQ(list->items[1].mark.line, 3U);
  EXPECT_EQ(list->items[1].mark.column, 5U);
  EXPECT_TRUE(root->Find("b")->is_null());
  EXPECT_FALSE(root->Find("c")->plain);
  EXPECT_EQ(root->Find("d"), nullptr);
}

TEST(DurationTest, Table) {
  EXPECT_EQ(ParseDuration("30s"), 30 * kTicksPerSecond);
  EXPECT_EQ(ParseDuration("10m"), 600 * kTicksPerSecond);
  EXPECT_EQ(ParseDuration("1h"), 3600 * kTicksPerSecond);
  EXPECT_EQ(ParseDuration("2d"), 172'800 * kTicksPerSecond);
  for (const char* bad : {"", "s", "10", "0s", "-1s", "1.5h", "0x1s", "1w",
                          "99999999999999999999d", "4000d"}) {
    EXPECT_EQ(ParseDuration(bad), std::nullopt) << bad;
  }
}

TEST(SuggestionTest, NearNamesOnly) {
  const std::vector<std::string> names = {"title", "detection", "signature"};
  const std::span<const std::string> span(names);
  EXPECT_EQ(DidYouMean("tittle", span), " (did you mean 'title'?)");
  EXPECT_EQ(DidYouMean("TITEL", span), " (did you mean 'title'?)");
  EXPECT_EQ(DidYouMean("remedy", span), "");
  EXPECT_EQ(DidYouMean(std::string(10'000, 'x'), span), "");
}

}  // namespace
}  // namespace espial::rules

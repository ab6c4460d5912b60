// Rule documents against rules/schema, by a validator that is not ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace espial::rules {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr int kMissing = 77;

struct Outcome {
  int exit_code = -1;
  std::string output;
};

Outcome Validate(const std::string& documents) {
  const std::string root = ESPIAL_SOURCE_DIR;
  const std::string command = "/usr/bin/python3 '" + root +
                              "/tests/rules/validate_rules.py' '" + root +
                              "/rules/schema' " + documents + " 2>&1";
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.output.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  // 126 and 127: there is no Python at all.
  if (outcome.exit_code == 126 || outcome.exit_code == 127) {
    outcome.exit_code = kMissing;
  }
  return outcome;
}

std::string ReadAll(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

size_t CountLines(const std::string& text, const std::string& begin) {
  std::istringstream lines(text);
  size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    count += line.starts_with(begin) ? 1U : 0U;
  }
  return count;
}

TEST(RuleSchemaTest, EveryDocumentOfThePackIsValid) {
  const std::string packs = std::string(ESPIAL_SOURCE_DIR) + "/rules/packs/";
  const Outcome outcome =
      Validate(packs + "autopilot/*.yml " + packs + "flows/*.yml");
  if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_EQ(CountLines(outcome.output, "refused "), 0U) << outcome.output;
  EXPECT_GE(CountLines(outcome.output, "valid "), 100U);
}

TEST(RuleSchemaTest, UnknownKeysAreRefusedHereToo) {
  std::string documents;
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(ESPIAL_SOURCE_DIR) /
                                                  "tests/rules/errors")) {
    fs::path path = entry.path();
    if (path.extension() != ".expected" ||
        ReadAll(path).find(" E007 ") == std::string::npos) {
      continue;
    }
    path.replace_extension(".yml");
    documents += "'" + path.string() + "' ";
    ++count;
  }
  ASSERT_GE(count, 4U);
  const Outcome outcome = Validate(documents);
  if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
  EXPECT_EQ(CountLines(outcome.output, "refused "), count) << outcome.output;
}

TEST(RuleSchemaTest, WhatTheLanguageHasIsValid) {
  const fs::path file = fs::path(testing::TempDir()) / "espial_schema_rule.yml";
  std::ofstream(file) << R"(
title: { en: A signature, de: Eine Signatur }
id: 11111111-2222-3333-4444-555555555555
signature:
  code: TST-001
  name: test
  severity: info
  confidence: [ { when: d, is: high }, { is: low } ]
  stage: [user.setup, technician.setup]
  when: over or slow
  cancelled_by: [ { failure: it, success: d, same: [ App, { failure: A, success: B } ] } ]
  cause: { en: Because, pt-br: Porque }
  remedy: { en: [ Do this ] }
detections:
  d: { logsource: { service: dm }, detection: { s: { EventID: 1 }, condition: s } }
correlations:
  it:
    type: sequence
    until: d
    boots: within
    group-by: [App]
    aliases: { App: { d: Name } }
    timespan: 1h
    steps: [ { rule: d, runs: 3, within: 5m }, { rule: d, absent: true } ]
values:
  setup: { duration: user.setup }
  rest: { gap: { from: '@technician_end', to: '@user_start' } }
  limit: { detection: d, field: F, unit: min, take: most }
comparisons:
  over: { value: rest, lt: 90min }
  slow: { value: setup, gte: limit, in: s }
)";
  const Outcome outcome = Validate("'" + file.string() + "'");
  fs::remove(file);
  if (outcome.exit_code == kMissing) GTEST_SKIP() << outcome.output;
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.output, HasSubstr("valid "));
  EXPECT_EQ(CountLines(outcome.output, "refused "), 0U) << outcome.output;
}

}  // namespace
}  // namespace espial::rules

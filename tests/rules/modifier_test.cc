// Every modifier of Sigma: what it matches, what it does not, and what is
// refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/detection_loader.h"
#include "rules/engine/encodings.h"
#include "rules/engine/yaml.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Placeholders kPlaceholders = {{"admins", {"root", "adm_*"}},
                                    {"nets", {"10.0.0.0/8", "fe80::/10"}},
                                    {"x", {"1", "2"}}};

// One detection with one selection, whose lines stand in `selection`.
std::optional<Detection> Compile(const std::string& selection,
                                 std::vector<Diagnostic>* problems) {
  Diagnostics diagnostics;
  const Reporter reporter = {"rule.yml", &diagnostics};
  std::optional<Detection> out;
  const auto root = ParseYaml(
      "selection:\n" + selection + "\ncondition: selection\n", reporter);
  if (root) {
    SelectionSettings settings;
    settings.placeholders = &kPlaceholders;
    out.emplace();
    if (!LoadSelections(*root, settings, reporter, &*out)) out.reset();
  }
  *problems = diagnostics.Sorted();
  return out;
}

struct Case {
  const char* key;    // of the selection, with its modifiers
  const char* value;  // YAML
  std::vector<std::string> match;
  std::vector<std::string> no_match;
};

std::string Name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.key;
  std::replace_if(
      name.begin(), name.end(),
      [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; },
      '_');
  return name + "_" + std::to_string(info.index);
}

class ModifierTest : public testing::TestWithParam<Case> {};

TEST_P(ModifierTest, MatchesAndDoesNot) {
  const Case& c = GetParam();
  std::vector<Diagnostic> problems;
  const auto detection =
      Compile(std::string("  ") + c.key + ": " + c.value, &problems);
  for (const Diagnostic& problem : problems)
    ADD_FAILURE() << problem.ToString();
  ASSERT_TRUE(detection);
  const auto matches = [&](const std::string& text) {
    const Field fields[] = {{"F", Value::String(text)},
                            {"Other Field", Value::String("Same\\Thing")}};
    Event event;
    event.fields = fields;
    return detection->Matches(event);
  };
  for (const std::string& text : c.match) {
    EXPECT_TRUE(matches(text)) << c.key << ": " << c.value << " on " << text;
  }
  for (const std::string& text : c.no_match) {
    EXPECT_FALSE(matches(text)) << c.key << ": " << c.value << " on " << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Text, ModifierTest,
    testing::Values(
        Case{"F", "abc", {"abc", "ABC"}, {"abcd", "xabc", ""}},
        Case{"F", "'a*c'", {"ac", "abbc", "A*C"}, {"abcd", "xac"}},
        Case{"F",
             "'a?c'",
             {"abc",
              "a\xc3\xa4"
              "c"},
             {"ac", "abbc"}},
        Case{"F", "'a\\*c'", {"a*c"}, {"abc", "a\\*c"}},
        Case{"F", "'a\\?c'", {"a?c"}, {"abc"}},
        Case{"F", "'a\\\\*'", {"a\\", "a\\b"}, {"a*", "ab"}},
        Case{"F", "'a\\b'", {"a\\b"}, {"ab", "a\\\\b"}},
        Case{"F", "'a\\\\b'", {"a\\b"}, {"a\\\\b"}},
        Case{"F", "'a\\\\\\\\b'", {"a\\\\b"}, {"a\\b"}},
        Case{"F", "'a\\\\\\b'", {"a\\\\b"}, {"a\\b"}},
        Case{"F", "''", {""}, {"a", " "}},
        Case{"F", "[a, b]", {"a", "B"}, {"ab", "c"}},
        Case{"F", "10", {"10", "0xa"}, {"1", "100"}},
        Case{"F|contains", "bc", {"bc", "aBCd"}, {"b c", ""}},
        Case{"F|contains", "'b*d'", {"abcde", "bd"}, {"adb"}},
        Case{"F|contains|all", "[ab, cd]", {"abcd", "cd AB"}, {"ab", "cd"}},
        Case{"F|startswith", "ab", {"ab", "ABc"}, {"xab", "a"}},
        Case{"F|endswith", "'\\b.exe'", {"c:\\B.EXE"}, {"b.exe", "\\b.exe "}},
        Case{"F|cased", "Ab", {"Ab"}, {"ab", "AB"}},
        Case{"F|contains|cased", "Ab", {"xAbx"}, {"xabx"}},
        Case{"F|neq", "ab", {"abc", ""}, {"ab", "AB"}},
        Case{"F|neq", "[a, b]", {"c"}, {"a", "b"}},
        Case{"F|contains|neq", "b", {"ac"}, {"abc"}},
        Case{"F|exists", "true", {"", "a"}, {}},
        Case{"F|exists", "false", {}, {"", "a"}},
        Case{"G|exists", "false", {"a"}, {}}, Case{"F", "null", {}, {"", "a"}},
        Case{"G", "null", {"a"}, {}}, Case{"G", "''", {}, {"a"}},
        Case{"G|neq", "a", {}, {"b"}},
        Case{"'Other Field'", "'same\\thing'", {""}, {}},
        Case{"OtherField", "'same\\thing'", {""}, {}}),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Encoded, ModifierTest,
    testing::Values(
        Case{"F|contains|windash",
             "' -enc'",
             {"x -enc y", "x /ENC",
              "x \xe2\x80\x93"
              "enc",
              "x \xe2\x80\x94"
              "enc",
              "x \xe2\x80\x95"
              "enc"},
             {"x enc", "x-enc", "x --enc"}},
        Case{"F|windash|contains|all",
             "[' /a', ' -b']",
             {" -a /b", " /a -b"},
             {" -a", " -b"}},
        Case{"F|windash|contains", "'a-b'", {"a-b"}, {"a/b"}},
        Case{"F|base64", "foobar", {"Zm9vYmFy", "ZM9VYMFY"}, {"foobar"}},
        Case{"F|base64|contains", "foobar", {"x Zm9vYmFy y"}, {"Zm9v"}},
        // "http://" within longer text, at each offset.
        Case{"F|base64offset|contains",
             "http://",
             {"aHR0cDovL2E=", "IGh0dHA6Ly9h", "ICBodHRwOi8vYQ=="},
             {"http://", "aHR0cA=="}},
        Case{"F|utf16le|base64offset|contains",
             "ping",
             {"cABpAG4AZwA=", "LgBwAGkAbgBnAA=="},
             {"cGluZw=="}},
        Case{"F|wide|base64", "a", {"YQA="}, {"YQ=="}},
        Case{"F|utf16be|base64", "a", {"AGE="}, {"YQA="}},
        Case{"F|utf16|base64", "a", {"//5hAA=="}, {"YQA="}},
        Case{"F|wide|contains", "ab", {std::string("xa\0b\0y", 6)}, {"ab"}},
        Case{"F|expand", "'%admins%'", {"ROOT", "adm_joe"}, {"%admins%"}},
        Case{"F|contains|expand",
             "'<%x%-%x%>'",
             {"a<1-2>b", "<2-2>"},
             {"<1-3>", "1-2"}},
        Case{"F|expand|contains|all", "['%x%', a]", {"1a", "2a"}, {"1", "a"}}),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Expressions, ModifierTest,
    testing::Values(Case{"F|re", "'^a.c$'", {"abc"}, {"Abc", "a\nc", "xabc"}},
                    Case{"F|re|i", "'^a.c$'", {"ABC"}, {"ab"}},
                    Case{"F|re|m", "'^b$'", {"a\nb\nc"}, {"ab"}},
                    Case{"F|re", "'^b$'", {"b"}, {"a\nb\nc"}},
                    Case{"F|re|s", "'a.c'", {"a\nc"}, {"ac"}},
                    Case{"F|re|i|s", "'A.C'", {"a\nc"}, {}},
                    Case{"F|re", "'\\d{2,3}'", {"x12"}, {"1"}},
                    Case{"F|re|neq", "'b'", {"a"}, {"abc"}},
                    Case{"F|re", "[a, b]", {"xax", "b"}, {"c"}},
                    Case{"F|re|all", "[a, b]", {"ba"}, {"a"}}),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Numbers, ModifierTest,
    testing::Values(
        Case{"F|lt", "10", {"9", "-1", "9.5"}, {"10", "x", ""}},
        Case{"F|lte", "10", {"10", "0x0a"}, {"11"}},
        Case{"F|gt", "10", {"11", "18446744073709551615"}, {"10", "9"}},
        Case{"F|gte", "10.5", {"10.5", "11"}, {"10"}},
        Case{"F|minute",
             "5",
             {"2024-01-02T03:05:09Z"},
             {"2024-01-02T05:06:05Z", "5"}},
        Case{"F|hour|gte",
             "22",
             {"2024-01-02T22:00:00Z"},
             {"2024-01-02T21:59:59Z"}},
        Case{"F|day",
             "[2, 3]",
             {"2024-01-02T03:05:09Z"},
             {"2024-01-04T03:05:09Z"}},
        // ISO 8601: 2021-01-03 is Sunday of week 53, 2024-12-30 week 1.
        Case{
            "F|week", "53", {"2021-01-03T00:00:00Z"}, {"2021-01-04T00:00:00Z"}},
        Case{"F|week",
             "1",
             {"2024-12-30T00:00:00Z", "2024-01-01T00:00:00Z"},
             {"2024-12-29T00:00:00Z"}},
        Case{"F|month|neq",
             "1",
             {"2024-02-02T03:05:09Z"},
             {"2024-01-02T03:05:09Z"}},
        Case{"F|year|lt",
             "2024",
             {"2023-12-31T23:59:59Z"},
             {"2024-01-01T00:00:00Z"}},
        Case{"F|cidr",
             "192.168.0.0/23",
             {"192.168.1.255", "::ffff:192.168.0.1"},
             {"192.168.2.0", "192.168.0", "192.168.0.256", "x"}},
        Case{"F|cidr", "0.0.0.0/0", {"1.2.3.4"}, {"::1"}},
        Case{"F|cidr",
             "'fe80::/10'",
             {"fe80::1%12", "FEBF::"},
             {"fec0::", "1.2.3.4", "fe80"}},
        Case{"F|cidr", "'2001:db8::1'", {"2001:DB8:0:0::1"}, {"2001:db8::2"}},
        Case{"F|cidr|neq", "10.0.0.0/8", {"11.0.0.1"}, {"10.1.1.1"}},
        Case{
            "F|cidr|expand", "'%nets%'", {"10.1.1.1", "fe80::2"}, {"11.1.1.1"}},
        Case{"F|fieldref", "OtherField", {"same\\thing"}, {"same"}},
        Case{"F|fieldref|startswith",
             "OtherField",
             {"same\\thing!"},
             {"!same\\thing"}},
        Case{"F|fieldref|endswith",
             "OtherField",
             {"!Same\\Thing"},
             {"same\\thing!"}},
        Case{"F|fieldref|contains", "OtherField", {"-same\\thing-"}, {"same"}},
        Case{
            "F|fieldref|cased", "OtherField", {"Same\\Thing"}, {"same\\thing"}},
        Case{"F|fieldref|neq", "OtherField", {"other"}, {"same\\thing"}},
        Case{"F|fieldref|neq", "Absent", {}, {"other"}},
        Case{"'|all'", "[Same, x]", {"xy"}, {"y"}},
        Case{"'|re'", "'^x'", {"xy"}, {"yx"}}),
    Name);

struct Refused {
  const char* key;
  const char* value;
  const char* code;
  const char* message;
};

TEST(ModifierErrorTest, WhatCannotBeHonouredIsRefused) {
  const Refused cases[] = {
      {"F|contain", "a", "E012", "did you mean 'contains'?"},
      {"F|contains|endswith", "a", "E013", "only one of contains"},
      {"F|re|contains", "a", "E013", "do not go together: 're|contains'"},
      {"F|i", "a", "E013", "'i' must stand behind 're'"},
      {"F|contains|base64", "a", "E013", "must stand in front of contains"},
      {"F|base64|wide", "a", "E013", "do not go together"},
      {"F|base64|windash", "a", "E013", "do not go together"},
      {"F|base64", "'a*'", "E013", "must not have wildcards"},
      {"F|utf16", "a", "E013", "base64 must follow"},
      {"F|lt|gt", "1", "E013", "do not go together"},
      {"F|hour|day", "1", "E013", "do not go together"},
      {"F|lt", "many", "E013", "a number must stand here, not 'many'"},
      {"F|cidr", "10.0.0.0/33", "E013", "a network such as 10.0.0.0/8"},
      {"F|cidr", "10.0.0", "E013", "a network such as"},
      {"F|re", "'('", "E014", "does not compile"},
      {"F|re", "'(?=a)'", "E014", "does not compile"},
      {"F|expand", "'%nobody%'", "E027", "no value is given for the placeho"},
      {"F|exists", "maybe", "E013", "'exists' must be true or false"},
      {"F|contains", "''", "E013", "an empty text stands everywhere"},
      {"F|contains", "null", "E013", "null takes no modifiers"},
      {"F", "[a, null]", "E013", "null must not stand in a list"},
      {"F|windash", "' -a -b -c -d'", "E026", "more than 125 texts"},
      {"F|fieldref", "''", "E006", "the name of a field is missing"},
      {"'|exists'", "true", "E013", "needs the name of a field"},
  };
  for (const Refused& c : cases) {
    std::vector<Diagnostic> problems;
    EXPECT_FALSE(Compile(std::string("  ") + c.key + ": " + c.value, &problems))
        << c.key << ": " << c.value;
    ASSERT_EQ(problems.size(), 1U) << c.key;
    EXPECT_EQ(problems[0].code, c.code) << problems[0].ToString();
    EXPECT_THAT(problems[0].message, HasSubstr(c.message));
    EXPECT_EQ(problems[0].line, 2U) << problems[0].ToString();
  }
}

TEST(ModifierTypedTest, NumbersAndTimesOfTheLog) {
  const Field fields[] = {
      {"Int", {ValueType::kInt, static_cast<uint64_t>(-5), {}}},
      {"Hex", {ValueType::kHex64, 0xffffffffffffffff, {}}},
      {"Time", {ValueType::kTime, 133853040000000000, {}}},
  };
  Event event;
  event.fields = fields;
  event.process_id = 77;
  event.time = {{133853040000000000}, TimeQuality::kUtc, {}};
  for (const char* yes :
       {"  Int|lt: 0", "  Hex|gt: 1", "  Time|year: 2025",
        "  TimeCreated|month|lte: 3", "  Execution_ProcessID|gte: 77",
        "  Hex: '0xFFFFFFFFFFFFFFFF'"}) {
    std::vector<Diagnostic> problems;
    const auto detection = Compile(yes, &problems);
    ASSERT_TRUE(detection) << yes;
    EXPECT_TRUE(detection->Matches(event)) << yes;
  }
}

TEST(EncodingsTest, DashesInEveryForm) {
  EXPECT_EQ(WindowsDashes("-a", 125).size(), 5U);
  EXPECT_EQ(WindowsDashes("-a /b", 125).size(), 25U);
  EXPECT_THAT(WindowsDashes("a-b - c", 125), ElementsAre("a-b - c"));
  EXPECT_TRUE(WindowsDashes("-a -b -c -d", 125).empty());
}

}  // namespace
}  // namespace espial::rules

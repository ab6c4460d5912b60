// Texts and times of scenarios as they are written; whole scenarios are
// written and read by the tests of the samples.
#include "tools/forge/scenario_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/forge/test_support.h"
#include "tools/forge/bundle.h"
#include "tools/forge/duration.h"
#include "tools/forge/yaml_text.h"

namespace espial::forge {
namespace {

using ::testing::HasSubstr;

TEST(YamlTextTest, PlainWhereItIsSafe) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"Microsoft-Windows-AAD/Operational",
       "Microsoft-Windows-AAD/Operational"},
      {"C\\Users", "C\\Users"},
      {"", "''"},
      {"it's", "'it''s'"},
      {"a: b", "'a: b'"},
      {"a #b", "'a #b'"},
      {"TRUE", "'TRUE'"},
      {"null", "'null'"},
      {"~", "'~'"},
      {"17", "'17'"},
      {"-", "'-'"},
      {"end ", "'end '"},
      {"a\nb\t\"\\", "\"a\\nb\\t\\\"\\\\\""},
      {"\x01\x7F", "\"\\x01\\x7f\""},
      {"\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF", "\"\\u0085\\u2028\\ufeff\""},
      {"\xC2\x9B", "\"\\x9b\""},
      {"\xC3\xA4", "'\xC3\xA4'"},
      {"\xFF", "'\xEF\xBF\xBD'"}};
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(YamlText(text), expected);
  }
  EXPECT_EQ(YamlValue("${user} $${x} $"), "'$${user} $$${x} $'");
}

TEST(DurationTextTest, ReadsBackTheSame) {
  for (const std::string text :
       {"0s", "250ms", "30s", "1m30s", "1h", "3d", "-9h", "1d2h3m4s5ms"}) {
    const auto ticks = ParseDuration(text);
    ASSERT_TRUE(ticks) << text;
    EXPECT_EQ(DurationText(*ticks), text);
  }
  EXPECT_EQ(DurationText(9'999), "0s");
  EXPECT_EQ(DurationText(std::numeric_limits<int64_t>::min()).substr(0, 2),
            "-1");
}

constexpr std::string_view kHead =
    "scenario: a\n"
    "title: A test\n"
    "device: { name: PC-1 }\n"
    "clock: { start: 2025-03-10T08:00:00Z }\n"
    "bundle: { kind: area_cab, channels: [Acme/Log] }\n";

// Written and read again it is the same, down to the bytes of the bundle.
TEST(WriteScenarioTest, HostileTextsComeBack) {
  const TempFolder folder;
  const std::string text =
      std::string(kHead) +
      "story:\n"
      "  - channel: Acme/Log\n"
      "    provider: Acme\n"
      "    id: 7\n"
      "    level: error\n"
      "    unlisted: true\n"
      "    fields: { 'a b': \"$${x} \\n# 'q'\", n: ~, e: '', l: [1, ~], "
      "'yes': 'no' }\n"
      "  - { log: x.log, level: warning, text: \"two\\nlines: \\\"q\\\"\" }\n"
      "registry:\n"
      "  - key: HKEY_LOCAL_MACHINE\\software\\a\n"
      "    values: { '@': '', '5': '5', m: { multi: ['', 'a\tb'] }, "
      "x: { expand: '%p%' }, q: { qword: 7 }, b: { binary: '00ff' } }\n"
      "files:\n"
      "  - { name: a.json, json: { k: '$${v}', n: [1, null, true] } }\n"
      "  - { name: b.txt, text: \"a\\r\\nb\" }\n"
      "  - { name: MdmLogCollectorFootPrint.txt, remove: true }\n";
  const auto first = LoadScenario(folder.Write("a.yml", text));
  ASSERT_TRUE(first) << first.error().ToString();
  const std::string written = WriteScenario(*first);
  const auto second = LoadScenario(folder.Write("a.yml", written));
  ASSERT_TRUE(second) << second.error().ToString() << "\n" << written;
  EXPECT_EQ(WriteScenario(*second), written);
  const auto bundle = ForgeBundle(*first, TestCatalog());
  const auto again = ForgeBundle(*second, TestCatalog());
  ASSERT_TRUE(bundle) << bundle.error().ToString();
  ASSERT_TRUE(again) << again.error().ToString();
  EXPECT_TRUE(bundle->front().bytes == again->front().bytes) << written;
  EXPECT_THAT(written, HasSubstr("level: warning"));
}

TEST(UnlistedTest, IsForEventsWithFields) {
  const TempFolder folder;
  const auto scenario = LoadScenario(folder.Write(
      "a.yml", std::string(kHead) +
                   "story:\n"
                   "  - { channel: Acme/Log, provider: Acme, id: 7, "
                   "unlisted: true, data: [a] }\n"));
  EXPECT_THAT(FailureOf(scenario),
              HasSubstr("'data' needs no catalogue, nor 'unlisted'"));
  const auto level = LoadScenario(folder.Write(
      "a.yml", std::string(kHead) +
                   "story:\n"
                   "  - { log: x.log, text: a, level: verbose }\n"));
  EXPECT_THAT(FailureOf(level),
              HasSubstr("level must be error, warning or information"));
}

}  // namespace
}  // namespace espial::forge

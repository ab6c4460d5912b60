// Compiled packs: what comes back is what was written; whatever is damaged, or
// made up, is refused with a place.
#include "rules/sigma/sigma_pack.h"

#include <espial/core/bytes.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/rules/sigma_support.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Every kind of value and comparison, a correlation, and a rule that is
// refused.
constexpr char kRules[] = R"(title: everything
id: 01234567-89AB-cdef-0123-456789abcdef
name: all
author: Jane
level: high
tags: [attack.execution]
references: [https://example.com]
falsepositives: [none]
logsource: { product: windows, service: system }
detection:
  a:
    EventID: [1, 0x2]
    Path|contains|all: ['\x', y?z]
    Path|startswith: 'C:'
    Path|endswith|cased: Exe
  b:
    - Text|re|i: 'a+b{2,3}'
    - Size|gte: 18446744073709551615
    - When|hour: 7
    - Address|cidr: 10.0.0.0/8
    - Name|fieldref|endswith: Path
    - Gone|exists: false
    - Nil: null
    - Any: '*'
    - Dash|windash|contains: ' -enc '
  words: [one, two]
  condition: a and (1 of b* or words) and not a
---
title: simple
name: simple
logsource: { product: windows, service: system }
detection: { s: { Path|contains: '*cmd*.exe' }, condition: s }
---
title: often
correlation:
  type: value_percentile
  rules: [simple]
  group-by: [User]
  timespan: 5m
  condition: { gte: 1.5, field: Size, percentile: 50 }
  aliases: { who: { simple: User } }
---
title: about linux
logsource: { product: linux }
detection: { s: { a: b }, condition: s }
---
title: without a detection
logsource: { product: windows, service: system }
)";

SigmaRules Load() {
  const std::vector<RuleFile> files = {{"rules.yml", kRules}};
  return SigmaRules::Load(files, {});
}

std::string ErrorOf(const std::string& pack) {
  const auto rules = SigmaRules::FromPack(pack);
  return rules ? "loaded" : rules.error().ToString();
}

TEST(SigmaPackTest, ComesBackAsItWas) {
  const SigmaRules rules = Load();
  ASSERT_EQ(rules.rules().size(), 3U);
  ASSERT_EQ(rules.errors().size(), 1U);
  const std::string pack = rules.ToPack();
  EXPECT_TRUE(SigmaRules::IsPack(pack));
  const auto back = SigmaRules::FromPack(pack);
  ASSERT_TRUE(back) << back.error().ToString();
  EXPECT_EQ(back->ToPack(), pack);
  EXPECT_EQ(back->rules()[0].title, "everything");
  EXPECT_EQ(back->rules()[0].author, "Jane");
  EXPECT_EQ(back->rules()[0].level, SigmaLevel::kHigh);
  EXPECT_THAT(back->rules()[0].tags, ElementsAre("attack.execution"));
  EXPECT_FALSE(back->rules()[1].reports);
  EXPECT_TRUE(back->rules()[2].is_correlation);
  EXPECT_EQ(back->errors()[0].ToString(), rules.errors()[0].ToString());
  ASSERT_EQ(back->other_sources().size(), 1U);
  EXPECT_EQ(back->other_sources()[0].log_source, "linux");
  EXPECT_EQ(back->fields(), rules.fields());
}

TEST(SigmaPackTest, MatchesTheSame) {
  const std::string text =
      "title: r\nlogsource: { product: windows, service: system }\n"
      "detection:\n  s:\n    - Path|contains: '\\a?c*'\n"
      "    - Text|re: '^x(y|z){2}'\n    - Size|lt: 5\n"
      "    - Ip|cidr: 10.0.0.0/8\n    - Code: 0x80070002\n  condition: s\n";
  const SigmaRules rules = LoadSigma(text);
  const auto back = SigmaRules::FromPack(rules.ToPack());
  ASSERT_TRUE(back) << back.error().ToString();
  const std::vector<std::pair<std::string, std::string>> values = {
      {"Path", "C:\\ABC\\d"}, {"Path", "C:\\ABd"},    {"Text", "xyz"},
      {"Text", "xy"},         {"Size", "4"},          {"Size", "5"},
      {"Ip", "10.1.2.3"},     {"Ip", "11.1.2.3"},     {"Code", "-2147024894"},
      {"Code", "1"},          {"Code", "2147942402"}, {"Other", "xyz"}};
  size_t matches = 0;
  for (const auto& value : values) {
    const SigmaEvent event = {0, 1, {value}};
    EXPECT_EQ(MatchSigma(*back, event), MatchSigma(rules, event))
        << value.first << "=" << value.second;
    matches += MatchSigma(rules, event).size();
  }
  EXPECT_EQ(matches, 6U);
  EXPECT_THAT(back->broken(), IsEmpty());
}

TEST(SigmaPackTest, EveryDamageIsRefused) {
  const std::string pack = Load().ToPack();
  EXPECT_THAT(ErrorOf(""), HasSubstr("bad magic"));
  EXPECT_THAT(ErrorOf("title: x"), HasSubstr("expected 'ESPSIGMA'"));
  for (size_t size = 8; size < pack.size(); ++size) {
    EXPECT_NE(ErrorOf(pack.substr(0, size)), "loaded") << size;
  }
  EXPECT_THAT(ErrorOf(pack + "x"), HasSubstr("bytes behind the header"));
  for (size_t at = 0; at < pack.size(); ++at) {
    std::string damaged = pack;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    EXPECT_NE(ErrorOf(damaged), "loaded") << at;
  }
  std::string newer = pack;
  newer[8] = 9;
  EXPECT_THAT(ErrorOf(newer), HasSubstr("expected 1, found 9: compile the "
                                        "rules again"));
}

// Whoever makes the checksum right can make a pack that says something else,
// but none that is not sound.
TEST(SigmaPackTest, MadeUpBodiesAreRefusedOrSound) {
  const std::string body = Load().ToPack().substr(kPackHeader);
  size_t refused = 0;
  for (size_t at = 0; at < body.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string changed = body;
      changed[at] = value;
      const auto rules = SigmaRules::FromPack(SealPack(changed));
      if (!rules) {
        ++refused;
        EXPECT_GE(rules.error().offset, kPackHeader);
        continue;
      }
      const SigmaEvent event = {0, 1, {{"Path", "C:\\xyAz\\cmd.exe"}}};
      const BuiltEvent built(event);
      SigmaMatcher matcher(*rules);
      matcher.Match(EventRecord(*rules, built.event()));
    }
  }
  EXPECT_GT(refused, body.size() / 2);
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_NE(ErrorOf(SealPack(body.substr(0, size))), "loaded") << size;
  }
}

TEST(SigmaPackTest, AnExpressionThatDoesNotCompileIsTold) {
  const SigmaRules rules = LoadSigma(
      "title: r\nlogsource: { product: windows, service: system }\n"
      "detection: { s: { Text|re: 'abcd(e)' }, condition: s }\n");
  std::string body = rules.ToPack().substr(kPackHeader);
  const size_t at = body.find("abcd(e)");
  ASSERT_NE(at, std::string::npos);
  body[at + 6] = '(';
  const auto back = SigmaRules::FromPack(SealPack(body));
  ASSERT_TRUE(back) << back.error().ToString();
  EXPECT_THAT(back->broken(), IsEmpty());
  EXPECT_THAT(MatchSigma(*back, {0, 1, {{"Text", "abcde"}}}), IsEmpty());
  ASSERT_EQ(back->broken().size(), 1U);
  EXPECT_THAT(back->broken()[0].message,
              HasSubstr("'abcd(e(' of the compiled pack does not compile"));
}

}  // namespace
}  // namespace espial::rules

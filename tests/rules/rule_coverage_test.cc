// What the rules make of a case: signatures by result, what is missing, events
// that no rule asks about.
#include <espial/rules/ruleset.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "tests/rules/judge_support.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kDetections = R"(
detections:
  bad:
    logsource: { service: dm }
    detection: { s: { EventID: 1, Code: 5 }, condition: s }
  other:
    logsource: { service: aad }
    detection: { s: { EventID: 3 }, condition: s }
)";

RuleSet Two() {
  return MustLoad({kServices,
                   SignatureFile("TST-001", "  when: bad\n", kDetections),
                   SignatureFile("TST-002", "  when: other\n", kDetections)});
}

TEST(RuleCoverageTest, EverySignatureStandsUnderItsResult) {
  const RuleSet rules = Two();
  const RuleCoverage here =
      rules.Cover(CaseBuilder().Add(kDm, 0, 1, {{"Code", "5"}}).Build());
  EXPECT_THAT(here.matched, ElementsAre("TST-001"));
  EXPECT_THAT(here.not_matched, IsEmpty());
  EXPECT_THAT(here.inconclusive, ElementsAre("TST-002"));
  ASSERT_THAT(here.missing, SizeIs(1));
  EXPECT_THAT(here.missing[0].sentence,
              HasSubstr("AAD/Operational log is not in the bundle"));
  EXPECT_THAT(here.missing[0].codes, ElementsAre("TST-002"));
  EXPECT_THAT(here.missing[0].alone, ElementsAre("TST-002"));

  const RuleCoverage both =
      rules.Cover(CaseBuilder().Log(kDm).Log(kAad).Build());
  EXPECT_THAT(both.not_matched, ElementsAre("TST-001", "TST-002"));
  EXPECT_THAT(both.missing, IsEmpty());
}

TEST(RuleCoverageTest, WhatMostSignaturesLackStandsFirst) {
  const RuleSet rules = MustLoad(
      {kServices, SignatureFile("TST-001", "  when: bad\n", kDetections),
       SignatureFile("TST-002", "  when: other\n", kDetections),
       SignatureFile("TST-003", "  when: bad and other\n", kDetections),
       SignatureFile("TST-004", "  when: other\n", kDetections)});
  const RuleCoverage coverage = rules.Cover(CaseBuilder().Build());
  ASSERT_THAT(coverage.missing, SizeIs(2));
  EXPECT_THAT(coverage.missing[0].codes,
              ElementsAre("TST-002", "TST-003", "TST-004"));
  EXPECT_THAT(coverage.missing[0].alone, ElementsAre("TST-002", "TST-004"));
  EXPECT_THAT(coverage.missing[1].codes, ElementsAre("TST-001", "TST-003"));
  EXPECT_THAT(coverage.missing[1].alone, ElementsAre("TST-001"));
}

TEST(RuleCoverageTest, EventsAreMatchedReadOrUnseen) {
  CaseBuilder builder;
  builder.Add(kDm, 0, 1, {{"Code", "5"}});  // matched
  builder.Add(kDm, 1, 1, {{"Code", "6"}});  // read: another code
  builder.Add(kDm, 2, 77).Add(kDm, 3, 77).Add(kDm, 1, 8);
  builder.Add(kAad, 4, 1);  // the id belongs to another log
  const RuleCoverage coverage = Two().Cover(builder.Build());
  EXPECT_EQ(coverage.events, 6U);
  EXPECT_EQ(coverage.matched_events, 1U);
  EXPECT_EQ(coverage.read_events, 1U);
  EXPECT_EQ(coverage.unseen_events, 4U);
  EXPECT_EQ(coverage.unlisted, 0U);
  ASSERT_THAT(coverage.unseen, SizeIs(3));
  EXPECT_EQ(coverage.unseen[0].id, 77U);
  EXPECT_EQ(coverage.unseen[0].count, 2U);
  EXPECT_EQ(coverage.unseen[0].channel, kDm);
  EXPECT_EQ(coverage.unseen[0].provider, ProviderOf(kDm));
  EXPECT_EQ(coverage.unseen[0].first.ticks, At(2));
  EXPECT_EQ(coverage.unseen[0].record, 3U);
}

TEST(RuleCoverageTest, ResidueIsNoEventOfTheDevice) {
  CaseBuilder builder;
  builder.Add(kDm, 0, 99, {}, RecordState::kResidue);
  builder.Add(kDm, 0, 99, {}, RecordState::kRecovered);
  const RuleCoverage coverage = Two().Cover(builder.Build());
  EXPECT_EQ(coverage.events, 0U);
  EXPECT_THAT(coverage.unseen, IsEmpty());
}

TEST(RuleCoverageTest, MoreKindsThanAreToldApartAreCounted) {
  constexpr uint32_t kKinds = 65'636;
  CaseBuilder builder;
  for (uint32_t id = 0; id < kKinds; ++id) builder.Add(kDm, 0, 100 + id);
  const RuleCoverage coverage = Two().Cover(builder.Build());
  EXPECT_EQ(coverage.unseen_events, kKinds);
  EXPECT_THAT(coverage.unseen, SizeIs(65'536));
  EXPECT_EQ(coverage.unlisted, kKinds - 65'536);
  const uint64_t listed = std::accumulate(
      coverage.unseen.begin(), coverage.unseen.end(), uint64_t{0},
      [](uint64_t sum, const EventKind& kind) { return sum + kind.count; });
  EXPECT_EQ(listed + coverage.unlisted, coverage.unseen_events);
}

}  // namespace
}  // namespace espial::rules

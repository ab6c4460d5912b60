// Which events of the System log are boots.
#include "rules/engine/boots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/rules/case_builder.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kGeneral[] = "Microsoft-Windows-Kernel-General";
constexpr char kBoot[] = "Microsoft-Windows-Kernel-Boot";
constexpr char kLog[] = "EventLog";

// Seconds of the boots of a case.
std::vector<int64_t> BootsOf(const CaseBuilder& builder) {
  std::vector<int64_t> out;
  for (const TimePoint& boot : FindBoots(builder.Build())) {
    out.push_back(TicksBetween(At(0), boot.time) / kTicksPerSecond);
  }
  return out;
}

TEST(BootsTest, EachMarkTellsABootAlone) {
  EXPECT_THAT(BootsOf(CaseBuilder().System(kGeneral, 7, 12)), ElementsAre(7));
  EXPECT_THAT(BootsOf(CaseBuilder().System(kBoot, 7, 27, {{"BootType", "0"}})),
              ElementsAre(7));
  EXPECT_THAT(BootsOf(CaseBuilder().System(kBoot, 7, 27, {{"BootType", "1"}})),
              ElementsAre(7));
  EXPECT_THAT(BootsOf(CaseBuilder().System(kLog, 7, 6005)), ElementsAre(7));
  EXPECT_THAT(BootsOf(CaseBuilder().System(kLog, 7, 6008)), ElementsAre(7));
}

TEST(BootsTest, TheSameIdOfOthersIsNone) {
  EXPECT_THAT(
      BootsOf(CaseBuilder().System("Microsoft-Windows-Kernel-Power", 7, 12)),
      IsEmpty());
  EXPECT_THAT(BootsOf(CaseBuilder().System(kGeneral, 7, 27)), IsEmpty());
  EXPECT_THAT(BootsOf(CaseBuilder().System(kGeneral, 7, 6005)), IsEmpty());
  EXPECT_THAT(BootsOf(CaseBuilder().System(kLog, 7, 6006)), IsEmpty());
  EXPECT_THAT(BootsOf(CaseBuilder().System(kLog, 7, 12)), IsEmpty());
  EXPECT_THAT(BootsOf(CaseBuilder().Add("Other/Log", 7, 12)), IsEmpty());
}

TEST(BootsTest, AWakeFromHibernationIsNone) {
  EXPECT_THAT(BootsOf(CaseBuilder().System(kBoot, 7, 27, {{"BootType", "2"}})),
              IsEmpty());
  EXPECT_THAT(
      BootsOf(CaseBuilder().System(kBoot, 7, 27, {{"BootType", "0x2"}})),
      IsEmpty());
  // Fields that say nothing of hibernation.
  EXPECT_THAT(BootsOf(CaseBuilder().System(kBoot, 7, 27)), ElementsAre(7));
  EXPECT_THAT(
      BootsOf(CaseBuilder().System(kBoot, 7, 27, {{"BootType", "cold"}})),
      ElementsAre(7));
}

TEST(BootsTest, MarksOfDifferentKindsWithinFiveMinutesAreOneBoot) {
  CaseBuilder builder;
  builder.System(kGeneral, 0, 12)
      .System(kBoot, 1, 27, {{"BootType", "0"}})
      .System(kLog, 40, 6008)
      .System(kLog, 300, 6005);
  EXPECT_THAT(BootsOf(builder), ElementsAre(0));
  EXPECT_THAT(BootsOf(CaseBuilder(builder).System(kLog, 301, 6005)),
              ElementsAre(0, 301));
  CaseBuilder late;
  late.System(kGeneral, 0, 12).System(kLog, 301, 6005);
  EXPECT_THAT(BootsOf(late), ElementsAre(0, 301));
}

TEST(BootsTest, AMarkOfTheSameKindIsAnotherBoot) {
  CaseBuilder builder;
  builder.System(kGeneral, 0, 12).System(kLog, 20, 6005);
  builder.System(kGeneral, 60, 12).System(kLog, 80, 6005);
  EXPECT_THAT(BootsOf(builder), ElementsAre(0, 60));
}

TEST(BootsTest, WhatIsNoEvidenceIsNone) {
  CaseBuilder builder;
  builder.Add("System", 5, 6005, {}, RecordState::kResidue);
  EXPECT_THAT(BootsOf(builder), IsEmpty());
}

}  // namespace
}  // namespace espial::rules

// Lines with local time, traces, and the zones that they follow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/forge/test_support.h"
#include "tools/forge/local_log_writer.h"
#include "tools/forge/scenario.h"
#include "tools/forge/story_player.h"
#include "tools/forge/trace_writer.h"

namespace espial::forge {
namespace {

using testing::HasSubstr;

Ticks At(const char* text) { return ParseIso8601(text)->ticks; }

const Zone kPacific{480, "Pacific Standard Time", "3.2.0/02:00:00",
                    "11.1.0/02:00:00"};

TEST(LocalLines, OfTheIntuneAgent) {
  const StoryLine line{"Ime.log", LineForm::kCmTrace, "Ime", "begin", false};
  EXPECT_EQ(FormatLocalLine(line, At("2025-09-08T02:53:16.3323547Z"), -120),
            "<![LOG[begin]LOG]!><time=\"04:53:16.3323547\" date=\"9-8-2025\" "
            "component=\"Ime\" context=\"\" type=\"1\" thread=\"4\" "
            "file=\"\">\r\n");
}

TEST(LocalLines, OfSetup) {
  const StoryLine line{"setupact.log", LineForm::kPanther, "windeploy.exe",
                       "begin", false};
  EXPECT_EQ(FormatLocalLine(line, At("2025-01-01T02:00:00Z"), 480),
            "2024-12-31 18:00:00, Info                  [windeploy.exe] "
            "begin\r\n");
}

TEST(Zones, SaveDaylight) {
  EXPECT_EQ(kPacific.BiasAt(At("2025-03-09T09:59:59Z")), 480);
  EXPECT_EQ(kPacific.BiasAt(At("2025-03-09T10:00:00Z")), 420);
  EXPECT_EQ((Zone{-540, "", "", ""}.BiasAt(At("2025-07-01T00:00:00Z"))), -540);
}

int64_t Number(const std::string& bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = size; i > 0; --i) {
    number = number << 8U | static_cast<uint8_t>(bytes[at + i - 1]);
  }
  return size == 4 ? static_cast<int32_t>(number)
                   : static_cast<int64_t>(number);
}

TEST(Traces, StandAsWindowsWritesThem) {
  const Ticks start = At("2025-03-10T08:00:00Z");
  const std::string trace = WriteTrace(start, kPacific);
  ASSERT_EQ(trace.size(), 0x1000U);
  EXPECT_EQ(Number(trace, 0, 4), 0x1000);
  EXPECT_EQ(Number(trace, 0x36, 2), 4);
  EXPECT_EQ(Number(trace, 0xB0, 4), 480);
  EXPECT_EQ(Number(trace, 0xB4 + 64 + 2, 2), 11);  // StandardDate: month
  EXPECT_EQ(Number(trace, 0xB4 + 64 + 6, 2), 1);   // week
  EXPECT_EQ(Number(trace, 0xB0 + 0x54, 4), 0);     // StandardBias
  EXPECT_EQ(Number(trace, 0xB0 + 0xA8, 4), -60);   // DaylightBias
  EXPECT_EQ(Number(trace, 0x170, 8), static_cast<int64_t>(start.value));
}

class StoryTest : public testing::Test {
 protected:
  Result<PlayedStory> Play(const std::string& story) {
    const std::string path = folder_.Write("s.yml", R"(scenario: s
title: t
device: { name: PC, domain: a.b, tenant: t, zone: { bias: -60 } }
clock: { start: 2025-03-10T08:00:00Z }
story:
)" + story);
    ESPIAL_TRY_ASSIGN(const Scenario scenario, LoadScenario(path));
    ESPIAL_TRY_ASSIGN(const EventCatalog catalog,
                      EventCatalog::Parse(TestCatalog()));
    return PlayStory(scenario, catalog);
  }
  TempFolder folder_;
};

TEST_F(StoryTest, LinesFollowTheZone) {
  const auto story = Play(R"(
  - { log: a.log, text: one }
  - { zone: { bias: 480 }, silent: true }
  - { log: a.log, text: two }
  - { log: a.log, text: three, stale: true }
  - { trace: b.etl }
)");
  ASSERT_TRUE(story) << story.error().ToString();
  ASSERT_EQ(story->files.size(), 2U);
  EXPECT_EQ(story->files[0].name, "a.log");
  EXPECT_THAT(story->files[0].bytes, HasSubstr("one]LOG]!><time=\"09:00:00"));
  EXPECT_THAT(story->files[0].bytes, HasSubstr("two]LOG]!><time=\"00:00:02"));
  EXPECT_THAT(story->files[0].bytes, HasSubstr("three]LOG]!><time=\"09:00:03"));
  EXPECT_EQ(Number(story->files[1].bytes, 0xB0, 4), 480);
}

TEST_F(StoryTest, MistakesAreNamed) {
  const auto why = [&](const std::string& story) {
    const auto played = Play(story);
    return played ? std::string() : played.error().ToString();
  };
  EXPECT_THAT(why("  - { log: ../a.log, text: x }\n"),
              HasSubstr("cannot name a file"));
  EXPECT_THAT(why("  - { log: a.log }\n"), HasSubstr("'text' is missing"));
  EXPECT_THAT(why("  - { log: a.log, text: x, form: y }\n"), HasSubstr("form"));
  EXPECT_THAT(why("  - { trace: a.etl }\n  - { trace: A.etl }\n"),
              HasSubstr("was begun before"));
  EXPECT_THAT(why("  - { zone: { bias: 9999 } }\n"), HasSubstr("bias"));
  EXPECT_THAT(why("  - { zone: { daylight: [x, y] } }\n"),
              HasSubstr("two switches"));
}

}  // namespace
}  // namespace espial::forge

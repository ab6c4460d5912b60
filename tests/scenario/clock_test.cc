// The story of a good user flow, told by devices whose clocks and zones differ:
// with lines of local time between its events, the order of the story must come
// out again, or the analysis must say what it does not know.
#include <espial/espial.h>
#include <espial/report/report.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tests/scenario/forged_bundles.h"
#include "tools/forge/bundle.h"
#include "tools/forge/scenario.h"

namespace espial::scenario_test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kIme = "IntuneManagementExtension";
constexpr std::string_view kSetup = "setupact";
const forge::Zone kTokyo{-540, "Tokyo Standard Time", "", ""};
const forge::Zone kPacific{480, "Pacific Standard Time", "3.2.0/02:00:00",
                           "11.1.0/02:00:00"};
const forge::Zone kBerlin{-60, "W. Europe Standard Time", "3.5.0/02:00:00",
                          "10.5.0/03:00:00"};

// Where a thing of the story must be found again.
using Place = std::pair<std::string, uint64_t>;  // log, record or line

class StoryOnOneClock : public testing::Test {
 protected:
  void Load(const std::string& name) {
    auto loaded = forge::LoadScenario(std::string(ESPIAL_SOURCE_DIR) +
                                      "/samples/scenarios/" + name + ".yml");
    ASSERT_TRUE(loaded) << loaded.error().ToString();
    scenario_ = std::move(*loaded);
    scenario_.bundle.kind = forge::BundleKind::kAreaCab;
    scenario_.bundle.name = "story.cab";
  }

  void Insert(size_t at, decltype(forge::StoryEntry::what) what) {
    forge::StoryEntry entry;
    entry.after = kTicksPerSecond / 4;
    entry.what = std::move(what);
    scenario_.story.insert(
        scenario_.story.begin() + static_cast<std::ptrdiff_t>(at),
        std::move(entry));
  }

  // The first entry with this label.
  [[nodiscard]] size_t Find(std::string_view label) const {
    for (size_t i = 0; i < scenario_.story.size(); ++i) {
      if (scenario_.story[i].label == label) return i;
    }
    ADD_FAILURE() << "no label " << label;
    return 0;
  }

  // A line of one or the other log behind every entry, as all that happens is
  // told by several logs.
  void TellInLines() {
    for (size_t i = scenario_.story.size(); i > 0; --i) {
      forge::StoryLine line;
      line.log = std::string(i % 3 == 0 ? kSetup : kIme) + ".log";
      line.form =
          i % 3 == 0 ? forge::LineForm::kPanther : forge::LineForm::kCmTrace;
      line.component = i % 3 == 0 ? "windeploy.exe" : std::string(kIme);
      line.text = "entry " + std::to_string(i);
      Insert(i, line);
    }
  }

  void Forge() {
    const auto files = forge::ForgeBundle(scenario_, catalog());
    ASSERT_TRUE(files) << files.error().ToString();
    auto analysis = AnalyzeCopy(files->front().name, files->front().bytes);
    ASSERT_TRUE(analysis.has_value());
    case_ = std::move(*analysis);
  }

  // What the bundle holds of the story, in its order.
  [[nodiscard]] std::vector<Place> Told() const {
    std::map<std::string, uint64_t> records;
    std::vector<Place> told;
    const auto tell = [&](const std::string& log) {
      const uint64_t record = ++records[log];
      const auto& channels = scenario_.bundle.channels;
      const bool there =
          log == kIme || log == kSetup ||
          std::find(channels.begin(), channels.end(), log) != channels.end();
      if (there) told.emplace_back(log, record);
    };
    for (const forge::StoryEntry& entry : scenario_.story) {
      if (const auto* event = std::get_if<forge::StoryEvent>(&entry.what)) {
        for (uint32_t i = 0; i < event->times; ++i) tell(event->channel);
      } else if (const auto* line =
                     std::get_if<forge::StoryLine>(&entry.what)) {
        tell(line->log.substr(0, line->log.find('.')));
      } else if (std::holds_alternative<forge::ClockStep>(entry.what)) {
        tell("System");
      } else if (const auto* change =
                     std::get_if<forge::ZoneChange>(&entry.what)) {
        if (!change->silent) tell("System");
      }
    }
    return told;
  }

  // How many neighbours of the story stand the other way round, by more than
  // the second that lines of Setup cut off.
  [[nodiscard]] size_t Disorder() const {
    std::map<Place, Ticks> times;
    for (const Event& event : case_.timeline.events()) {
      times[{std::string(event.channel), event.record}] = event.corrected;
    }
    size_t disorder = 0;
    Place before;
    bool first = true;
    for (const Place& place : Told()) {
      if (!times.contains(place)) {
        ADD_FAILURE() << place.first << ' ' << place.second << " is lost";
        continue;
      }
      if (!first && AddTicks(times[place], kTicksPerSecond) < times[before]) {
        ++disorder;
      }
      before = place;
      first = false;
    }
    return disorder;
  }

  [[nodiscard]] uint64_t Assumed() const {
    return case_.clock.events[static_cast<size_t>(TimeQuality::kAssumed)];
  }
  [[nodiscard]] uint64_t Converted() const {
    return case_.clock.events[static_cast<size_t>(TimeQuality::kZone)];
  }

  static const std::string& catalog() {
    static const std::string text = [] {
      const auto source = Source::OpenFile(
          std::string(ESPIAL_SOURCE_DIR) + "/rules/packs/catalog/events.csv",
          "events.csv");
      return std::string(AsChars((*source)->bytes()));
    }();
    return text;
  }

  forge::Scenario scenario_;
  Case case_;
};

TEST_F(StoryOnOneClock, NineHoursEast) {
  Load("user-flow-good");
  scenario_.device.zone = kTokyo;
  std::erase(scenario_.bundle.channels, "System");
  TellInLines();
  Insert(1, forge::StoryTrace{"DiagnosticLogCSP_Collector_Autopilot.etl"});
  Forge();
  EXPECT_EQ(Disorder(), 0U);
  EXPECT_EQ(Assumed(), 0U);
  EXPECT_GT(Converted(), 50U);
  ASSERT_EQ(case_.clock.zones.size(), 1U);
  EXPECT_EQ(case_.clock.zones[0].evidence, "trace header");
  EXPECT_EQ(case_.clock.zones[0].offset_minutes, 540);
}

TEST_F(StoryOnOneClock, EightHoursWestWithDaylightTimeInBetween) {
  Load("user-flow-good");
  // The technician works in standard time, the user in daylight time.
  scenario_.start = ParseIso8601("2025-03-07T22:00:00Z")->ticks;
  scenario_.device.zone = kPacific;
  std::erase(scenario_.bundle.channels, "System");
  TellInLines();
  Insert(1, forge::StoryTrace{"DiagnosticLogCSP_Collector_Autopilot.etl"});
  Forge();
  EXPECT_EQ(Disorder(), 0U);
  EXPECT_EQ(Assumed(), 0U);
  ASSERT_EQ(case_.clock.zones.size(), 1U);
  EXPECT_EQ(FormatZone(case_.clock.zones[0].rule), "-08:00, daylight -07:00");
}

TEST_F(StoryOnOneClock, AZoneThatChangesInOobe) {
  Load("user-flow-good");
  scenario_.device.zone = kPacific;
  scenario_.bundle.channels.emplace_back("System");
  TellInLines();
  // What the catalogue's story says of the zone itself would contradict.
  for (forge::StoryEntry& entry : scenario_.story) {
    auto* event = std::get_if<forge::StoryEvent>(&entry.what);
    if (event == nullptr || event->channel != "System" || event->id != 24) {
      continue;
    }
    event->id = 20'000;
    event->data.emplace();
    event->fields.clear();
  }
  Insert(Find("user_boot") + 6, forge::ZoneChange{kBerlin});
  Forge();
  EXPECT_EQ(Disorder(), 0U);
  EXPECT_EQ(Assumed(), 0U);
  EXPECT_EQ(case_.clock.zones.size(), 2U);
}

TEST_F(StoryOnOneClock, AZoneThatChangesBetweenTwoTraces) {
  Load("user-flow-good");
  scenario_.device.zone = kPacific;
  std::erase(scenario_.bundle.channels, "System");
  TellInLines();
  Insert(scenario_.story.size(), forge::StoryTrace{"second.etl"});
  Insert(Find("user_boot") + 6, forge::ZoneChange{kBerlin, true});
  Insert(1, forge::StoryTrace{"first.etl"});
  Forge();
  EXPECT_EQ(Disorder(), 0U);
  EXPECT_EQ(case_.clock.zones.size(), 2U);
  EXPECT_THAT(report::ClockText(case_, {}), HasSubstr("not before"));
}

TEST_F(StoryOnOneClock, AClockNineHoursWrongUntilItIsSet) {
  Load("user-flow-wrong-clock");
  TellInLines();
  Insert(1, forge::StoryTrace{"first.etl"});
  Forge();
  EXPECT_EQ(case_.clock.steps.size(), 1U);
  EXPECT_EQ(Disorder(), 0U);
  EXPECT_EQ(Assumed(), 0U);
  EXPECT_THAT(report::ClockText(case_, {}),
              HasSubstr("durations are corrected"));
}

TEST_F(StoryOnOneClock, WithoutEvidenceItSaysWhatItDoesNotKnow) {
  Load("user-flow-good");
  scenario_.device.zone = kTokyo;
  std::erase(scenario_.bundle.channels, "System");
  TellInLines();
  Forge();
  EXPECT_TRUE(case_.clock.zones.empty());
  EXPECT_GT(Assumed(), 50U);
  EXPECT_EQ(Converted(), 0U);
  EXPECT_GT(Disorder(), 0U);
  const std::string text = report::ClockText(case_, {});
  EXPECT_THAT(text, HasSubstr("Nothing in the bundle proves"));
  EXPECT_THAT(text, HasSubstr("assumed: no zone is proven"));
  // The lines keep their own order all the same.
  uint64_t line = 0;
  for (const Event& event : case_.timeline.events()) {
    if (event.channel != kIme) continue;
    EXPECT_GT(event.record, line);
    line = event.record;
  }
}

}  // namespace
}  // namespace espial::scenario_test

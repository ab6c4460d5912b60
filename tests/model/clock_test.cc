#include <espial/model/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kKernel = "Microsoft-Windows-Kernel-General";

// "10:04:05" of one day.
Ticks At(std::string_view time) {
  return ParseIso8601("2024-07-23T" + std::string(time) + "Z")->ticks;
}
std::string Show(Ticks ticks) { return FormatUtc(ticks, 0).substr(11, 8); }

// Builds a timeline log by log, in the order of the records.
class Logs {
 public:
  // The events that follow belong to this channel of this artifact.
  void Begin(uint32_t source, std::string_view channel) {
    logs_.push_back({SourceId{source}, std::string(channel), {}});
  }
  Event& Add(std::string_view time, std::string_view provider = "Any",
             uint32_t id = 1000) {
    Log& log = logs_.back();
    Event event;
    event.time = {At(time), TimeQuality::kUtc, {}};
    event.record = log.events.size() + 1;
    event.offset = event.record * 1000;
    event.channel = log.channel;
    event.provider = provider;
    event.id = id;
    log.events.push_back(event);
    return log.events.back();
  }
  // Kernel-General 1, written when the new time holds already.
  void Step(std::string_view from, std::string_view to) {
    SetFields(Add(to, kKernel, 1),
              {{"NewTime", {ValueType::kTime, At(to).value, {}}},
               {"OldTime", {ValueType::kTime, At(from).value, {}}}});
  }
  void Boot(std::string_view time) { Add(time, kKernel, 12); }
  void SetFields(Event& event, std::vector<Field> fields) {
    event.fields = fields_.emplace_back(std::move(fields));
  }

  Timeline Make() {
    Timeline timeline;
    for (const Log& log : logs_) {
      Collector collector{Limits()};
      for (const Event& event : log.events) collector.OnEvent(event);
      timeline.Add(std::move(collector), log.source);
    }
    timeline.Sort();
    return timeline;
  }

  // The corrected times of one artifact, in record order.
  static std::vector<std::string> Corrected(const Timeline& timeline,
                                            uint32_t source) {
    std::vector<std::pair<uint64_t, std::string>> found;
    for (const Event& event : timeline.events()) {
      if (event.source.value == source) {
        found.emplace_back(event.record, Show(event.corrected));
      }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> times;
    for (auto& [record, time] : found) times.push_back(std::move(time));
    return times;
  }

 private:
  struct Log {
    SourceId source;
    std::string channel;
    std::deque<Event> events;
  };
  std::deque<Log> logs_;
  std::deque<std::vector<Field>> fields_;
};

// Reads the clock and corrects, as the front door does.
Clock Correct(Timeline* timeline) {
  Clock clock = ReadClock(*timeline);
  CorrectTimes(clock, timeline);
  timeline->Sort();
  return clock;
}

TEST(ClockSteps, AStepForwardMovesWhatWasBeforeIt) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("01:00:00");
  logs.Add("01:05:00");
  logs.Step("01:10:00", "10:10:00");
  logs.Add("10:15:00");
  logs.Begin(1, "Other");
  logs.Add("01:06:00");
  logs.Add("10:11:00");
  Timeline timeline = logs.Make();
  const Clock clock = Correct(&timeline);
  ASSERT_THAT(clock.steps, SizeIs(1));
  EXPECT_EQ(clock.steps[0].from, At("01:10:00"));
  EXPECT_EQ(clock.steps[0].to, At("10:10:00"));
  EXPECT_EQ(clock.steps[0].delta(), 9 * 3600 * kTicksPerSecond);
  EXPECT_EQ(clock.steps[0].source, SourceId{0});
  EXPECT_EQ(clock.steps[0].record, 3U);
  EXPECT_EQ(clock.steps[0].evidence, "Microsoft-Windows-Kernel-General 1");
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:00", "10:05:00", "10:10:00", "10:15:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 1),
              ElementsAre("10:06:00", "10:11:00"));
  // What the log says stays.
  EXPECT_EQ(Show(timeline.events()[0].time.ticks), "01:00:00");
}

TEST(ClockSteps, AStepBackMovesWhatWasBeforeIt) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("17:00:00");
  logs.Add("17:05:00");
  logs.Step("17:10:00", "10:10:00");
  logs.Add("10:15:00");
  // A log that shows the fall.
  logs.Begin(1, "Fall");
  logs.Add("17:06:00");
  logs.Add("17:09:00");
  logs.Add("10:11:00");
  // Logs on one side only: later than anything behind the step, or not.
  logs.Begin(2, "Before");
  logs.Add("17:07:00");
  logs.Begin(3, "After");
  logs.Add("10:12:00");
  Timeline timeline = logs.Make();
  const Clock clock = Correct(&timeline);
  ASSERT_THAT(clock.steps, SizeIs(1));
  EXPECT_EQ(clock.steps[0].delta(), -7 * 3600 * kTicksPerSecond);
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:00", "10:05:00", "10:10:00", "10:15:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 1),
              ElementsAre("10:06:00", "10:09:00", "10:11:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 2), ElementsAre("10:07:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 3), ElementsAre("10:12:00"));
}

TEST(ClockSteps, AStepBackDoesNotReadAFallThatItDoesNotExplain) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("17:00:00");
  logs.Step("17:10:00", "16:10:00");
  logs.Add("18:30:00");
  // Falls from behind the old time, and below the new one.
  logs.Begin(1, "Other");
  logs.Add("17:30:00");
  logs.Add("17:20:00");
  logs.Begin(2, "Another");
  logs.Add("16:09:00");
  logs.Add("16:08:00");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  EXPECT_THAT(Logs::Corrected(timeline, 1),
              ElementsAre("17:30:00", "17:20:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 2),
              ElementsAre("16:09:00", "16:08:00"));
}

TEST(ClockSteps, TwoStepsForwardAddUp) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("01:00:00");
  logs.Step("01:10:00", "05:10:00");
  logs.Add("05:15:00");
  logs.Step("05:20:00", "10:20:00");
  logs.Add("10:25:00");
  Timeline timeline = logs.Make();
  const Clock clock = Correct(&timeline);
  ASSERT_THAT(clock.steps, SizeIs(2));
  EXPECT_LT(clock.steps[0].to, clock.steps[1].to);
  // 4 hours and 5 hours for the boot; 5 hours for what lies between.
  EXPECT_THAT(
      Logs::Corrected(timeline, 0),
      ElementsAre("10:00:00", "10:10:00", "10:15:00", "10:20:00", "10:25:00"));
}

TEST(ClockSteps, ForwardAndBackAgain) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("09:00:00");
  logs.Step("09:10:00", "13:10:00");
  logs.Add("13:15:00");
  logs.Step("13:20:00", "10:20:00");
  logs.Add("10:25:00");
  Timeline timeline = logs.Make();
  const Clock clock = Correct(&timeline);
  EXPECT_THAT(clock.steps, SizeIs(2));
  EXPECT_THAT(
      Logs::Corrected(timeline, 0),
      ElementsAre("10:00:00", "10:10:00", "10:15:00", "10:20:00", "10:25:00"));
}

TEST(ClockSteps, OrderIsTrueAfterCorrection) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("17:00:00");
  logs.Add("17:05:00", "First");
  logs.Step("17:10:00", "10:10:00");
  logs.Add("10:15:00", "Last");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  std::vector<std::string> providers;
  for (const Event& event : timeline.events()) {
    providers.emplace_back(event.provider);
  }
  EXPECT_THAT(providers, ElementsAre(kKernel, "First", kKernel, "Last"));
}

TEST(ClockSteps, StopAtTheBootOfTheirSession) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("00:30:00");  // an earlier session, whose clock was right
  logs.Add("00:35:00");
  logs.Boot("01:00:00");
  logs.Add("01:05:00");
  logs.Step("01:10:00", "10:10:00");
  logs.Boot("11:00:00");
  logs.Begin(1, "Other");
  logs.Add("00:40:00");
  logs.Add("01:01:00");
  logs.Add("11:01:00");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("00:30:00", "00:35:00", "10:00:00", "10:05:00",
                          "10:10:00", "11:00:00"));
  EXPECT_THAT(Logs::Corrected(timeline, 1),
              ElementsAre("00:40:00", "10:01:00", "11:01:00"));
}

TEST(ClockSteps, SmallOnesAreNoise) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Add("10:00:00");
  logs.Step("10:10:00", "10:10:01");
  logs.Step("10:20:01", "10:20:00");
  Timeline timeline = logs.Make();
  const Clock clock = Correct(&timeline);
  EXPECT_THAT(clock.steps, IsEmpty());
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:00", "10:10:01", "10:20:00"));
}

TEST(ClockSteps, TwoSecondsAreAStep) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Add("10:00:00");
  logs.Step("10:10:00", "10:10:02");
  Timeline timeline = logs.Make();
  EXPECT_THAT(Correct(&timeline).steps, SizeIs(1));
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:02", "10:10:02"));
}

TEST(ClockSteps, AreReadFromTextAsWell) {
  Logs logs;
  logs.Begin(0, "System");
  Event& event = logs.Add("10:10:00", "microsoft-windows-kernel-general", 1);
  logs.SetFields(event,
                 {{"newtime", Value::String(" 2024-07-23T10:10:00.000Z ")},
                  {"oldtime", Value::String("2024-07-23T03:10:00+02:00")}});
  Timeline timeline = logs.Make();
  const Clock clock = ReadClock(timeline);
  ASSERT_THAT(clock.steps, SizeIs(1));
  EXPECT_EQ(Show(clock.steps[0].from), "01:10:00");
}

TEST(ClockSteps, WhatIsNoStepIsLeftAlone) {
  const Field old_time = {"OldTime",
                          {ValueType::kTime, At("01:00:00").value, {}}};
  const Field new_time = {"NewTime",
                          {ValueType::kTime, At("09:00:00").value, {}}};
  Logs logs;
  logs.Begin(0, "System");
  // Another provider, another id, a missing field, a time without its zone, a
  // number, a record of another log.
  logs.SetFields(logs.Add("09:00:00", "Other", 1), {old_time, new_time});
  logs.SetFields(logs.Add("09:00:01", kKernel, 2), {old_time, new_time});
  logs.SetFields(logs.Add("09:00:02", kKernel, 1), {new_time});
  logs.SetFields(logs.Add("09:00:03", kKernel, 1), {old_time});
  logs.SetFields(logs.Add("09:00:04", kKernel, 1),
                 {{"OldTime", Value::String("2024-07-23T01:00:00")}, new_time});
  logs.SetFields(logs.Add("09:00:05", kKernel, 1),
                 {{"OldTime", Value::UInt(5)}, new_time});
  Event& residue = logs.Add("09:00:06", kKernel, 1);
  logs.SetFields(residue, {old_time, new_time});
  residue.state = RecordState::kResidue;
  const Timeline timeline = logs.Make();
  EXPECT_THAT(ReadClock(timeline).steps, IsEmpty());
}

TEST(ClockSteps, ResidueIsNotMoved) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Add("01:00:00");
  logs.Add("01:01:00").state = RecordState::kResidue;
  logs.Add("01:02:00").state = RecordState::kLive;
  logs.Step("01:10:00", "10:10:00");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:00", "01:01:00", "10:02:00", "10:10:00"));
}

TEST(ClockSteps, AForgedLogOfThousandsCostsLittle) {
  constexpr uint64_t kCount = 20'000;
  Collector collector{Limits()};
  for (uint64_t i = 1; i <= kCount; ++i) {
    // Steps of three seconds, but for three large ones; every other one back.
    const auto size = static_cast<uint64_t>(kTicksPerSecond) *
                      (i % 9000 == 77 ? 60 + i / 9000 : 3);
    const uint64_t to = i * 100 * static_cast<uint64_t>(kTicksPerSecond);
    const std::vector<Field> fields = {
        {"NewTime", {ValueType::kTime, to, {}}},
        {"OldTime",
         {ValueType::kTime, i % 2 == 0 ? to - size : to + size, {}}}};
    Event event;
    event.time = {Ticks{to}, TimeQuality::kUtc, {}};
    event.record = i;
    event.provider = kKernel;
    event.id = 1;
    event.fields = fields;
    collector.OnEvent(event);
  }
  Timeline timeline;
  timeline.Add(std::move(collector), SourceId{0});
  timeline.Sort();
  const Clock clock = Correct(&timeline);
  EXPECT_THAT(clock.steps, SizeIs(kMostClockSteps));
  EXPECT_EQ(clock.steps_left_out, kCount - kMostClockSteps);
  // The largest are among those kept, and all are in order of time.
  std::vector<uint64_t> large;
  for (const ClockStep& step : clock.steps) {
    const int64_t delta = step.delta();
    if (delta > 50 * kTicksPerSecond || delta < -50 * kTicksPerSecond) {
      large.push_back(step.record);
    }
  }
  EXPECT_THAT(large, ElementsAre(77, 9077, 18077));
  EXPECT_TRUE(std::is_sorted(
      clock.steps.begin(), clock.steps.end(),
      [](const ClockStep& a, const ClockStep& b) { return a.to < b.to; }));
}

TEST(ClockSteps, CorrectingTwiceIsCorrectingOnce) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Add("01:00:00");
  logs.Step("01:10:00", "10:10:00");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  Correct(&timeline);
  EXPECT_THAT(Logs::Corrected(timeline, 0),
              ElementsAre("10:00:00", "10:10:00"));
}

TEST(ClockZones, ComeFromEvents22And24And6013) {
  Logs logs;
  logs.Begin(0, "System");
  logs.SetFields(logs.Add("10:00:00", "EventLog", 6013),
                 {{"Data", Value::String("")},
                  {"Data", Value::String("")},
                  {"Data", Value::String("")},
                  {"Data", Value::String("")},
                  {"Data", Value::String("12345")},
                  {"Data", Value::String("60")},
                  {"Data", Value::String("480 Pacific Standard Time")}});
  logs.SetFields(
      logs.Add("11:00:00", kKernel, 22),
      {{"OldBias", {ValueType::kInt, 480, {}}},
       {"NewBias", {ValueType::kInt, static_cast<uint64_t>(-60), {}}}});
  logs.SetFields(logs.Add("12:00:00", kKernel, 24),
                 {{"CurrentBias", {ValueType::kHex32, 0xFFFFFF88, {}}}});
  // The same again is no new era.
  logs.SetFields(
      logs.Add("13:00:00", kKernel, 24),
      {{"CurrentBias", {ValueType::kInt, static_cast<uint64_t>(-120), {}}}});
  const Timeline timeline = logs.Make();
  const Clock clock = ReadClock(timeline);
  ASSERT_THAT(clock.zones, SizeIs(3));
  EXPECT_EQ(clock.zones[0].from, At("10:00:00"));
  EXPECT_EQ(clock.zones[0].offset_minutes, -480);
  EXPECT_EQ(clock.zones[0].evidence, "EventLog 6013");
  EXPECT_EQ(clock.zones[1].from, At("11:00:00"));
  EXPECT_EQ(clock.zones[1].offset_minutes, 60);
  EXPECT_EQ(clock.zones[1].evidence,
            "Microsoft-Windows-Kernel-General 22 NewBias");
  EXPECT_EQ(clock.zones[2].from, At("12:00:00"));
  EXPECT_EQ(clock.zones[2].offset_minutes, 120);
  EXPECT_EQ(clock.zones[2].evidence,
            "Microsoft-Windows-Kernel-General 24 CurrentBias");

  EXPECT_EQ(clock.OffsetAt(Ticks{0}), -480);
  EXPECT_EQ(clock.OffsetAt(At("10:00:00")), -480);
  EXPECT_EQ(clock.OffsetAt(AddTicks(At("11:00:00"), -1)), -480);
  EXPECT_EQ(clock.OffsetAt(At("11:00:00")), 60);
  EXPECT_EQ(clock.OffsetAt(At("12:00:00")), 120);
  EXPECT_EQ(clock.OffsetAt(At("23:00:00")), 120);
}

TEST(ClockZones, StandInCorrectedTime) {
  Logs logs;
  logs.Begin(0, "System");
  logs.Boot("01:00:00");
  logs.SetFields(logs.Add("01:05:00", kKernel, 24),
                 {{"CurrentBias", {ValueType::kInt, 0, {}}}});
  logs.SetFields(logs.Add("01:08:00", kKernel, 22),
                 {{"NewBias", {ValueType::kInt, 480, {}}}});
  logs.Step("01:10:00", "10:10:00");
  Timeline timeline = logs.Make();
  Correct(&timeline);
  const Clock clock = ReadClock(timeline);
  ASSERT_THAT(clock.zones, SizeIs(2));
  EXPECT_EQ(Show(clock.zones[0].from), "10:05:00");
  EXPECT_EQ(Show(clock.zones[1].from), "10:08:00");
  EXPECT_EQ(clock.OffsetAt(At("10:06:00")), 0);
}

TEST(ClockZones, WhatIsNoBiasIsLeftAlone) {
  Logs logs;
  logs.Begin(0, "System");
  const auto bias = [&](Value value) {
    logs.SetFields(logs.Add("10:00:00", kKernel, 24), {{"CurrentBias", value}});
  };
  bias({ValueType::kInt, 841, {}});
  bias({ValueType::kInt, static_cast<uint64_t>(-841), {}});
  bias({ValueType::kUInt, 0x80000000, {}});
  bias(Value::String("Pacific"));
  bias(Value::String(""));
  bias(Value());
  logs.Add("10:00:00", kKernel, 24);
  logs.SetFields(logs.Add("10:00:00", "EventLog", 6013),
                 {{"Data", Value::String("480")}});
  logs.SetFields(logs.Add("10:00:00", "Other", 24),
                 {{"CurrentBias", {ValueType::kInt, 60, {}}}});
  const Timeline timeline = logs.Make();
  const Clock clock = ReadClock(timeline);
  EXPECT_THAT(clock.zones, IsEmpty());
  EXPECT_EQ(clock.OffsetAt(At("10:00:00")), std::nullopt);
}

TEST(ClockZones, TheFurthestZonesAreZones) {
  for (const int64_t minutes : {-840, 720}) {
    Logs logs;
    logs.Begin(0, "System");
    logs.SetFields(logs.Add("10:00:00", kKernel, 24),
                   {{"CurrentBias",
                     {ValueType::kInt, static_cast<uint64_t>(minutes), {}}}});
    const Timeline timeline = logs.Make();
    EXPECT_EQ(ReadClock(timeline).OffsetAt(At("10:00:00")), -minutes);
  }
}

// A bias of 64 bits is none, and no sum of two overflows.
TEST(ClockZones, AForgedBiasIsNone) {
  const Value wide{ValueType::kInt, uint64_t{1} << 62U, {}};
  Logs logs;
  logs.Begin(0, "System");
  logs.SetFields(logs.Add("10:00:00", "EventTrace", 0),
                 {{"Bias", wide}, {"StandardBias", wide}});
  logs.SetFields(logs.Add("10:00:01", "EventTrace", 0),
                 {{"Bias", Value::String("4611686018427387904")},
                  {"StandardBias", Value::String("4611686018427387904")}});
  const Timeline timeline = logs.Make();
  EXPECT_THAT(ReadClock(timeline).zones, IsEmpty());
}

Timeline WithRegistryZone(std::string_view key, std::string_view name,
                          std::optional<uint64_t> number) {
  Collector collector{Limits()};
  Fact fact;
  fact.key = key;
  fact.name = name;
  fact.number = number;
  collector.OnFact(fact);
  Timeline timeline;
  timeline.Add(std::move(collector), SourceId{0});
  timeline.Sort();
  return timeline;
}

TEST(ClockZones, TheRegistryServesWhereNoEventTells) {
  constexpr std::string_view kKey =
      "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\"
      "TimeZoneInformation";
  const Clock clock =
      ReadClock(WithRegistryZone(kKey, "ActiveTimeBias", 0xFFFFFF88));
  ASSERT_THAT(clock.zones, SizeIs(1));
  EXPECT_EQ(clock.zones[0].offset_minutes, 120);
  EXPECT_EQ(clock.zones[0].evidence, "registry TimeZoneInformation");
  EXPECT_EQ(clock.OffsetAt(At("10:00:00")), 120);

  EXPECT_EQ(ReadClock(WithRegistryZone(kKey, "activetimebias", 480))
                .OffsetAt(Ticks{0}),
            -480);
  EXPECT_THAT(ReadClock(WithRegistryZone(kKey, "Bias", 480)).zones, IsEmpty());
  EXPECT_THAT(
      ReadClock(WithRegistryZone(kKey, "ActiveTimeBias", std::nullopt)).zones,
      IsEmpty());
  EXPECT_THAT(
      ReadClock(WithRegistryZone("HKLM\\Other", "ActiveTimeBias", 480)).zones,
      IsEmpty());
  EXPECT_THAT(ReadClock(WithRegistryZone(kKey, "ActiveTimeBias", 5000)).zones,
              IsEmpty());
}

TEST(ClockZones, EventsCountForMoreThanTheRegistry) {
  Logs logs;
  logs.Begin(0, "System");
  logs.SetFields(logs.Add("10:00:00", kKernel, 24),
                 {{"CurrentBias", {ValueType::kInt, 60, {}}}});
  Timeline timeline = logs.Make();
  Collector collector{Limits()};
  Fact fact;
  fact.key = "HKLM\\SYSTEM\\ControlSet001\\Control\\TimeZoneInformation";
  fact.name = "ActiveTimeBias";
  fact.number = 480;
  collector.OnFact(fact);
  timeline.Add(std::move(collector), SourceId{1});
  timeline.Sort();
  EXPECT_EQ(ReadClock(timeline).OffsetAt(Ticks{0}), -60);
}

TEST(Clock, AnEmptyTimelineHasNone) {
  Timeline timeline;
  const Clock clock = Correct(&timeline);
  EXPECT_THAT(clock.steps, IsEmpty());
  EXPECT_THAT(clock.zones, IsEmpty());
}

}  // namespace
}  // namespace espial

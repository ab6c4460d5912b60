// Local times, and the zones that the bundle proves.
#include <espial/model/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace espial {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kKernel = "Microsoft-Windows-Kernel-General";

// "10:04:05" of one day, or a whole date and time.
Ticks At(std::string_view time) {
  const std::string text(time);
  return ParseIso8601((text.size() > 8 ? text : "2024-07-23T" + text) + "Z")
      ->ticks;
}
Value Int(int64_t number) {
  return {ValueType::kInt, static_cast<uint64_t>(number), {}};
}

class Bundle {
 public:
  void Begin(std::string channel) { logs_.push_back({std::move(channel), {}}); }
  Event& Utc(std::string_view time, std::string_view provider = "Any",
             uint32_t id = 1000, std::vector<Field> fields = {}) {
    Event& event = Add(time);
    event.time.quality = TimeQuality::kUtc;
    event.provider = provider;
    event.id = id;
    event.fields = fields_.emplace_back(std::move(fields));
    return event;
  }
  Event& Local(std::string_view time, std::vector<Field> fields = {}) {
    Event& event = Add(time);
    event.time.quality = TimeQuality::kAssumed;
    event.time.as_written = time;
    event.fields = fields_.emplace_back(std::move(fields));
    return event;
  }
  void ZoneChange(std::string_view time, int64_t from, int64_t to) {
    Utc(time, kKernel, 22, {{"OldBias", Int(from)}, {"NewBias", Int(to)}});
  }
  void Trace(std::string_view time, int64_t bias, std::string_view standard,
             std::string_view daylight) {
    Utc(time, "EventTrace", 0,
        {{"Bias", Int(bias)},
         {"StandardBias", Int(0)},
         {"DaylightBias", Int(-60)},
         {"StandardDate", Value::String(standard)},
         {"DaylightDate", Value::String(daylight)}});
  }
  void Step(std::string_view from, std::string_view to) {
    Utc(to, kKernel, 1,
        {{"NewTime", {ValueType::kTime, At(to).value, {}}},
         {"OldTime", {ValueType::kTime, At(from).value, {}}}});
  }
  void AddFact(Fact fact) { facts_.push_back(fact); }

  // Settles all times; the corrected ones of log `index` in record order, those
  // that stay assumed with a question mark.
  Clock Settle() {
    for (size_t i = 0; i < logs_.size(); ++i) {
      Collector collector{Limits()};
      for (const Event& event : logs_[i].events) collector.OnEvent(event);
      for (const Fact& fact : facts_) {
        if (i == 0) collector.OnFact(fact);
      }
      timeline_.Add(std::move(collector), SourceId{static_cast<uint32_t>(i)});
    }
    return SettleTimes({}, &timeline_);
  }
  std::vector<std::string> Times(uint32_t index) const {
    std::vector<std::pair<uint64_t, std::string>> found;
    for (const Event& event : timeline_.events()) {
      if (event.source.value != index) continue;
      std::string text = FormatUtc(event.corrected, 0).substr(11, 8);
      if (event.time.quality == TimeQuality::kAssumed) text += '?';
      found.emplace_back(event.record, text);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> times;
    for (auto& [record, time] : found) times.push_back(std::move(time));
    return times;
  }
  const Timeline& timeline() const { return timeline_; }

 private:
  struct Log {
    std::string channel;
    std::deque<Event> events;
  };
  Event& Add(std::string_view time) {
    Log& log = logs_.back();
    Event event;
    event.time.ticks = At(time);
    event.record = log.events.size() + 1;
    event.offset = event.record * 100;
    event.channel = log.channel;
    return log.events.emplace_back(event);
  }
  std::deque<Log> logs_;
  std::deque<std::vector<Field>> fields_;
  std::vector<Fact> facts_;
  Timeline timeline_;
};

TEST(LocalTimes, AreConvertedWithAProvenZone) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.Utc("10:00:00", kKernel, 24, {{"CurrentBias", Int(-540)}});
  bundle.Begin("Ime");
  bundle.Local("19:05:00");
  bundle.Local("19:06:00");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("10:05:00", "10:06:00"));
  ASSERT_THAT(clock.local_logs, SizeIs(1));
  EXPECT_EQ(clock.local_logs[0].converted, 2U);
  EXPECT_EQ(clock.events[static_cast<size_t>(TimeQuality::kZone)], 2U);
  const Event& line = bundle.timeline().events().back();
  EXPECT_EQ(line.time.as_written, "19:06:00");
  EXPECT_EQ(line.time.quality, TimeQuality::kZone);
  ASSERT_THAT(clock.evidence, SizeIs(1));
  EXPECT_TRUE(clock.evidence[0].used);
  EXPECT_EQ(clock.evidence[0].says, "+09:00");
}

TEST(LocalTimes, StayAssumedWithoutEvidence) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.Utc("10:00:00");
  bundle.Begin("Ime");
  bundle.Local("19:05:00");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("19:05:00?"));
  EXPECT_THAT(clock.zones, IsEmpty());
  ASSERT_THAT(clock.local_logs, SizeIs(1));
  EXPECT_EQ(clock.local_logs[0].assumed, 1U);
  EXPECT_EQ(clock.events[static_cast<size_t>(TimeQuality::kAssumed)], 1U);
}

TEST(LocalTimes, ATraceHeaderKnowsDaylightTime) {
  Bundle bundle;
  bundle.Begin("Trace");
  bundle.Trace("2025-03-08T12:00:00", 480, "11.1.0/02:00:00", "3.2.0/02:00:00");
  bundle.Begin("Ime");
  bundle.Local("2025-03-09T01:59:00");
  bundle.Local("2025-03-09T03:01:00");  // two minutes later
  bundle.Local("2025-07-01T05:00:00");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("09:59:00", "10:01:00", "12:00:00"));
  ASSERT_THAT(clock.zones, SizeIs(1));
  EXPECT_EQ(clock.zones[0].evidence, "trace header");
  EXPECT_EQ(clock.OffsetAt(At("2025-07-01T12:00:00")), -420);
  EXPECT_EQ(clock.OffsetAt(At("2025-12-01T12:00:00")), -480);
}

TEST(LocalTimes, TheRepeatedHourIsToldApartByTheOrderOfLines) {
  Bundle bundle;
  bundle.Begin("Trace");
  bundle.Trace("2025-11-01T12:00:00", 480, "11.1.0/02:00:00", "3.2.0/02:00:00");
  bundle.Begin("Ime");
  bundle.Local("2025-11-02T00:50:00");
  bundle.Local("2025-11-02T01:30:00");
  bundle.Local("2025-11-02T01:50:00");
  bundle.Local("2025-11-02T01:10:00");  // daylight time is over
  bundle.Local("2025-11-02T01:55:00");
  bundle.Local("2025-11-02T02:10:00");
  bundle.Begin("One line");
  bundle.Local("2025-11-02T01:30:00");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("07:50:00", "08:30:00", "08:50:00",
                                           "09:10:00", "09:55:00", "10:10:00"));
  // A line alone may be from either hour.
  EXPECT_THAT(bundle.Times(2), testing::Each(testing::EndsWith("?")));
  ASSERT_THAT(clock.local_logs, SizeIs(2));
  EXPECT_EQ(clock.local_logs[1].ambiguous, 1U);
}

TEST(LocalTimes, AZoneChangeWestShowsAsAFall) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.ZoneChange("10:00:00", -60, 480);
  bundle.Begin("Ime");
  bundle.Local("10:30:00");
  bundle.Local("10:59:00");
  bundle.Local("02:01:00");
  bundle.Local("02:30:00");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(1),
              ElementsAre("09:30:00", "09:59:00", "10:01:00", "10:30:00"));
  ASSERT_THAT(clock.zones, SizeIs(2));
  EXPECT_EQ(clock.zones[0].offset_minutes, 60);
  EXPECT_EQ(clock.zones[1].offset_minutes, -480);
  EXPECT_TRUE(clock.zones[1].exact);
}

TEST(LocalTimes, AZoneChangeEastShowsAsALeap) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.ZoneChange("10:00:00", 480, -60);
  bundle.Begin("Ime");
  bundle.Local("01:30:00");
  bundle.Local("01:59:00");
  bundle.Local("11:01:00");
  bundle.Local("11:30:00");
  bundle.Settle();
  EXPECT_THAT(bundle.Times(1),
              ElementsAre("09:30:00", "09:59:00", "10:01:00", "10:30:00"));
}

TEST(LocalTimes, TwoTracesFrameAChangeThatTheFileDates) {
  Bundle bundle;
  bundle.Begin("Traces");
  bundle.Trace("2025-02-01T08:00:00", 480, "11.1.0/02:00:00", "3.2.0/02:00:00");
  bundle.Trace("2025-02-01T12:00:00", -60, "10.5.0/03:00:00", "3.5.0/02:00:00");
  bundle.Begin("Ime");
  bundle.Local("2025-02-01T01:30:00");
  bundle.Local("2025-02-01T01:58:00");
  bundle.Local("2025-02-01T11:00:00");
  bundle.Local("2025-02-01T11:30:00");
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.zones, SizeIs(2));
  EXPECT_FALSE(clock.zones[1].exact);
  EXPECT_THAT(bundle.Times(1),
              ElementsAre("09:30:00", "09:58:00", "10:00:00", "10:30:00"));
}

TEST(LocalTimes, InterleavedWritersAreToldApartLineByLine) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.ZoneChange("10:00:00", 480, -60);
  bundle.Begin("AgentExecutor");
  bundle.Local("01:50:00");
  bundle.Local("11:01:00");  // a new process
  bundle.Local("02:02:00");  // one that began with the old zone
  bundle.Local("11:03:00");
  bundle.Local("02:04:00");
  bundle.Local("11:05:00");
  bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("09:50:00", "10:01:00", "10:02:00",
                                           "10:03:00", "10:04:00", "10:05:00"));
}

TEST(LocalTimes, ALongPauseIsNoChangeOfTheZone) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.ZoneChange("10:00:00", 480, -60);
  bundle.Begin("Ime");
  bundle.Local("11:30:00");
  bundle.Local("20:30:00");  // nine hours later, as far as the zones are apart
  bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("10:30:00", "19:30:00"));
}

TEST(LocalTimes, AWrongClockIsSetRightAsWell) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.Utc("01:00:00", kKernel, 12);
  bundle.Utc("01:01:00", kKernel, 24, {{"CurrentBias", Int(-540)}});
  bundle.Step("01:10:00", "10:10:00");
  bundle.Utc("10:15:00");
  bundle.Begin("Ime");
  bundle.Local("10:05:00");  // 01:05 of the wrong clock
  bundle.Local("19:11:00");
  bundle.Begin("Back");
  const Clock clock = bundle.Settle();
  EXPECT_THAT(clock.steps, SizeIs(1));
  EXPECT_THAT(bundle.Times(1), ElementsAre("10:05:00", "10:11:00"));
}

TEST(LocalTimes, AStepBackIsNoChangeOfTheZone) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.Utc("17:00:00", kKernel, 12);
  bundle.Utc("17:01:00", kKernel, 24, {{"CurrentBias", Int(-60)}});
  bundle.Step("17:10:00", "10:10:00");
  bundle.Utc("10:15:00");
  bundle.Begin("Ime");
  bundle.Local("18:05:00");
  bundle.Local("11:11:00");
  bundle.Settle();
  EXPECT_THAT(bundle.Times(1), ElementsAre("10:05:00", "10:11:00"));
}

TEST(LocalTimes, ABiasCountsOnlyWhereTheZoneConfirmsIt) {
  for (const int64_t sign : {1, -1}) {
    Bundle bundle;
    bundle.Begin("System");
    bundle.Utc("10:00:00", kKernel, 24, {{"CurrentBias", Int(300)}});
    bundle.Begin("Ccm");
    bundle.Local("05:01:00", {{"Bias", Int(sign * 300)}});
    bundle.Local("05:02:00", {{"Bias", Int(sign * 60)}});
    const Clock clock = bundle.Settle();
    EXPECT_THAT(bundle.Times(1), ElementsAre("10:01:00", "10:02:00?"));
    EXPECT_EQ(clock.local_logs[0].contradicted, 1U);
  }
}

TEST(LocalTimes, ABiasAloneProvesNothing) {
  Bundle bundle;
  bundle.Begin("Ccm");
  bundle.Local("05:01:00", {{"Bias", Int(300)}});
  const Clock clock = bundle.Settle();
  EXPECT_THAT(bundle.Times(0), ElementsAre("05:01:00?"));
  EXPECT_EQ(clock.local_logs[0].assumed, 1U);
}

Fact RegistryFact(std::string_view name, uint64_t number,
                  std::string_view data = {}) {
  Fact fact;
  fact.key = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation";
  fact.name = name;
  fact.number = number;
  fact.data = data;
  return fact;
}

TEST(LocalTimes, TheRegistryKnowsDaylightTimeAsWell) {
  Bundle bundle;
  bundle.Begin("Ime");
  bundle.Local("2025-03-09T01:59:00");
  bundle.Local("2025-03-09T03:01:00");
  bundle.AddFact(RegistryFact("Bias", 480));
  bundle.AddFact(RegistryFact("StandardBias", 0));
  bundle.AddFact(RegistryFact("DaylightBias", 0xFFFFFFC4));
  bundle.AddFact(RegistryFact("ActiveTimeBias", 420));
  bundle.AddFact(
      RegistryFact("StandardStart", 0, "00000b00000001000200000000000000"));
  bundle.AddFact(
      RegistryFact("DaylightStart", 0, "00000300000002000200000000000000"));
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.zones, SizeIs(1));
  EXPECT_EQ(FormatZone(clock.zones[0].rule), "-08:00, daylight -07:00");
  EXPECT_THAT(bundle.Times(0), ElementsAre("09:59:00", "10:01:00"));
}

TEST(LocalTimes, WhatACommandPrintsServesToo) {
  for (const auto& [key, name, data] :
       {std::tuple{"w32tm /tz", "Time zone", "Current: Bias: -60min"},
        std::tuple{"msinfo32 /report", "System Summary/Time Zone",
                   "(UTC+01:00) Amsterdam"}}) {
    Bundle bundle;
    bundle.Begin("Ime");
    bundle.Local("11:05:00");
    Fact fact;
    fact.kind = FactKind::kOutput;
    fact.key = key;
    fact.name = name;
    fact.data = data;
    bundle.AddFact(fact);
    bundle.Settle();
    EXPECT_THAT(bundle.Times(0), ElementsAre("10:05:00")) << key;
  }
}

TEST(LocalTimes, AwakeningsTogetherTellTheZone) {
  Bundle bundle;
  bundle.Begin("Dm");
  for (const char* time :
       {"08:00:00", "08:00:20", "09:17:00", "11:03:00", "15:31:00"}) {
    bundle.Utc(time);
  }
  bundle.Begin("Ime");
  for (const char* time : {"13:30:10", "14:47:05", "16:33:30", "21:01:02"}) {
    bundle.Local(time);
  }
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.zones, SizeIs(1));
  EXPECT_EQ(clock.zones[0].offset_minutes, 330);
  EXPECT_THAT(bundle.Times(1),
              ElementsAre("08:00:10", "09:17:05", "11:03:30", "15:31:02"));
}

TEST(LocalTimes, AwakeningsInAFixedRhythmTellNothing) {
  Bundle bundle;
  bundle.Begin("Dm");
  for (const char* time : {"08:00:00", "09:00:00", "10:00:00", "11:00:00"}) {
    bundle.Utc(time);
  }
  bundle.Begin("Ime");
  for (const char* time : {"13:00:10", "14:00:05", "15:00:30", "16:00:02"}) {
    bundle.Local(time);
  }
  EXPECT_THAT(bundle.Settle().zones, IsEmpty());
}

TEST(RecordOrder, StaysWhereTimesContradictIt) {
  Bundle bundle;
  bundle.Begin("System");
  for (const char* time : {"10:00:00", "10:01:00", "10:02:00", "03:00:00",
                           "10:03:00", "10:04:00"}) {
    bundle.Utc(time);
  }
  const Clock clock = bundle.Settle();
  EXPECT_EQ(clock.held_in_order, 1U);
  EXPECT_THAT(bundle.Times(0), ElementsAre("10:00:00", "10:01:00", "10:02:00",
                                           "10:02:00", "10:03:00", "10:04:00"));
}

TEST(RecordOrder, IsNotMadeUpWhereThereIsNone) {
  Bundle bundle;
  bundle.Begin("Hive");
  for (const char* time : {"10:00:00", "03:01:00", "10:02:00", "03:00:00"}) {
    bundle.Utc(time);
  }
  EXPECT_EQ(bundle.Settle().held_in_order, 0U);
}

TEST(RecordOrder, AStepBackReachesTheSessionsThatShareTheWrongClock) {
  Bundle bundle;
  bundle.Begin("System");
  bundle.Utc("16:00:00", kKernel, 12);
  bundle.Utc("16:10:00");
  bundle.Utc("17:00:00", kKernel, 12);
  bundle.Step("17:10:00", "10:10:00");
  bundle.Utc("10:15:00");
  const Clock clock = bundle.Settle();
  EXPECT_EQ(clock.held_in_order, 0U);
  EXPECT_THAT(bundle.Times(0), ElementsAre("09:00:00", "09:10:00", "10:00:00",
                                           "10:10:00", "10:15:00"));
}

}  // namespace
}  // namespace espial

// Drift: the same actions in two sources.
#include <espial/model/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kProvider = "Microsoft-Windows-AAD";
// What the tests call the sources of a bundle.
constexpr uint32_t kLog = 0;
constexpr uint32_t kOtherLog = 1;
constexpr uint32_t kTrace = 2;
constexpr uint32_t kExport = 3;

Ticks Second(int64_t seconds) {
  return AddTicks(ParseIso8601("2024-07-23T10:00:00Z")->ticks,
                  seconds * kTicksPerSecond);
}

class Bundle {
 public:
  Bundle() {
    for (const char* format : {"evtx", "evtx", "etl", "eventxml"}) {
      Artifact artifact;
      artifact.id = SourceId{static_cast<uint32_t>(artifacts_.size())};
      artifact.format = format;
      artifacts_.push_back(artifact);
      events_.emplace_back();
    }
  }

  // One action, named by its data. The reference holds for the Bundle's life.
  Event& Add(uint32_t source, Ticks ticks, std::string action) {
    std::deque<Event>& events = events_[source];
    Event event;
    event.time = {ticks, TimeQuality::kUtc, {}};
    event.record = events.size() + 1;
    event.offset = event.record * 100;
    event.provider = kProvider;
    event.id = 1104;
    const std::string& text = texts_.emplace_back(std::move(action));
    event.fields = fields_.emplace_back(
        std::vector<Field>{{"CorrelationId", Value::String(text)}});
    return events.emplace_back(event);
  }
  // Actions one minute apart, each `late` seconds after its minute.
  void AddAll(uint32_t source, std::initializer_list<int64_t> late) {
    int64_t minute = 0;
    for (const int64_t seconds : late) {
      Add(source, Second(60 * minute + seconds),
          "action " + std::to_string(minute));
      ++minute;
    }
  }

  std::vector<Artifact>& artifacts() { return artifacts_; }

  Clock Settle() {
    Timeline timeline;
    for (uint32_t i = 0; i < events_.size(); ++i) {
      Collector collector{Limits()};
      for (const Event& event : events_[i]) collector.OnEvent(event);
      timeline.Add(std::move(collector), SourceId{i});
    }
    return SettleTimes(artifacts_, &timeline);
  }

 private:
  std::vector<Artifact> artifacts_;
  std::deque<std::deque<Event>> events_;
  std::deque<std::string> texts_;
  std::deque<std::vector<Field>> fields_;
};

TEST(ClockDrift, IsTheMedianOfPairsWithItsSpread) {
  Bundle bundle;
  bundle.AddAll(kLog, {0, 0, 0, 0, 0});
  bundle.AddAll(kTrace, {7, 9, 8, 8, 50});
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.drifts, SizeIs(1));
  const ClockDrift& drift = clock.drifts[0];
  EXPECT_EQ(drift.a, SourceId{kLog});
  EXPECT_EQ(drift.b, SourceId{kTrace});
  EXPECT_EQ(drift.ticks, 8 * kTicksPerSecond);
  EXPECT_EQ(drift.spread, 1 * kTicksPerSecond);
  EXPECT_EQ(drift.pairs, 5U);
}

TEST(ClockDrift, OfASourceThatIsAheadIsNegative) {
  Bundle bundle;
  bundle.AddAll(kLog, {30, 30, 30});
  bundle.AddAll(kExport, {10, 10, 10});
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.drifts, SizeIs(1));
  EXPECT_EQ(clock.drifts[0].ticks, -20 * kTicksPerSecond);
  EXPECT_EQ(clock.drifts[0].spread, 0);
}

TEST(ClockDrift, IsListedByTheLogThenTheOther) {
  Bundle bundle;
  for (const uint32_t source : {kExport, kTrace, kOtherLog, kLog}) {
    bundle.AddAll(source, {source, source, source});
  }
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.drifts, SizeIs(4));
  const auto pair = [&](size_t i) {
    return std::pair(clock.drifts[i].a.value, clock.drifts[i].b.value);
  };
  EXPECT_EQ(pair(0), std::pair(kLog, kTrace));
  EXPECT_EQ(pair(1), std::pair(kLog, kExport));
  EXPECT_EQ(pair(2), std::pair(kOtherLog, kTrace));
  EXPECT_EQ(pair(3), std::pair(kOtherLog, kExport));
  EXPECT_EQ(clock.drifts[3].ticks, 2 * kTicksPerSecond);
}

TEST(ClockDrift, TwoPairsAreTooFew) {
  Bundle bundle;
  bundle.AddAll(kLog, {0, 0});
  bundle.AddAll(kTrace, {5, 5});
  EXPECT_THAT(bundle.Settle().drifts, IsEmpty());
}

// Each change takes one of three pairs away, and so the measure.
TEST(ClockDrift, PairsOnlyWhatIsTheSameActionForSure) {
  struct Change {
    const char* why;
    void (*make)(Bundle* bundle, Event* last);
  };
  const std::vector<Change> changes = {
      {"another provider", [](Bundle*, Event* e) { e->provider = "Other"; }},
      {"another id", [](Bundle*, Event* e) { e->id = 1098; }},
      {"no id", [](Bundle*, Event* e) { e->id = 0; }},
      {"no data", [](Bundle*, Event* e) { e->fields = {}; }},
      {"an assumed time",
       [](Bundle*, Event* e) { e->time.quality = TimeQuality::kAssumed; }},
      {"no time",
       [](Bundle*, Event* e) { e->time.quality = TimeQuality::kNone; }},
      {"a leftover of another log",
       [](Bundle*, Event* e) { e->state = RecordState::kResidue; }},
      {"twice in the trace",
       [](Bundle* b, Event*) { b->Add(kTrace, Second(500), "action 2"); }},
      {"twice in the log",
       [](Bundle* b, Event*) { b->Add(kLog, Second(500), "action 2"); }},
  };
  for (const Change& change : changes) {
    Bundle bundle;
    bundle.AddAll(kLog, {0, 0, 0});
    bundle.AddAll(kTrace, {5, 5});
    Event& last = bundle.Add(kTrace, Second(125), "action 2");
    change.make(&bundle, &last);
    EXPECT_THAT(bundle.Settle().drifts, IsEmpty()) << change.why;
  }
}

TEST(ClockDrift, IsMeasuredAgainstEventLogsOnly) {
  Bundle bundle;
  bundle.AddAll(kTrace, {0, 0, 0});
  bundle.AddAll(kExport, {5, 5, 5});
  EXPECT_THAT(bundle.Settle().drifts, IsEmpty());

  Bundle logs;
  logs.AddAll(kLog, {0, 0, 0});
  logs.AddAll(kOtherLog, {5, 5, 5});
  EXPECT_THAT(logs.Settle().drifts, IsEmpty());
}

// It compares what the sources say, not what the steps make of it.
TEST(ClockDrift, SeesTheTimesAsWritten) {
  constexpr std::string_view kKernel = "Microsoft-Windows-Kernel-General";
  Bundle bundle;
  bundle.AddAll(kLog, {0, 0, 0});
  bundle.AddAll(kTrace, {5, 5, 5});
  const std::vector<Field> fields = {
      {"OldTime", {ValueType::kTime, Second(200).value, {}}},
      {"NewTime", {ValueType::kTime, Second(4000).value, {}}}};
  Event& step = bundle.Add(kLog, Second(4000), "");
  step.provider = kKernel;
  step.id = 1;
  step.fields = fields;
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.steps, SizeIs(1));
  ASSERT_THAT(clock.drifts, SizeIs(1));
  EXPECT_EQ(clock.drifts[0].ticks, 5 * kTicksPerSecond);
}

// Times at both ends of what 64 bits hold.
TEST(ClockDrift, OfForgedTimesDoesNotOverflow) {
  Bundle bundle;
  constexpr Ticks kLast{std::numeric_limits<uint64_t>::max()};
  for (const char* action : {"a", "b", "c"}) {
    const bool back = *action == 'c';
    bundle.Add(kLog, back ? kLast : Ticks{0}, action);
    bundle.Add(kTrace, back ? Ticks{0} : kLast, action);
  }
  const Clock clock = bundle.Settle();
  ASSERT_THAT(clock.drifts, SizeIs(1));
  EXPECT_EQ(clock.drifts[0].ticks, std::numeric_limits<int64_t>::max() / 2);
  EXPECT_EQ(clock.drifts[0].spread, 0);
}

TEST(ClockDrift, NeedsToKnowTheArtifacts) {
  Bundle bundle;
  bundle.AddAll(kLog, {0, 0, 0});
  bundle.AddAll(kTrace, {5, 5, 5});
  bundle.artifacts().clear();
  EXPECT_THAT(bundle.Settle().drifts, IsEmpty());
}

}  // namespace
}  // namespace espial

// Any story of a device's clock: events, steps, zones and their evidence, told
// in rows of eight bytes. The whole clock stage runs over it.
//
//   kind | source | minutes since the row before, signed 16 | record, signed 8
//   | quality and state | value, signed 16
#include <espial/core/limits.h>
#include <espial/model/clock.h>
#include <espial/model/span.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace espial {
namespace {

constexpr std::array<std::string_view, 6> kFormats = {
    "evtx", "evtx", "cmtrace", "etl", "registry/hive", "eventxml"};
constexpr size_t kRow = 8;
constexpr size_t kMostRows = 400;
// 2024-07-23.
constexpr uint64_t kStart = 133661088000000000U;
// What no real clock says, but a forged one may: the last day that there is.
constexpr Ticks kEnd{0xFFFF'FFFF'FFFF'FFFFU};

struct Row {
  uint8_t kind;
  uint8_t source;
  int16_t minutes;
  int8_t record;
  uint8_t flags;
  int16_t value;
};

int16_t Signed16(const uint8_t* at) {
  return static_cast<int16_t>(at[0] | at[1] << 8);
}

class Story {
 public:
  Story() {
    for (uint32_t i = 0; i < kFormats.size(); ++i) {
      collectors_.emplace_back(Limits());
      Artifact artifact;
      artifact.id = SourceId{i};
      artifact.format = kFormats[i];
      artifact.provenance =
          "DiagLogs-PC-20240723T" + std::to_string(101500 + i) + "Z.zip";
      artifacts_.push_back(artifact);
    }
  }

  void Tell(const uint8_t* data, size_t size) {
    for (size_t at = 0; at + kRow <= size && at < kMostRows * kRow;
         at += kRow) {
      const uint8_t* row = data + at;
      TellRow({row[0], static_cast<uint8_t>(row[1] % kFormats.size()),
               Signed16(row + 2), static_cast<int8_t>(row[4]), row[5],
               Signed16(row + 6)});
    }
  }

  // Adds what was told, from the first source on or from the last.
  Timeline Make(bool backwards) const {
    Timeline timeline;
    for (size_t i = 0; i < collectors_.size(); ++i) {
      const size_t at = backwards ? collectors_.size() - 1 - i : i;
      Collector copy{Limits()};
      const auto add = [&](const auto& all, auto put) {
        for (size_t k = 0; k < all.size(); ++k) {
          put(all[backwards ? all.size() - 1 - k : k]);
        }
      };
      add(collectors_[at].events, [&](const Event& e) { copy.OnEvent(e); });
      add(collectors_[at].facts, [&](const Fact& f) { copy.OnFact(f); });
      timeline.Add(std::move(copy), SourceId{static_cast<uint32_t>(at)});
    }
    return timeline;
  }

  [[nodiscard]] const std::vector<Artifact>& artifacts() const {
    return artifacts_;
  }
  [[nodiscard]] size_t events() const { return events_; }
  [[nodiscard]] size_t local() const { return local_; }

 private:
  void TellRow(const Row& row) {
    now_ = AddTicks(now_, row.minutes * kTicksPerMinute);
    Event event;
    event.provider = "Microsoft-Windows-Kernel-General";
    const Value number{
        ValueType::kInt, static_cast<uint64_t>(int64_t{row.value}), {}};
    // As some write it, and further than any zone goes.
    const Value wide{
        ValueType::kInt, static_cast<uint64_t>(int64_t{row.value}) << 48U, {}};
    const std::string text = std::to_string(row.value);
    const auto with = [&](uint32_t id, std::vector<Field> fields) {
      event.id = id;
      Add(row, event, std::move(fields));
    };
    switch (row.kind % 16) {
      case 0:
        event.provider = "Other";
        return with(7, {{"n", number}});
      case 1:
        return with(12, {});
      case 2:
        return with(13, {});
      case 3:
        return with(1, {{"OldTime", {ValueType::kTime, now_.value, {}}},
                        {"NewTime", {ValueType::kTime, Moved(row).value, {}}}});
      case 4:
        event.provider = "EventLog";
        return with(6013, {{"1", {}},
                           {"2", {}},
                           {"3", {}},
                           {"4", {}},
                           {"5", {}},
                           {"6", {}},
                           {"7", Value::String(text)}});
      case 5:
        return with(22, {{"OldBias", Value::String("0")}, {"NewBias", number}});
      case 6:
        return with(24, {{"CurrentBias", number}});
      case 7:
        event.provider = "EventTrace";
        return with(0, {{"Bias", number},
                        {"StandardBias", Value::UInt(0)},
                        {"DaylightBias", {ValueType::kInt, ~uint64_t{59}, {}}},
                        {"StandardDate", Value::String("10.5.0/03:00:00")},
                        {"DaylightDate", Value::String("3.5.0/02:00:00")}});
      case 8:
        event.provider = "EventTrace";
        return with(0, {{"Bias", wide}, {"StandardBias", wide}});
      case 9:
        event.provider = "Microsoft-Windows-Kernel-Boot";
        return with(238, {{"EfiTimeZoneBias", number}});
      case 10:
        // The same action in several sources.
        event.provider = "Same";
        return with(9, {{"action", Value::String(text)}});
      case 11:
        now_ = Ticks{static_cast<uint64_t>(int64_t{row.value}) << 48U};
        event.provider = "Other";
        return with(8, {});
      case 12:
        now_ = Ticks{kStart};
        return;
      case 13:
        return TellFact(FactKind::kRegistry,
                        "HKLM\\SYSTEM\\ControlSet001\\Control\\"
                        "TimeZoneInformation",
                        "ActiveTimeBias", row, text);
      case 14:
        return TellFact(FactKind::kOutput, "w32tm /tz", "Bias", row, text);
      default:
        return TellFact(FactKind::kCollection, "start", "", row,
                        FormatUtc(now_));
    }
  }

  // A step by seconds, or by days.
  [[nodiscard]] Ticks Moved(const Row& row) const {
    const int64_t unit =
        (row.flags & 0x20U) != 0 ? 1440 * kTicksPerMinute : kTicksPerSecond;
    return AddTicks(now_, row.value * unit);
  }

  void Add(const Row& row, Event event, std::vector<Field> fields) {
    constexpr std::array<TimeQuality, 4> kQualities = {
        TimeQuality::kUtc, TimeQuality::kAssumed, TimeQuality::kOffset,
        TimeQuality::kNone};
    constexpr std::array<RecordState, 4> kStates = {
        RecordState::kActive, RecordState::kActive, RecordState::kLive,
        RecordState::kResidue};
    event.time.ticks = now_;
    event.time.quality = kQualities[row.flags & 3U];
    event.state = kStates[row.flags >> 2U & 3U];
    if (event.time.quality == TimeQuality::kAssumed) {
      event.time.as_written = "as written";
      ++local_;
      if ((row.flags & 0x10U) != 0) {
        fields.push_back(
            {"Bias",
             {ValueType::kInt, static_cast<uint64_t>(int64_t{row.value}), {}}});
      }
    }
    int64_t& record = records_[row.source];
    record = std::max<int64_t>(record + 1 + row.record, 1);
    event.record = static_cast<uint64_t>(record);
    event.offset = ++events_;
    event.fields = fields;
    collectors_[row.source].OnEvent(event);
  }

  void TellFact(FactKind kind, std::string_view key, std::string_view name,
                const Row& row, std::string_view data) {
    Fact fact;
    fact.kind = kind;
    fact.key = key;
    fact.name = name;
    fact.data = data;
    fact.number = static_cast<uint64_t>(int64_t{row.value});
    fact.offset = ++facts_;
    collectors_[row.source].OnFact(fact);
  }

  Ticks now_{kStart};
  std::vector<Collector> collectors_;
  std::vector<Artifact> artifacts_;
  std::array<int64_t, kFormats.size()> records_{};
  size_t events_ = 0;
  size_t facts_ = 0;
  size_t local_ = 0;
};

void Check(bool holds) {
  if (!holds) std::abort();
}

// Inside a source the records keep their order, unless they have none: where a
// quarter of the neighbours fall, they are no log.
void CheckRecordOrder(const Timeline& timeline) {
  std::map<SourceId, std::vector<const Event*>> logs;
  for (const Event& event : timeline.events()) {
    const std::string_view format = kFormats[event.source.value];
    const bool own = event.state == RecordState::kActive ||
                     event.state == RecordState::kLive;
    if (own && event.time.known() && format != "etl" &&
        !format.starts_with("registry")) {
      logs[event.source].push_back(&event);
    }
  }
  for (auto& [source, log] : logs) {
    const bool ordered =
        std::is_sorted(log.begin(), log.end(),
                       [](auto* a, auto* b) { return a->record < b->record; });
    std::sort(log.begin(), log.end(), [](auto* a, auto* b) {
      return std::tie(a->record, a->offset) < std::tie(b->record, b->offset);
    });
    size_t falls = 0;
    for (size_t i = 1; i < log.size(); ++i) {
      falls += log[i]->corrected < log[i - 1]->corrected ? 1 : 0;
    }
    Check(ordered || falls * 4 > log.size());
  }
}

void CheckClock(const Clock& clock, const Story& story) {
  Check(clock.steps.size() <= kMostClockSteps);
  for (size_t i = 1; i < clock.steps.size(); ++i) {
    Check(clock.steps[i - 1].to <= clock.steps[i].to);
  }
  constexpr int32_t kFurthest = 14 * 60;
  for (size_t i = 0; i < clock.zones.size(); ++i) {
    const ZoneEra& era = clock.zones[i];
    Check(i == 0 || clock.zones[i - 1].from <= era.from);
    Check(std::abs(era.rule.standard) <= kFurthest);
    Check(std::abs(era.rule.daylight) <= kFurthest);
    Check(std::abs(era.offset_minutes) <= kFurthest);
  }
  for (const ZoneEvidence& evidence : clock.evidence) {
    Check(evidence.used != !evidence.why_not.empty());
  }
  for (const ClockDrift& drift : clock.drifts) {
    Check(drift.pairs >= 3 && drift.spread >= 0);
  }
  uint64_t lines = 0;
  for (const LocalLog& log : clock.local_logs) {
    lines += log.converted + log.assumed + log.ambiguous + log.contradicted;
  }
  Check(lines == story.local());
}

// A time moves by its zone and by the steps, and wraps nowhere.
void CheckTimes(const Timeline& timeline, const Clock& clock) {
  int64_t furthest = 0;
  for (const ClockStep& step : clock.steps) {
    const int64_t delta = step.delta();
    const int64_t size = delta < 0 ? -delta : delta;
    furthest = furthest > INT64_MAX - size ? INT64_MAX : furthest + size;
  }
  const bool held = clock.held_in_order != 0;
  for (const Event& event : timeline.events()) {
    const int64_t moved = TicksBetween(event.time.ticks, event.corrected);
    Check(held || (moved <= furthest && moved >= -furthest));
    Check(event.corrected <= kEnd);
  }
}

void Run(const uint8_t* data, size_t size) {
  Story story;
  story.Tell(data, size);
  Timeline timeline = story.Make(false);
  uint64_t dropped = 0;
  const Clock clock = SettleTimes(story.artifacts(), &timeline, &dropped);
  const std::vector<Event>& events = timeline.events();
  Check(events.size() + dropped == story.events());
  Check(std::is_sorted(events.begin(), events.end(), EventBefore));
  // A record that two sources hold alike is dropped in one of them.
  if (dropped == 0) {
    CheckRecordOrder(timeline);
    CheckClock(clock, story);
  }
  CheckTimes(timeline, clock);

  // The same, whatever came first.
  Timeline other = story.Make(true);
  SettleTimes(story.artifacts(), &other);
  Check(std::equal(events.begin(), events.end(), other.events().begin(),
                   other.events().end(), [](const Event& a, const Event& b) {
                     return a.offset == b.offset &&
                            a.corrected == b.corrected &&
                            a.time.ticks == b.time.ticks &&
                            a.time.quality == b.time.quality;
                   }));

  const std::vector<Span> spans = FindSpans(timeline, clock);
  Check(std::is_sorted(spans.begin(), spans.end(), SpanBefore));
  for (const Span& span : spans) {
    Check(!span.from || !span.to || *span.from <= *span.to);
    Check(!span.evidence.empty());
  }
}

}  // namespace
}  // namespace espial

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  espial::Run(data, size);
  return 0;
}

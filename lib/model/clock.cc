#include <espial/core/source.h>
#include <espial/core/text.h>
#include <espial/model/clock.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

// The last moment that is known without a zone.
Ticks LastUtc(const Timeline& timeline) {
  Ticks last{0};
  for (const Event& event : timeline.events()) {
    if (IsOwnRecord(event) && event.time.quality >= TimeQuality::kOffset) {
      last = std::max(last, event.corrected);
    }
  }
  return last;
}

void CountQualities(const Timeline& timeline, Clock* clock) {
  clock->events = {};
  for (const Event& event : timeline.events()) {
    ++clock->events[static_cast<size_t>(event.time.quality)];
  }
}

}  // namespace

std::optional<Ticks> CaptureStamp(std::string_view name) {
  constexpr size_t kStampLength = 16;
  const size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) name = name.substr(0, dot);
  if (!StartsWithFold(name, "DiagLogs-") || name.size() < kStampLength ||
      name[name.size() - kStampLength - 1] != '-') {
    return std::nullopt;
  }
  const std::string_view stamp = name.substr(name.size() - kStampLength);
  if (stamp[8] != 'T' || stamp[15] != 'Z') return std::nullopt;
  const auto number = [&](size_t at, size_t length) {
    const auto value = ParseUnsigned(stamp.substr(at, length));
    return value ? static_cast<uint32_t>(*value) : 99U;
  };
  return FromCivil({static_cast<int32_t>(number(0, 4)), number(4, 2),
                    number(6, 2), number(9, 2), number(11, 2), number(13, 2),
                    0});
}

void ReadCapture(const Timeline& timeline, std::span<const Artifact> artifacts,
                 Clock* clock) {
  const auto take = [&](Ticks ticks, std::string evidence) {
    if (clock->captured && *clock->captured >= ticks) return;
    clock->captured = ticks;
    clock->captured_evidence = std::move(evidence);
  };
  for (const Fact& fact : timeline.facts()) {
    if (fact.kind != FactKind::kCollection || fact.key != "start") continue;
    const auto time = ParseIso8601(fact.data);
    if (time && time->quality >= TimeQuality::kOffset) {
      take(time->ticks, "start of the collector");
    }
  }
  for (const Artifact& artifact : artifacts) {
    if (const auto stamp = CaptureStamp(ProvenanceName(artifact.provenance))) {
      take(*stamp, "name of the collection");
    }
  }
}

std::optional<int32_t> Clock::OffsetAt(Ticks ticks) const {
  if (zones.empty()) return std::nullopt;
  const ZoneEra* holds = &zones.front();
  for (const ZoneEra& era : zones) {
    if (era.from > ticks) break;
    holds = &era;
  }
  return espial::OffsetAt(holds->rule, ticks);
}

Clock ReadClock(const Timeline& timeline, std::span<const Artifact> artifacts) {
  Clock clock;
  ReadSteps(timeline, &clock);
  ReadCapture(timeline, artifacts, &clock);
  std::vector<ZoneSample> samples =
      ReadZoneSamples(timeline, &clock.evidence_left_out);
  const Ticks end = clock.captured.value_or(LastUtc(timeline));
  clock.zones = MakeEras(end, &samples);
  const bool local =
      std::any_of(timeline.events().begin(), timeline.events().end(), IsLocal);
  if (clock.zones.empty() && local) {
    // Nothing states the zone: perhaps what happened does.
    for (auto guess : {ZoneOfPairs(timeline), ZoneOfCapture(timeline, clock)}) {
      if (guess) samples.push_back(std::move(*guess));
    }
    clock.zones = MakeEras(end, &samples);
  }
  for (ZoneSample& sample : samples) {
    clock.evidence.push_back(std::move(sample.evidence));
  }
  CountQualities(timeline, &clock);
  return clock;
}

Clock SettleTimes(std::span<const Artifact> artifacts, Timeline* timeline,
                  uint64_t* duplicates) {
  uint64_t dropped = timeline->Sort();
  Clock clock;
  ReadSteps(*timeline, &clock);
  if (!clock.steps.empty()) {
    // The eras of the zone stand at corrected times.
    CorrectTimes(clock, timeline);
    dropped += timeline->Sort();
  }
  clock = ReadClock(*timeline, artifacts);
  ConvertLocalTimes(timeline, &clock);
  const bool converted = !clock.zones.empty() && !clock.local_logs.empty();
  if (converted && !clock.steps.empty()) CorrectTimes(clock, timeline);
  if (converted) dropped += timeline->Sort();
  clock.held_in_order = KeepRecordOrder(artifacts, timeline);
  if (clock.held_in_order != 0) dropped += timeline->Sort();
  clock.drifts = MeasureDrift(*timeline, artifacts);
  CountQualities(*timeline, &clock);
  if (duplicates != nullptr) *duplicates = dropped;
  return clock;
}

}  // namespace espial

// What the parts of the clock hand each other.
#pragma once

#include <espial/model/clock.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace espial {

// What one piece of evidence says of the zone.
struct ZoneSample {
  // The first and the last time that it said so; equal for one event. Nothing
  // for what held at capture.
  std::optional<Ticks> at;
  Ticks last;
  // Minutes east of Greenwich, at `at`.
  int32_t offset = 0;
  // The whole rule, where the evidence has it.
  std::optional<ZoneRule> rule;
  // The offset may be that of standard time all year round.
  bool loose = false;
  // The zone began at `at`.
  bool change = false;
  ZoneEvidence evidence;

  // Whether the zone of `other` explains what this one says.
  [[nodiscard]] bool FitsRule(const ZoneRule& other) const;
};

// Whether the event is a record of its log, not a leftover of another.
inline bool IsOwnRecord(const Event& event) {
  return event.state == RecordState::kActive ||
         event.state == RecordState::kLive;
}
// Whether the event has a local time that waits for its zone.
inline bool IsLocal(const Event& event) {
  return event.time.quality == TimeQuality::kAssumed &&
         !event.time.as_written.empty();
}
bool IsKernelGeneral(const Event& event);
// Puts events of one log into the order of their records.
void SortByRecord(std::vector<Event*>* log);

// Minutes of a bias in `value` as an offset east of Greenwich; nothing when
// no zone lies there.
std::optional<int32_t> OffsetOfBias(const Value* value);
std::optional<int32_t> OffsetOfBias(int64_t bias);

// Steps of two seconds or more; see Clock::steps.
void ReadSteps(const Timeline& timeline, Clock* clock);
// The stamp in the name of a collection of Intune, in UTC:
// "DiagLogs-<computer>-20250310T081500Z.zip".
std::optional<Ticks> CaptureStamp(std::string_view name);
// When the bundle was taken; see Clock::captured.
void ReadCapture(const Timeline& timeline, std::span<const Artifact> artifacts,
                 Clock* clock);
// Dated samples by time, then those that held at capture, the best first. At
// most kMostZoneEvidence; `left_out` counts the rest.
std::vector<ZoneSample> ReadZoneSamples(const Timeline& timeline,
                                        uint64_t* left_out);
// Makes eras of the samples and says of each sample whether it was used. `end`
// is the last time that the bundle knows of.
std::vector<ZoneEra> MakeEras(Ticks end, std::vector<ZoneSample>* samples);

// The offset at which bursts of local times fall on bursts of UTC times; see
// clock_pairs.cc for when it decides.
std::optional<ZoneSample> ZoneOfPairs(const Timeline& timeline);
// The offset that puts the newest local line just before the capture.
std::optional<ZoneSample> ZoneOfCapture(const Timeline& timeline,
                                        const Clock& clock);

// The same as KeepRecordOrder; leaves traces and hives alone, whose records
// have no order of time.
uint64_t KeepRecordOrder(std::span<const Artifact> artifacts,
                         Timeline* timeline);

// See Clock::drifts.
std::vector<ClockDrift> MeasureDrift(const Timeline& timeline,
                                     std::span<const Artifact> artifacts);

}  // namespace espial

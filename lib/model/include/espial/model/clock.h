// One clock for all that a case holds: the steps of the device's clock, its
// time zone, and what each line of local time was in UTC.
//
// OOBE often sets the clock by hours after the first network, and the zone as
// well. Within one boot session the events before such a step carry a time that
// is off by the step; Event::corrected undoes that, so that windows and
// durations stay true. Local times are converted with the zone that the bundle
// proves for their moment, record by record, and with nothing else.
//
//   Timeline timeline = ...;                       // all events added
//   const Clock clock = SettleTimes({}, &timeline);
#pragma once

#include <espial/core/time.h>
#include <espial/model/artifact.h>
#include <espial/model/timeline.h>
#include <espial/model/zone_rule.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace espial {

// The system time was set from `from` to `to`.
struct ClockStep {
  Ticks from;
  Ticks to;
  SourceId source;
  uint64_t record = 0;
  // The event that says so: "Microsoft-Windows-Kernel-General 1".
  std::string evidence;

  [[nodiscard]] int64_t delta() const { return TicksBetween(from, to); }
};

// One thing of the bundle that tells of the device's zone.
struct ZoneEvidence {
  std::string what;         // "EventLog 6013", "trace header", ...
  std::string says;         // "-08:00", "+01:00, daylight +02:00"
  std::optional<Ticks> at;  // when it held; nothing: when it was captured
  SourceId source;
  uint64_t record = 0;  // or line
  uint64_t offset = 0;
  uint64_t times = 1;  // said so often in a row
  bool used = false;
  std::string why_not;  // of what was not used
};

// A stretch of time with one zone. Times are corrected ones.
struct ZoneEra {
  // The first proof; of an exact era, its beginning.
  Ticks from;
  int32_t offset_minutes = 0;  // east of Greenwich, at `from`
  std::string evidence;
  // The rule, daylight time included where the evidence tells.
  ZoneRule rule;
  // The last proof. Until the next era begins, either may hold.
  Ticks proven_until;
  // The very moment of the change is known.
  bool exact = false;
};

// What became of the local times of one log.
struct LocalLog {
  SourceId source;
  std::string channel;
  uint64_t converted = 0;  // with a proven zone
  uint64_t assumed = 0;    // no zone is proven
  uint64_t ambiguous = 0;  // two zones fit: the likelier one was taken
  // The bias that the line states fits no zone of its time.
  uint64_t contradicted = 0;
};

// The same actions in two sources, at different times.
struct ClockDrift {
  SourceId a;
  SourceId b;
  int64_t ticks = 0;   // time in b less time in a, the median
  int64_t spread = 0;  // half of the pairs lie nearer to it than this
  uint64_t pairs = 0;
};

// Every step is looked for in every log. No device steps its clock this often,
// but a forged log may claim so.
inline constexpr size_t kMostClockSteps = 256;
// The same for evidence and eras of the zone.
inline constexpr size_t kMostZoneEvidence = 256;

struct Clock {
  // Of two seconds or more, by time; the kMostClockSteps largest.
  std::vector<ClockStep> steps;
  uint64_t steps_left_out = 0;  // smaller ones beyond that number
  std::vector<ZoneEra> zones;   // by time; empty when nothing proves a zone
  std::vector<ZoneEvidence> evidence;  // by time, undated ones behind
  uint64_t evidence_left_out = 0;
  std::vector<LocalLog> local_logs;  // by source, then channel
  std::vector<ClockDrift> drifts;    // by a, then b
  // When the bundle was taken, as far as it says so itself.
  std::optional<Ticks> captured;
  std::string captured_evidence;
  // Events by TimeQuality.
  std::array<uint64_t, 5> events{};
  // Events whose time contradicts the order of their records; `corrected` was
  // held at that of a neighbour, so that the order stays.
  uint64_t held_in_order = 0;

  // The offset at `ticks`: of the last era that began before it, or of the
  // first era.
  [[nodiscard]] std::optional<int32_t> OffsetAt(Ticks ticks) const;
};

// Reads steps and zones out of a sorted timeline. `artifacts` by SourceId; may
// be empty.
Clock ReadClock(const Timeline& timeline,
                std::span<const Artifact> artifacts = {});
// Converts local times with the zones of `clock` and counts in it what became
// of them. Event::corrected must be set; the timeline needs Sort() after it.
void ConvertLocalTimes(Timeline* timeline, Clock* clock);
// Sets Event::corrected of every event; the timeline needs Sort() after it.
void CorrectTimes(const Clock& clock, Timeline* timeline);
// Holds Event::corrected so that the records of a log stay in their order, and
// counts the events. Logs whose records have no order of time (the keys of a
// registry hive) are left alone. The timeline needs Sort() after it.
uint64_t KeepRecordOrder(Timeline* timeline);

// All of it: sorts, reads, converts, corrects, sorts. Returns the clock, and in
// `duplicates`, unless null, how many events were dropped as duplicates.
Clock SettleTimes(std::span<const Artifact> artifacts, Timeline* timeline,
                  uint64_t* duplicates = nullptr);

}  // namespace espial

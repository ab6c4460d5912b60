// Finding a sequence of events in time. Pure: it knows lists of points only.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace espial::rules {

// An event on the time line, or (mark) an instant without an event, which
// stands before all events of its time.
struct TimePoint {
  Ticks time;
  SourceId source;
  uint64_t record = 0;
  uint32_t event = 0;  // index of the event
  bool mark = false;
  // Where a chain was complete: its first event, else kNoEvent.
  uint32_t head = UINT32_MAX;

  friend bool operator==(const TimePoint&, const TimePoint&) = default;
};

// A mark that belongs to no event.
inline constexpr uint32_t kNoEvent = UINT32_MAX;

// The order of points: time, source, record; marks first.
bool PointBefore(const TimePoint& a, const TimePoint& b);

// Events, and ends of chains, that are kept of one search.
inline constexpr size_t kMaxChainEvents = 100'000;

// What a search found.
struct Chains {
  // Of the chains found, each event once, ascending.
  std::vector<uint32_t> events;
  // When they were complete, by time: at the last event, or (mark, with that
  // event) where the wait behind it was over. A chain that waits to the end of
  // the logs has no such point.
  std::vector<TimePoint> ends;
  // There were more than kMaxChainEvents of either; the rest is left out.
  bool overflow = false;
};

// How doubt is settled: whether two events at the same time in different logs
// are in order.
enum class Rigor : uint8_t {
  kCertain,   // such events are not in order, but may break an absence
  kPossible,  // such events are in order, and break no absence
};

// Events that must not occur between their neighbours.
struct AbsentStep {
  std::vector<TimePoint> points;  // by time, source, record
  std::optional<int64_t> within;  // ticks from the step before
};

// A step that must occur, and what must not before it.
struct PresentStep {
  std::vector<AbsentStep> absent_before;
  std::vector<TimePoint> points;  // by time, source, record
  std::optional<int64_t> within;  // ticks from the step before
};

struct SequenceQuery {
  std::vector<PresentStep> steps;  // the first has no absences before it
  std::vector<AbsentStep> absent_after;
  std::optional<int64_t> timespan;  // ticks
  // A last absence with `within` is certain only where the logs go on so long.
  Ticks end_of_logs;
  // By time, source, record: the wait of absent_after is over at the first of
  // these behind the chain.
  std::vector<TimePoint> stops;
};

// Whether the sequence occurs. `chains` (may be null) gets what was found: of
// all chains that end at one point the one that began last. O(n log n).
bool FindSequence(const SequenceQuery& query, Rigor rigor, Chains* chains);

// Whether `at_least` of `points` (by time) lie within `timespan` ticks;
// `chains` (may be null) gets those of every such window, and where each was
// complete.
bool FindCount(const std::vector<TimePoint>& points, uint64_t at_least,
               int64_t timespan, Chains* chains);

}  // namespace espial::rules

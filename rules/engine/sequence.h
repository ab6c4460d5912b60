// Finding a sequence of events in time. Pure: it knows lists of points only.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

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
};

// Whether the sequence occurs. `events` (may be null) gets the events of the
// chains found, each once, ascending, up to a bound. O(n log n).
bool FindSequence(const SequenceQuery& query, Rigor rigor,
                  std::vector<uint32_t>* events);

// Whether `at_least` of `points` (by time) lie within `timespan` ticks;
// `events` (may be null) gets those of every such window.
bool FindCount(const std::vector<TimePoint>& points, uint64_t at_least,
               int64_t timespan, std::vector<uint32_t>* events);

}  // namespace espial::rules

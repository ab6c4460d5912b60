// Something that happened at a time.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>
#include <espial/model/value.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace espial {

// A named value of an event. Data without a name has the name "Data".
struct Field {
  std::string_view name;
  Value value;
};

// Where a record of a log stood when the log was copied.
enum class RecordState : uint8_t {
  kActive,     // part of the log
  kLive,       // in the buffer that the service was filling; part of the log
  kResidue,    // left over from another log: kept, never evidence of absence,
               // never counted in this log's coverage
  kRecovered,  // found in slack or beside damage
};
std::string_view RecordStateName(RecordState state);

// Severity as Windows counts: 0 log always, 1 critical, 2 error, 3 warning,
// 4 information, 5 verbose.
using EventLevel = uint8_t;
std::string_view EventLevelName(EventLevel level);  // "error", ...

// One event. A view: all text belongs to an arena of somebody else. As given
// to a Sink it is valid for that call only; as kept by a Timeline, as long as
// the Timeline.
struct Event {
  // When; `time.ticks` is what the log says. What passes over all events look
  // at stands first, in 64 bytes.
  Time time;
  // `time.ticks` corrected for the clock steps that the case proves (see
  // espial/model/clock.h); what order, windows and durations use. Equal to
  // time.ticks until the case was put together.
  Ticks corrected;

  SourceId source;  // where it stands
  // What it is. An id means nothing without its provider or channel.
  uint32_t id = 0;
  RecordState state = RecordState::kActive;
  uint8_t version = 0;
  EventLevel level = 0;
  uint8_t opcode = 0;
  uint16_t task = 0;
  uint16_t qualifiers = 0;
  uint64_t record = 0;  // EventRecordID, or the line number (from 1) of a text
  uint64_t offset = 0;  // of the record's first byte, in its Source
  std::string_view provider;
  std::string_view provider_guid;  // "{...}" or empty
  std::string_view channel;
  uint64_t keywords = 0;

  // Who and where.
  std::string_view computer;
  std::string_view user_sid;  // Security@UserID, or empty
  uint32_t process_id = 0;
  uint32_t thread_id = 0;
  std::string_view activity_id;  // Correlation@ActivityID, or empty

  // EventData and UserData in document order; duplicates stay.
  std::span<const Field> fields;
  // The rendered message, where the source carries one; else empty.
  std::string_view message;

  // The first field of that name, case folded; null when there is none.
  [[nodiscard]] const Value* FindField(std::string_view name) const;
};

// The total order of events: corrected time, source, record, offset.
bool EventBefore(const Event& a, const Event& b);

}  // namespace espial

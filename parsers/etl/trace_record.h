// One record of a buffer: which of the header forms it has, and its parts.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>

namespace espial::etl {

enum class RecordForm : uint8_t {
  kKernel,   // SYSTEM_TRACE_HEADER, compact and PERFINFO forms: kernel groups
  kClassic,  // EVENT_TRACE_HEADER and instance forms: MOF classes
  kEvent,    // EVENT_HEADER: manifest events and TraceLogging
  kMessage,  // MESSAGE_TRACE_HEADER: WPP
  kOther,    // a header type without a public form
};

// EVENT_HEADER.Flags.
inline constexpr uint16_t kEventStringOnly = 0x04;
inline constexpr uint16_t kEvent32Bit = 0x20;

// A view into the buffer.
struct TraceRecord {
  RecordForm form = RecordForm::kOther;
  uint8_t header_type = 0;
  uint64_t offset = 0;  // in the Source
  uint32_t size = 0;    // bytes, without the padding behind
  bool has_stamp = false;
  uint64_t stamp = 0;  // of the trace's clock
  uint32_t process_id = 0;
  uint32_t thread_id = 0;
  Bytes guid;         // 16 bytes: provider, class or message; else empty
  uint8_t group = 0;  // of kernel records
  // The descriptor of an event; of classic ones version, level and opcode.
  uint16_t id = 0;
  uint8_t version = 0;
  uint8_t level = 0;
  uint8_t opcode = 0;
  uint16_t task = 0;
  uint64_t keywords = 0;
  uint16_t flags = 0;
  Bytes activity;  // 16 bytes, or empty
  Bytes sid;       // of the user, or empty
  Bytes schema;    // of TraceLogging, or empty
  Bytes traits;    // of the provider, or empty
  Bytes payload;
  // What is wrong within a record whose size can be trusted; all parts behind
  // the trouble are empty.
  std::optional<Error> damage;
};

// Records stand at multiples of this.
inline constexpr uint64_t kRecordAlign = 8;

// Whether `bytes` holds no further record: fewer than 8 bytes, or the filling
// of ones.
bool IsEndOfRecords(Bytes bytes);

// Reads the record at the start of `bytes`, the rest of the records of a
// buffer; `offset` is its place in the Source. On an error nothing is known
// about where the next one begins.
Result<TraceRecord> ReadTraceRecord(Bytes bytes, uint64_t offset);

}  // namespace espial::etl

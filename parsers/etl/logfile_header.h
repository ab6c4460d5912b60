// TRACE_LOGFILE_HEADER: the first record of a trace.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/core/time.h>
#include <espial/model/event.h>

#include <cstdint>
#include <string>
#include <vector>

#include "parsers/etl/trace_clock.h"

namespace espial::etl {

struct LogfileHeader {
  uint32_t buffer_size = 0;
  uint32_t cpus = 0;
  Ticks end;  // 0 while the session was running
  uint32_t mode = 0;
  uint32_t buffers_written = 0;
  uint32_t pointer_size = 0;
  uint32_t events_lost = 0;
  uint32_t cpu_mhz = 0;
  // TIME_ZONE_INFORMATION: UTC = local + bias, minutes.
  int32_t bias = 0;
  int32_t standard_bias = 0;
  int32_t daylight_bias = 0;
  std::string standard_name;
  std::string daylight_name;
  std::string standard_date;  // see RuleDate
  std::string daylight_date;
  Ticks boot;
  uint64_t frequency = 0;
  Ticks start;
  uint32_t clock_type = 0;
  uint32_t buffers_lost = 0;
  std::string logger;  // the session
  std::string file;
};

// Reads the structure at the start of `bytes`, which stands at `offset` in the
// Source.
Result<LogfileHeader> ReadLogfileHeader(Bytes bytes, uint64_t offset);

// The clock that the header describes; `stamp` is that of its record.
TraceClock ClockOf(const LogfileHeader& header, uint64_t stamp);

// The fields of the event that tells about the trace. Text lives in `arena`.
std::vector<Field> FieldsOf(const LogfileHeader& header, Arena* arena);

// A SYSTEMTIME that says when a zone changes: "10.5.0/03:00:00" is the fifth
// (last) Sunday of October at 3 in the morning; with a year, the day itself:
// "2024-10-27/03:00:00". Empty when the zone does not change. REQUIRES: 16
// bytes.
std::string RuleDate(Bytes systemtime);

}  // namespace espial::etl

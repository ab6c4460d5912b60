// From records of a trace to events, and what is counted of them.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "parsers/etl/histogram.h"
#include "parsers/etl/logfile_header.h"
#include "parsers/etl/payload.h"
#include "parsers/etl/trace_clock.h"
#include "parsers/etl/trace_record.h"

namespace espial::etl {

// Puts what records say into the sink, in their order. Not thread-safe.
class EventWriter {
 public:
  explicit EventWriter(Sink* sink) : sink_(*sink) {}

  // One record. A header record sets the clock for all behind it.
  void Write(const TraceRecord& record);
  // Facts, coverage, and damage of all records together.
  void Finish();

  // Whether a header was read.
  [[nodiscard]] bool has_header() const { return headers_ != 0; }
  // Records without a time that should have one.
  [[nodiscard]] uint64_t timeless() const { return timeless_; }
  [[nodiscard]] uint64_t records() const { return records_; }
  [[nodiscard]] uint64_t events_lost() const { return events_lost_; }
  [[nodiscard]] uint64_t buffers_lost() const { return buffers_lost_; }
  // Buffers that the headers say were written, as far as they stay in the file.
  [[nodiscard]] uint64_t buffers_written() const { return buffers_written_; }

 private:
  struct Provider {
    std::string guid;  // "{...}"
    std::string_view name;
  };
  struct Span {
    uint64_t events = 0;
    uint64_t first_record = 0;
    uint64_t last_record = 0;
    Ticks first;
    Ticks last;
    bool timed = false;
  };

  void WriteHeader(const TraceRecord& record);
  void WriteEvent(const TraceRecord& record, const Time& time);
  void WriteClassic(const TraceRecord& record, const Time& time);
  void FillFields(const TraceRecord& record, const Provider& provider,
                  Event* event);
  void FillTraceLogging(const TraceRecord& record, Event* event);
  void Fact(std::string_view name, std::string_view data, uint64_t offset);
  void Send(Event* event, const TraceRecord& record);
  const Provider& ProviderOf(Bytes guid);

  Sink& sink_;
  Arena arena_;  // of the record at hand
  PayloadContext context_;
  std::vector<Field> fields_;
  TraceClock clock_;
  std::string channel_ = "EventTrace";
  std::map<std::string, Provider, std::less<>> providers_;
  std::map<std::string, Span, std::less<>> spans_;
  Histogram histogram_;
  uint64_t records_ = 0;
  uint64_t headers_ = 0;
  uint64_t timeless_ = 0;
  uint64_t events_lost_ = 0;
  uint64_t buffers_lost_ = 0;
  uint64_t buffers_written_ = 0;
  uint64_t first_replaced_ = 0;
};

}  // namespace espial::etl

// One log, from bytes to records of every kind, with what is odd about it.
//
//   ScanOptions options;
//   options.recover = Recover::kAll;
//   class Mine : public ScanSink { void OnRecord(const FoundRecord& r) ... };
//   ESPIAL_TRY_ASSIGN(const LogStats stats,
//                     ScanLog(bytes, "Security", options, executor, &mine));
//
// Chunks are read on all threads of the executor; what the sink gets, and the
// order in which it gets it (that of the file), is the same for any number.
// Memory: some megabytes a thread, 8 bytes a record with Recover::kAll, and at
// most 64 MiB of templates.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/codepage.h>
#include <espial/core/executor.h>
#include <espial/core/result.h>
#include <espial/evtx_recover.h>
#include <espial/evtx_stats.h>
#include <espial/model/coverage.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>

#include <cstdint>
#include <string_view>

#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/template_library.h"

namespace espial::evtx {

struct ScanOptions {
  Recover recover = Recover::kLive;
  // Hands out residue of other logs, and records among damage that the log does
  // not claim, with less than Recover::kAll too: for a caller that tells them
  // apart by their state.
  bool leftovers = false;
  // Hands out recovered records that the file holds as active too.
  bool duplicates = false;
  uint32_t max_depth = 64;
  // Of ANSI strings; null is windows-1252.
  const Codepage* codepage = nullptr;
  // Templates of other logs of the same run; those of this one are added. Null:
  // those of this one alone. Used with Recover::kAll only.
  TemplateLibrary* library = nullptr;
};

// A record, valid for one call of OnRecord. Event::state and Event::offset say
// what it is and where in the file it stands.
struct FoundRecord {
  const Event& event;
  Confidence confidence;
  // Id and time of the record header; `span.offset` counts from `chunk_offset`.
  RecordSpan span;
  uint64_t chunk_offset;
  // For whoever renders the record from its binary XML: bytes that can be
  // walked as a chunk, and the record in them. They are longer than one only
  // where a record is with its definitions, which no real one is.
  Bytes walk;
  RecordSpan walk_span;
};

class ScanSink {
 public:
  virtual ~ScanSink() = default;
  virtual void OnRecord(const FoundRecord& record) = 0;
  virtual void OnDamage(Damage damage) = 0;
};

// Reads the log in `file`; `name` is its name, with or without ".evtx", by
// which the channel of an unflushed log is known. An error means that nothing
// in `file` looks like a log: Carve finds single records all the same.
Result<LogStats> ScanLog(Bytes file, std::string_view name,
                         const ScanOptions& options, Executor& executor,
                         ScanSink* sink);

// Adds the templates of a log to `library`, for records of other logs. Call it
// for all logs of a run first, and the order of the logs changes nothing.
void AddTemplates(Bytes file, uint32_t max_depth, Executor& executor,
                  TemplateLibrary* library);

}  // namespace espial::evtx

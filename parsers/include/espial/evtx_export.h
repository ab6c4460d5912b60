// Chosen records of event logs as text: filtered, recovered, carved, in any of
// the formats that tools read.
//
//   class Client : public espial::evtx::ExportClient { ... };
//   espial::Executor executor(2);
//   espial::evtx::ExportJob job;
//   job.format = espial::evtx::ExportFormat::kRaw;
//   job.recover = espial::evtx::Recover::kAll;
//   espial::evtx::ExportLogs(job, executor, &client);
//
// Every record is decoded before the client is asked whether it wants it, and
// rendered by way of a tree when it does. All records of many logs as JSON or
// XML come several times faster from RenderLogs() of evtx_render.h; where both
// give a record, they give the same text.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/evtx_recover.h>
#include <espial/evtx_render.h>
#include <espial/evtx_stats.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace espial::evtx {

enum class ExportFormat : uint8_t {
  kJsonl,         // one JSON object a line, as evtx_dump prints it
  kJson,          // the same, behind a line "Record N"
  kXml,           // one Event element a line, as Windows prints it
  kRaw,           // JSON without loss; see parsers/evtx/FORMAT.md
  kCsv,           // columns of our own, data in one of them
  kEvtxEcmdJson,  // one JSON object a line, as EvtxECmd prints it
  kEvtxEcmdCsv,   // its columns, in its order
};
// What stands in front of all records, and behind them; line feeds included.
std::string_view ExportHeader(ExportFormat format);
std::string_view ExportFooter(ExportFormat format);

struct ExportJob {
  ExportFormat format = ExportFormat::kJsonl;
  // Of kJsonl, kJson and kXml; the format decides the markup. The code page is
  // that of all formats.
  Style style;
  Recover recover = Recover::kLive;
  // Takes sources for images of anything: chunks and single records are looked
  // for at any offset, and all of them are recovered ones.
  bool carve = false;
  // Nested elements, and nested binary XML, of a record.
  uint32_t max_depth = 64;
};

// Where ExportLogs() gets its logs and brings its records. Calls come from the
// thread that called it.
class ExportClient {
 public:
  virtual ~ExportClient() = default;
  // The next log; null when there is no more.
  virtual std::shared_ptr<const Source> NextLog() = 0;
  // Goes back to the first log; false when that cannot be done. Recover::kAll
  // goes through all logs twice, to learn their templates first.
  virtual bool Rewind() = 0;
  // Whether the record is to be rendered. `event` is valid during the call.
  virtual bool Wants(const Event& event) = 0;
  // A wanted record and its text, which ends with a line feed; both are valid
  // during the call. False stops everything: nobody reads any more.
  virtual bool OnRecord(const Event& event, std::string_view text) = 0;
  virtual void OnDamage(const Source& log, const Damage& damage) = 0;
  // Once a log, behind its records.
  virtual void OnStats(const Source& log, const LogStats& stats) = 0;
};

// Exports the logs in the order in which they come, and their records in the
// order of their bytes. Uses all threads of `executor` for decoding; the result
// does not depend on their number. Takes a few megabytes a thread beside the
// logs; with Recover::kAll up to 64 MiB for templates.
void ExportLogs(const ExportJob& job, Executor& executor, ExportClient* client);

}  // namespace espial::evtx

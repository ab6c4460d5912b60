#include "tests/parsers/evtx/export_test_util.h"

#include <espial/core/executor.h>

#include <utility>

#include "parsers/evtx/export/record_formats.h"
#include "parsers/evtx/export/record_reader.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/log_scan.h"

namespace espial::evtx {
namespace {

std::string WithoutLineFeed(std::string line) {
  if (line.empty() || line.back() != '\n') return "no line feed: " + line;
  line.pop_back();
  return line;
}

class Exporter : public ScanSink {
 public:
  void OnRecord(const FoundRecord& found) override {
    RecordReader reader;
    reader.BeginChunk(found.walk, 0, 64);
    const Status status = reader.Read(found.walk_span);
    ExportedLines& out = lines.emplace_back();
    if (!status) {
      out.raw = status.error().ToString();
      return;
    }
    const ExportedRecord record{
        found.event,
        reader.tree(),
        found.span.id,
        found.span.file_time,
        (found.chunk_offset - kFileHeaderSize) / kChunkSize,
        ConfidenceName(found.confidence),
        "Test-Admin.evtx"};
    AppendRawJson(record, &out.raw);
    AppendCsv(record, &out.csv);
    AppendEvtxEcmdJson(record, &out.ecmd_json);
    AppendEvtxEcmdCsv(record, &out.ecmd_csv);
    for (std::string* line :
         {&out.raw, &out.csv, &out.ecmd_json, &out.ecmd_csv}) {
      *line = WithoutLineFeed(std::move(*line));
    }
  }
  void OnDamage(Damage damage) override {
    lines.emplace_back().raw = damage.error.ToString();
  }

  std::vector<ExportedLines> lines;
};

}  // namespace

std::vector<ExportedLines> ExportAll(const std::vector<std::byte>& file) {
  ScanOptions options;
  options.recover = Recover::kAll;
  Executor executor(1);
  Exporter exporter;
  const auto stats =
      ScanLog(file, "Test-Admin.evtx", options, executor, &exporter);
  if (!stats) exporter.lines.emplace_back().raw = stats.error().ToString();
  return std::move(exporter.lines);
}

}  // namespace espial::evtx

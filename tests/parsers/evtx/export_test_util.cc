#include "tests/parsers/evtx/export_test_util.h"

#include <espial/core/executor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "parsers/evtx/export/record_formats.h"
#include "parsers/evtx/export/record_reader.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/log_scan.h"
#include "tests/parsers/evtx/csv_cells.h"

namespace espial::evtx {
namespace {

using ::testing::SizeIs;

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

ExportedLines ExportOne(const std::vector<std::byte>& file) {
  const std::vector<ExportedLines> all = ExportAll(file);
  EXPECT_THAT(all, SizeIs(1));
  if (all.size() != 1) return {};
  const ExportedLines& lines = all[0];
  EXPECT_TRUE(nlohmann::json::accept(lines.raw)) << lines.raw;
  EXPECT_TRUE(nlohmann::json::accept(lines.ecmd_json)) << lines.ecmd_json;
  const std::vector<std::string> csv = CsvCells(lines.csv);
  EXPECT_THAT(csv, SizeIs(17)) << lines.csv;
  EXPECT_TRUE(nlohmann::json::accept(csv.back())) << lines.csv;
  EXPECT_THAT(CsvCells(lines.ecmd_csv), SizeIs(27)) << lines.ecmd_csv;
  for (const std::string& line :
       {lines.raw, lines.csv, lines.ecmd_json, lines.ecmd_csv}) {
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    })) << line;
  }
  return lines;
}

ExportedLines ExportValue(uint8_t type, std::vector<std::byte> bytes) {
  return ExportData({{type, std::move(bytes)}},
                    [&](RawLog* log) { log->DataSlot("V", 0, type); });
}

std::string PayloadOf(const ExportedLines& lines) {
  const auto json = nlohmann::json::parse(lines.ecmd_json, nullptr, false);
  const std::string payload = json.value("Payload", "no payload");
  EXPECT_TRUE(nlohmann::json::accept(payload)) << payload;
  EXPECT_EQ(payload, CsvCells(lines.ecmd_csv).back());
  return payload;
}

}  // namespace espial::evtx

// Every record of the corpus, recovered ones included, in every export format:
// valid JSON, valid UTF-8, the right number of cells, one line.
#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/core/text.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/export/record_formats.h"
#include "parsers/evtx/export/record_reader.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/log_scan.h"
#include "tests/core/shared_folder.h"
#include "tests/parsers/evtx/csv_cells.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kDepth = 64;

fs::path Corpus() { return testing::SharedFolder("corpus/evtx"); }

// Checks the lines of each record that a scan hands out.
class Checker : public ScanSink {
 public:
  void Begin(std::string_view name) { name_ = name; }

  void OnRecord(const FoundRecord& found) override {
    reader_.BeginChunk(found.walk, 0, kDepth);
    unread += reader_.Read(found.walk_span) ? 0 : 1;
    const ExportedRecord record{
        found.event,
        reader_.tree(),
        found.span.id,
        found.span.file_time,
        (std::max<uint64_t>(found.chunk_offset, kFileHeaderSize) -
         kFileHeaderSize) /
            kChunkSize,
        ConfidenceName(found.confidence),
        name_};
    ++states[found.event.state];
    CheckJson(record, AppendRawJson);
    CheckJson(record, AppendEvtxEcmdJson);
    CheckCsv(record, AppendCsv, 17, true);
    // Payload is empty where an event has no data.
    CheckCsv(record, AppendEvtxEcmdCsv, 27, false);
  }
  void OnDamage(Damage /*damage*/) override {}

  std::map<RecordState, uint64_t> states;
  uint64_t unread = 0;
  // The first few lines that are wrong.
  std::vector<std::string> wrong;

 private:
  using Append = void (*)(const ExportedRecord& record, std::string* out);

  // The line without its line feed; it is noted when it is none.
  std::string_view Line(const ExportedRecord& record, Append append) {
    line_.clear();
    append(record, &line_);
    const bool control = std::any_of(line_.begin(), line_.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
    });
    Check(!control && IsValidUtf8(line_) && !line_.empty() &&
          line_.find('\n') == line_.size() - 1);
    return std::string_view(line_).substr(0, line_.size() - 1);
  }

  void CheckJson(const ExportedRecord& record, Append append) {
    const std::string_view line = Line(record, append);
    Check(nlohmann::json::accept(line));
  }

  void CheckCsv(const ExportedRecord& record, Append append, size_t count,
                bool data) {
    const std::vector<std::string> cells = CsvCells(Line(record, append));
    Check(cells.size() == count);
    if (cells.size() != count || (cells.back().empty() && !data)) return;
    Check(nlohmann::json::accept(cells.back()));
  }

  void Check(bool right) {
    if (!right && wrong.size() < 10) {
      wrong.push_back(std::string(name_) + ": " + line_);
    }
  }

  RecordReader reader_;
  std::string_view name_;
  std::string line_;
};

TEST(EvtxFormats, EveryRecordOfTheCorpusIsSound) {
  if (!fs::exists(Corpus())) GTEST_SKIP() << "no corpus at " << Corpus();
  const std::vector<fs::path> logs = testing::FilesBelow(Corpus(), ".evtx");
  ScanOptions options;
  options.recover = Recover::kAll;
  Executor executor(2);
  Checker checker;
  for (const fs::path& path : logs) {
    const auto source = Source::OpenFile(path.string(), path.string());
    ASSERT_TRUE(source) << source.error().ToString();
    const std::string name = path.filename().string();
    checker.Begin(name);
    const auto stats =
        ScanLog((*source)->bytes(), name, options, executor, &checker);
    EXPECT_TRUE(stats) << name << ": " << stats.error().ToString();
  }
  EXPECT_GE(logs.size(), 397U);
  for (const std::string& line : checker.wrong) ADD_FAILURE() << line;
  EXPECT_EQ(checker.unread, 0U);
  // The sum of records_walked_active in the corpus's MANIFEST.tsv.
  EXPECT_GE(checker.states[RecordState::kActive], 42'060U);
  EXPECT_GT(checker.states[RecordState::kRecovered], 10'000U);
  EXPECT_GT(checker.states[RecordState::kResidue], 0U);
  RecordProperty("active",
                 std::to_string(checker.states[RecordState::kActive]));
  RecordProperty("recovered",
                 std::to_string(checker.states[RecordState::kRecovered]));
}

}  // namespace
}  // namespace espial::evtx

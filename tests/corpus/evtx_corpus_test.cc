// Real logs from public sources, each with the counts that other readers reach.
//
// MANIFEST.tsv says of every file how many records stand in its chunks, how
// many of an unflushed chunk are live or residue, and how many evtx_dump 0.12.2
// returns. Ours must agree, and where they differ from evtx_dump the table
// below says why.
#include <espial/core/executor.h>
#include <espial/core/text.h>
#include <espial/model/timeline.h>
#include <espial/parsers/parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/shared_folder.h"

namespace espial {
namespace {

struct Row {
  std::string file;
  uint64_t evtx_dump = 0;
  uint64_t active = 0;
  uint64_t live = 0;
  uint64_t residue = 0;
};

// Why a file gives more or fewer records than evtx_dump does. `more` and
// `fewer` bound the difference.
struct Difference {
  std::string_view file;  // what the path contains
  uint64_t more;
  uint64_t fewer;
  std::string_view reason;
};
constexpr Difference kDifferences[] = {
    {"TerminalServices-RemoteConnectionManager", 21, 0,
     "a block of a shadow copy is damaged; records behind it, with ids that "
     "the chunk claims, are read"},
    {"RdpCoreTS-Operational", 0, 0,
     "blocks of a shadow copy are damaged; what stands behind them, with ids "
     "that the chunk does not claim, is recovered and no part of the log"},
    {"sample-with-zero-data-size-event", 114, 0,
     "one record of size zero; the rest of its chunk is read"},
    {"sample_with_a_bad_chunk_magic", 28, 0,
     "records behind damaged blocks are read; those blocks are not"},
    {"HelloForBusiness-Operational", 0, 1,
     "the last record of the chunk lacks its end; its values are zeros"},
    {"LanguagePackSetup-Operational", 0, 1,
     "the last record of the chunk lacks its end; its values are zeros"},
    {"post-Security.evtx", 0, 0,
     "one record was hidden in another on purpose (DanderSpritz)"},
    {"System2.evtx", 89, 0,
     "the last chunk is cut; its whole records are read"},
};

const Difference* Explain(const std::string& file) {
  for (const Difference& difference : kDifferences) {
    if (file.find(difference.file) != std::string::npos) return &difference;
  }
  return nullptr;
}

std::filesystem::path Corpus() { return testing::SharedFolder("corpus/evtx"); }

uint64_t Number(const std::string& text) {
  return ParseUnsigned(text).value_or(0);
}

std::vector<Row> ReadManifest(const std::filesystem::path& path) {
  std::vector<Row> rows;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);  // the heads of the columns
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, '\t');) {
      cells.push_back(cell);
    }
    if (cells.size() < 7) continue;
    rows.push_back({cells[0], Number(cells[3]), Number(cells[4]),
                    Number(cells[5]), Number(cells[6])});
  }
  return rows;
}

struct Counts {
  uint64_t active = 0;
  uint64_t live = 0;
  uint64_t residue = 0;
  uint64_t nameless = 0;  // records with neither provider nor channel
  uint64_t timeless = 0;  // records without a time
  uint64_t covered = 0;   // what the coverage counts
  bool lossy = false;
  std::string damage;
};

Counts Count(const Parser& parser, const Source& source, uint32_t threads) {
  const Limits limits;
  Budget budget(limits);
  Executor executor(threads);
  const ParseContext context{limits, budget, executor, {}};
  Collector log(limits);
  Counts counts;
  const Status status = parser.parse(source, context, log);
  if (!status) counts.damage = status.error().ToString();
  log.Finish();
  for (const Event& event : log.events) {
    counts.active += event.state == RecordState::kActive ? 1 : 0;
    counts.live += event.state == RecordState::kLive ? 1 : 0;
    counts.residue += event.state == RecordState::kResidue ? 1 : 0;
    counts.nameless += event.channel.empty() && event.provider.empty() ? 1 : 0;
    counts.timeless += event.time.known() ? 0 : 1;
  }
  for (const Coverage& coverage : log.coverage) {
    counts.covered += coverage.events;
  }
  for (const Damage& damage : log.damage) {
    counts.lossy = counts.lossy || damage.lossy;
    counts.damage += damage.error.ToString() + "\n";
  }
  return counts;
}

class EvtxCorpus : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Corpus() / "MANIFEST.tsv")) {
      GTEST_SKIP() << "no corpus at " << Corpus();
    }
    rows_ = ReadManifest(Corpus() / "MANIFEST.tsv");
    ASSERT_GT(rows_.size(), 300U);
  }

  std::vector<Row> rows_;
};

TEST_F(EvtxCorpus, EveryRecordThatStandsInAChunkIsRead) {
  uint64_t total = 0;
  uint64_t expected = 0;
  for (const Row& row : rows_) {
    SCOPED_TRACE(row.file);
    const auto source =
        Source::OpenFile((Corpus() / row.file).string(), row.file);
    ASSERT_TRUE(source) << source.error().ToString();
    const Parser* parser = FindParser((*source)->bytes());
    ASSERT_NE(parser, nullptr);
    ASSERT_EQ(parser->name, "evtx");
    const Counts counts = Count(*parser, **source, 1);
    total += counts.active + counts.live;
    expected += row.active + row.live;

    EXPECT_GE(counts.active, row.active) << counts.damage;
    EXPECT_EQ(counts.live, row.live);
    EXPECT_EQ(counts.residue, row.residue);
    EXPECT_EQ(counts.covered, counts.active + counts.live);
    EXPECT_EQ(counts.nameless, 0U);
    EXPECT_EQ(counts.timeless, 0U);

    // evtx_dump never returns records in flight.
    if (counts.active != row.evtx_dump || counts.lossy) {
      const Difference* reason = Explain(row.file);
      ASSERT_NE(reason, nullptr)
          << counts.active << " records, evtx_dump gives " << row.evtx_dump
          << "; nothing explains it\n"
          << counts.damage;
      EXPECT_LE(counts.active, row.evtx_dump + reason->more) << reason->reason;
      EXPECT_GE(counts.active + reason->fewer, row.evtx_dump) << reason->reason;
    }
  }
  RecordProperty("records", std::to_string(total));
  EXPECT_GE(total, expected);
}

TEST_F(EvtxCorpus, ThreadsDoNotChangeTheCounts) {
  for (size_t i = 0; i < rows_.size(); i += 13) {
    const auto source =
        Source::OpenFile((Corpus() / rows_[i].file).string(), rows_[i].file);
    ASSERT_TRUE(source);
    const Parser* parser = FindParser((*source)->bytes());
    ASSERT_NE(parser, nullptr);
    const Counts one = Count(*parser, **source, 1);
    const Counts eight = Count(*parser, **source, 8);
    EXPECT_EQ(one.active, eight.active) << rows_[i].file;
    EXPECT_EQ(one.damage, eight.damage) << rows_[i].file;
  }
}

}  // namespace
}  // namespace espial

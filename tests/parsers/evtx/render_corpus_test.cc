// Every record of the corpora, rendered by compiled templates and by way of a
// tree: the same bytes.
#include <espial/core/source.h>
#include <espial/evtx_render.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "parsers/evtx/render/chunk_renderer.h"
#include "parsers/evtx/render/log_plan.h"
#include "tests/core/sanitizers.h"
#include "tests/core/shared_folder.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kDepth = 64;

using testing::FilesBelow;
using testing::SharedFolder;

// A sanitizer makes this ten times as slow: it sees a part of the chunks.
constexpr size_t kChunkStep = kAddressSanitizer ? 8 : 1;

struct Totals {
  uint64_t records = 0;
  uint64_t irregular = 0;
};

// The first difference in words; empty when there is none.
std::string Compare(const std::vector<fs::path>& files, const Style& style,
                    Totals* totals) {
  ProgramCache cache;
  ChunkRenderer fast(style, Framing::kNumbered, &cache);
  ChunkRenderer plain(style, Framing::kNumbered, nullptr);
  OutBuffer fast_text;
  OutBuffer plain_text;
  std::vector<Damage> fast_damage;
  std::vector<Damage> plain_damage;
  const auto keep = [](OutBuffer* /*text*/) {};
  size_t chunks = 0;
  for (const fs::path& path : files) {
    const auto source = Source::OpenFile(path.string(), path.string());
    if (!source) continue;
    const Bytes file = (*source)->bytes();
    const auto plan = PlanLog(file, (*source)->name(), kDepth);
    if (!plan) continue;
    for (const PlannedChunk& chunk : plan->chunks) {
      if (chunks++ % kChunkStep != 0) continue;
      fast_text.Clear();
      plain_text.Clear();
      fast_damage.clear();
      plain_damage.clear();
      fast.Render(file, chunk, plan->claimed, kDepth, &fast_text, &fast_damage,
                  keep);
      plain.Render(file, chunk, plan->claimed, kDepth, &plain_text,
                   &plain_damage, keep);
      if (fast_text.text() == plain_text.text() &&
          fast_damage.size() == plain_damage.size()) {
        continue;
      }
      const std::string_view a = fast_text.text();
      const std::string_view b = plain_text.text();
      const size_t at = static_cast<size_t>(
          std::mismatch(
              a.begin(),
              a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())),
              b.begin())
              .first -
          a.begin());
      const size_t from = at < 200 ? 0 : at - 200;
      return path.string() + " chunk at " + std::to_string(chunk.span.offset) +
             "\nfast:  " + std::string(a.substr(from, 300)) +
             "\nplain: " + std::string(b.substr(from, 300));
    }
  }
  totals->records = fast.records();
  totals->irregular = fast.irregular();
  return {};
}

class RenderCorpusTest : public ::testing::TestWithParam<Style> {};

TEST_P(RenderCorpusTest, FuzzCorpus) {
  const auto files =
      FilesBelow(fs::path(ESPIAL_SOURCE_DIR) / "tests/fuzz/corpus/evtx");
  ASSERT_FALSE(files.empty());
  Totals totals;
  EXPECT_EQ(Compare(files, GetParam(), &totals), "");
  EXPECT_GT(totals.records, 0U);
}

TEST_P(RenderCorpusTest, RealLogs) {
  auto files = FilesBelow(SharedFolder("corpus/evtx"));
  const fs::path mix = SharedFolder("corpus/bench/mix-full.evtx");
  if (fs::exists(mix)) files.push_back(mix);
  if (files.empty()) GTEST_SKIP() << "no corpus: set ESPIAL_SHARED_DIR";
  Totals totals;
  EXPECT_EQ(Compare(files, GetParam(), &totals), "");
  EXPECT_GT(totals.records, 0U);
  // Real records are regular, all but a few.
  EXPECT_LT(totals.irregular, totals.records / 20) << totals.records;
  RecordProperty("irregular", std::to_string(totals.irregular));
}

INSTANTIATE_TEST_SUITE_P(Styles, RenderCorpusTest,
                         ::testing::Values(Style{Markup::kJson, false, false},
                                           Style{Markup::kJson, true, true},
                                           Style{Markup::kXml, false, false}));

}  // namespace
}  // namespace espial::evtx

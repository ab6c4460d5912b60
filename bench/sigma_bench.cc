// Sigma rules over event logs, one thread, on mix-full.evtx with the Windows
// rules of corpus/sigma.
//   BM_Sigma_Load            all rule files, read before, to a set that is fit
//                            for use
//   BM_Sigma_LoadPack        the same rules from a compiled pack
//   BM_Sigma_ReadFields      reading every field that a rule names, in place,
//                            as text
//   BM_Sigma_Scan            the same log matched with all rules
//   BM_Sigma_ScanPack        the same, rules from a compiled pack
//   BM_Sigma_ScanRules/N     matched with N rules: the corpus cut, or repeated
//                            with other literals
#include <benchmark/benchmark.h>
#include <espial/core/executor.h>
#include <espial/evtx_fields.h>
#include <espial/rules/sigma.h>
#include <espial/scan.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/api/log_record.h"

namespace espial {
namespace {

namespace fs = std::filesystem;

fs::path Shared() {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  return fs::path(shared != nullptr ? shared : "../shared") / "corpus";
}

const std::vector<rules::RuleFile>& RuleFiles() {
  static const std::vector<rules::RuleFile> files = [] {
    std::vector<rules::RuleFile> out;
    for (const char* folder :
         {"rules", "rules-emerging-threats", "rules-threat-hunting"}) {
      std::error_code error;
      for (fs::recursive_directory_iterator
               it(Shared() / "sigma" / folder, error),
           end;
           !error && it != end; it.increment(error)) {
        if (it->path().extension() != ".yml") continue;
        std::ifstream in(it->path(), std::ios::binary);
        out.push_back({it->path().string(),
                       {std::istreambuf_iterator<char>(in),
                        std::istreambuf_iterator<char>()}});
      }
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return out;
  }();
  return files;
}

std::shared_ptr<const Source> MixFull(benchmark::State& state) {
  auto source = Source::OpenFile((Shared() / "bench/mix-full.evtx").string(),
                                 "mix-full.evtx");
  if (source && !RuleFiles().empty()) return std::move(source).value();
  state.SkipWithError(
      "set ESPIAL_SHARED_DIR to the folder that holds corpus/bench and "
      "corpus/sigma");
  return nullptr;
}

class CountingClient : public ScanClient {
 public:
  explicit CountingClient(std::shared_ptr<const Source> log)
      : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  [[nodiscard]] bool Wants(uint32_t /*rule*/) const override { return true; }
  [[nodiscard]] std::string Describe(const Source& /*log*/,
                                     const Event& /*event*/,
                                     uint32_t /*rule*/) const override {
    return {};
  }
  bool OnMatch(uint32_t /*rule*/, std::string /*match*/) override {
    return true;
  }
  bool OnCorrelation(const rules::CorrelationMatch& /*match*/) override {
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& /*damage*/) override {}

 private:
  std::shared_ptr<const Source> log_;
};

void ScanWith(benchmark::State& state, const rules::SigmaRules& rules) {
  const auto source = MixFull(state);
  if (!source) return;
  Executor executor(1);
  ScanCounts counts;
  uint64_t records = 0;
  for (auto _ : state) {
    CountingClient client(source);
    counts = ScanLogs(rules, executor, &client);
    records += counts.records;
  }
  state.SetItemsProcessed(static_cast<int64_t>(records));
  state.counters["matches"] = static_cast<double>(counts.matches);
  state.counters["irregular"] = static_cast<double>(counts.irregular);
  state.counters["rules"] = static_cast<double>(rules.rules().size());
}

// Loading is not giving back what was loaded.
template <typename T>
void GiveBack(std::optional<T>* loaded, benchmark::State& state) {
  state.PauseTiming();
  loaded->reset();
  state.ResumeTiming();
}

void BM_Sigma_Load(benchmark::State& state) {
  if (!MixFull(state)) return;
  for (auto _ : state) {
    auto rules = std::make_optional(rules::SigmaRules::Load(RuleFiles(), {}));
    benchmark::DoNotOptimize(rules->rules().size());
    GiveBack(&rules, state);
  }
}
BENCHMARK(BM_Sigma_Load)->Unit(benchmark::kMillisecond);

void BM_Sigma_LoadPack(benchmark::State& state) {
  if (!MixFull(state)) return;
  const std::string pack = rules::SigmaRules::Load(RuleFiles(), {}).ToPack();
  for (auto _ : state) {
    auto rules = std::make_optional(rules::SigmaRules::FromPack(pack));
    if (!*rules) state.SkipWithError(rules->error().ToString().c_str());
    GiveBack(&rules, state);
  }
  state.counters["bytes"] = static_cast<double>(pack.size());
}
BENCHMARK(BM_Sigma_LoadPack)->Unit(benchmark::kMillisecond);

void BM_Sigma_ReadFields(benchmark::State& state) {
  const auto source = MixFull(state);
  if (!source) return;
  const auto rules = rules::SigmaRules::Load(RuleFiles(), {});
  const auto log = evtx::Log::FromSource(source);
  const evtx::FieldNames names(NamesOf(rules));
  uint64_t records = 0;
  for (auto _ : state) {
    evtx::FieldReader reader(*log, names);
    uint64_t sum = 0;
    while (const evtx::RecordView* record = reader.Next()) {
      ++records;
      if (!reader.Read(*record) || !reader.regular()) continue;
      for (const evtx::PlacedField& field : reader.fields()) {
        if (field.name == evtx::PlacedField::kOtherName) continue;
        sum += reader.Decode(field.value).text.size();
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(static_cast<int64_t>(records));
}
BENCHMARK(BM_Sigma_ReadFields)->Unit(benchmark::kMillisecond);

void BM_Sigma_Scan(benchmark::State& state) {
  if (!MixFull(state)) return;
  ScanWith(state, rules::SigmaRules::Load(RuleFiles(), {}));
}
BENCHMARK(BM_Sigma_Scan)->Unit(benchmark::kMillisecond);

void BM_Sigma_ScanPack(benchmark::State& state) {
  if (!MixFull(state)) return;
  const auto rules = rules::SigmaRules::FromPack(
      rules::SigmaRules::Load(RuleFiles(), {}).ToPack());
  if (!rules) return state.SkipWithError(rules.error().ToString().c_str());
  ScanWith(state, *rules);
}
BENCHMARK(BM_Sigma_ScanPack)->Unit(benchmark::kMillisecond);

// `text` with letters of quoted literals moved on, so that nothing is shared.
std::string Varied(const std::string& text, size_t copy) {
  if (copy == 0) return text;
  std::string out;
  const size_t detection = text.find("\ndetection:");
  const size_t end = text.find("\n    condition:", detection);
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (i > detection && i < end) {
      if (c == '\'') quoted = !quoted;
      if (c == '\n') quoted = false;
      if (quoted && c >= 'a' && c <= 'z') {
        const auto letter = static_cast<size_t>(c - 'a') + copy;
        c = static_cast<char>('a' + static_cast<char>(letter % 26));
      }
    }
    out += c;
  }
  return out;
}

void BM_Sigma_ScanRules(benchmark::State& state) {
  if (!MixFull(state)) return;
  const auto wanted = static_cast<size_t>(state.range(0));
  const std::vector<rules::RuleFile>& all = RuleFiles();
  std::vector<rules::RuleFile> files;
  for (size_t i = 0; files.size() < wanted; ++i) {
    // Of fewer rules, some of every folder.
    const size_t step = std::max<size_t>(1, all.size() / wanted);
    const size_t at = i * step;
    const rules::RuleFile& file = all[at % all.size()];
    files.push_back(
        {std::to_string(i) + file.name, Varied(file.text, at / all.size())});
  }
  ScanWith(state, rules::SigmaRules::Load(files, {}));
}
BENCHMARK(BM_Sigma_ScanRules)
    ->Arg(30)
    ->Arg(300)
    ->Arg(3000)
    ->Arg(30000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial

// Whole bundles through the front door: read, judge, and report.
#include <benchmark/benchmark.h>
#include <espial/espial.h>
#include <espial/report/report.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace espial {
namespace {

std::vector<std::byte> ReadSample(const std::string& name) {
  std::ifstream in(std::string(ESPIAL_SOURCE_DIR "/samples/bundles/") + name,
                   std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)),
                         std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

uint64_t UnpackedBytes(const Case& the_case) {
  uint64_t bytes = 0;
  for (const Artifact& artifact : the_case.artifacts) {
    if (artifact.children == 0) bytes += artifact.size;
  }
  return bytes;
}

// Bytes are those that the containers hold, unpacked.
void BM_Bundle(benchmark::State& state, const std::string& name, bool judge) {
  const std::vector<std::byte> bytes = ReadSample(name);
  if (bytes.empty()) {
    state.SkipWithError("the sample is missing");
    return;
  }
  Options options;
  options.judge = judge;
  uint64_t unpacked = 0;
  uint64_t events = 0;
  for (auto _ : state) {
    auto result = AnalyzeBytes(name, bytes, options);
    if (!result) {
      state.SkipWithError("the sample does not open");
      return;
    }
    unpacked += UnpackedBytes(*result);
    events += result->timeline.events().size();
    if (judge) benchmark::DoNotOptimize(report::TriageJson(*result));
  }
  state.SetBytesProcessed(static_cast<int64_t>(unpacked));
  state.SetItemsProcessed(static_cast<int64_t>(events));
}

BENCHMARK_CAPTURE(BM_Bundle, ReadCab, "user-flow-no-dc.cab", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Bundle, TriageCab, "user-flow-no-dc.cab", true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Bundle, TriageDiagLogsZip,
                  "user-flow-entra-credential-at-windows.zip", true)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial

// How fast event logs become text, or are read in place, on mix-full.evtx: 54
// MB of real full chunks with about 1,200 templates. Text goes nowhere.
//
//   Render/<style>/<threads>   records to JSON, JSON with separate attributes
//                              or XML, as espial evtx does it
//   Plain/<style>              the same by way of trees, for scale
//   Project                    provider, id, time, record id, computer and
//                              three named fields of every record, in place
#include <benchmark/benchmark.h>
#include <espial/core/executor.h>
#include <espial/evtx.h>
#include <espial/evtx_render.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace espial::evtx {
namespace {

std::shared_ptr<const Source> MixFull(benchmark::State& state) {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const std::filesystem::path path =
      std::filesystem::path(shared != nullptr ? shared : "../shared") /
      "corpus/bench/mix-full.evtx";
  auto source = Source::OpenFile(path.string(), "mix-full.evtx");
  if (source) return std::move(source).value();
  state.SkipWithError(
      "set ESPIAL_SHARED_DIR to the folder that holds "
      "corpus/bench/mix-full.evtx");
  return nullptr;
}

// One log, and text that is counted and forgotten.
class CountingClient : public RenderClient {
 public:
  explicit CountingClient(std::shared_ptr<const Source> log)
      : log_(std::move(log)) {}
  std::shared_ptr<const Source> NextLog() override {
    return std::exchange(log_, nullptr);
  }
  bool Write(std::string_view text) override {
    bytes += text.size();
    return true;
  }
  void OnDamage(const Source& /*log*/, const Damage& /*damage*/) override {}

  uint64_t bytes = 0;

 private:
  std::shared_ptr<const Source> log_;
};

void Finish(benchmark::State& state, const Source& source, uint64_t records) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(source.size()));
  state.SetItemsProcessed(static_cast<int64_t>(records));
}

void Run(benchmark::State& state, const RenderJob& job, uint32_t threads) {
  const auto source = MixFull(state);
  if (!source) return;
  Executor executor(threads);
  uint64_t records = 0;
  for (auto _ : state) {
    CountingClient client(source);
    records += RenderLogs(job, executor, &client).records;
    benchmark::DoNotOptimize(client.bytes);
  }
  Finish(state, *source, records);
}

void BM_EvtxRender_Jsonl(benchmark::State& state) {
  Run(state, {}, static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_EvtxRender_Jsonl)->Arg(1)->Arg(2)->UseRealTime();

void BM_EvtxRender_SeparateAttributes(benchmark::State& state) {
  RenderJob job;
  job.style.separate_attributes = true;
  Run(state, job, static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_EvtxRender_SeparateAttributes)->Arg(1)->Arg(2)->UseRealTime();

void BM_EvtxRender_Xml(benchmark::State& state) {
  RenderJob job;
  job.style.markup = Markup::kXml;
  Run(state, job, static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_EvtxRender_Xml)->Arg(1)->Arg(2)->UseRealTime();

void BM_EvtxRender_PlainJsonl(benchmark::State& state) {
  RenderJob job;
  job.fast = false;
  Run(state, job, 1);
}
BENCHMARK(BM_EvtxRender_PlainJsonl)->UseRealTime();

void BM_EvtxProject(benchmark::State& state) {
  const auto source = MixFull(state);
  if (!source) return;
  const auto log = Log::FromSource(source);
  if (!log) {
    state.SkipWithError(log.error().ToString().c_str());
    return;
  }
  uint64_t records = 0;
  const Projection wanted({"TargetUserName", "Image", "param1"});
  for (auto _ : state) {
    Reader reader(*log, wanted);
    Projected values;
    uint64_t sum = 0;
    while (const RecordView* record = reader.Next()) {
      reader.Read(*record, &values);
      sum += values.event_id.Number() + values.time.Number() +
             values.record_id.Number() + values.provider.bytes.size() +
             values.computer.bytes.size();
      for (const FieldValue& field : values.fields) sum += field.bytes.size();
      ++records;
    }
    benchmark::DoNotOptimize(sum);
  }
  Finish(state, *source, records);
}
BENCHMARK(BM_EvtxProject)->UseRealTime();

}  // namespace
}  // namespace espial::evtx

// How fast event logs are decoded into events: every member and every field,
// no output. BM_Evtx_Forged runs anywhere; BM_Evtx_MixFull needs
// mix-full.evtx, 54 MB of real full chunks with about 1,200 templates, and is
// the number to quote: a log that repeats one template flatters any reader.
#include <benchmark/benchmark.h>
#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/model/sink.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/forge/evtx_writer.h"

namespace espial {
namespace {

// Counts and forgets.
class CountingSink : public Sink {
 public:
  void OnChild(Child) override {}
  void OnEvent(const Event& event) override {
    ++events;
    fields += event.fields.size();
  }
  void OnFact(const Fact&) override {}
  void OnDamage(Damage) override {}
  void OnCoverage(Coverage) override {}
  void OnNote(std::string) override {}

  uint64_t events = 0;
  uint64_t fields = 0;
};

void Decode(benchmark::State& state, const Source& source) {
  const Parser* parser = FindParser(source.bytes());
  if (parser == nullptr) {
    state.SkipWithError("no parser takes the log");
    return;
  }
  const Limits limits;
  Budget budget(limits);
  Executor executor(static_cast<uint32_t>(state.range(0)));
  const ParseContext context{limits, budget, executor, {}};
  uint64_t events = 0;
  for (auto _ : state) {
    CountingSink sink;
    if (const Status status = parser->parse(source, context, sink); !status) {
      state.SkipWithError(status.error().ToString().c_str());
      return;
    }
    events += sink.events;
    benchmark::DoNotOptimize(sink.fields);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(source.size()));
  state.SetItemsProcessed(static_cast<int64_t>(events));
}

std::shared_ptr<const Source> ForgedLog() {
  std::vector<forge::EvtxRecord> records;
  for (uint64_t id = 1; id <= 40'000; ++id) {
    forge::EvtxRecord record;
    record.record_id = id;
    record.time = {133'000'000'000'000'000ULL + id * 1'234'567};
    record.provider = "Forged-Provider-" + std::to_string(id % 5);
    record.provider_guid = "{3da494e4-0fe2-415c-b895-fb5265c5c83b}";
    record.channel = "Forged/Operational";
    record.computer = "DESKTOP-FORGED";
    record.id = static_cast<uint32_t>(id % 17);
    record.level = 4;
    record.user_sid = "S-1-5-18";
    record.fields = {
        {"Message", "UnicodeString", "Step " + std::to_string(id) + " done"},
        {"HRESULT", "HexInt32", "0x80070005"},
        {"Count", "UInt32", std::to_string(id)},
        {"Id", "GUID", "{54849625-5478-4994-a5ba-3e3b0328c30d}"}};
    record.fields.resize(1 + id % 4);
    records.push_back(std::move(record));
  }
  auto file = forge::WriteEvtx(records);
  return Source::FromBytes(
      "forged.evtx", file ? std::move(file).value() : std::vector<std::byte>());
}

void BM_Evtx_Forged(benchmark::State& state) {
  static const std::shared_ptr<const Source> source = ForgedLog();
  Decode(state, *source);
}
BENCHMARK(BM_Evtx_Forged)->Arg(1)->Arg(2)->UseRealTime();

void BM_Evtx_MixFull(benchmark::State& state) {
  const char* shared = std::getenv("ESPIAL_SHARED_DIR");
  const std::filesystem::path path =
      std::filesystem::path(shared != nullptr ? shared : "../shared") /
      "corpus/bench/mix-full.evtx";
  if (!std::filesystem::exists(path)) {
    state.SkipWithError(
        "set ESPIAL_SHARED_DIR to the folder that holds "
        "corpus/bench/mix-full.evtx");
    return;
  }
  const auto source = Source::OpenFile(path.string(), "mix-full.evtx");
  if (!source) {
    state.SkipWithError(source.error().ToString().c_str());
    return;
  }
  Decode(state, **source);
}
BENCHMARK(BM_Evtx_MixFull)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace espial

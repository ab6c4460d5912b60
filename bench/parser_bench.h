// Benchmarks of a parser over one source: bytes and items a second.
//
//   Parse    into a sink that looks at each event or fact and drops it
//   Collect  into a Collector, as an analysis does
#pragma once

#include <benchmark/benchmark.h>
#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/core/text.h>
#include <espial/model/timeline.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace espial::bench {

class CountingSink : public Sink {
 public:
  void OnChild(Child) override {}
  void OnEvent(const Event& event) override {
    ++items;
    bytes += event.message.size() + event.fields.size();
  }
  void OnFact(const Fact& fact) override {
    ++items;
    bytes += fact.data.size();
  }
  void OnDamage(Damage) override { ++damage; }
  void OnCoverage(Coverage) override {}
  void OnNote(std::string) override {}

  uint64_t items = 0;  // events and facts
  uint64_t bytes = 0;
  uint64_t damage = 0;
};

inline std::shared_ptr<const Source> MakeSource(const std::string& text) {
  const Bytes bytes = AsBytes(text);
  return Source::FromBytes("bench",
                           std::vector<std::byte>(bytes.begin(), bytes.end()));
}

// Runs `parse`, a function that parses into a fresh sink and returns how many
// items came out, and counts; 0 fails the benchmark.
template <typename ParseOnce>
void Repeat(benchmark::State& state, const Source& source,
            const ParseOnce& parse) {
  const Limits limits;
  Budget budget(limits);
  Executor executor(1);
  const ParseContext context{limits, budget, executor, {}};
  uint64_t items = 0;
  for (auto _ : state) {
    items = parse(context);
    if (items == 0) {
      state.SkipWithError("not all was read");
      return;
    }
  }
  const auto runs = static_cast<int64_t>(state.iterations());
  state.SetBytesProcessed(runs * static_cast<int64_t>(source.size()));
  state.SetItemsProcessed(runs * static_cast<int64_t>(items));
}

// Damage, and another number of items than `expected` unless that is 0, fails.
inline void Parse(benchmark::State& state, const Parser& parser,
                  const Source& source, uint64_t expected = 0) {
  Repeat(state, source, [&](const ParseContext& context) -> uint64_t {
    CountingSink sink;
    if (!parser.parse(source, context, sink) || sink.damage != 0 ||
        (expected != 0 && sink.items != expected)) {
      return 0;
    }
    benchmark::DoNotOptimize(sink.bytes);
    return sink.items;
  });
}

inline void Collect(benchmark::State& state, const Parser& parser,
                    const Source& source) {
  Repeat(state, source, [&](const ParseContext& context) -> uint64_t {
    Collector sink(context.limits);
    if (!parser.parse(source, context, sink)) return 0;
    return sink.events.size() + sink.facts.size();
  });
}

}  // namespace espial::bench

// Judging a case: events per second with the rules that the library carries.
//   BM_Rules_Judge/100000    100,000 events over the channels of a bundle
//   BM_Rules_LoadBuiltIn     compiling the pack and its catalogue
#include <benchmark/benchmark.h>
#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace espial::rules {
namespace {

// Logs with ids 1 to 500, so that rules of each channel find candidates.
Case MakeCase(int64_t count) {
  const std::vector<std::pair<std::string, std::string>> logs = {
      {"System", "Microsoft-Windows-Kernel-General"},
      {"Security", "Microsoft-Windows-Security-Auditing"},
      {"Microsoft-Windows-Shell-Core/Operational",
       "Microsoft-Windows-Shell-Core"},
      {"Microsoft-Windows-AAD/Operational", "Microsoft-Windows-AAD"},
      {"Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/"
       "Admin",
       "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider"},
      {"Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot",
       "Microsoft-Windows-ModernDeployment-Diagnostics-Provider"}};
  Case out;
  for (size_t log = 0; log < logs.size(); ++log) {
    Artifact artifact;
    artifact.id = {static_cast<uint32_t>(log)};
    artifact.parent = artifact.id;
    artifact.provenance = logs[log].first + ".evtx";
    artifact.state = ArtifactState::kWhole;
    out.artifacts.push_back(artifact);
    Collector collector{Limits()};
    const int64_t share = count / static_cast<int64_t>(logs.size());
    for (int64_t i = 0; i < share; ++i) {
      const Field fields[] = {
          {"HRESULT", {ValueType::kHex32, 0x80070774, {}}},
          {"Name", Value::String("CommercialOOBE_ESPProgress_Page_Showing")},
          {"Value", Value::String("a value of some length with {braces}")}};
      Event event;
      event.time = {{static_cast<uint64_t>(133853040000000000 + i * 10'000)},
                    TimeQuality::kUtc,
                    {}};
      event.record = static_cast<uint64_t>(i) + 1;
      event.channel = logs[log].first;
      event.provider = logs[log].second;
      event.id = static_cast<uint32_t>(i * 7 % 500 + 1);
      event.fields = fields;
      collector.OnEvent(event);
    }
    Coverage coverage;
    coverage.source = artifact.id;
    coverage.channel = logs[log].first;
    coverage.events = static_cast<uint64_t>(share);
    coverage.first_record = 1;
    coverage.last_record = coverage.events;
    out.coverage.push_back(coverage);
    out.timeline.Add(std::move(collector), artifact.id);
  }
  out.timeline.Sort();
  return out;
}

void BM_Rules_Judge(benchmark::State& state) {
  Case the_case = MakeCase(state.range(0));
  const RuleSet& rules = RuleSet::BuiltIn();
  for (auto _ : state) {
    rules.Judge(&the_case);
    benchmark::DoNotOptimize(the_case.findings.data());
  }
  state.SetItemsProcessed(
      state.iterations() *
      static_cast<int64_t>(the_case.timeline.events().size()));
}
BENCHMARK(BM_Rules_Judge)
    ->Arg(1000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond);

void BM_Rules_LoadBuiltIn(benchmark::State& state) {
  for (auto _ : state) {
    const auto rules = RuleSet::Load(RuleSet::BuiltInFiles());
    benchmark::DoNotOptimize(rules.has_value());
  }
}
BENCHMARK(BM_Rules_LoadBuiltIn)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace espial::rules

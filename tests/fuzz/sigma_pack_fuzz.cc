// Any bytes as a compiled pack of Sigma rules, its checksum made right: it is
// refused with a place, or its rules can be looked for, correlated and written
// again. A pack may lie about what an expression needs, so that the index and
// the plain evaluator need not agree.
#include <espial/core/time.h>
#include <espial/model/event.h>
#include <espial/rules/sigma.h>
#include <espial/rules/sigma_correlator.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "rules/sigma/sigma_pack.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace espial;
  using namespace espial::rules;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto rules = SigmaRules::FromPack(SealPack(body));
  if (!rules) {
    if (std::string_view(rules.error().what).empty()) std::abort();
    return 0;
  }
  const std::string again = rules->ToPack();
  if (!SigmaRules::FromPack(again)) std::abort();
  const Field fields[] = {
      {"Image", Value::String("C:\\Windows\\System32\\cmd.exe")},
      {"CommandLine", Value::String("cmd.exe /c \"whoami -all\" 10.0.0.1")},
      {"User", Value::String("eva")},
      {"Count", Value::UInt(7)}};
  SigmaMatcher matcher(*rules);
  SigmaCorrelator correlator(*rules, {.facts = 100});
  for (const uint32_t id : {1U, 4688U}) {
    Event event;
    event.channel =
        id == 1 ? "Microsoft-Windows-Sysmon/Operational" : "Security";
    event.id = id;
    event.fields = fields;
    event.time.quality = TimeQuality::kUtc;
    event.time.ticks.value = 133'000'000'000'000'000 + id;
    const auto found = matcher.Match(EventRecord(*rules, event));
    const std::vector<uint32_t> indexed(found.begin(), found.end());
    for (const uint32_t rule : indexed) {
      if (rules->Explain(rule, event).size() > 64) std::abort();
      if (correlator.Names(rule)) {
        correlator.Add(correlator.Take(rule, event));
      }
    }
  }
  for (const CorrelationMatch& match : correlator.Finish()) {
    if (match.last < match.first) std::abort();
  }
  return 0;
}

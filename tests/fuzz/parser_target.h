// A fuzz target of a parser: parses any bytes with small limits and walks over
// everything that came out.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/timeline.h>
#include <espial/model/value.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace espial::fuzz {

// Limits that keep one input below a second and a few megabytes.
inline Limits SmallLimits() {
  Limits limits;
  limits.total_bytes_out = uint64_t{64} << 20U;
  limits.member_bytes = uint64_t{16} << 20U;
  limits.members = 1000;
  limits.artifact_events = 100'000;
  limits.artifact_facts = 100'000;
  return limits;
}

inline void Run(const Parser& parser, const uint8_t* data, size_t size) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  const auto source =
      Source::FromBytes("fuzz", std::vector<std::byte>(first, first + size));
  const Limits limits = SmallLimits();
  Budget budget(limits);
  Executor executor(1);
  const ParseContext context{limits, budget, executor, {}};
  parser.probe({source->bytes(), AsChars(source->bytes())});
  Collector collector(limits);
  if (const Status status = parser.parse(*source, context, collector);
      !status && status.error().what.empty()) {
    std::abort();  // an error must say what is wrong
  }
  collector.Finish();
  std::string text;
  for (const Event& event : collector.events) {
    for (const Field& field : event.fields) {
      text.clear();
      AppendText(field.value, &text);
      if (field.value.type != ValueType::kBinary && !IsValidUtf8(text)) {
        std::abort();
      }
    }
  }
  for (const Fact& fact : collector.facts) {
    if (!IsValidUtf8(fact.data) || !IsValidUtf8(fact.name)) std::abort();
  }
  for (const Damage& damage : collector.damage) {
    if (damage.error.what.empty()) std::abort();
    if (damage.bytes_lost > size) std::abort();
  }
}

}  // namespace espial::fuzz

#define ESPIAL_FUZZ_PARSER(parser)                                          \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) { \
    espial::fuzz::Run(parser, data, size);                                  \
    return 0;                                                               \
  }

#include "parsers/etl/histogram.h"

#include <algorithm>

namespace espial::etl {

void Histogram::Add(const std::string& name, const Time& time,
                    uint64_t offset) {
  Entry& entry = entries_[name];
  if (entry.count++ == 0) entry.offset = offset;
  if (!time.known()) return;
  if (!entry.timed) {
    entry.timed = true;
    entry.first = entry.last = time.ticks;
  }
  entry.first = std::min(entry.first, time.ticks);
  entry.last = std::max(entry.last, time.ticks);
}

void Histogram::Emit(Sink& sink) const {
  for (const auto& [name, entry] : entries_) {
    std::string span;
    if (entry.timed) {
      span = FormatUtc(entry.first) + ".." + FormatUtc(entry.last);
    }
    Fact fact;
    fact.kind = FactKind::kOutput;
    fact.key = "trace";
    fact.name = name;
    fact.type = "number";
    fact.data = span;
    fact.number = entry.count;
    fact.offset = entry.offset;
    sink.OnFact(fact);
  }
}

}  // namespace espial::etl

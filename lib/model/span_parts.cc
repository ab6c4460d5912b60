#include "lib/model/span_parts.h"

#include <algorithm>
#include <string>
#include <utility>

namespace espial {
namespace {

constexpr int64_t kSameMoment = 5 * kTicksPerMinute;

}  // namespace

std::string ProviderAndId(const Event& event) {
  return std::string(event.provider) + ' ' + std::to_string(event.id);
}

std::string FieldText(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? std::string() : ToText(*value);
}

Span BeginSpan(SpanKind kind, std::string name, const Event& event) {
  Span span;
  span.kind = kind;
  span.name = std::move(name);
  span.from = event.corrected;
  span.evidence = ProviderAndId(event);
  span.source = event.source;
  span.record = event.record;
  span.offset = event.offset;
  return span;
}

Span EndOnlySpan(SpanKind kind, std::string name, const Event& event) {
  Span span = BeginSpan(kind, std::move(name), event);
  span.from.reset();
  span.to = event.corrected;
  return span;
}

void EndSpan(const Event& event, std::string_view outcome, Span* span) {
  if (!span->to) span->evidence += "; " + ProviderAndId(event);
  span->to = std::max(span->to.value_or(event.corrected), event.corrected);
  if (!outcome.empty()) span->outcome = outcome;
}

bool IsNear(Ticks earlier, Ticks later) {
  return TicksBetween(earlier, later) <= kSameMoment;
}

}  // namespace espial

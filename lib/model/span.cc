#include <espial/model/span.h>

#include <tuple>

namespace espial {

std::string_view SpanKindName(SpanKind kind) {
  switch (kind) {
    case SpanKind::kBoot:
      return "boot";
    case SpanKind::kUserSession:
      return "user session";
    case SpanKind::kPart:
      return "part";
    case SpanKind::kEspCategory:
      return "ESP category";
    case SpanKind::kApp:
      return "app";
  }
  return "unknown";
}

bool SpanBefore(const Span& a, const Span& b) {
  return std::tie(a.kind, a.from, a.to, a.source, a.record, a.offset, a.name) <
         std::tie(b.kind, b.from, b.to, b.source, b.record, b.offset, b.name);
}

}  // namespace espial

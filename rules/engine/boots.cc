#include "rules/engine/boots.h"

#include <espial/core/text.h>

#include <array>
#include <cstdint>
#include <optional>

#include "rules/engine/detection.h"

namespace espial::rules {
namespace {

constexpr int64_t kOneBoot = 5 * kTicksPerMinute;

// Bits of the kinds of marks.
enum Mark : uint32_t {
  kNone = 0,
  kStarted = 1,
  kBootType = 2,
  kLog = 4,
  kUnexpected = 8
};

bool IsHibernation(const Event& event) {
  const Value* type = event.FindField("BootType");
  if (type == nullptr) return false;
  const auto number = ParseUnsigned(ToText(*type));
  return number && *number == 2;
}

uint32_t MarkOf(const Event& event) {
  if (!EqualsFold(event.channel, kBootChannel)) return kNone;
  switch (event.id) {
    case 12:
      return EqualsFold(event.provider, "Microsoft-Windows-Kernel-General")
                 ? kStarted
                 : kNone;
    case 27:
      return EqualsFold(event.provider, "Microsoft-Windows-Kernel-Boot") &&
                     !IsHibernation(event)
                 ? kBootType
                 : kNone;
    case 6005:
      return EqualsFold(event.provider, "EventLog") ? kLog : kNone;
    case 6008:
      return EqualsFold(event.provider, "EventLog") ? kUnexpected : kNone;
    default:
      return kNone;
  }
}

}  // namespace

std::vector<TimePoint> FindBoots(const Case& the_case) {
  std::vector<TimePoint> out;
  uint32_t seen = kNone;  // kinds of marks of the last boot
  const std::vector<Event>& events = the_case.timeline.events();
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (!IsEvidence(event)) continue;
    const uint32_t mark = MarkOf(event);
    if (mark == kNone) continue;
    const bool same =
        !out.empty() && (seen & mark) == 0 &&
        TicksBetween(out.back().time, event.corrected) <= kOneBoot;
    if (same) {
      seen |= mark;
      continue;
    }
    seen = mark;
    out.push_back({event.corrected, event.source, event.record,
                   static_cast<uint32_t>(i), false});
  }
  return out;
}

}  // namespace espial::rules

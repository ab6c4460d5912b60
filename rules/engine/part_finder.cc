#include "rules/engine/part_finder.h"

#include <optional>
#include <vector>

#include "rules/engine/proof_events.h"

namespace espial::rules {
namespace {

// Where a silence of `quiet` ends, behind event `after`; only times that are
// known to be right count.
std::optional<Ticks> EndOfSilence(const Case& the_case, uint32_t after,
                                  int64_t quiet) {
  const std::vector<Event>& events = the_case.timeline.events();
  Ticks before = events[after].corrected;
  for (size_t i = size_t{after} + 1; i < events.size(); ++i) {
    const Event& event = events[i];
    if (!IsEvidence(event) || event.time.quality == TimeQuality::kAssumed ||
        event.time.quality == TimeQuality::kNone) {
      continue;
    }
    if (TicksBetween(before, event.corrected) >= quiet) return event.corrected;
    before = event.corrected;
  }
  return std::nullopt;
}

}  // namespace

Parts FindParts(const Case& the_case, const FlowRules& flow,
                Evaluator* evaluator) {
  Parts parts;
  if (!flow.parts) return parts;
  parts.told_apart = true;
  const PartRules& rules = *flow.parts;
  const auto judge = [&](const Expr& expr) {
    return evaluator->Evaluate(flow.unit, expr, Part::kAll, Part::kAll);
  };
  const std::vector<Event>& events = the_case.timeline.events();
  const ExprState reseal = judge(rules.reseal);
  const ExprState user = judge(rules.user_marks);
  const ExprState technician = judge(rules.technician_marks);
  if (const auto first = FirstEvent(technician)) {
    parts.technician_start = events[*first].corrected;
  }
  if (const auto last = LastEvent(technician)) {
    parts.technician_until = events[*last].corrected;
  }
  const auto last_reseal =
      reseal.value == Tri::kTrue ? LastEvent(reseal) : std::nullopt;
  if (last_reseal) {
    const ExprState boot = judge(rules.boot);
    parts.certain = boot.value != Tri::kUnknown;
    parts.technician_until = events[*last_reseal].corrected;
    parts.resealed = true;
    for (const uint32_t event : EventsOf(boot)) {
      if (event <= *last_reseal) continue;
      parts.user_start = events[event].corrected;
      break;
    }
    if (rules.quiet) {
      const auto end = EndOfSilence(the_case, *last_reseal, *rules.quiet);
      if (end && (!parts.user_start || *end < *parts.user_start)) {
        parts.user_start = end;
      }
    }
    return parts;
  }
  const bool no_reseal = reseal.value == Tri::kFalse;
  if (const auto first = FirstEvent(user); first && user.value == Tri::kTrue) {
    parts.user_start = events[*first].corrected;
    parts.certain = no_reseal;
  } else {
    // Marks of the technician alone: all of it is the technician's.
    parts.certain = no_reseal && user.value == Tri::kFalse &&
                    technician.value == Tri::kTrue;
  }
  if (parts.user_start && parts.technician_until &&
      *parts.technician_until >= *parts.user_start) {
    parts.technician_until.reset();
  }
  return parts;
}

}  // namespace espial::rules

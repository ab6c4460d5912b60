#include "rules/engine/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace espial::rules {
namespace {

constexpr const char* kUnknownPart =
    "Where the user part of the enrolment begins cannot be told from what was "
    "collected.";

void SortUnique(std::vector<std::string>* list) {
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

void Append(const std::vector<std::string>& from,
            std::vector<std::string>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

Evaluator::Evaluator(const Case& the_case, const MatchIndex& matches,
                     const CoverageIndex& coverage)
    : case_(the_case), matches_(matches), coverage_(coverage) {}

void Evaluator::SetParts(const Parts& parts) {
  parts_ = parts;
  states_.clear();
  items_.clear();
  kept_.clear();
}

Window Evaluator::WindowOf(Part part) const {
  return parts_.WindowOf(part, matches_.first());
}

ExprState Evaluator::Evaluate(const Unit& unit, const Expr& expr, Part part,
                              Part window) {
  ExprState out;
  if (expr.empty()) return out;
  out.value = expr.Evaluate([&](uint32_t operand) {
    return StateOf(unit, operand, part, window).value;
  });
  Collect(unit, expr, expr.root_index(), true, part, window, &out);
  SortUnique(&out.missing);
  return out;
}

// Walks the parts of the condition that decide its value, or leave it open.
void Evaluator::Collect(const Unit& unit, const Expr& expr, uint32_t index,
                        bool positive, Part part, Part window, ExprState* out) {
  const Expr::Node& node = expr.node(index);
  const auto value_of = [&](uint32_t operand) {
    return StateOf(unit, operand, part, window).value;
  };
  if (node.op == Expr::Op::kOperand) {
    const OperandState& state = StateOf(unit, node.operand, part, window);
    if (state.value == Tri::kUnknown) Append(state.missing, &out->missing);
    if (state.value == Tri::kTrue && positive &&
        std::find(out->proof.begin(), out->proof.end(), &state) ==
            out->proof.end()) {
      out->proof.push_back(&state);
    }
    return;
  }
  if (node.op == Expr::Op::kNot) {
    Collect(unit, expr, node.children[0], !positive, part, window, out);
    return;
  }
  const Tri value = expr.EvaluateAt(index, value_of);
  const Tri deciding = node.op == Expr::Op::kOr ? Tri::kTrue : Tri::kFalse;
  for (const uint32_t child : node.children) {
    const Tri child_value = expr.EvaluateAt(child, value_of);
    // Where one child decides, only such children matter; else what is open
    // and, in a conjunction, what holds.
    if (value == deciding && child_value != deciding) continue;
    if (node.op == Expr::Op::kOr && value == Tri::kUnknown &&
        child_value == Tri::kFalse) {
      continue;
    }
    Collect(unit, expr, child, positive, part, window, out);
  }
}

const OperandState& Evaluator::StateOf(const Unit& unit, uint32_t operand,
                                       Part part, Part window) {
  const Key key = {&unit, operand, part, window};
  const auto found = states_.find(key);
  if (found != states_.end()) return found->second;
  OperandState state;
  if (operand < unit.detections.size()) {
    state = JudgeDetection(unit, operand, part, window);
  } else {
    const Correlation& correlation =
        unit.correlations[operand - unit.detections.size()];
    state = correlation.type == Correlation::Type::kSequence
                ? JudgeSequence(unit, correlation, part, window)
                : JudgeCount(unit, correlation, part, window);
  }
  SortUnique(&state.missing);
  return states_.emplace(key, std::move(state)).first->second;
}

std::span<const uint32_t> Evaluator::Keep(std::vector<uint32_t> items) {
  kept_.push_back(std::move(items));
  return kept_.back();
}

Evaluator::Items Evaluator::ItemsOf(const Unit& unit, uint32_t index,
                                    Part part) {
  const Detection& detection = unit.detections[index];
  const uint32_t global = unit.first_detection + index;
  const std::span<const uint32_t> all = matches_.Matches(global);
  if (detection.part != Part::kAll) part = detection.part;
  if (part == Part::kAll || !parts_.told_apart ||
      detection.subject != Subject::kEvent) {
    return {all, all};
  }
  const auto [entry, added] = items_.try_emplace({global, part});
  if (!added) return entry->second;
  std::vector<uint32_t> sure;
  std::vector<uint32_t> likely;
  for (const uint32_t event : all) {
    const auto membership =
        parts_.Of(case_.timeline.events()[event].corrected, part);
    if (membership == Parts::Membership::kNo) continue;
    likely.push_back(event);
    if (membership == Parts::Membership::kYes) sure.push_back(event);
  }
  entry->second = {Keep(std::move(sure)), Keep(std::move(likely))};
  return entry->second;
}

std::vector<std::string> Evaluator::MissingOf(const Unit& unit, uint32_t index,
                                              Part window) const {
  const Part own = unit.detections[index].part;
  return coverage_.MissingFor(unit.first_detection + index,
                              WindowOf(own == Part::kAll ? window : own));
}

OperandState Evaluator::JudgeDetection(const Unit& unit, uint32_t index,
                                       Part part, Part window) {
  OperandState state;
  state.facts = unit.detections[index].subject != Subject::kEvent;
  const Items items = ItemsOf(unit, index, part);
  if (!items.sure.empty()) {
    state.value = Tri::kTrue;
    state.items = items.sure;
    return state;
  }
  state.missing = MissingOf(unit, index, window);
  if (!items.likely.empty()) state.missing.emplace_back(kUnknownPart);
  state.value = state.missing.empty() ? Tri::kFalse : Tri::kUnknown;
  return state;
}

std::vector<TimePoint> Evaluator::Points(
    std::span<const uint32_t> events) const {
  std::vector<TimePoint> points;
  points.reserve(events.size());
  for (const uint32_t index : events) {
    const Event& event = case_.timeline.events()[index];
    points.push_back(
        {event.corrected, event.source, event.record, index, false});
  }
  return points;
}

SequenceQuery Evaluator::MakeQuery(const Unit& unit,
                                   const Correlation& correlation, Part part,
                                   Rigor rigor) {
  // To be certain, what must occur is surely in its part, and what must not
  // occur is surely not.
  const bool certain = rigor == Rigor::kCertain;
  SequenceQuery query;
  query.timespan = correlation.timespan;
  query.end_of_logs = matches_.last().value_or(Ticks());
  std::vector<AbsentStep> absent;
  for (const SequenceStep& step : correlation.steps) {
    if (step.detection == SequenceStep::kUserStart) {
      PresentStep present = {std::move(absent), {}, step.within};
      absent.clear();
      if (parts_.user_start) {
        present.points.push_back({*parts_.user_start, {}, 0, 0, true});
      }
      query.steps.push_back(std::move(present));
      continue;
    }
    const Items items = ItemsOf(unit, step.detection, part);
    if (step.absent) {
      absent.push_back(
          {Points(certain ? items.likely : items.sure), step.within});
    } else {
      query.steps.push_back({std::move(absent),
                             Points(certain ? items.sure : items.likely),
                             step.within});
      absent.clear();
    }
  }
  query.absent_after = std::move(absent);
  return query;
}

OperandState Evaluator::JudgeSequence(const Unit& unit,
                                      const Correlation& correlation, Part part,
                                      Part window) {
  OperandState state;
  std::vector<uint32_t> events;
  std::vector<std::string> absences;
  for (const SequenceStep& step : correlation.steps) {
    if (step.absent) Append(MissingOf(unit, step.detection, window), &absences);
  }
  const SequenceQuery certain =
      MakeQuery(unit, correlation, part, Rigor::kCertain);
  if (FindSequence(certain, Rigor::kCertain, &events)) {
    state.value = absences.empty() ? Tri::kTrue : Tri::kUnknown;
    state.items = Keep(std::move(events));
    state.missing = std::move(absences);
    return state;
  }
  const SequenceQuery possible =
      MakeQuery(unit, correlation, part, Rigor::kPossible);
  if (FindSequence(possible, Rigor::kPossible, nullptr)) {
    state.value = Tri::kUnknown;
    state.missing = std::move(absences);
    const SequenceStep& last = correlation.steps.back();
    if (last.absent && last.within && matches_.last()) {
      state.missing.push_back(fmt::format(
          "The logs end at {}, before a wait of {} was over.",
          FormatUtc(*matches_.last(), 0), FormatDuration(*last.within)));
    }
    if (state.missing.empty()) {
      state.missing.emplace_back(
          "The order of events that different logs hold at the same time is "
          "not known.");
    }
    return state;
  }
  // It did not occur in what is there; it may have in what is not.
  for (size_t i = 0; i < correlation.steps.size(); ++i) {
    const SequenceStep& step = correlation.steps[i];
    if (step.absent) continue;
    std::vector<std::string> missing;
    bool occurs = false;
    if (step.detection == SequenceStep::kUserStart) {
      occurs = parts_.user_start.has_value();
      if (!parts_.certain) missing.emplace_back(kUnknownPart);
    } else {
      occurs = !ItemsOf(unit, step.detection, part).likely.empty();
      missing = MissingOf(unit, step.detection, window);
    }
    if (!occurs && missing.empty()) {
      state.value = Tri::kFalse;
      state.missing.clear();
      return state;
    }
    Append(missing, &state.missing);
  }
  state.value = state.missing.empty() ? Tri::kFalse : Tri::kUnknown;
  return state;
}

OperandState Evaluator::JudgeCount(const Unit& unit,
                                   const Correlation& correlation, Part part,
                                   Part window) {
  OperandState state;
  std::vector<uint32_t> sure;
  std::vector<uint32_t> likely;
  for (const uint32_t rule : correlation.rules) {
    const Items items = ItemsOf(unit, rule, part);
    sure.insert(sure.end(), items.sure.begin(), items.sure.end());
    likely.insert(likely.end(), items.likely.begin(), items.likely.end());
  }
  // Indices follow the order of time; an event counts once.
  for (std::vector<uint32_t>* list : {&sure, &likely}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  const int64_t timespan = correlation.timespan.value_or(0);
  std::vector<uint32_t> events;
  if (FindCount(Points(sure), correlation.at_least, timespan, &events)) {
    state.value = Tri::kTrue;
    state.items = Keep(std::move(events));
    return state;
  }
  if (FindCount(Points(likely), correlation.at_least, timespan, nullptr)) {
    state.missing.emplace_back(kUnknownPart);
  }
  for (const uint32_t rule : correlation.rules) {
    Append(MissingOf(unit, rule, window), &state.missing);
  }
  state.value = state.missing.empty() ? Tri::kFalse : Tri::kUnknown;
  return state;
}

}  // namespace espial::rules

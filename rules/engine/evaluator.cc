#include "rules/engine/evaluator.h"

#include <algorithm>

#include "rules/engine/sentences.h"

namespace espial::rules {
namespace {

// What the weakest operand bears that a true part of a condition needs.
template <typename StateOf>
Confidence Weakest(const Expr& expr, uint32_t index, const StateOf& state_of) {
  const Expr::Node& node = expr.node(index);
  if (node.op == Expr::Op::kNot) return Confidence::kHigh;
  if (node.op == Expr::Op::kOperand) return state_of(node.operand)->bears;
  const bool all = node.op == Expr::Op::kAnd;
  Confidence out = all ? Confidence::kHigh : Confidence::kLow;
  for (const uint32_t child : node.children) {
    const Tri value = expr.EvaluateAt(
        child, [&](uint32_t operand) { return state_of(operand)->value; });
    if (value != Tri::kTrue) continue;
    const Confidence bears = Weakest(expr, child, state_of);
    out = all ? std::min(out, bears) : std::max(out, bears);
  }
  return out;
}

}  // namespace

Evaluator::Evaluator(const Case& the_case, const MatchIndex& matches,
                     const CoverageIndex& coverage)
    : case_(the_case), matches_(matches), coverage_(coverage) {}

void Evaluator::SetParts(const Parts& parts) {
  parts_ = parts;
  states_.clear();
  cancelled_.clear();
  chains_.clear();
  items_.clear();
  kept_.clear();
}

void Evaluator::SetSteps(std::vector<StepSpan> steps) {
  steps_ = std::move(steps);
  std::erase_if(states_, [](const auto& entry) {
    const auto& [unit, operand, part, window] = entry.first;
    return operand >= unit->detections.size() + unit->correlations.size();
  });
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
  if (out.value == Tri::kTrue) {
    out.bears = Weakest(expr, expr.root_index(), [&](uint32_t operand) {
      return &StateOf(unit, operand, part, window);
    });
  }
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
  const OperandState& raw = RawStateOf(unit, operand, part, window);
  const bool cancelled =
      std::any_of(unit.cancellations.begin(), unit.cancellations.end(),
                  [&](const Cancellation& c) { return c.failure == operand; });
  if (!cancelled || raw.value == Tri::kFalse) return raw;
  const Key key = {&unit, operand, part, window};
  const auto found = cancelled_.find(key);
  if (found != cancelled_.end()) return found->second;
  OperandState state = raw;
  Cancel({unit, part, window}, operand, &state);
  SortUnique(&state.missing);
  return cancelled_.emplace(key, std::move(state)).first->second;
}

const OperandState& Evaluator::RawStateOf(const Unit& unit, uint32_t operand,
                                          Part part, Part window) {
  const Key key = {&unit, operand, part, window};
  const auto found = states_.find(key);
  if (found != states_.end()) return found->second;
  OperandState state;
  const Scope scope = {unit, part, window};
  if (operand < unit.detections.size()) {
    state = JudgeDetection(scope, operand);
  } else if (const Correlation* correlation = unit.CorrelationOf(operand)) {
    state = correlation->type == Correlation::Type::kSequence
                ? JudgeSequence(scope, *correlation)
                : JudgeCount(scope, *correlation);
  } else {
    state = JudgeComparison(scope,
                            unit.comparisons[operand - unit.detections.size() -
                                             unit.correlations.size()]);
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

OperandState Evaluator::JudgeDetection(const Scope& scope, uint32_t index) {
  OperandState state;
  const Detection& detection = scope.unit.detections[index];
  state.facts = detection.subject != Subject::kEvent;
  const Items items = ItemsOf(scope.unit, index, scope.part);
  if (!items.sure.empty()) {
    state.value = Tri::kTrue;
    state.items = items.sure;
    // Which part an event belongs to is a matter of its time.
    const bool timed =
        !state.facts && parts_.told_apart &&
        (detection.part != Part::kAll || scope.part != Part::kAll);
    if (timed) state.bears = BearsOf(items.sure, false);
    return state;
  }
  state.missing = MissingOf(scope.unit, index, scope.window);
  if (!items.likely.empty()) state.missing.emplace_back(kUnknownPart);
  state.value = state.missing.empty() ? Tri::kFalse : Tri::kUnknown;
  return state;
}

std::vector<std::string> Evaluator::LacksOf(const Scope& scope,
                                            uint32_t operand) {
  const Correlation* correlation = scope.unit.CorrelationOf(operand);
  if (correlation == nullptr) {
    return MissingOf(scope.unit, operand, scope.window);
  }
  const OperandState& state =
      RawStateOf(scope.unit, operand, scope.part, scope.window);
  if (state.value == Tri::kFalse) return {};
  std::vector<std::string> out;
  AppendLeaves(scope, *correlation, &out);
  SortUnique(&out);
  return out;
}

void Evaluator::AppendLeaves(const Scope& scope, const Correlation& correlation,
                             std::vector<std::string>* out) {
  std::vector<uint32_t> operands = correlation.rules;
  for (const SequenceStep& step : correlation.steps) {
    if (step.operand != SequenceStep::kUserStart) {
      operands.push_back(step.operand);
    }
  }
  if (correlation.until) operands.push_back(*correlation.until);
  for (const uint32_t operand : operands) Append(LacksOf(scope, operand), out);
}

Confidence Evaluator::BearsOf(std::span<const uint32_t> events,
                              bool all) const {
  const auto proven = [&](uint32_t event) {
    return case_.timeline.events()[event].time.quality >= TimeQuality::kZone;
  };
  const bool good = all ? std::all_of(events.begin(), events.end(), proven)
                        : std::any_of(events.begin(), events.end(), proven);
  return good || events.empty() ? Confidence::kHigh : Confidence::kMedium;
}

}  // namespace espial::rules

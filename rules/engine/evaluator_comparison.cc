// Comparisons of values over a case.
#include <fmt/format.h>

#include "rules/engine/evaluator.h"
#include "rules/engine/sentences.h"

namespace espial::rules {
namespace {

Tri Less(const std::optional<Quantity>& a_most,
         const std::optional<Quantity>& a_least,
         const std::optional<Quantity>& b_most,
         const std::optional<Quantity>& b_least, bool or_equal) {
  if (a_most && b_least &&
      (or_equal ? *a_most <= *b_least : *a_most < *b_least)) {
    return Tri::kTrue;
  }
  if (a_least && b_most &&
      (or_equal ? *a_least > *b_most : *a_least >= *b_most)) {
    return Tri::kFalse;
  }
  return Tri::kUnknown;
}

std::string_view OpWords(ValueComparison::Op op, bool time) {
  switch (op) {
    case ValueComparison::Op::kLt:
      return time ? "is before" : "is less than";
    case ValueComparison::Op::kLte:
      return time ? "is not after" : "is at most";
    case ValueComparison::Op::kGt:
      return time ? "is after" : "is more than";
    case ValueComparison::Op::kGte:
      return time ? "is not before" : "is at least";
    case ValueComparison::Op::kEq:
      return "is";
    case ValueComparison::Op::kNeq:
      return "is not";
  }
  return {};
}

// "at least 3", "12 s", "between 3 and 5".
std::string ShowRange(const std::optional<Quantity>& least,
                      const std::optional<Quantity>& most, Measure measure) {
  if (least && most && *least == *most) return FormatQuantity(*least, measure);
  if (least && most) {
    return fmt::format("between {} and {}", FormatQuantity(*least, measure),
                       FormatQuantity(*most, measure));
  }
  if (least) return "at least " + FormatQuantity(*least, measure);
  return most ? "at most " + FormatQuantity(*most, measure) : "unknown";
}

void Insert(const std::vector<uint32_t>& from, std::vector<uint32_t>* to) {
  to->insert(to->end(), from.begin(), from.end());
  SortUnique(to);
}

}  // namespace

OperandState Evaluator::JudgeComparison(const Scope& scope,
                                        const ValueComparison& comparison) {
  using Kind = ValueState::Kind;
  OperandState state;
  const NamedValue& left = scope.unit.values[comparison.left];
  const ValueState a = ValueOf(scope, left);
  ValueState b;
  b.kind = Kind::kKnown;
  b.least = b.most = comparison.literal;
  if (comparison.right)
    b = ValueOf(scope, scope.unit.values[*comparison.right]);
  if (a.kind == Kind::kNone || b.kind == Kind::kNone) {
    state.value = Tri::kFalse;
    return state;
  }
  state.missing = a.missing;
  Append(b.missing, &state.missing);
  if (a.kind == Kind::kKnown && b.kind == Kind::kKnown) {
    const bool or_equal = comparison.op == ValueComparison::Op::kLte ||
                          comparison.op == ValueComparison::Op::kGt;
    const Tri less = Less(a.most, a.least, b.most, b.least, or_equal);
    const Tri equal = And(Less(a.most, a.least, b.most, b.least, true),
                          Less(b.most, b.least, a.most, a.least, true));
    switch (comparison.op) {
      case ValueComparison::Op::kLt:
      case ValueComparison::Op::kLte:
        state.value = less;
        break;
      case ValueComparison::Op::kGt:
      case ValueComparison::Op::kGte:
        state.value = Not(less);
        break;
      case ValueComparison::Op::kEq:
        state.value = equal;
        break;
      case ValueComparison::Op::kNeq:
        state.value = Not(equal);
        break;
    }
  }
  if (state.value == Tri::kUnknown) {
    if (state.missing.empty()) state.missing.emplace_back(kUnknownPart);
    return state;
  }
  state.missing.clear();
  const bool time = DimensionOf(left.measure) == Dimension::kTime;
  state.notes.push_back(fmt::format(
      "{}, {}, {} {}.", left.name, ShowRange(a.least, a.most, comparison.shown),
      OpWords(comparison.op, time),
      comparison.right
          ? fmt::format("{}, {}", scope.unit.values[*comparison.right].name,
                        ShowRange(b.least, b.most, comparison.shown))
          : comparison.literal_text));
  std::vector<uint32_t> events = a.events;
  Insert(b.events, &events);
  std::vector<uint32_t> facts = a.facts;
  Insert(b.facts, &facts);
  if (a.timed || b.timed) state.bears = BearsOf(events, true);
  state.facts = events.empty() && !facts.empty();
  if (state.facts) {
    state.items = Keep(std::move(facts));
  } else {
    state.items = Keep(std::move(events));
    state.more_facts = Keep(std::move(facts));
  }
  return state;
}

}  // namespace espial::rules

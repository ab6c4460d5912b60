// Values over a case.
#include <fmt/format.h>

#include <algorithm>

#include "rules/engine/evaluator.h"
#include "rules/engine/evidence.h"
#include "rules/engine/fields.h"
#include "rules/engine/sentences.h"

namespace espial::rules {
namespace {

constexpr size_t kShownText = 60;

void Insert(const std::vector<uint32_t>& from, std::vector<uint32_t>* to) {
  to->insert(to->end(), from.begin(), from.end());
  SortUnique(to);
}

std::optional<Quantity> Minus(const std::optional<Quantity>& a,
                              const std::optional<Quantity>& b) {
  if (!a || !b) return std::nullopt;
  return Quantity::Duration(TicksBetween({static_cast<uint64_t>(b->number)},
                                         {static_cast<uint64_t>(a->number)}));
}

}  // namespace

Evaluator::ValueState Evaluator::ReadField(const Scope& scope,
                                           const NamedValue& value) {
  ValueState out;
  const Detection& detection = scope.unit.detections[value.operand];
  const bool facts = detection.subject != Subject::kEvent;
  const Items items = ItemsOf(scope.unit, value.operand, scope.part);
  const auto fail = [&](std::string sentence) {
    out.kind = ValueState::Kind::kUnknown;
    out.missing.push_back(std::move(sentence));
    return out;
  };
  if (items.sure.size() != items.likely.size()) {
    return fail(std::string(kUnknownPart));
  }
  // What was read, and from where, in order.
  std::vector<std::pair<std::string, uint32_t>> read;
  for (const uint32_t index : items.sure) {
    std::string text;
    if (facts) {
      text = case_.timeline.facts()[index].data;
    } else {
      const FieldName field = EventField(value.field);
      VisitField(case_.timeline.events()[index], field.kind, field.name,
                 [&](const Value& found) {
                   if (!found.is_null()) text = ToText(found);
                   return !text.empty();
                 });
    }
    if (!text.empty()) read.emplace_back(std::move(text), index);
  }
  if (read.empty()) {
    out.missing = MissingOf(scope.unit, value.operand, scope.window);
    if (out.missing.empty()) out.kind = ValueState::Kind::kNone;
    return out;
  }
  if (value.take == NamedValue::Take::kFirst) read.resize(1);
  const bool last = value.take == NamedValue::Take::kLast ||
                    (value.take == NamedValue::Take::kDefault && !facts);
  if (last) read.erase(read.begin(), read.end() - 1);
  std::optional<Quantity> best;
  uint32_t from = 0;
  for (const auto& [text, index] : read) {
    const auto quantity = ParseQuantity(text, value.measure);
    if (!quantity) {
      return fail(fmt::format("{} is {}, which is no {} in {}.", value.name,
                              Quoted(text.substr(0, kShownText)),
                              DimensionName(DimensionOf(value.measure)),
                              MeasureName(value.measure)));
    }
    if (best && *best != *quantity &&
        value.take == NamedValue::Take::kDefault) {
      return fail(fmt::format("{} has several values, {} and {}.", value.name,
                              FormatQuantity(*best, value.measure),
                              FormatQuantity(*quantity, value.measure)));
    }
    const bool better =
        !best || (value.take == NamedValue::Take::kLeast ? *quantity < *best
                                                         : *quantity > *best);
    if (better) best = quantity;
    if (better) from = index;
  }
  out.kind = ValueState::Kind::kKnown;
  out.least = out.most = best;
  (facts ? out.facts : out.events).push_back(from);
  return out;
}

Evaluator::ValueState Evaluator::ReadMatches(const Scope& scope,
                                             const NamedValue& value) {
  ValueState out;
  const bool count = value.source == NamedValue::Source::kCount;
  const bool first = value.source == NamedValue::Source::kFirst;
  out.missing = LacksOf(scope, value.operand);
  const bool covered = out.missing.empty();
  const bool facts =
      value.operand < scope.unit.detections.size() &&
      scope.unit.detections[value.operand].subject != Subject::kEvent;
  if (facts) {
    const Items items = ItemsOf(scope.unit, value.operand, scope.part);
    out.facts.assign(items.sure.begin(), items.sure.end());
    out.least = Quantity::Count(items.sure.size());
    if (covered) out.most = out.least;
    out.kind = ValueState::Kind::kKnown;
    return out;
  }
  const Points points = PointsOf(scope, value.operand);
  for (const TimePoint& point : points.sure) {
    if (point.event != kNoEvent) out.events.push_back(point.event);
  }
  SortUnique(&out.events);
  if (count) {
    out.kind = ValueState::Kind::kKnown;
    out.least = Quantity::Count(points.sure.size());
    if (covered && !points.overflow) {
      out.most = Quantity::Count(points.likely.size());
    }
    return out;
  }
  if (points.sure.empty()) {
    if (!points.likely.empty()) out.missing.emplace_back(kUnknownPart);
    if (out.missing.empty()) out.kind = ValueState::Kind::kNone;
    return out;
  }
  const TimePoint& sure = first ? points.sure.front() : points.sure.back();
  const TimePoint& likely =
      first ? points.likely.front() : points.likely.back();
  out.events.clear();
  if (sure.event != kNoEvent) out.events.push_back(sure.event);
  out.timed = true;
  int64_t doubt = first ? kZoneDoubt : -kZoneDoubt;
  if (BearsOf(out.events, true) == Confidence::kHigh) {
    doubt = 0;
  } else {
    out.missing.push_back(fmt::format(
        "{} is a local time, and nothing proves its zone.", value.name));
  }
  out.kind = ValueState::Kind::kKnown;
  (first ? out.most : out.least) = Quantity::Time(AddTicks(sure.time, doubt));
  if (covered && !points.overflow) {
    (first ? out.least : out.most) =
        Quantity::Time(AddTicks(likely.time, -doubt));
  } else if (!first && case_.clock.captured) {
    // Nothing is later than the collection.
    out.most = Quantity::Time(*case_.clock.captured);
  }
  return out;
}

Evaluator::ValueState Evaluator::ReadDuration(const NamedValue& value) const {
  ValueState out;
  const auto step =
      std::find_if(steps_.begin(), steps_.end(),
                   [&](const StepSpan& s) { return s.id == value.step; });
  if (step == steps_.end()) {
    if (!steps_.empty()) out.kind = ValueState::Kind::kNone;
    out.missing.emplace_back(
        "Which flow the device went through is not known.");
    return out;
  }
  const bool begun = step->start.known();
  const bool ended = begun && step->end.known();
  const bool zone = step->start.quality >= TimeQuality::kZone &&
                    (!ended || step->end.quality >= TimeQuality::kZone);
  switch (step->status) {
    case StepStatus::kSkipped:
    case StepStatus::kNotReached:
      out.kind = ValueState::Kind::kNone;
      return out;
    case StepStatus::kPassed:
    case StepStatus::kFailed:
      if (!ended || !zone) break;
      out.kind = ValueState::Kind::kKnown;
      out.least = out.most =
          Quantity::Duration(TicksBetween(step->start.ticks, step->end.ticks));
      return out;
    case StepStatus::kRunning:
      // As long as the logs go on, at least.
      if (!begun || !zone || !matches_.last()) break;
      out.kind = ValueState::Kind::kKnown;
      out.least =
          Quantity::Duration(TicksBetween(step->start.ticks, *matches_.last()));
      out.missing.push_back(
          fmt::format("The step {} did not end in the logs.", value.step));
      return out;
    case StepStatus::kUnknown:
      break;
  }
  out.missing.push_back(
      fmt::format("How long the step {} took is not known.", value.step));
  return out;
}

Evaluator::ValueState Evaluator::ReadInstant(const Scope& scope,
                                             const Instant& instant) {
  if (instant.kind == Instant::Kind::kValue) {
    return ValueOf(scope, scope.unit.values[instant.value]);
  }
  ValueState out;
  const auto at = [&](Ticks least, std::optional<Ticks> most) {
    out.kind = ValueState::Kind::kKnown;
    out.least = Quantity::Time(least);
    if (most) out.most = Quantity::Time(*most);
    return out;
  };
  switch (instant.kind) {
    case Instant::Kind::kCaptured:
      if (case_.clock.captured) {
        return at(*case_.clock.captured, case_.clock.captured);
      }
      out.missing.emplace_back("When the bundle was taken is not known.");
      return out;
    case Instant::Kind::kTechnicianStart:
      if (parts_.technician_start) {
        return at(*parts_.technician_start, parts_.technician_start);
      }
      break;
    case Instant::Kind::kTechnicianEnd:
      if (parts_.technician_until && parts_.resealed) {
        return at(*parts_.technician_until, parts_.technician_until);
      }
      // Its last mark: it went on for some time behind it.
      if (parts_.technician_until) {
        return at(*parts_.technician_until, parts_.user_start);
      }
      break;
    default:
      if (parts_.user_start && parts_.certain) {
        return at(*parts_.user_start, parts_.user_start);
      }
      break;
  }
  if (parts_.told_apart && parts_.certain && !parts_.user_start) {
    out.kind = ValueState::Kind::kNone;
  } else {
    out.missing.emplace_back(kUnknownPart);
  }
  return out;
}

Evaluator::ValueState Evaluator::ReadGap(const Scope& scope,
                                         const NamedValue& value) {
  ValueState from = ReadInstant(scope, value.from);
  ValueState to = ReadInstant(scope, value.to);
  ValueState out;
  out.timed = true;
  out.events = from.events;
  Insert(to.events, &out.events);
  out.missing = from.missing;
  Append(to.missing, &out.missing);
  using Kind = ValueState::Kind;
  if (from.kind == Kind::kNone || to.kind == Kind::kNone) {
    out.kind = Kind::kNone;
  } else if (from.kind == Kind::kKnown && to.kind == Kind::kKnown) {
    out.kind = Kind::kKnown;
    out.least = Minus(to.least, from.most);
    out.most = Minus(to.most, from.least);
  }
  return out;
}

Evaluator::ValueState Evaluator::ValueOf(const Scope& scope,
                                         const NamedValue& value) {
  switch (value.source) {
    case NamedValue::Source::kField:
      return ReadField(scope, value);
    case NamedValue::Source::kDuration:
      return ReadDuration(value);
    case NamedValue::Source::kGap:
      return ReadGap(scope, value);
    case NamedValue::Source::kCount:
    case NamedValue::Source::kFirst:
    case NamedValue::Source::kLast:
      break;
  }
  return ReadMatches(scope, value);
}

}  // namespace espial::rules

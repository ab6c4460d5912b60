// Sequences and counts over a case.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rules/engine/boots.h"
#include "rules/engine/evaluator.h"
#include "rules/engine/grouping.h"
#include "rules/engine/sentences.h"

namespace espial::rules {
namespace {

std::string OverflowSentence(const std::string& name) {
  return fmt::format("More than {} events make up {}; the rest is left out.",
                     kMaxChainEvents, Quoted(name));
}

// Whether an event can lie between two others of a chain.
bool HasGaps(const Correlation& correlation) {
  size_t events = 0;
  for (const SequenceStep& step : correlation.steps) {
    if (!step.absent) events += step.runs;
  }
  return events > 1;
}

void Append(const std::vector<TimePoint>& more,
            std::vector<TimePoint>* points) {
  points->insert(points->end(), more.begin(), more.end());
}

void SortPoints(std::vector<TimePoint>* points) {
  std::sort(points->begin(), points->end(), PointBefore);
  points->erase(std::unique(points->begin(), points->end()), points->end());
}

// Adds what one group gave to what all gave.
void Append(const Chains& more, Chains* chains) {
  chains->overflow = chains->overflow || more.overflow;
  chains->events.insert(chains->events.end(), more.events.begin(),
                        more.events.end());
  Append(more.ends, &chains->ends);
}

void Sort(Chains* chains) {
  SortUnique(&chains->events);
  SortPoints(&chains->ends);
}

}  // namespace

std::vector<TimePoint> Evaluator::ToPoints(
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

const std::vector<TimePoint>& Evaluator::Boots() {
  if (!boots_) boots_ = FindBoots(case_);
  return *boots_;
}

Evaluator::Points Evaluator::PointsOf(const Scope& scope, uint32_t operand) {
  if (operand < scope.unit.detections.size()) {
    const Items items = ItemsOf(scope.unit, operand, scope.part);
    return {ToPoints(items.sure), ToPoints(items.likely), false};
  }
  return ChainsOf(scope, operand);
}

const Evaluator::Points& Evaluator::ChainsOf(const Scope& scope,
                                             uint32_t operand) {
  const Key key = {&scope.unit, operand, scope.part, scope.window};
  const auto found = chains_.find(key);
  if (found != chains_.end()) return found->second;
  Points points;
  const Correlation& correlation = *scope.unit.CorrelationOf(operand);
  if (correlation.type == Correlation::Type::kEventCount) {
    Search sure = Count(scope, correlation, Rigor::kCertain);
    Search likely = Count(scope, correlation, Rigor::kPossible);
    points.overflow = sure.incomplete() || likely.incomplete();
    points.sure = std::move(sure.chains.ends);
    points.likely = std::move(likely.chains.ends);
  } else {
    const Doubts doubts = DoubtsOf(scope, correlation);
    const bool boots_known = doubts.boots.empty();
    Search sure = Find(scope, correlation, Rigor::kCertain, boots_known, true);
    Search likely =
        Find(scope, correlation, Rigor::kPossible, boots_known, true);
    points.overflow = sure.incomplete() || likely.incomplete();
    points.likely = std::move(likely.chains.ends);
    const bool certain =
        doubts.absences.empty() && (boots_known || !HasGaps(correlation));
    if (certain) points.sure = sure.chains.ends;
    Append(sure.chains.ends, &points.likely);
    SortPoints(&points.likely);
  }
  return chains_.emplace(key, std::move(points)).first->second;
}

Evaluator::Doubts Evaluator::DoubtsOf(const Scope& scope,
                                      const Correlation& correlation) {
  Doubts out;
  bool waits = false;
  for (const SequenceStep& step : correlation.steps) {
    waits = waits || step.absent;
    if (step.absent) Append(LacksOf(scope, step.operand), &out.absences);
  }
  if (correlation.until) {
    Append(LacksOf(scope, *correlation.until), &out.absences);
  }
  SortUnique(&out.absences);
  if (!correlation.across_boots && (waits || HasGaps(correlation))) {
    auto missing =
        coverage_.MissingChannel(kBootChannel, WindowOf(scope.window));
    if (missing) out.boots.push_back(std::move(*missing));
  }
  return out;
}

// Builds the query of the rigor, one for each group, and searches them all. To
// be certain, what must occur is surely in its part and what must not occur is
// surely not.
Evaluator::Search Evaluator::Find(const Scope& scope,
                                  const Correlation& correlation, Rigor rigor,
                                  bool boots_known, bool chains) {
  const bool certain = rigor == Rigor::kCertain;
  Search out;
  GroupedQuery query(case_, correlation, rigor);
  query.base().timespan = correlation.timespan;
  query.base().end_of_logs = matches_.last().value_or(Ticks());
  std::vector<Lane> until;
  if (correlation.until) {
    Points points = PointsOf(scope, *correlation.until);
    out.overflow = out.overflow || points.overflow;
    until.push_back({*correlation.until,
                     std::move(certain ? points.likely : points.sure),
                     {}});
  }
  if (!correlation.across_boots) query.SetBoots(Boots());
  for (const SequenceStep& step : correlation.steps) {
    if (step.operand == SequenceStep::kUserStart) {
      std::vector<TimePoint> start;
      if (parts_.user_start) {
        start.push_back({*parts_.user_start, {}, 0, kNoEvent, true});
      }
      query.AddPresent({step.operand, std::move(start), step.within}, until);
      continue;
    }
    Points points = PointsOf(scope, step.operand);
    out.overflow = out.overflow || points.overflow;
    if (step.absent) {
      query.AddAbsent({step.operand,
                       std::move(certain ? points.likely : points.sure),
                       step.within});
      continue;
    }
    for (uint32_t run = 0; run < step.runs; ++run) {
      query.AddPresent(
          {step.operand, certain ? points.sure : points.likely, step.within},
          until);
    }
  }
  query.Finish(until, !certain && !boots_known);
  out.overflow = query.Split() || out.overflow;
  out.ungrouped = query.ungrouped();
  for (const SequenceQuery& one : query.queries()) {
    Chains found;
    if (!FindSequence(one, rigor, chains ? &found : nullptr)) continue;
    out.found = true;
    if (!chains) return out;
    Append(found, &out.chains);
  }
  Sort(&out.chains);
  return out;
}

OperandState Evaluator::JudgeSequence(const Scope& scope,
                                      const Correlation& correlation) {
  OperandState state;
  const Doubts doubts = DoubtsOf(scope, correlation);
  const bool boots_known = doubts.boots.empty();
  Search certain = Find(scope, correlation, Rigor::kCertain, boots_known, true);
  const std::string overflow = OverflowSentence(correlation.name);
  if (certain.found) {
    state.missing = doubts.absences;
    if (HasGaps(correlation)) Append(doubts.boots, &state.missing);
    if (certain.overflow) state.missing.push_back(overflow);
    state.value = state.missing.empty() ? Tri::kTrue : Tri::kUnknown;
    if (certain.chains.overflow) state.notes.push_back(overflow);
    state.bears = BearsOf(certain.chains.events, true);
    state.items = Keep(std::move(certain.chains.events));
    return state;
  }
  const Search possible =
      Find(scope, correlation, Rigor::kPossible, boots_known, false);
  if (possible.found || possible.overflow || certain.overflow) {
    state.value = Tri::kUnknown;
    state.missing = doubts.absences;
    Append(doubts.boots, &state.missing);
    if (possible.overflow || certain.overflow) {
      state.missing.push_back(overflow);
    }
    if (certain.ungrouped) {
      state.missing.push_back(fmt::format(
          "An event that would end {} lacks the field that says which.",
          Quoted(correlation.name)));
    }
    const SequenceStep& last = correlation.steps.back();
    if (last.absent && last.within && matches_.last()) {
      state.missing.push_back(fmt::format(
          "The logs end at {}, before a wait of {} was over.",
          FormatUtc(*matches_.last(), 0), FormatDuration(*last.within)));
    }
    if (state.missing.empty()) state.missing.emplace_back(kUnknownOrder);
    return state;
  }
  // It did not occur in what is there; it may have in what is not.
  for (const SequenceStep& step : correlation.steps) {
    if (step.absent) continue;
    std::vector<std::string> missing;
    bool occurs = false;
    if (step.operand == SequenceStep::kUserStart) {
      occurs = parts_.user_start.has_value();
      if (!parts_.certain) missing.emplace_back(kUnknownPart);
    } else {
      occurs = PointsOf(scope, step.operand).likely.size() >= step.runs;
      missing = LacksOf(scope, step.operand);
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

Evaluator::Search Evaluator::Count(const Scope& scope,
                                   const Correlation& correlation,
                                   Rigor rigor) {
  Search out;
  std::vector<Lane> lanes;
  for (const uint32_t rule : correlation.rules) {
    Points points = PointsOf(scope, rule);
    out.overflow = out.overflow || points.overflow;
    lanes.push_back(
        {rule,
         std::move(rigor == Rigor::kCertain ? points.sure : points.likely),
         {}});
  }
  for (const std::vector<TimePoint>& points :
       GroupPoints(case_, correlation, std::move(lanes))) {
    Chains found;
    if (!FindCount(points, correlation.at_least,
                   correlation.timespan.value_or(0), &found)) {
      continue;
    }
    out.found = true;
    Append(found, &out.chains);
  }
  Sort(&out.chains);
  return out;
}

OperandState Evaluator::JudgeCount(const Scope& scope,
                                   const Correlation& correlation) {
  OperandState state;
  Search certain = Count(scope, correlation, Rigor::kCertain);
  if (certain.found) {
    state.value = Tri::kTrue;
    state.bears = BearsOf(certain.chains.events, true);
    state.items = Keep(std::move(certain.chains.events));
    if (certain.incomplete()) {
      state.notes.push_back(OverflowSentence(correlation.name));
    }
    return state;
  }
  const Search possible = Count(scope, correlation, Rigor::kPossible);
  if (possible.overflow) {
    state.missing.push_back(OverflowSentence(correlation.name));
  }
  for (const uint32_t rule : correlation.rules) {
    Append(LacksOf(scope, rule), &state.missing);
  }
  if (possible.found) state.missing.emplace_back(kUnknownPart);
  state.value = state.missing.empty() ? Tri::kFalse : Tri::kUnknown;
  return state;
}

}  // namespace espial::rules

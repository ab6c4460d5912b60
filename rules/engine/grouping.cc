#include "rules/engine/grouping.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/engine/fields.h"

namespace espial::rules {
namespace {

// The lane of boots, which are no operand.
constexpr uint32_t kBoots = UINT32_MAX - 1;

bool IsOperand(uint32_t operand) {
  return operand != kBoots && operand != SequenceStep::kUserStart;
}

std::optional<std::string> KeyOfPoint(const Case& the_case,
                                      const Correlation& correlation,
                                      const TimePoint& point,
                                      uint32_t operand) {
  std::vector<std::string> fields;
  for (const GroupField& field : correlation.group_by) {
    const auto alias = field.aliases.find(operand);
    fields.push_back(alias == field.aliases.end() ? field.name : alias->second);
  }
  return KeyOf(the_case, point, fields);
}

std::string TextOf(const Event& event, const FieldName& field) {
  std::string text;
  VisitField(event, field.kind, field.name, [&](const Value& value) {
    if (!value.is_null()) text = Fold(Trim(ToText(value)));
    return !text.empty();
  });
  return text;
}

}  // namespace

std::optional<std::string> KeyOf(const Case& the_case, const TimePoint& point,
                                 const std::vector<std::string>& fields) {
  const std::vector<Event>& events = the_case.timeline.events();
  std::string key;
  for (const std::string& name : fields) {
    const FieldName field = EventField(name);
    std::string text;
    if (point.event != kNoEvent) text = TextOf(events[point.event], field);
    if (text.empty() && point.head != kNoEvent) {
      text = TextOf(events[point.head], field);
    }
    if (text.empty()) return std::nullopt;
    key += fmt::format("{}:{}", text.size(), text);
  }
  return key;
}

bool GroupedQuery::Fits(size_t points) {
  if (points > kMaxSearchPoints - points_) {
    overflow_ = true;
    return false;
  }
  points_ += points;
  return true;
}

void GroupedQuery::AddTo(const Lane& lane, std::vector<AbsentStep>* steps,
                         std::vector<uint32_t>* operands) {
  AbsentStep& step = steps->emplace_back();
  operands->push_back(lane.operand);
  step.within = lane.within;
  if (Fits(lane.points.size())) step.points = lane.points;
}

void GroupedQuery::AddPresent(Lane lane, const std::vector<Lane>& until) {
  const bool first = base_.steps.empty();
  PresentStep& step = base_.steps.emplace_back();
  StepOperands& operands = operands_.emplace_back();
  operands.present = lane.operand;
  if (!first) {
    step.within = lane.within;
    for (const Lane& absent : absent_) {
      AddTo(absent, &step.absent_before, &operands.absent);
    }
    for (const Lane& end : until) {
      AddTo(end, &step.absent_before, &operands.absent);
    }
    if (!boots_.empty()) {
      AddTo({kBoots, boots_, {}}, &step.absent_before, &operands.absent);
    }
  }
  absent_.clear();
  if (Fits(lane.points.size())) step.points = std::move(lane.points);
}

void GroupedQuery::Finish(const std::vector<Lane>& until, bool unseen_boots) {
  if (absent_.empty()) return;
  std::optional<int64_t> wait = 0;
  for (const Lane& absent : absent_) {
    AddTo(absent, &base_.absent_after, &after_operands_);
    wait = wait && absent.within
               ? std::optional(std::max(*wait, *absent.within))
               : std::nullopt;
  }
  for (const Lane& end : until) {
    AddTo({end.operand, end.points, wait}, &base_.absent_after,
          &after_operands_);
  }
  base_.stops = boots_;
  if (!unseen_boots) return;
  for (AbsentStep& step : base_.absent_after) step.points.clear();
}

template <typename Target>
void GroupedQuery::Distribute(const std::vector<TimePoint>& points,
                              uint32_t operand, bool absent,
                              std::map<std::string, SequenceQuery>* groups,
                              const Target& target) {
  for (const TimePoint& point : points) {
    const bool all = !IsOperand(operand) || point.event == kNoEvent;
    const auto key =
        all ? std::nullopt : KeyOfPoint(case_, correlation_, point, operand);
    if (key) {
      const auto group = groups->find(*key);
      if (group != groups->end()) target(group->second).push_back(point);
      continue;
    }
    if (!all) {
      if (!absent) continue;
      ungrouped_ = true;
      if (rigor_ == Rigor::kPossible) continue;
    }
    if (!Fits(groups->size())) return;
    for (auto& [name, query] : *groups) target(query).push_back(point);
  }
}

// One empty query for each group that the first step of events has.
void GroupedQuery::MakeGroups(std::map<std::string, SequenceQuery>* groups) {
  SequenceQuery empty = base_;
  for (PresentStep& step : empty.steps) {
    step.points.clear();
    for (AbsentStep& absent : step.absent_before) absent.points.clear();
  }
  for (AbsentStep& absent : empty.absent_after) absent.points.clear();
  for (size_t i = 0; i < operands_.size(); ++i) {
    if (!IsOperand(operands_[i].present)) continue;
    for (const TimePoint& point : base_.steps[i].points) {
      const auto key =
          KeyOfPoint(case_, correlation_, point, operands_[i].present);
      if (!key || groups->contains(*key)) continue;
      if (groups->size() == kMaxGroups) {
        overflow_ = true;
        return;
      }
      groups->emplace(*key, empty);
    }
    return;
  }
}

bool GroupedQuery::Split() {
  if (correlation_.group_by.empty()) {
    queries_.push_back(std::move(base_));
    return overflow_;
  }
  std::map<std::string, SequenceQuery> groups;
  MakeGroups(&groups);
  for (size_t i = 0; i < base_.steps.size(); ++i) {
    const PresentStep& step = base_.steps[i];
    Distribute(
        step.points, operands_[i].present, false,
        &groups, [i](SequenceQuery & q) -> auto& { return q.steps[i].points; });
    for (size_t a = 0; a < step.absent_before.size(); ++a) {
      Distribute(
          step.absent_before[a].points, operands_[i].absent[a], true, &groups,
          [ i, a ](SequenceQuery & q) -> auto& {
            return q.steps[i].absent_before[a].points;
          });
    }
  }
  for (size_t a = 0; a < base_.absent_after.size(); ++a) {
    Distribute(
        base_.absent_after[a].points, after_operands_[a], true,
        &groups, [a](SequenceQuery & q) -> auto& {
          return q.absent_after[a].points;
        });
  }
  for (auto& [key, query] : groups) queries_.push_back(std::move(query));
  return overflow_;
}

std::vector<std::vector<TimePoint>> GroupPoints(const Case& the_case,
                                                const Correlation& correlation,
                                                std::vector<Lane> lanes) {
  std::map<std::string, std::vector<TimePoint>> groups;
  for (Lane& lane : lanes) {
    for (const TimePoint& point : lane.points) {
      std::optional<std::string> key;
      if (point.event != kNoEvent) {
        key = KeyOfPoint(the_case, correlation, point, lane.operand);
      }
      if (key) groups[*key].push_back(point);
    }
    lane.points.clear();
  }
  std::vector<std::vector<TimePoint>> out;
  for (auto& [key, points] : groups) {
    std::sort(points.begin(), points.end(), PointBefore);
    points.erase(std::unique(points.begin(), points.end()), points.end());
    out.push_back(std::move(points));
  }
  return out;
}

}  // namespace espial::rules

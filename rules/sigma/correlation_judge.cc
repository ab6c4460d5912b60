#include "rules/sigma/correlation_judge.h"

#include <espial/core/text.h>

#include <algorithm>
#include <set>

#include "rules/engine/fields.h"
#include "rules/engine/value_test.h"

namespace espial::rules {
namespace {

using Type = CorrelationRule::Type;
using Op = CorrelationRule::Op;

bool Fits(const std::vector<std::pair<Op, long double>>& conditions,
          long double value) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const auto& one) {
                       switch (one.first) {
                         case Op::kGt:
                           return value > one.second;
                         case Op::kGte:
                           return value >= one.second;
                         case Op::kLt:
                           return value < one.second;
                         case Op::kLte:
                           return value <= one.second;
                         case Op::kEq:
                           return value == one.second;
                         case Op::kNeq:
                           return value != one.second;
                       }
                       return false;
                     });
}

}  // namespace

CorrelationJudge::CorrelationJudge(uint32_t number, const CorrelationRule& rule,
                                   bool named, const CorrelationLimits& limits)
    : number_(number),
      rule_(rule),
      named_(named),
      limits_(limits),
      span_(static_cast<uint64_t>(rule.timespan)),
      conditions_(rule.conditions) {
  if (conditions_.empty()) {
    const std::set<uint32_t> different(rule.rules.begin(), rule.rules.end());
    const size_t all =
        rule.type == Type::kTemporal ? different.size() : rule.rules.size();
    conditions_.emplace_back(Op::kGte, static_cast<long double>(all));
  }
  whole_ =
      std::any_of(conditions_.begin(), conditions_.end(), [](const auto& one) {
        return one.first != Op::kGt && one.first != Op::kGte;
      });
}

const std::string* CorrelationJudge::ValueOf(const CorrelationFact& fact,
                                             const std::string& field) const {
  std::string name = field;
  if (const auto alias = rule_.aliases.find(field);
      alias != rule_.aliases.end()) {
    for (size_t i = 0; i < rule_.rules.size(); ++i) {
      if (rule_.rules[i] != fact.rule) continue;
      const auto mapped = alias->second.find(rule_.names[i].first);
      if (mapped != alias->second.end()) name = mapped->second;
    }
  }
  const auto found = fact.values.find(Fold(StripSpaces(name)));
  return found == fact.values.end() ? nullptr : &found->second;
}

void CorrelationJudge::Take(const CorrelationFact& fact) {
  Group folded;
  for (const std::string& field : rule_.group_by) {
    const std::string* value = ValueOf(fact, field);
    if (value == nullptr) return;
    folded.push_back(Fold(*value));
  }
  std::string key;
  long double number = 0;
  for (const std::string& field : rule_.fields) {
    const std::string* value = ValueOf(fact, field);
    if (value == nullptr) return;
    if (rule_.type == Type::kValueCount) {
      key += Fold(*value) + '\n';
      continue;
    }
    const auto parsed = ParseNumber(*value);
    if (!parsed) return;
    number = *parsed;
  }
  Expire(fact.time);
  auto slot = slots_.find(folded);
  if (slot == slots_.end()) {
    if (slots_.size() >= limits_.groups) {
      ++dropped_;
      return;
    }
    slot = slots_.try_emplace(std::move(folded), Slot{CorrelationWindow(rule_)})
               .first;
  }
  CorrelationWindow& window = slot->second.window;
  if (!whole_ || window.empty()) {
    expiring_.emplace_back(fact.time, slot);
    ++slot->second.waiting;
  }
  if (!whole_) window.DropBefore(BeginningOf(fact.time));
  window.Add(fact, std::move(key), number);
  if (!whole_ && Fits(conditions_, window.Value())) Emit(&window);
}

Ticks CorrelationJudge::BeginningOf(Ticks end) const {
  return {end.value > span_ ? end.value - span_ : 0};
}

void CorrelationJudge::Expire(Ticks now) {
  const Ticks begin = BeginningOf(now);
  while (!expiring_.empty() && expiring_.front().first < begin) {
    const auto slot = expiring_.front().second;
    expiring_.pop_front();
    if (whole_) Decide(&slot->second.window);
    if (--slot->second.waiting == 0) slots_.erase(slot);
  }
}

void CorrelationJudge::Finish() {
  if (!whole_) return;
  for (auto& [group, slot] : slots_) Decide(&slot.window);
}

void CorrelationJudge::Decide(CorrelationWindow* window) {
  if (window->empty()) return;
  if (Fits(conditions_, window->Value())) {
    Emit(window);
  } else {
    window->Clear();
  }
}

void CorrelationJudge::Emit(CorrelationWindow* window) {
  if (matches_.size() >= limits_.matches) {
    ++dropped_;
    window->Clear();
    return;
  }
  const CorrelationFact& last = window->last();
  CorrelationMatch match;
  match.rule = number_;
  match.first = window->first().time;
  match.last = last.time;
  match.events = window->size();
  match.value = static_cast<double>(window->Value());
  for (const std::string& field : rule_.group_by) {
    match.group.emplace_back(field, *ValueOf(last, field));
  }
  if (named_) {
    CorrelationFact& fact = facts_.emplace_back(last);
    fact.rule = number_;
    for (const auto& [field, value] : match.group) {
      fact.values[Fold(StripSpaces(field))] = value;
    }
  }
  matches_.push_back(std::move(match));
  window->Clear();
}

}  // namespace espial::rules

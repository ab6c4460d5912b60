#include "rules/sigma/correlation_window.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace espial::rules {
namespace {

using Type = CorrelationRule::Type;

}  // namespace

CorrelationWindow::CorrelationWindow(const CorrelationRule& rule)
    : rule_(rule) {
  if (rule.type == Type::kTemporalOrdered) runs_.resize(rule.rules.size());
}

void CorrelationWindow::Add(const CorrelationFact& fact, std::string key,
                            long double number) {
  Item item;
  item.fact = &fact;
  item.number = number;
  sum_ += number;
  switch (rule_.type) {
    case Type::kTemporal:
      ++rules_[fact.rule];
      break;
    case Type::kTemporalOrdered:
      ExtendRuns(fact);
      break;
    case Type::kValueCount: {
      const auto at = keys_.try_emplace(std::move(key), 0).first;
      ++at->second;
      item.key = &at->first;
      break;
    }
    case Type::kValuePercentile:
      AddNumber(number);
      break;
    default:
      break;
  }
  items_.push_back(item);
}

void CorrelationWindow::Forget(const Item& item) {
  sum_ -= item.number;
  if (rule_.type == Type::kTemporal) {
    const auto rule = rules_.find(item.fact->rule);
    if (--rule->second == 0) rules_.erase(rule);
  } else if (rule_.type == Type::kValueCount) {
    const auto key = keys_.find(*item.key);
    if (--key->second == 0) keys_.erase(key);
  } else if (rule_.type == Type::kValuePercentile) {
    RemoveNumber(item.number);
  }
}

void CorrelationWindow::DropBefore(Ticks time) {
  while (!empty() && first().time < time) Forget(items_[begin_++]);
  for (std::optional<Ticks>& begin : runs_) {
    if (begin && *begin < time) begin.reset();
  }
  if (empty()) {
    items_.clear();
    begin_ = 0;
    // What rounding left behind must not add up.
    sum_ = 0;
  } else if (begin_ > items_.size() / 2) {
    items_.erase(items_.begin(),
                 items_.begin() + static_cast<ptrdiff_t>(begin_));
    begin_ = 0;
  }
}

void CorrelationWindow::Clear() {
  items_.clear();
  begin_ = 0;
  rules_.clear();
  keys_.clear();
  sum_ = 0;
  std::fill(runs_.begin(), runs_.end(), std::nullopt);
  lower_.clear();
  upper_.clear();
}

long double CorrelationWindow::Value() const {
  switch (rule_.type) {
    case Type::kEventCount:
      break;
    case Type::kValueCount:
      return static_cast<long double>(keys_.size());
    case Type::kTemporal:
      return static_cast<long double>(rules_.size());
    case Type::kTemporalOrdered:
      return static_cast<long double>(LongestRun());
    case Type::kValueSum:
      return sum_;
    case Type::kValueAvg:
      return sum_ / static_cast<long double>(size());
    case Type::kValuePercentile:
      return *lower_.rbegin();
  }
  return static_cast<long double>(size());
}

void CorrelationWindow::ExtendRuns(const CorrelationFact& fact) {
  // From the last step, so that an event is one step of a run and not two.
  for (size_t step = runs_.size(); step-- > 0;) {
    if (rule_.rules[step] != fact.rule) continue;
    runs_[step] = step == 0 ? fact.time : runs_[step - 1];
  }
}

// How many rules of the list occur in its order. No step has a run where the
// step before has none.
size_t CorrelationWindow::LongestRun() const {
  size_t steps = 0;
  while (steps < runs_.size() && runs_[steps]) ++steps;
  return steps;
}

void CorrelationWindow::AddNumber(long double number) {
  const bool low = lower_.empty() || number <= *lower_.rbegin();
  (low ? lower_ : upper_).insert(number);
  Balance();
}

void CorrelationWindow::RemoveNumber(long double number) {
  auto& numbers = number <= *lower_.rbegin() ? lower_ : upper_;
  numbers.erase(numbers.find(number));
  Balance();
}

// By the nearest rank: the highest of `lower_` is the percentile.
void CorrelationWindow::Balance() {
  const size_t count = lower_.size() + upper_.size();
  if (count == 0) return;
  // Multiplied first: 7 percent of 100 must not be a little more than 7.
  const auto exact = static_cast<size_t>(
      std::ceil(rule_.percentile * static_cast<double>(count) / 100));
  const size_t rank = std::clamp<size_t>(exact, 1, count);
  while (lower_.size() > rank) {
    upper_.insert(lower_.extract(std::prev(lower_.end())));
  }
  while (lower_.size() < rank) {
    lower_.insert(upper_.extract(upper_.begin()));
  }
}

}  // namespace espial::rules

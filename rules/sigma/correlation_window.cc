#include "rules/sigma/correlation_window.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace espial::rules {
namespace {

using Type = CorrelationRule::Type;

template <typename Map, typename Key>
void Forget(Map* map, const Key& key) {
  const auto found = map->find(key);
  if (--found->second == 0) map->erase(found);
}

}  // namespace

CorrelationWindow::CorrelationWindow(const CorrelationRule& rule)
    : rule_(rule), runs_(rule.rules.size()) {}

void CorrelationWindow::Add(Item item) {
  ++rules_[item.fact->rule];
  ++keys_[item.key];
  sum_ += item.number;
  if (rule_.type == Type::kTemporalOrdered) ExtendRuns(*item.fact);
  if (rule_.type == Type::kValuePercentile) AddNumber(item.number);
  items_.push_back(std::move(item));
}

void CorrelationWindow::DropBefore(Ticks time) {
  while (!items_.empty() && items_.front().fact->time < time) {
    const Item& item = items_.front();
    Forget(&rules_, item.fact->rule);
    Forget(&keys_, item.key);
    sum_ -= item.number;
    if (rule_.type == Type::kValuePercentile) RemoveNumber(item.number);
    items_.pop_front();
  }
  for (std::optional<Ticks>& begin : runs_) {
    if (begin && *begin < time) begin.reset();
  }
  // What rounding left behind must not add up.
  if (items_.empty()) sum_ = 0;
}

void CorrelationWindow::Clear() {
  items_.clear();
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
      return sum_ / static_cast<long double>(items_.size());
    case Type::kValuePercentile:
      return *lower_.rbegin();
  }
  return static_cast<long double>(items_.size());
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

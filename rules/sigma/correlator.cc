#include <espial/core/text.h>
#include <espial/rules/sigma_correlator.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "rules/engine/fields.h"
#include "rules/engine/value_test.h"
#include "rules/sigma/sigma_rules.h"

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

// The events of one group in one window.
class Window {
 public:
  explicit Window(const CorrelationRule& rule) : rule_(rule) {}

  struct Item {
    const CorrelationFact* fact = nullptr;
    std::string key;         // of the values that are counted
    long double number = 0;  // of the values that are summed
  };

  void Add(Item item) {
    ++rules_[item.fact->rule];
    ++keys_[item.key];
    sum_ += item.number;
    items_.push_back(std::move(item));
  }

  void DropBefore(Ticks time) {
    while (!items_.empty() && items_.front().fact->time < time) {
      const Item& item = items_.front();
      Forget(&rules_, item.fact->rule);
      Forget(&keys_, item.key);
      sum_ -= item.number;
      items_.pop_front();
    }
  }

  void Clear() {
    items_.clear();
    rules_.clear();
    keys_.clear();
    sum_ = 0;
  }

  [[nodiscard]] const std::deque<Item>& items() const { return items_; }

  [[nodiscard]] long double Value() const {
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
        return Percentile();
    }
    return static_cast<long double>(items_.size());
  }

 private:
  template <typename Map, typename Key>
  static void Forget(Map* map, const Key& key) {
    const auto found = map->find(key);
    if (--found->second == 0) map->erase(found);
  }

  // How many rules of the list occur in its order.
  [[nodiscard]] size_t LongestRun() const {
    size_t step = 0;
    for (const Item& item : items_) {
      if (step < rule_.rules.size() && item.fact->rule == rule_.rules[step]) {
        ++step;
      }
    }
    return step;
  }

  // By the nearest rank.
  [[nodiscard]] long double Percentile() const {
    std::vector<long double> numbers;
    for (const Item& item : items_) numbers.push_back(item.number);
    const auto rank = static_cast<size_t>(std::ceil(
        rule_.percentile / 100 * static_cast<double>(numbers.size())));
    const auto at =
        numbers.begin() + static_cast<ptrdiff_t>(rank == 0 ? 0 : rank - 1);
    std::nth_element(numbers.begin(), at, numbers.end());
    return *at;
  }

  const CorrelationRule& rule_;
  std::deque<Item> items_;
  std::map<uint32_t, size_t> rules_;
  std::map<std::string, size_t> keys_;
  long double sum_ = 0;
};

// Judges one correlation over facts in their order.
class Judge {
 public:
  Judge(uint32_t number, const CorrelationRule& rule,
        std::vector<CorrelationMatch>* matches,
        std::vector<CorrelationFact>* facts)
      : number_(number), rule_(rule), matches_(*matches), facts_(*facts) {
    conditions_ = rule.conditions;
    if (conditions_.empty()) {
      const std::set<uint32_t> different(rule.rules.begin(), rule.rules.end());
      const size_t all =
          rule.type == Type::kTemporal ? different.size() : rule.rules.size();
      conditions_.emplace_back(Op::kGte, static_cast<long double>(all));
    }
    whole_ = std::any_of(conditions_.begin(), conditions_.end(),
                         [](const auto& one) {
                           return one.first != Op::kGt && one.first != Op::kGte;
                         });
  }

  void Run(const std::vector<const CorrelationFact*>& facts) {
    for (const CorrelationFact* fact : facts) {
      if (std::find(rule_.rules.begin(), rule_.rules.end(), fact->rule) !=
          rule_.rules.end()) {
        Take(*fact);
      }
    }
    if (!whole_) return;
    for (auto& [group, window] : windows_) Decide(group, &window);
  }

 private:
  using Group = std::vector<std::string>;

  const std::string* ValueOf(const CorrelationFact& fact,
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

  void Take(const CorrelationFact& fact) {
    Group group;
    for (const std::string& field : rule_.group_by) {
      const std::string* value = ValueOf(fact, field);
      if (value == nullptr) return;
      group.push_back(*value);
    }
    Window::Item item;
    item.fact = &fact;
    for (const std::string& field : rule_.fields) {
      const std::string* value = ValueOf(fact, field);
      if (value == nullptr) return;
      item.key += Fold(*value) + '\n';
      if (rule_.type == Type::kValueCount) continue;
      const auto number = ParseNumber(*value);
      if (!number) return;
      item.number = *number;
    }
    Group folded;
    for (const std::string& value : group) folded.push_back(Fold(value));
    Window& window = windows_.try_emplace(folded, rule_).first->second;
    const auto span = static_cast<uint64_t>(rule_.timespan);
    if (whole_) {
      if (!window.items().empty() &&
          fact.time.value - window.items().front().fact->time.value > span) {
        Decide(folded, &window);
      }
      window.Add(std::move(item));
      return;
    }
    window.DropBefore({fact.time.value > span ? fact.time.value - span : 0});
    window.Add(std::move(item));
    if (Fits(conditions_, window.Value())) Emit(&window);
  }

  void Decide(const Group& /*group*/, Window* window) {
    if (window->items().empty()) return;
    if (Fits(conditions_, window->Value())) {
      Emit(window);
    } else {
      window->Clear();
    }
  }

  void Emit(Window* window) {
    const CorrelationFact& first = *window->items().front().fact;
    const CorrelationFact& last = *window->items().back().fact;
    CorrelationMatch match;
    match.rule = number_;
    match.first = first.time;
    match.last = last.time;
    match.events = window->items().size();
    match.value = static_cast<double>(window->Value());
    CorrelationFact fact = last;
    fact.rule = number_;
    for (const std::string& field : rule_.group_by) {
      const std::string* value = ValueOf(last, field);
      match.group.emplace_back(field, *value);
      fact.values[Fold(StripSpaces(field))] = *value;
    }
    matches_.push_back(std::move(match));
    facts_.push_back(std::move(fact));
    window->Clear();
  }

  uint32_t number_;
  const CorrelationRule& rule_;
  std::vector<CorrelationMatch>& matches_;
  std::vector<CorrelationFact>& facts_;
  std::vector<std::pair<Op, long double>> conditions_;
  bool whole_ = false;
  std::map<Group, Window> windows_;
};

}  // namespace

SigmaCorrelator::SigmaCorrelator(const SigmaRules& rules, size_t most)
    : rules_(rules), most_(most), named_(rules.rules().size()) {
  std::set<std::string> fields;
  const auto add = [&](const std::string& name) {
    fields.insert(Fold(StripSpaces(name)));
  };
  for (const SigmaDocument& document : rules.impl_->documents) {
    if (!document.correlation) continue;
    for (const uint32_t rule : document.correlation->rules) {
      named_[rule] = true;
    }
    for (const std::string& name : document.correlation->group_by) add(name);
    for (const std::string& name : document.correlation->fields) add(name);
    for (const auto& [alias, mapped] : document.correlation->aliases) {
      for (const auto& [rule, name] : mapped) add(name);
    }
  }
  fields_.assign(fields.begin(), fields.end());
}

CorrelationFact SigmaCorrelator::Take(uint32_t rule, const Event& event) const {
  CorrelationFact fact;
  fact.rule = rule;
  fact.time = event.time.ticks;
  fact.record = event.record;
  const std::vector<Variant>& variants = rules_.impl_->documents[rule].variants;
  for (const std::string& name : fields_) {
    // A field has the name that it has in the log that matched.
    std::string own = name;
    for (const Variant& variant : variants) {
      if (variant.fields == nullptr || !variant.detection.Matches(event)) {
        continue;
      }
      const auto mapped = variant.fields->find(name);
      if (mapped != variant.fields->end()) own = mapped->second.to;
    }
    const FieldName field = EventField(own);
    VisitField(event, field.kind, field.name, [&](const Value& value) {
      if (value.is_null()) return false;
      fact.values.emplace(name, ToText(value));
      return true;
    });
  }
  return fact;
}

void SigmaCorrelator::Add(CorrelationFact fact) {
  if (facts_.size() >= most_) {
    ++dropped_;
    return;
  }
  facts_.push_back(std::move(fact));
}

std::vector<CorrelationMatch> SigmaCorrelator::Finish() {
  const auto& documents = rules_.impl_->documents;
  std::vector<CorrelationMatch> matches;
  std::vector<bool> done(documents.size());
  // Rules before the correlations that name them; circles were refused.
  for (bool again = true; again;) {
    again = false;
    for (uint32_t i = 0; i < documents.size(); ++i) {
      if (!documents[i].correlation || done[i]) continue;
      const CorrelationRule& rule = *documents[i].correlation;
      const bool ready =
          std::all_of(rule.rules.begin(), rule.rules.end(), [&](uint32_t part) {
            return !documents[part].correlation || done[part];
          });
      if (!ready) continue;
      std::vector<const CorrelationFact*> ordered;
      for (const CorrelationFact& fact : facts_) ordered.push_back(&fact);
      std::stable_sort(ordered.begin(), ordered.end(),
                       [](const CorrelationFact* a, const CorrelationFact* b) {
                         return std::tuple(a->time, a->log, a->record) <
                                std::tuple(b->time, b->log, b->record);
                       });
      std::vector<CorrelationFact> made;
      Judge(i, rule, &matches, &made).Run(ordered);
      for (CorrelationFact& fact : made) Add(std::move(fact));
      done[i] = true;
      again = true;
    }
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const CorrelationMatch& a, const CorrelationMatch& b) {
                     return std::tie(a.last, a.rule) < std::tie(b.last, b.rule);
                   });
  facts_.clear();
  return matches;
}

}  // namespace espial::rules

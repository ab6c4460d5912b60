#include <espial/core/text.h>
#include <espial/rules/sigma_correlator.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "rules/engine/fields.h"
#include "rules/engine/value_test.h"
#include "rules/sigma/correlation_window.h"
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
    for (auto& [group, window] : windows_) Decide(&window);
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
    CorrelationWindow::Item item;
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
    CorrelationWindow& window =
        windows_.try_emplace(folded, rule_).first->second;
    const auto span = static_cast<uint64_t>(rule_.timespan);
    if (whole_) {
      if (!window.items().empty() &&
          fact.time.value - window.items().front().fact->time.value > span) {
        Decide(&window);
      }
      window.Add(std::move(item));
      return;
    }
    window.DropBefore({fact.time.value > span ? fact.time.value - span : 0});
    window.Add(std::move(item));
    if (Fits(conditions_, window.Value())) Emit(&window);
  }

  void Decide(CorrelationWindow* window) {
    if (window->items().empty()) return;
    if (Fits(conditions_, window->Value())) {
      Emit(window);
    } else {
      window->Clear();
    }
  }

  void Emit(CorrelationWindow* window) {
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
  std::map<Group, CorrelationWindow> windows_;
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

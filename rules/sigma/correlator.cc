#include <espial/core/text.h>
#include <espial/rules/sigma_correlator.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "rules/engine/fields.h"
#include "rules/sigma/correlation_judge.h"
#include "rules/sigma/sigma_rules.h"

namespace espial::rules {
namespace {

// About what a fact takes: its nodes, and text.
uint64_t BytesOf(const CorrelationFact& fact) {
  constexpr uint64_t kNode = 96;
  uint64_t bytes = sizeof(fact);
  for (const auto& [name, value] : fact.values) {
    bytes += kNode + name.size() + value.size();
  }
  return bytes;
}

bool Before(const CorrelationFact* a, const CorrelationFact* b) {
  return std::tie(a->time, a->log, a->record) <
         std::tie(b->time, b->log, b->record);
}

}  // namespace

SigmaCorrelator::SigmaCorrelator(const SigmaRules& rules,
                                 const CorrelationLimits& limits)
    : rules_(rules), limits_(limits), named_(rules.rules().size()) {
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
  // A field has the name that it has in the log that matched.
  std::vector<const FieldMappings*> mappings;
  for (const Variant& variant : rules_.impl_->documents[rule].variants) {
    if (variant.fields != nullptr && variant.detection.Matches(event)) {
      mappings.push_back(variant.fields);
    }
  }
  for (const std::string& name : fields_) {
    std::string own = name;
    for (const FieldMappings* fields : mappings) {
      const auto mapped = fields->find(name);
      if (mapped != fields->end()) own = mapped->second.to;
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
  const uint64_t bytes = BytesOf(fact);
  if (facts_.size() >= limits_.facts || bytes > limits_.bytes - bytes_) {
    ++dropped_;
    return;
  }
  bytes_ += bytes;
  facts_.push_back(std::move(fact));
}

// Correlations, rules before those that name them; circles were refused.
std::vector<uint32_t> SigmaCorrelator::InOrderOfNeed() const {
  const auto& documents = rules_.impl_->documents;
  std::vector<std::vector<uint32_t>> users(documents.size());
  std::vector<size_t> waits(documents.size());
  std::vector<uint32_t> ready;
  for (uint32_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].correlation) continue;
    for (const uint32_t part : documents[i].correlation->rules) {
      if (!documents[part].correlation) continue;
      users[part].push_back(i);
      ++waits[i];
    }
    if (waits[i] == 0) ready.push_back(i);
  }
  for (size_t at = 0; at < ready.size(); ++at) {
    for (const uint32_t user : users[ready[at]]) {
      if (--waits[user] == 0) ready.push_back(user);
    }
  }
  return ready;
}

void SigmaCorrelator::JudgeOne(uint32_t number, std::vector<Ordered>* by_rule,
                               std::vector<CorrelationMatch>* matches) {
  const CorrelationRule& rule = *rules_.impl_->documents[number].correlation;
  const std::set<uint32_t> parts(rule.rules.begin(), rule.rules.end());
  Ordered facts;
  for (const uint32_t part : parts) {
    const Ordered& own = (*by_rule)[part];
    const auto middle = static_cast<ptrdiff_t>(facts.size());
    facts.insert(facts.end(), own.begin(), own.end());
    std::inplace_merge(facts.begin(), facts.begin() + middle, facts.end(),
                       Before);
  }
  if (facts.size() > limits_.looks - looks_) {
    dropped_ += facts.size();
    return;
  }
  looks_ += facts.size();
  CorrelationLimits left = limits_;
  left.matches -= matches->size();
  CorrelationJudge judge(number, rule, named_[number], left);
  for (const CorrelationFact* fact : facts) judge.Take(*fact);
  judge.Finish();
  dropped_ += judge.dropped();
  std::move(judge.matches().begin(), judge.matches().end(),
            std::back_inserter(*matches));
  for (CorrelationFact& fact : judge.facts()) {
    const size_t before = facts_.size();
    Add(std::move(fact));
    if (facts_.size() > before) (*by_rule)[number].push_back(&facts_.back());
  }
  Ordered& own = (*by_rule)[number];
  std::stable_sort(own.begin(), own.end(), Before);
}

std::vector<CorrelationMatch> SigmaCorrelator::Finish() {
  std::vector<Ordered> by_rule(named_.size());
  for (const CorrelationFact& fact : facts_) {
    by_rule[fact.rule].push_back(&fact);
  }
  for (Ordered& facts : by_rule) {
    std::stable_sort(facts.begin(), facts.end(), Before);
  }
  std::vector<CorrelationMatch> matches;
  for (const uint32_t number : InOrderOfNeed()) {
    JudgeOne(number, &by_rule, &matches);
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const CorrelationMatch& a, const CorrelationMatch& b) {
                     return std::tie(a.last, a.rule) < std::tie(b.last, b.rule);
                   });
  facts_.clear();
  bytes_ = 0;
  looks_ = 0;
  return matches;
}

}  // namespace espial::rules

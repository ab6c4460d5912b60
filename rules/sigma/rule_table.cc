#include "rules/sigma/rule_table.h"

#include <espial/core/text.h>

#include <utility>

namespace espial::rules {
namespace {

bool Same(const Predicate& a, const Predicate& b) {
  return a.test == b.test && a.exists == b.exists && a.all == b.all &&
         a.neq == b.neq && a.anchor == b.anchor && a.cased == b.cased &&
         a.runs == b.runs && a.others == b.others && a.patterns == b.patterns;
}

size_t HashOf(const Predicate& predicate, uint32_t field) {
  size_t hash = size_t{field} * 64 + static_cast<size_t>(predicate.test) * 8 +
                (predicate.all ? 4 : 0) + (predicate.neq ? 2 : 0) +
                (predicate.exists ? 1 : 0);
  for (const Pattern& pattern : predicate.patterns) {
    hash = hash * 0x9E3779B97F4A7C15U + pattern.Hash();
  }
  return hash;
}

}  // namespace

uint32_t RuleTable::FieldNumber(const FieldName& name) {
  // Names of the System section and of fields may be the same.
  std::string key = std::to_string(static_cast<int>(name.kind));
  key += ' ';
  if (name.kind == FieldKind::kNamed) key += Fold(name.name);
  const auto [at, added] = field_numbers_.emplace(
      std::move(key), static_cast<uint32_t>(fields_.size()));
  if (added) fields_.push_back(name);
  return at->second;
}

uint32_t RuleTable::TestNumber(const Predicate& predicate) {
  ++occurrences_;
  TableTest test;
  test.predicate = &predicate;
  if (predicate.test != Predicate::Test::kKeywords) {
    test.field = FieldNumber({predicate.field, predicate.name});
  }
  for (const FieldName& other : predicate.others) {
    test.others.push_back(FieldNumber(other));
  }
  const size_t hash = HashOf(predicate, test.field);
  const auto [first, last] = test_numbers_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const TableTest& known = tests_[it->second];
    if (known.field == test.field && Same(*known.predicate, predicate)) {
      return it->second;
    }
  }
  const auto number = static_cast<uint32_t>(tests_.size());
  tests_.push_back(std::move(test));
  test_numbers_.emplace(hash, number);
  return number;
}

void RuleTable::Add(uint32_t rule, const Detection& detection) {
  TableEntry entry;
  entry.rule = rule;
  entry.detection = &detection;
  entry.routes = ComputeRoutes(detection);
  for (const Selection& selection : detection.selections) {
    auto& groups = entry.selections.emplace_back();
    for (const Group& group : selection.groups) {
      auto& tests = groups.emplace_back();
      for (const Predicate& predicate : group.predicates) {
        tests.push_back(TestNumber(predicate));
      }
    }
  }
  entries_.push_back(std::move(entry));
}

}  // namespace espial::rules

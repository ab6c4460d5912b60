#include "rules/sigma/rule_table.h"

#include <espial/core/text.h>

#include <utility>

#include "rules/engine/fields.h"

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

bool IsOrigin(const Predicate& predicate) {
  return predicate.test == Predicate::Test::kMatch &&
         (predicate.field == FieldKind::kChannel ||
          predicate.field == FieldKind::kProvider ||
          predicate.field == FieldKind::kEventId);
}

uint32_t CostOf(const Predicate& predicate) {
  switch (predicate.test) {
    case Predicate::Test::kExists:
      return 1;
    case Predicate::Test::kFieldRef:
      return 50;
    default:
      break;
  }
  uint32_t cost = 0;
  for (const Pattern& pattern : predicate.patterns) cost += pattern.cost();
  // Keywords are looked for in every field.
  return predicate.test == Predicate::Test::kKeywords ? 16 * cost + 1 : cost;
}

std::string KeyOf(FieldKind kind, std::string_view name) {
  // Names of the System section and of fields may be the same.
  std::string key = std::to_string(static_cast<int>(kind));
  key += ' ';
  if (kind == FieldKind::kNamed) {
    key += Fold(name);
    std::erase(key, ' ');
  }
  return key;
}

}  // namespace

uint32_t RuleTable::FieldNumber(const FieldName& name) {
  const bool named = name.kind == FieldKind::kNamed;
  if (named) {
    const auto spelled = spelled_.find(name.name);
    if (spelled != spelled_.end()) return spelled->second;
  }
  const auto [at, added] = field_numbers_.emplace(
      KeyOf(name.kind, name.name), static_cast<uint32_t>(fields_.size()));
  if (added) fields_.push_back(name);
  if (named) spelled_.emplace(name.name, at->second);
  return at->second;
}

uint32_t RuleTable::FindField(std::string_view name) const {
  const bool message = IsField(name, "Message");
  const auto found = field_numbers_.find(
      KeyOf(message ? FieldKind::kMessage : FieldKind::kNamed, name));
  return found == field_numbers_.end() ? UINT32_MAX : found->second;
}

uint32_t RuleTable::TestNumber(const Predicate& predicate) {
  ++occurrences_;
  TableTest test;
  test.predicate = &predicate;
  if (predicate.test != Predicate::Test::kKeywords) {
    test.field = FieldNumber({predicate.field, predicate.name});
  }
  const size_t hash = HashOf(predicate, test.field);
  const auto [first, last] = test_numbers_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const TableTest& known = tests_[it->second];
    if (known.field == test.field && Same(*known.predicate, predicate)) {
      return it->second;
    }
  }
  for (const FieldName& other : predicate.others) {
    test.others.push_back(FieldNumber(other));
  }
  if (IsOrigin(predicate)) {
    test.origin = origins_++;
  } else {
    // Those of origins come first.
    test.cost = std::max(1U, CostOf(predicate));
  }
  const auto number = static_cast<uint32_t>(tests_.size());
  tests_.push_back(std::move(test));
  test_numbers_.emplace(hash, number);
  return number;
}

RuleTable::Costed RuleTable::AddSelection(const Selection& selection) {
  Costed out;
  std::vector<std::pair<uint64_t, std::vector<uint32_t>>> groups;
  for (const Group& group : selection.groups) {
    auto& [cost, tests] = groups.emplace_back();
    for (const Predicate& predicate : group.predicates) {
      tests.push_back(TestNumber(predicate));
      cost += tests_[tests.back()].cost;
    }
    std::stable_sort(tests.begin(), tests.end(), [&](uint32_t a, uint32_t b) {
      return tests_[a].cost < tests_[b].cost;
    });
    out.cost += cost;
  }
  std::stable_sort(
      groups.begin(), groups.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  TableNode node;
  node.first = static_cast<uint32_t>(groups_.size());
  node.count = static_cast<uint32_t>(groups.size());
  for (const auto& [cost, tests] : groups) {
    groups_.push_back({static_cast<uint32_t>(group_tests_.size()),
                       static_cast<uint32_t>(tests.size())});
    group_tests_.insert(group_tests_.end(), tests.begin(), tests.end());
  }
  out.number = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  return out;
}

RuleTable::Costed RuleTable::AddNode(const Detection& detection, uint32_t index,
                                     Selections* added_before) {
  const Expr::Node& node = detection.condition.node(index);
  if (node.op == Expr::Op::kOperand) {
    std::optional<Costed>& added = (*added_before)[node.operand];
    if (!added) added = AddSelection(detection.selections[node.operand]);
    return *added;
  }
  Costed out;
  std::vector<Costed> children;
  for (const uint32_t child : node.children) {
    children.push_back(AddNode(detection, child, added_before));
    out.cost += children.back().cost;
  }
  // What is not to be there seldom is, and settles nothing.
  const auto rank = [&](const Costed& child) {
    const bool last =
        node.op == Expr::Op::kAnd && nodes_[child.number].op == Expr::Op::kNot;
    return std::pair(last, child.cost);
  };
  std::stable_sort(
      children.begin(), children.end(),
      [&](const Costed& a, const Costed& b) { return rank(a) < rank(b); });
  TableNode added;
  added.op = node.op;
  added.first = static_cast<uint32_t>(children_.size());
  added.count = static_cast<uint32_t>(children.size());
  for (const Costed& child : children) children_.push_back(child.number);
  out.number = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(added);
  return out;
}

void RuleTable::Add(uint32_t rule, const Detection& detection) {
  if (detection.condition.empty()) return;
  TableEntry entry;
  entry.rule = rule;
  entry.routes = ComputeRoutes(detection);
  Selections added(detection.selections.size());
  entry.root =
      AddNode(detection, detection.condition.root_index(), &added).number;
  entries_.push_back(std::move(entry));
}

}  // namespace espial::rules

// All detections of a rule set with their comparisons numbered: equal ones of
// different rules are one, so that each is made once a record.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/engine/detection.h"

namespace espial::rules {

// A comparison whose fields are numbers.
struct TableTest {
  static constexpr uint32_t kNoOrigin = UINT32_MAX;

  const Predicate* predicate = nullptr;
  uint32_t field = 0;            // of RuleTable::fields(); not of keywords
  uint32_t origin = kNoOrigin;   // counts those of channel, provider and id
  uint32_t cost = 0;             // about how long it takes
  std::vector<uint32_t> others;  // of kFieldRef
};

// A part of a condition. Parts that are cheap, and likely to settle the matter,
// come first.
struct TableNode {
  Expr::Op op = Expr::Op::kOperand;
  // Of a selection its groups, else the nodes below.
  uint32_t first = 0;
  uint32_t count = 0;
};

// Comparisons that must all hold, cheap ones first.
struct TableGroup {
  uint32_t first = 0;
  uint32_t count = 0;
};

// A detection as numbers of comparisons.
struct TableEntry {
  uint32_t rule = 0;
  uint32_t root = 0;  // of the condition
  Routes routes;
};

// Filled once by Add(), then const.
class RuleTable {
 public:
  // The detection must outlive the table and stay where it is.
  void Add(uint32_t rule, const Detection& detection);

  [[nodiscard]] const std::vector<TableEntry>& entries() const {
    return entries_;
  }
  [[nodiscard]] const std::vector<TableTest>& tests() const { return tests_; }
  [[nodiscard]] const std::vector<FieldName>& fields() const { return fields_; }
  // Comparisons of channel, provider and id.
  [[nodiscard]] uint32_t origins() const { return origins_; }
  // Comparisons before equal ones were found.
  [[nodiscard]] size_t occurrences() const { return occurrences_; }

  [[nodiscard]] const TableNode& node(uint32_t number) const {
    return nodes_[number];
  }
  [[nodiscard]] std::span<const uint32_t> ChildrenOf(
      const TableNode& node) const {
    return {children_.data() + node.first, node.count};
  }
  [[nodiscard]] std::span<const TableGroup> GroupsOf(
      const TableNode& node) const {
    return {groups_.data() + node.first, node.count};
  }
  [[nodiscard]] std::span<const uint32_t> TestsOf(
      const TableGroup& group) const {
    return {group_tests_.data() + group.first, group.count};
  }

  // The value of a condition, from that of its comparisons.
  template <typename Holds>
  [[nodiscard]] bool Evaluate(uint32_t number, const Holds& holds) const {
    const TableNode& node = nodes_[number];
    if (node.op == Expr::Op::kOperand) {
      const auto groups = GroupsOf(node);
      return std::any_of(
          groups.begin(), groups.end(), [&](const TableGroup& group) {
            const auto tests = TestsOf(group);
            return std::all_of(tests.begin(), tests.end(), holds);
          });
    }
    const auto children = ChildrenOf(node);
    const auto value = [&](uint32_t child) { return Evaluate(child, holds); };
    switch (node.op) {
      case Expr::Op::kNot:
        return !value(children[0]);
      case Expr::Op::kAnd:
        return std::all_of(children.begin(), children.end(), value);
      default:
        return std::any_of(children.begin(), children.end(), value);
    }
  }

  // The same where only some comparisons are known.
  template <typename Known>
  [[nodiscard]] Tri EvaluateKnown(uint32_t number, const Known& known) const {
    const TableNode& node = nodes_[number];
    Tri value = Tri::kFalse;
    switch (node.op) {
      case Expr::Op::kOperand:
        for (const TableGroup& group : GroupsOf(node)) {
          value = Or(value, ValueOfGroup(group, known));
        }
        return value;
      case Expr::Op::kNot:
        return Not(EvaluateKnown(children_[node.first], known));
      case Expr::Op::kAnd:
        value = Tri::kTrue;
        for (const uint32_t child : ChildrenOf(node)) {
          value = And(value, EvaluateKnown(child, known));
          if (value == Tri::kFalse) break;
        }
        return value;
      case Expr::Op::kOr:
        for (const uint32_t child : ChildrenOf(node)) {
          value = Or(value, EvaluateKnown(child, known));
          if (value == Tri::kTrue) break;
        }
        return value;
    }
    return value;
  }

  template <typename Known>
  [[nodiscard]] Tri ValueOfGroup(const TableGroup& group,
                                 const Known& known) const {
    Tri value = Tri::kTrue;
    for (const uint32_t test : TestsOf(group)) {
      value = And(value, known(test));
      if (value == Tri::kFalse) break;
    }
    return value;
  }

  // The number of a field, which is added when it is new.
  uint32_t FieldNumber(const FieldName& name);
  // The number of the named field that records call so; UINT32_MAX when no
  // rule looks at it.
  [[nodiscard]] uint32_t FindField(std::string_view name) const;

 private:
  struct Costed {
    uint32_t number = 0;
    uint64_t cost = 0;
  };
  uint32_t TestNumber(const Predicate& predicate);
  // Those of one detection: a condition may name one often.
  using Selections = std::vector<std::optional<Costed>>;
  Costed AddNode(const Detection& detection, uint32_t index,
                 Selections* added_before);
  Costed AddSelection(const Selection& selection);

  std::vector<TableEntry> entries_;
  std::vector<TableTest> tests_;
  std::vector<TableNode> nodes_;
  std::vector<uint32_t> children_;
  std::vector<TableGroup> groups_;
  std::vector<uint32_t> group_tests_;
  std::vector<FieldName> fields_;
  std::unordered_map<std::string, uint32_t> field_numbers_;
  // As rules spell them: most do it the same way.
  std::unordered_map<std::string, uint32_t> spelled_;
  std::unordered_multimap<size_t, uint32_t> test_numbers_;
  uint32_t origins_ = 0;
  size_t occurrences_ = 0;
};

}  // namespace espial::rules

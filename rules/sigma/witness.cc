#include "rules/sigma/witness.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace espial::rules {
namespace {

using Known = std::function<Tri(uint32_t)>;

// Longer texts are looked for by their end, which tells them apart best.
constexpr size_t kMaxText = 24;
// A rule that may begin by so many is looked at every time instead.
constexpr size_t kMostWitnesses = 5000;

uint64_t CostOf(const Witness& witness) {
  switch (witness.kind) {
    case Witness::Kind::kExact:
      return 2;
    case Witness::Kind::kPresence:
      return 4000;
    case Witness::Kind::kSubstring:
    case Witness::Kind::kKeyword:
      break;
  }
  // Programs are run by way of these all the time.
  const std::string& text = witness.text;
  if (text.ends_with("\\cmd.exe") || text.ends_with("\\powershell.exe") ||
      text.ends_with("\\svchost.exe") || text == ".exe") {
    return 200;
  }
  if (text.size() >= 8) return 3;
  if (text.size() >= 5) return 8;
  if (text.size() >= 3) return 40;
  return 1000;
}

WitnessSet Nothing() { return {false, {}, 0}; }

void Union(WitnessSet* into, WitnessSet other) {
  if (into->open || other.open ||
      into->any_of.size() + other.any_of.size() > kMostWitnesses) {
    *into = WitnessSet();
    return;
  }
  into->cost += other.cost;
  std::move(other.any_of.begin(), other.any_of.end(),
            std::back_inserter(into->any_of));
}

void Better(WitnessSet* best, WitnessSet other) {
  if (!other.open && (best->open || other.cost < best->cost)) {
    *best = std::move(other);
  }
}

void AddTo(WitnessSet* set, Witness witness) {
  if (witness.text.size() > kMaxText && witness.kind != Witness::Kind::kExact) {
    witness.text.erase(0, witness.text.size() - kMaxText);
  }
  set->cost += CostOf(witness);
  set->any_of.push_back(std::move(witness));
}

// Of one value of the rule.
WitnessSet OfPattern(const Pattern& pattern, const TableTest& test) {
  const bool keywords = test.predicate->test == Predicate::Test::kKeywords;
  WitnessSet out = Nothing();
  if (const auto exact = pattern.exact(); exact && !keywords) {
    AddTo(&out, {Witness::Kind::kExact, test.field, std::string(*exact)});
    return out;
  }
  const std::vector<std::string> needles =
      pattern.number() ? std::vector<std::string>() : pattern.Needles();
  if (needles.empty()) {
    if (keywords) return {};
    AddTo(&out, {Witness::Kind::kPresence, test.field, {}});
    return out;
  }
  for (const std::string& needle : needles) {
    AddTo(&out, {keywords ? Witness::Kind::kKeyword : Witness::Kind::kSubstring,
                 test.field, needle});
  }
  return out;
}

WitnessSet OfTest(const TableTest& test) {
  const Predicate& predicate = *test.predicate;
  const bool has_null =
      !predicate.patterns.empty() && predicate.patterns[0].is_null();
  if ((predicate.test == Predicate::Test::kExists && !predicate.exists) ||
      (has_null && !predicate.neq)) {
    return {};
  }
  if (predicate.neq || predicate.test == Predicate::Test::kExists ||
      predicate.test == Predicate::Test::kFieldRef) {
    if (predicate.test == Predicate::Test::kKeywords) return {};
    WitnessSet out = Nothing();
    AddTo(&out, {Witness::Kind::kPresence, test.field, {}});
    return out;
  }
  const std::vector<Pattern>& patterns = predicate.patterns;
  if (!predicate.all) {
    WitnessSet out = Nothing();
    for (const Pattern& pattern : patterns) {
      Union(&out, OfPattern(pattern, test));
      if (out.open) break;
    }
    return out;
  }
  // Of all values, the one that is rarest.
  WitnessSet best;
  size_t begin = 0;
  for (size_t value = 0; begin < patterns.size(); ++value) {
    const size_t end =
        predicate.runs.empty() ? begin + 1 : predicate.runs[value];
    WitnessSet one = Nothing();
    for (; begin < end; ++begin) {
      Union(&one, OfPattern(patterns[begin], test));
    }
    Better(&best, std::move(one));
  }
  return best;
}

class Finder {
 public:
  Finder(const RuleTable& table, const TableEntry& entry, const Known& known)
      : table_(table), entry_(entry), known_(known) {}

  [[nodiscard]] WitnessSet OfNode(uint32_t index) const {
    const Expr& condition = entry_.detection->condition;
    const Expr::Node& node = condition.node(index);
    switch (node.op) {
      case Expr::Op::kNot:
        return {};
      case Expr::Op::kOperand:
        return OfSelection(node.operand);
      case Expr::Op::kAnd: {
        WitnessSet best;
        for (const uint32_t child : node.children) {
          Better(&best, OfNode(child));
        }
        return best;
      }
      case Expr::Op::kOr: {
        WitnessSet out = Nothing();
        for (const uint32_t child : node.children) {
          Union(&out, OfNode(child));
          if (out.open) break;
        }
        return out;
      }
    }
    return {};
  }

  [[nodiscard]] Tri ValueOfSelection(uint32_t selection) const {
    Tri value = Tri::kFalse;
    for (const auto& group : entry_.selections[selection]) {
      value = Or(value, ValueOfGroup(group));
    }
    return value;
  }

 private:
  [[nodiscard]] Tri ValueOfGroup(const std::vector<uint32_t>& tests) const {
    Tri value = Tri::kTrue;
    for (const uint32_t test : tests) value = And(value, known_(test));
    return value;
  }

  [[nodiscard]] WitnessSet OfSelection(uint32_t selection) const {
    WitnessSet out = Nothing();
    for (const auto& group : entry_.selections[selection]) {
      if (ValueOfGroup(group) == Tri::kFalse) continue;
      WitnessSet best;
      for (const uint32_t test : group) {
        if (known_(test) == Tri::kUnknown) {
          Better(&best, OfTest(table_.tests()[test]));
        }
      }
      Union(&out, std::move(best));
      if (out.open) break;
    }
    return out;
  }

  const RuleTable& table_;
  const TableEntry& entry_;
  const Known& known_;
};

}  // namespace

WitnessSet FindWitnesses(const RuleTable& table, const TableEntry& entry,
                         const Known& known) {
  return Finder(table, entry, known)
      .OfNode(entry.detection->condition.root_index());
}

Tri KnownValue(const TableEntry& entry, const Known& known) {
  static const RuleTable none;
  const Finder finder(none, entry, known);
  return entry.detection->condition.Evaluate(
      [&](uint32_t selection) { return finder.ValueOfSelection(selection); });
}

}  // namespace espial::rules

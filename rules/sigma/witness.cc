#include "rules/sigma/witness.h"

#include <algorithm>
#include <utility>

namespace espial::rules {
namespace {

// Longer texts are looked for by a part.
constexpr size_t kMaxText = 64;
// A rule that may begin by so many is looked at every time instead.
constexpr size_t kMostWitnesses = 5000;

uint64_t CostOf(Witness::Kind kind, std::string_view text) {
  const bool common = IsCommonText(text);
  switch (kind) {
    case Witness::Kind::kExact:
      return text.size() < 3 ? 400 : common ? 200 : 5;
    case Witness::Kind::kPresence:
      return 4000;
    case Witness::Kind::kSubstring:
    case Witness::Kind::kKeyword:
      break;
  }
  if (common) return text.size() < 6 ? 1000 : 300;
  if (text.size() >= 8) return 3;
  if (text.size() >= 5) return 8;
  return text.size() >= 3 ? 40 : 100;
}

WitnessSet Nothing() { return {false, {}, 0}; }

void Union(WitnessSet* into, const WitnessSet& other) {
  if (into->open) return;
  if (other.open ||
      into->any_of.size() + other.any_of.size() > kMostWitnesses) {
    *into = WitnessSet();
    return;
  }
  into->cost += other.cost;
  into->any_of.insert(into->any_of.end(), other.any_of.begin(),
                      other.any_of.end());
}

void Better(WitnessSet* best, WitnessSet other) {
  if (!other.open && (best->open || other.cost < best->cost)) {
    *best = std::move(other);
  }
}

}  // namespace

void WitnessFinder::AddTo(WitnessSet* set, Witness::Kind kind, uint32_t field,
                          Literal text) {
  const bool exact = kind == Witness::Kind::kExact;
  if (!exact && text.text.size() > kMaxText) {
    if (text.at_start) {
      text.text = text.text.substr(0, kMaxText);
      text.at_end = false;
    } else {
      text.text.remove_prefix(text.text.size() - kMaxText);
    }
  }
  set->cost += CostOf(kind, text.text);
  if (!text.text.empty()) text.text = texts_.emplace_back(text.text);
  set->any_of.push_back({kind, field, text});
}

// Of one value of the rule.
WitnessSet WitnessFinder::OfPattern(const Pattern& pattern,
                                    const TableTest& test) {
  const bool keywords = test.predicate->test == Predicate::Test::kKeywords;
  WitnessSet out = Nothing();
  if (const auto exact = pattern.exact(); exact && !keywords) {
    AddTo(&out, Witness::Kind::kExact, test.field, {*exact});
    return out;
  }
  const std::vector<std::string> needles =
      pattern.number() ? std::vector<std::string>() : pattern.Needles();
  if (needles.empty()) {
    if (keywords) return {};
    AddTo(&out, Witness::Kind::kPresence, test.field, {});
    return out;
  }
  const auto [at_start, at_end] = pattern.NeedleAnchors();
  for (const std::string& needle : needles) {
    AddTo(&out, keywords ? Witness::Kind::kKeyword : Witness::Kind::kSubstring,
          test.field, {needle, at_start, at_end});
  }
  return out;
}

WitnessSet WitnessFinder::FindOfTest(const TableTest& test) {
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
    AddTo(&out, Witness::Kind::kPresence, test.field, {});
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

const WitnessSet& WitnessFinder::OfTest(uint32_t number) {
  Remembered& remembered = of_tests_[number];
  if (!remembered.known) {
    remembered.set = FindOfTest(table_.tests()[number]);
    remembered.known = true;
  }
  return remembered.set;
}

WitnessSet WitnessFinder::OfSelection(const TableNode& node,
                                      const std::vector<Tri>& known) {
  const auto of = [&](uint32_t test) {
    const uint32_t origin = table_.tests()[test].origin;
    return origin == TableTest::kNoOrigin ? Tri::kUnknown : known[origin];
  };
  WitnessSet out = Nothing();
  for (const TableGroup& group : table_.GroupsOf(node)) {
    if (table_.ValueOfGroup(group, of) == Tri::kFalse) continue;
    const WitnessSet* best = nullptr;
    for (const uint32_t test : table_.TestsOf(group)) {
      if (of(test) != Tri::kUnknown) continue;
      const WitnessSet& set = OfTest(test);
      if (!set.open && (best == nullptr || set.cost < best->cost)) best = &set;
    }
    if (best == nullptr) return {};
    Union(&out, *best);
    if (out.open) break;
  }
  return out;
}

WitnessSet WitnessFinder::OfNode(uint32_t number,
                                 const std::vector<Tri>& known) {
  const TableNode& node = table_.node(number);
  switch (node.op) {
    case Expr::Op::kNot:
      return {};
    case Expr::Op::kOperand:
      return OfSelection(node, known);
    case Expr::Op::kAnd: {
      WitnessSet best;
      for (const uint32_t child : table_.ChildrenOf(node)) {
        Better(&best, OfNode(child, known));
      }
      return best;
    }
    case Expr::Op::kOr: {
      WitnessSet out = Nothing();
      for (const uint32_t child : table_.ChildrenOf(node)) {
        Union(&out, OfNode(child, known));
        if (out.open) break;
      }
      return out;
    }
  }
  return {};
}

}  // namespace espial::rules

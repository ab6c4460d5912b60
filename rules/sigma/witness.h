// What must be there of a record for a rule to match: a few texts in a field,
// one of which every record that matches has.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/sigma/literal_index.h"
#include "rules/sigma/rule_table.h"

namespace espial::rules {

struct Witness {
  enum class Kind : uint8_t {
    kExact,      // the folded value is `text`, or is that number
    kSubstring,  // `text` stands in the folded value
    kPresence,   // the field occurs
    kKeyword,    // `text` stands in any folded value
  };
  Kind kind = Kind::kPresence;
  uint32_t field = 0;
  Literal text;
};

struct WitnessSet {
  // Nothing is known: the rule must be looked at every time.
  bool open = true;
  std::vector<Witness> any_of;
  // About how often records have one of them; smaller is better.
  uint64_t cost = UINT64_MAX;
};

// Finds the witnesses of rules, and remembers those of comparisons. Not
// thread-safe.
class WitnessFinder {
 public:
  // The table must outlive the finder, and the finder what it finds.
  explicit WitnessFinder(const RuleTable& table)
      : table_(table), of_tests_(table.tests().size()) {}

  // `known` is, by number of a comparison's origin, what is known of it before
  // a record is read. REQUIRES: the condition is not false by what is known.
  WitnessSet Find(const TableEntry& entry, const std::vector<Tri>& known) {
    return OfNode(entry.root, known);
  }

 private:
  struct Remembered {
    bool known = false;
    WitnessSet set;
  };

  WitnessSet OfNode(uint32_t number, const std::vector<Tri>& known);
  WitnessSet OfSelection(const TableNode& node, const std::vector<Tri>& known);
  const WitnessSet& OfTest(uint32_t number);
  WitnessSet FindOfTest(const TableTest& test);
  WitnessSet OfPattern(const Pattern& pattern, const TableTest& test);
  void AddTo(WitnessSet* set, Witness::Kind kind, uint32_t field, Literal text);

  const RuleTable& table_;
  std::vector<Remembered> of_tests_;
  std::deque<std::string> texts_;
};

}  // namespace espial::rules

// What must be there of a record for a rule to match: a few texts in a field,
// one of which every record that matches has.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rules/engine/expr.h"
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
  std::string text;
};

struct WitnessSet {
  // Nothing is known: the rule must be looked at every time.
  bool open = true;
  std::vector<Witness> any_of;
  // About how often records have one of them; smaller is better.
  uint64_t cost = UINT64_MAX;
};

// `known(test)` is what is known of a comparison before a record is read.
// REQUIRES: the condition is not false by what is known.
WitnessSet FindWitnesses(const RuleTable& table, const TableEntry& entry,
                         const std::function<Tri(uint32_t)>& known);

// The value of the condition by what is known alone.
Tri KnownValue(const TableEntry& entry,
               const std::function<Tri(uint32_t)>& known);

}  // namespace espial::rules

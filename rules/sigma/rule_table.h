// All detections of a rule set with their comparisons numbered: equal ones of
// different rules are one, so that each is made once a record.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/engine/detection.h"

namespace espial::rules {

// A comparison whose fields are numbers.
struct TableTest {
  const Predicate* predicate = nullptr;
  uint32_t field = 0;            // of RuleTable::fields(); not of keywords
  std::vector<uint32_t> others;  // of kFieldRef
};

// A detection as numbers of comparisons.
struct TableEntry {
  uint32_t rule = 0;
  const Detection* detection = nullptr;
  Routes routes;
  // By selection, then group: all comparisons of one group must hold.
  std::vector<std::vector<std::vector<uint32_t>>> selections;
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
  // Comparisons before equal ones were found.
  [[nodiscard]] size_t occurrences() const { return occurrences_; }

  // The number of a field, which is added when it is new.
  uint32_t FieldNumber(const FieldName& name);

 private:
  uint32_t TestNumber(const Predicate& predicate);

  std::vector<TableEntry> entries_;
  std::vector<TableTest> tests_;
  std::vector<FieldName> fields_;
  std::unordered_map<std::string, uint32_t> field_numbers_;
  std::unordered_multimap<size_t, uint32_t> test_numbers_;
  size_t occurrences_ = 0;
};

}  // namespace espial::rules

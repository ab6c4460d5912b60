// From YAML to the selections of a detection.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/diagnostics.h"
#include "rules/engine/modifiers.h"
#include "rules/engine/placeholders.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// What a field is called in one kind of log: 4688 has NewProcessName where
// Sysmon has Image. `values` are the texts that stand for others there.
struct FieldMapping {
  std::string to;
  std::map<std::string, std::string, std::less<>> values;
};
// By folded name of the field in the rule.
using FieldMappings = std::map<std::string, FieldMapping, std::less<>>;

// What the detections of one file may hold together, so that a small file does
// not make a large program: values, as they are once expanded and encoded.
struct SelectionBudget {
  static constexpr size_t kMost = 500'000;
  size_t values = kMost;
};

// What the same selection may mean in different places. Everything must
// outlive the loading; null is empty, and for the budget no limit.
struct SelectionSettings {
  Subject subject = Subject::kEvent;
  const FieldMappings* mappings = nullptr;
  const Placeholders* placeholders = nullptr;
  SelectionBudget* budget = nullptr;
};

// Reads the selections of one detection: maps in selection_loader.cc, values in
// selection_values.cc.
class SelectionLoader {
 public:
  SelectionLoader(const SelectionSettings& settings, const Reporter& reporter)
      : settings_(settings), reporter_(reporter) {}

  // False, and diagnostics, when anything is wrong.
  bool Read(const YamlEntry& entry, Selection* out);

 private:
  bool Fail(Mark mark, std::string_view code, std::string message) const;
  bool CountValue(Mark mark);
  // False when the budget has no room for so many; said once.
  bool Spend(size_t count, Mark mark);
  bool ReadGroup(const YamlNode& map, Group* group);
  bool ReadPredicate(const YamlEntry& entry, Predicate* out);
  bool ResolveField(std::string_view field, Mark mark, Predicate* out);
  bool ReadKeywords(const YamlNode& node, const Modifiers& modifiers,
                    Predicate* out);
  bool ReadExists(const YamlNode& value, Predicate* out) const;
  bool AddValue(const YamlNode& value, const Modifiers& modifiers,
                Predicate* out);
  bool AddReference(const YamlNode& value, Predicate* out);
  bool AddNumber(const YamlNode& value, const Modifiers& modifiers,
                 Predicate* out) const;
  bool AddText(const std::string& text, Mark mark, const Modifiers& modifiers,
               Predicate* out);

  const SelectionSettings& settings_;
  Reporter reporter_;
  // Of the field that is read.
  const FieldMapping* mapping_ = nullptr;
  size_t values_ = 0;
  bool told_ = false;  // that the budget is spent
};

}  // namespace espial::rules

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

// What the same selection may mean in different places. Everything must
// outlive the loading; null is empty.
struct SelectionSettings {
  Subject subject = Subject::kEvent;
  const FieldMappings* mappings = nullptr;
  const Placeholders* placeholders = nullptr;
};

// Reads the selections of one detection.
class SelectionLoader {
 public:
  SelectionLoader(const SelectionSettings& settings, const Reporter& reporter)
      : settings_(settings), reporter_(reporter) {}

  // False, and diagnostics, when anything is wrong.
  bool Read(const YamlEntry& entry, Selection* out);

 private:
  bool Fail(Mark mark, std::string_view code, std::string message) const;
  bool CountPattern(Mark mark);
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
               Predicate* out) const;

  const SelectionSettings& settings_;
  Reporter reporter_;
  // Of the field that is read.
  const FieldMapping* mapping_ = nullptr;
  size_t patterns_ = 0;
};

}  // namespace espial::rules

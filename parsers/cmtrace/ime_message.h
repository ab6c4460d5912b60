// What the messages of the Intune Management Extension say, as fields.
//
// Recognition is data: rows of literals, each with the field that its value
// goes to (ime_rows.h), words in front of GUIDs, members of the JSON objects
// that messages end with. A message that says nothing costs one pass over its
// first 2 KiB.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "parsers/support/field_list.h"

namespace espial::cmtrace {

// Names of apps by the lower-case text of their GUID, as far as a log has told
// them. Holds at most kMostNames; what comes later is not learned.
class AppNames {
 public:
  static constexpr size_t kMostNames = 20'000;
  static constexpr size_t kLongestName = 512;

  // `guid` is "{...}" in lower case.
  void Learn(std::string_view guid, std::string_view name);
  // Empty when the log has not told it.
  [[nodiscard]] std::string_view Find(std::string_view guid) const;
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> names_;
};

// Adds to `fields` what `message` says. No field comes twice, and those that
// stand in `fields` already stay. Texts are views into `message`, `names` or
// kept by `fields`. `message` is valid UTF-8.
void AddImeFields(std::string_view message, AppNames* names, FieldList* fields);

}  // namespace espial::cmtrace

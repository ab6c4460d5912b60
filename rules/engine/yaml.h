// YAML as rules use it: documents of maps, lists and text, with places.
//
// Stricter than YAML: duplicate keys, aliases and keys that are no text are
// problems; scalars stay text, and whether one was
// quoted is kept because Sigma's types depend on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"

namespace espial::rules {

struct YamlEntry;

struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Mark mark;
  std::string text;                // of a scalar
  bool plain = false;              // a scalar without quotes or block style
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in document order

  [[nodiscard]] bool is_null() const { return kind == Kind::kNull; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  // The value of `key` in a map; null when there is none.
  [[nodiscard]] const YamlNode* Find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  Mark mark;  // of the key
  YamlNode value;
};

// Reads `text`. Nothing, and at least one diagnostic, when it cannot be used.
std::optional<YamlNode> ParseYaml(std::string_view text,
                                  const Reporter& reporter);
// The same for a file of several documents; those without content are left
// out.
std::optional<std::vector<YamlNode>> ParseYamlDocuments(
    std::string_view text, const Reporter& reporter);

}  // namespace espial::rules

// The ${name} of scenario texts.
#pragma once

#include <espial/core/result.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tools/forge/location.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

// Names and the texts that stand for them.
class Substitution {
 public:
  // Adds a name; a later text of the same name takes the place of the earlier.
  void Set(std::string name, std::string text, Location where);

  // `text` with every ${name} replaced; what a value says is expanded in turn.
  // "$${" stands for "${". An unknown name, a ${ without }, and values that
  // need each other are errors at `where`.
  [[nodiscard]] Result<std::string> Expand(std::string_view text,
                                           const Location& where) const;
  // The same for a scalar; an error for other nodes.
  [[nodiscard]] Result<std::string> ExpandNode(const YamlNode& node,
                                               std::string_view what) const;

 private:
  struct Entry {
    std::string text;
    Location where;
  };
  Status Append(std::string_view text, const Location& where, int depth,
                std::string* out) const;

  std::map<std::string, Entry, std::less<>> entries_;
};

// Whether `text` may name a value: a letter or '_', then letters, digits, '_'.
bool IsValueName(std::string_view text);

// A plain scalar without ${...} that reads as a whole number. Leading zeros
// make a text.
std::optional<int64_t> PlainInteger(const YamlNode& node);

}  // namespace espial::forge

// Rules that the command line names, or those that Espial carries.
#pragma once

#include <espial/core/result.h>
#include <espial/rules/ruleset.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial::cli {

// The rules of `directory`, or the built-in ones when it is empty. Every
// problem with them is printed.
class Rules {
 public:
  static std::optional<Rules> Load(const std::string& directory);
  [[nodiscard]] const rules::RuleSet& set() const {
    return own_ ? *own_ : rules::RuleSet::BuiltIn();
  }

 private:
  Rules() = default;
  std::optional<rules::RuleSet> own_;
};

// Adds --rules DIR.
void AddRulesOption(CLI::App* app, std::string* directory);

// Files as they are, and of folders every .yml and .yaml below them; sorted by
// path, each once.
Result<std::vector<rules::RuleFile>> ReadRuleFiles(
    const std::vector<std::string>& paths);

// A file, or every .yml, .yaml and .csv below a folder, sorted. Files of a
// folder `catalog` are named from there, as a pack names them; all others by
// their path.
Result<std::vector<rules::RuleFile>> ReadPackFiles(const std::string& path);

// The text of the catalogue of events of the rules in `directory`, or of the
// built-in ones where it is empty or has none.
std::string EventCatalogOf(const std::string& directory);

// A path as a URI reference.
std::string UriOf(std::string_view path);

}  // namespace espial::cli

#include "tools/espial/rule_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

Result<rules::RuleFile> ReadRuleFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  rules::RuleFile file;
  file.name = path.generic_string();
  file.text.assign(std::istreambuf_iterator<char>(in),
                   std::istreambuf_iterator<char>());
  if (!in.good() && !in.eof()) {
    return Error{Errc::kIo, file.name, 0, "cannot be read"};
  }
  return file;
}

}  // namespace

std::optional<Rules> Rules::Load(const std::string& directory) {
  Rules out;
  if (directory.empty()) return out;
  std::vector<rules::Diagnostic> diagnostics;
  Result<rules::RuleSet> result =
      rules::RuleSet::LoadDirectory(directory, &diagnostics);
  for (const rules::Diagnostic& diagnostic : diagnostics) {
    Complain(diagnostic.ToString());
  }
  if (!result) {
    if (diagnostics.empty()) Complain(Sentence(result.error()));
    return std::nullopt;
  }
  out.own_ = std::move(result).value();
  return out;
}

void AddRulesOption(CLI::App* app, std::string* directory) {
  app->add_option("--rules", *directory,
                  "Judge with the rules of this folder instead of those that "
                  "Espial carries")
      ->type_name("DIR");
}

Result<std::vector<rules::RuleFile>> ReadRuleFiles(
    const std::vector<std::string>& paths) {
  std::vector<fs::path> found;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) {
      return Error{Errc::kNotFound, path, 0, "no such file or folder"};
    }
    if (!fs::is_directory(path, error)) {
      found.emplace_back(path);
      continue;
    }
    fs::recursive_directory_iterator it(path, error);
    for (const fs::recursive_directory_iterator end; !error && it != end;
         it.increment(error)) {
      const fs::path extension = it->path().extension();
      if (extension == ".yml" || extension == ".yaml") {
        found.push_back(it->path());
      }
    }
    if (error) return Error{Errc::kIo, path, 0, error.message()};
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<rules::RuleFile> files;
  for (const fs::path& path : found) {
    ESPIAL_TRY_ASSIGN(rules::RuleFile file, ReadRuleFile(path));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace espial::cli

#include "tools/espial/rule_files.h"

#include <espial/core/text.h>
#include <fmt/format.h>

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

Result<std::vector<rules::RuleFile>> ReadFiles(
    const std::vector<std::string>& paths,
    const std::vector<std::string>& extensions) {
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
      const std::string extension = it->path().extension().string();
      if (std::find(extensions.begin(), extensions.end(), extension) !=
          extensions.end()) {
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

}  // namespace

// Names such as
// "Microsoft-Windows-Sysmon%4Operational.evtx" are common.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  std::string out;
  for (const char c : RepairUtf8(path)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

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
  return ReadFiles(paths, {".yml", ".yaml"});
}

std::string EventCatalogOf(const std::string& directory) {
  constexpr std::string_view kEvents = "catalog/events.csv";
  if (!directory.empty()) {
    if (const auto own = ReadPackFiles(directory)) {
      for (const rules::RuleFile& file : *own) {
        if (file.name == kEvents) return file.text;
      }
    }
  }
  for (const rules::RuleFile& file : rules::RuleSet::BuiltInFiles()) {
    if (file.name == kEvents) return file.text;
  }
  return {};
}

Result<std::vector<rules::RuleFile>> ReadPackFiles(const std::string& path) {
  ESPIAL_TRY_ASSIGN(std::vector<rules::RuleFile> files,
                    ReadFiles({path}, {".yml", ".yaml", ".csv"}));
  // Other tables beside rules are none of theirs.
  std::erase_if(files, [&](rules::RuleFile& file) {
    const fs::path name(file.name);
    const std::string last = name.filename().string();
    const bool catalog = name.parent_path().filename() == "catalog";
    const bool about_pack =
        name.parent_path() == fs::path(path + "/").parent_path() &&
        (last == "pack.yml" || last == "ids.csv");
    if (catalog) file.name = "catalog/" + last;
    if (about_pack) file.name = last;
    return !catalog && !about_pack && name.extension() == ".csv";
  });
  return files;
}

}  // namespace espial::cli

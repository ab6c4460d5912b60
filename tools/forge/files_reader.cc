#include "tools/forge/files_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "tools/forge/json_text.h"

namespace espial::forge {
namespace {

constexpr std::string_view kFileKeys[] = {"name", "encoding", "text",
                                          "json", "beside",   "remove"};
constexpr std::string_view kEncodings[] = {"utf-8", "utf-16le", "ascii"};

template <typename T>
bool EraseNamed(std::string_view name, std::vector<T>* list) {
  return std::erase_if(*list, [&](const T& file) {
           return EqualsFold(file.name, name);
         }) > 0;
}

Result<std::string> ReadContent(const YamlNode& entry,
                                const Substitution& values) {
  const auto text = entry.Find("text");
  const auto json = entry.Find("json");
  if (text.has_value() == json.has_value()) {
    return entry.Fail("a file has either 'text' or 'json'");
  }
  if (json) return JsonText(*json, values);
  if (text->IsNull()) return std::string();
  return values.ExpandNode(*text, "text");
}

Result<ScenarioFile> ReadFile(const YamlNode& entry, std::string name,
                              const Substitution& values) {
  ScenarioFile file;
  file.where = entry.Where();
  file.name = std::move(name);
  if (const auto encoding = entry.Find("encoding")) {
    ESPIAL_TRY_ASSIGN(const size_t word,
                      encoding->ExpectWord("encoding", kEncodings));
    constexpr FileEncoding kOrder[] = {
        FileEncoding::kUtf8, FileEncoding::kUtf16Le, FileEncoding::kAscii};
    file.encoding = kOrder[word];
  }
  if (const auto beside = entry.Find("beside")) {
    ESPIAL_TRY_ASSIGN(file.beside, beside->ExpectBool("beside"));
  }
  ESPIAL_TRY_ASSIGN(file.text, ReadContent(entry, values));
  const bool ascii = std::all_of(file.text.begin(), file.text.end(),
                                 [](char c) { return (c & 0x80) == 0; });
  if (file.encoding == FileEncoding::kAscii && !ascii) {
    return entry.Fail("the text of '" + file.name + "' is not ASCII");
  }
  return file;
}

Status Apply(const YamlNode& entry, const Substitution& values,
             Scenario* scenario) {
  ESPIAL_TRY(entry.ExpectKeys("a file", kFileKeys));
  const auto name_node = entry.Find("name");
  if (!name_node) return entry.Fail("'name' is missing");
  ESPIAL_TRY_ASSIGN(std::string name, values.ExpandNode(*name_node, "name"));
  if (name.empty() || name.starts_with('/') ||
      name.find("..") != std::string::npos) {
    return name_node->Fail("'" + name + "' cannot name a file of a bundle");
  }
  if (const auto remove = entry.Find("remove")) {
    ESPIAL_TRY_ASSIGN(const bool yes, remove->ExpectBool("remove"));
    if (!yes || entry.Entries().size() != 2) {
      return remove->Fail("a file is taken out with 'remove: true' alone");
    }
    const bool was_inherited = EraseNamed(name, &scenario->files);
    EraseNamed(name, &scenario->removed_files);
    scenario->removed_files.push_back(
        {entry.Where(), std::move(name), was_inherited});
    return {};
  }
  ESPIAL_TRY_ASSIGN(ScenarioFile file,
                    ReadFile(entry, std::move(name), values));
  EraseNamed(file.name, &scenario->removed_files);
  EraseNamed(file.name, &scenario->files);
  scenario->files.push_back(std::move(file));
  return {};
}

}  // namespace

Status ReadFiles(const std::vector<LayerPart>& parts,
                 const Substitution& values, Scenario* scenario) {
  for (const LayerPart& part : parts) {
    ESPIAL_TRY(Apply(part.node, values, scenario));
  }
  return {};
}

}  // namespace espial::forge

// Texts of signatures in several languages.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "rules/engine/document_reader.h"
#include "rules/engine/language.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr size_t kMaxLanguages = 64;

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

bool IsLanguage(string_view text) {
  const size_t dash = text.find('-');
  const string_view main = text.substr(0, dash);
  if (main.size() < 2 || main.size() > 3) return false;
  if (!std::all_of(main.begin(), main.end(),
                   [](char c) { return c >= 'a' && c <= 'z'; })) {
    return false;
  }
  if (dash == string_view::npos) return true;
  const string_view rest = text.substr(dash + 1);
  return rest.size() >= 2 && rest.size() <= 8 &&
         std::all_of(rest.begin(), rest.end(), IsAlnum);
}

void DocumentReader::ReadByLanguage(
    const MapReader& map, string_view key,
    const std::function<void(const std::string&, const YamlNode&)>& take)
    const {
  const YamlNode* node = map.Get(key);
  if (node == nullptr) return;
  if (!node->is_map()) {
    take("", *node);
    return;
  }
  if (node->Find(kEnglish) == nullptr) {
    Error(node->mark, "E032",
          fmt::format("'{}' needs a text in English, with the key 'en'", key));
  }
  if (node->entries.size() > kMaxLanguages) {
    Error(node->mark, "E026",
          fmt::format("'{}' has {} languages at most", key, kMaxLanguages));
    return;
  }
  for (const YamlEntry& entry : node->entries) {
    if (IsLanguage(entry.key)) {
      take(entry.key == kEnglish ? std::string() : entry.key, entry.value);
      continue;
    }
    Error(entry.mark, "E032",
          fmt::format("{} is no language such as en, de or pt-br",
                      Quoted(entry.key)));
  }
}

void DocumentReader::ReadTexts(const MapReader& document, const MapReader& body,
                               Signature* out) const {
  ReadByLanguage(
      document, "title",
      [&](const std::string& language, const YamlNode& node) {
        // As plain text it was read with the head.
        if (language.empty() && document.Get("title") == &node) return;
        const std::string text =
            ReadText(node, reporter_, "'title'").value_or("");
        (language.empty() ? out->title : out->languages[language].title) = text;
      });
  ReadByLanguage(
      body, "cause", [&](const std::string& language, const YamlNode& node) {
        const std::string text =
            ReadText(node, reporter_, "'cause'").value_or("");
        (language.empty() ? out->cause : out->languages[language].cause) = text;
      });
  ReadByLanguage(
      body, "remedy", [&](const std::string& language, const YamlNode& node) {
        std::vector<std::string>& remedy =
            language.empty() ? out->remedy : out->languages[language].remedy;
        if (!node.is_list()) {
          Error(node.mark, "E004", "'remedy' must be a list");
          return;
        }
        for (const YamlNode& item : node.items) {
          auto text = ReadText(item, reporter_, "an item of 'remedy'");
          if (text) remedy.push_back(std::move(*text));
        }
      });
}

}  // namespace espial::rules

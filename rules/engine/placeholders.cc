#include "rules/engine/placeholders.h"

#include <fmt/format.h>

#include <utility>

#include "rules/engine/yaml.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

constexpr size_t kMaxBytes = size_t{16} << 20U;

}  // namespace

bool AddPlaceholders(std::string_view text, const Reporter& reporter,
                     Placeholders* out) {
  const auto root = ParseYaml(text, reporter);
  if (!root) return false;
  if (!root->is_map()) {
    reporter.Error(root->mark, "E004",
                   "placeholders must be a map of names to lists of texts");
    return false;
  }
  bool ok = true;
  for (const YamlEntry& entry : root->entries) {
    std::vector<std::string> values;
    const auto add = [&](const YamlNode& node) {
      auto value = ReadText(node, reporter,
                            fmt::format("a value of {}", Quoted(entry.key)));
      ok = ok && value;
      if (value) values.push_back(std::move(*value));
    };
    if (entry.value.is_list()) {
      for (const YamlNode& item : entry.value.items) add(item);
    } else {
      add(entry.value);
    }
    if (values.empty()) {
      reporter.Error(
          entry.value.mark, "E006",
          fmt::format("the placeholder {} is empty", Quoted(entry.key)));
      ok = false;
    }
    (*out)[entry.key] = std::move(values);
  }
  return ok;
}

std::optional<std::vector<std::string>> ExpandPlaceholders(
    std::string_view text, const Placeholders& placeholders, size_t most,
    Mark mark, const Reporter& reporter) {
  std::vector<std::string> out(1);
  while (!text.empty()) {
    const size_t begin = text.find('%');
    const size_t end =
        begin == std::string_view::npos ? begin : text.find('%', begin + 1);
    if (end == std::string_view::npos) {
      for (std::string& one : out) one += text;
      break;
    }
    const std::string_view name = text.substr(begin + 1, end - begin - 1);
    const auto found = placeholders.find(name);
    if (found == placeholders.end()) {
      std::vector<std::string> names;
      for (const auto& [known, values] : placeholders) names.push_back(known);
      reporter.Error(
          mark, "E027",
          fmt::format("no value is given for the placeholder {}{}",
                      Quoted(text.substr(begin, end - begin + 1)),
                      DidYouMean(name, std::span<const std::string>(names))));
      return std::nullopt;
    }
    if (out.size() * found->second.size() > most) {
      reporter.Error(
          mark, "E026",
          fmt::format("the placeholders stand for more than {} values", most));
      return std::nullopt;
    }
    std::vector<std::string> next;
    size_t bytes = 0;
    for (const std::string& one : out) {
      for (const std::string& value : found->second) {
        std::string longer = one;
        longer += text.substr(0, begin);
        longer += value;
        bytes += longer.size();
        next.push_back(std::move(longer));
        if (bytes <= kMaxBytes) continue;
        reporter.Error(mark, "E026",
                       fmt::format("the placeholders stand for more than {} "
                                   "bytes of text",
                                   kMaxBytes));
        return std::nullopt;
      }
    }
    out = std::move(next);
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace espial::rules

#include <espial/core/text.h>
#include <espial/rules/log_source_converter.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "rules/engine/yaml.h"

namespace espial::rules {
namespace {

constexpr std::string_view kEventLog = "WinEventLog:";

// Text as a YAML scalar that can be nothing else.
std::string Quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + '\'';
}

std::string TextOf(const YamlNode& map, std::string_view key) {
  const YamlNode* node = map.Find(key);
  return node != nullptr && node->is_scalar() ? node->text : std::string();
}

class Converter {
 public:
  explicit Converter(const RuleFile& file)
      : reporter_{file.name, &diagnostics_} {
    const auto root = ParseYaml(file.text, reporter_);
    if (!root) return;
    const YamlNode* sources = root->Find("logsources");
    if (!root->is_map() || sources == nullptr || !sources->is_map()) {
      reporter_.Error(root->mark, "E005", "there is no map 'logsources'");
      return;
    }
    for (const YamlEntry& entry : sources->entries) Entry(entry);
  }

  ConvertedLogSources Take() {
    ConvertedLogSources out;
    out.services = services_.size();
    out.categories = categories_.size();
    out.left_out = diagnostics_.Sorted();
    if (services_.empty() && categories_.empty()) return out;
    if (!services_.empty()) out.yaml += "services:\n";
    for (const auto& [name, channels] : services_) {
      out.yaml +=
          fmt::format("  {}: [{}]\n", Quote(name), fmt::join(channels, ", "));
    }
    if (!categories_.empty()) out.yaml += "categories:\n";
    for (const auto& [name, places] : categories_) {
      out.yaml += fmt::format("  {}:\n", Quote(name));
      for (const std::string& place : places) {
        out.yaml += fmt::format("    - {{ {} }}\n", place);
      }
    }
    return out;
  }

 private:
  void LeaveOut(const YamlEntry& entry, std::string_view code,
                std::string_view why) {
    reporter_.Error(entry.mark, code,
                    fmt::format("{} is left out: {}", Quoted(entry.key), why));
  }

  void Entry(const YamlEntry& entry) {
    const YamlNode& map = entry.value;
    if (!map.is_map()) {
      return LeaveOut(entry, "L102", "it is no map");
    }
    const std::string product = TextOf(map, "product");
    if (product != "windows") {
      return LeaveOut(entry, "L101",
                      fmt::format("it is about {}",
                                  product.empty() ? "all products" : product));
    }
    for (const YamlEntry& one : map.entries) {
      if (one.key == "product" || one.key == "service" ||
          one.key == "category" || one.key == "conditions" ||
          one.key == "rewrite" || one.key == "fieldmappings" ||
          one.key == "sources") {
        continue;
      }
      return LeaveOut(entry, "L102",
                      fmt::format("the key {} is not known", Quoted(one.key)));
    }
    const std::string category = TextOf(map, "category");
    if (!category.empty()) return Category(entry, category);
    const std::string service = TextOf(map, "service");
    if (service.empty()) {
      return LeaveOut(entry, "L102", "it has neither service nor category");
    }
    Service(entry, service);
  }

  void Service(const YamlEntry& entry, const std::string& service) {
    const YamlNode* sources = entry.value.Find("sources");
    if (entry.value.Find("conditions") != nullptr || sources == nullptr ||
        !sources->is_list()) {
      return LeaveOut(entry, "L102",
                      "a service is converted where it lists 'sources' and has "
                      "no conditions");
    }
    std::vector<std::string> channels;
    for (const YamlNode& source : sources->items) {
      if (!source.text.starts_with(kEventLog)) {
        LeaveOut(entry, "L101",
                 fmt::format("{} is no event log", Quoted(source.text)));
        continue;
      }
      channels.push_back(
          Quote(std::string_view(source.text).substr(kEventLog.size())));
    }
    std::vector<std::string>& known = services_[service];
    for (std::string& channel : channels) {
      if (std::find(known.begin(), known.end(), channel) == known.end()) {
        known.push_back(std::move(channel));
      }
    }
    if (known.empty()) services_.erase(service);
  }

  // Values of `node`, a scalar or a list of them, in YAML's flow style.
  static std::vector<std::string> Values(const YamlNode& node) {
    std::vector<std::string> out;
    if (node.is_scalar()) out.push_back(node.text);
    for (const YamlNode& item : node.items) out.push_back(item.text);
    return out;
  }

  void Category(const YamlEntry& entry, const std::string& category) {
    const YamlNode* rewrite = entry.value.Find("rewrite");
    const std::string service = rewrite == nullptr || !rewrite->is_map()
                                    ? std::string()
                                    : TextOf(*rewrite, "service");
    if (service.empty()) {
      return LeaveOut(entry, "L102",
                      "a category is converted where 'rewrite' names a "
                      "service");
    }
    std::string place = "service: " + Quote(service);
    std::vector<std::string> where;
    const YamlNode* conditions = entry.value.Find("conditions");
    if (conditions != nullptr) {
      for (const YamlEntry& condition : conditions->entries) {
        const std::vector<std::string> values = Values(condition.value);
        if (condition.key == "EventID") {
          if (std::any_of(values.begin(), values.end(),
                          [](const std::string& value) {
                            return !ParseUnsigned(value).has_value();
                          })) {
            return LeaveOut(entry, "L102", "an EventID is no number");
          }
          place += fmt::format(", ids: [{}]", fmt::join(values, ", "));
        } else if (values.size() == 1) {
          where.push_back(
              fmt::format("{}: {}", Quote(condition.key), Quote(values[0])));
        } else {
          return LeaveOut(
              entry, "L102",
              fmt::format("{} has several values", Quoted(condition.key)));
        }
      }
    }
    if (!where.empty()) {
      place += fmt::format(", where: {{ {} }}", fmt::join(where, ", "));
    }
    std::vector<std::string> fields;
    const YamlNode* mappings = entry.value.Find("fieldmappings");
    if (mappings != nullptr) {
      for (const YamlEntry& field : mappings->entries) {
        if (!field.value.is_scalar()) {
          return LeaveOut(entry, "L102",
                          fmt::format("the field {} stands for several",
                                      Quoted(field.key)));
        }
        fields.push_back(
            fmt::format("{}: {}", Quote(field.key), Quote(field.value.text)));
      }
    }
    if (!fields.empty()) {
      place += fmt::format(", fields: {{ {} }}", fmt::join(fields, ", "));
    }
    categories_[category].push_back(std::move(place));
  }

  Diagnostics diagnostics_;
  Reporter reporter_;
  std::map<std::string, std::vector<std::string>> services_;
  std::map<std::string, std::vector<std::string>> categories_;
};

}  // namespace

ConvertedLogSources ConvertLogSources(const RuleFile& thor) {
  return Converter(thor).Take();
}

}  // namespace espial::rules

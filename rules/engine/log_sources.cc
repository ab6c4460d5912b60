#include "rules/engine/log_sources.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "rules/engine/yaml.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

class LogSourceReader {
 public:
  LogSourceReader(const Reporter& reporter, LogSources* out)
      : reporter_(reporter), out_(*out) {}

  void Services(const YamlNode& node) {
    if (!node.is_map()) return Fail(node, "'services' must be a map");
    for (const YamlEntry& entry : node.entries) {
      if (!entry.value.is_list() || entry.value.items.empty()) {
        Fail(entry.value, fmt::format("the service {} must be a list of "
                                      "channels",
                                      Quoted(entry.key)));
        continue;
      }
      std::vector<std::string> channels;
      for (const YamlNode& item : entry.value.items) {
        auto channel = ReadText(item, reporter_, "a channel");
        if (channel) channels.push_back(std::move(*channel));
      }
      out_.services[Fold(entry.key)] = std::move(channels);
    }
  }

  void Categories(const YamlNode& node) {
    if (!node.is_map()) return Fail(node, "'categories' must be a map");
    for (const YamlEntry& entry : node.entries) {
      if (!entry.value.is_list() || entry.value.items.empty()) {
        Fail(entry.value,
             fmt::format("the category {} must be a list of alternatives",
                         Quoted(entry.key)));
        continue;
      }
      std::vector<LogAlternative> alternatives;
      for (const YamlNode& item : entry.value.items) {
        auto alternative = Alternative(item);
        if (alternative) alternatives.push_back(std::move(*alternative));
      }
      out_.categories[Fold(entry.key)] = std::move(alternatives);
    }
  }

 private:
  void Fail(const YamlNode& node, std::string message) const {
    reporter_.Error(node.mark, "E004", std::move(message));
  }

  // Nothing without its channels: it would stand for every log.
  std::optional<LogAlternative> Alternative(const YamlNode& node) const {
    constexpr std::array<string_view, 4> kKeys = {"service", "ids", "where",
                                                  "fields"};
    LogAlternative out;
    const MapReader map(node, reporter_, "an alternative", kKeys);
    if (!map.ok()) return std::nullopt;
    const auto service = map.RequireText("service");
    if (!service) return std::nullopt;
    const auto found = out_.services.find(Fold(*service));
    if (found == out_.services.end()) {
      reporter_.Error(map.MarkOf("service"), "E016",
                      fmt::format("unknown service {}", Quoted(*service)));
      return std::nullopt;
    }
    out.channels = found->second;
    for (const std::string& text : map.TextList("ids")) {
      const auto id = ParseUnsigned(text);
      if (!id || *id > UINT32_MAX) {
        reporter_.Error(
            map.MarkOf("ids"), "E008",
            fmt::format("an event id must be a number, not {}", Quoted(text)));
        continue;
      }
      out.ids.push_back(static_cast<uint32_t>(*id));
    }
    if (const YamlNode* where = map.Get("where")) {
      if (!where->is_map()) Fail(*where, "'where' must be a map");
      for (const YamlEntry& entry : where->entries) {
        auto text = ReadText(entry.value, reporter_, "a value of 'where'");
        if (text) out.where.emplace_back(entry.key, std::move(*text));
      }
    }
    if (const YamlNode* fields = map.Get("fields")) {
      if (!fields->is_map()) Fail(*fields, "'fields' must be a map");
      for (const YamlEntry& entry : fields->entries) {
        out.fields[Fold(StripSpaces(entry.key))] = Mapping(entry.value);
      }
    }
    return out;
  }

  FieldMapping Mapping(const YamlNode& node) const {
    FieldMapping out;
    if (!node.is_map()) {
      out.to = ReadText(node, reporter_, "a field").value_or("");
      return out;
    }
    constexpr std::array<string_view, 2> kKeys = {"field", "values"};
    const MapReader map(node, reporter_, "a field", kKeys);
    out.to = map.RequireText("field").value_or("");
    const YamlNode* values = map.Require("values");
    if (values == nullptr) return out;
    if (!values->is_map()) Fail(*values, "'values' must be a map");
    for (const YamlEntry& entry : values->entries) {
      auto text = ReadText(entry.value, reporter_, "a value");
      if (text) out.values[Fold(entry.key)] = std::move(*text);
    }
    return out;
  }

  const Reporter& reporter_;
  LogSources& out_;
};

}  // namespace

void AddLogSources(string_view text, const Reporter& reporter,
                   LogSources* out) {
  const auto root = ParseYaml(text, reporter);
  if (!root) return;
  constexpr std::array<string_view, 4> kKeys = {"title", "id", "services",
                                                "categories"};
  const MapReader map(*root, reporter, "the file", kKeys);
  if (!map.ok()) return;
  LogSourceReader reader(reporter, out);
  const YamlNode* services = map.Get("services");
  const YamlNode* categories = map.Get("categories");
  if (services == nullptr && categories == nullptr) {
    reporter.Error(root->mark, "E005",
                   "the file needs one of the keys 'services' and "
                   "'categories'");
  }
  if (services != nullptr) reader.Services(*services);
  if (categories != nullptr) reader.Categories(*categories);
}

}  // namespace espial::rules

// The map under `correlation`.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/engine/value_test.h"
#include "rules/engine/yaml_reader.h"
#include "rules/sigma/sigma_loader.h"

namespace espial::rules {
namespace {

using std::string_view;
using Type = CorrelationRule::Type;

constexpr std::array<string_view, 7> kTypes = {
    "event_count", "value_count", "temporal",        "temporal_ordered",
    "value_sum",   "value_avg",   "value_percentile"};
constexpr std::array<string_view, 6> kOps = {"gt",  "gte", "lt",
                                             "lte", "eq",  "neq"};
constexpr size_t kMaxRules = 64;

bool IsTemporal(Type type) {
  return type == Type::kTemporal || type == Type::kTemporalOrdered;
}

class CorrelationLoader {
 public:
  CorrelationLoader(const Reporter& reporter, CorrelationRule* out)
      : reporter_(reporter), out_(*out) {}

  bool Read(const YamlNode& node) {
    constexpr std::array<string_view, 7> kKeys = {
        "type",      "rules",   "group-by", "timespan",
        "condition", "aliases", "generate"};
    const MapReader map(node, reporter_, "'correlation'", kKeys);
    if (!map.ok()) return false;
    const auto type = map.OneOf("type", kTypes, true);
    if (!type) return false;
    out_.type = static_cast<Type>(*type);
    bool ok = Rules(map);
    out_.group_by = Texts(map.Get("group-by"), "a field of 'group-by'");
    const YamlNode* timespan = map.Require("timespan");
    if (timespan != nullptr) {
      const auto ticks = ReadDuration(*timespan, reporter_, "'timespan'");
      out_.timespan = ticks.value_or(0);
      ok = ok && ticks;
    }
    if (map.Get("generate") != nullptr) {
      const auto generate = map.Bool("generate");
      out_.generate = generate.value_or(false);
      ok = ok && generate;
    }
    if (const YamlNode* aliases = map.Get("aliases")) {
      ok = Aliases(*aliases) && ok;
    }
    const YamlNode* condition =
        IsTemporal(out_.type) ? map.Get("condition") : map.Require("condition");
    if (condition != nullptr) return Condition(*condition) && ok;
    return ok && timespan != nullptr && IsTemporal(out_.type);
  }

 private:
  bool Fail(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
    return false;
  }

  std::vector<std::string> Texts(const YamlNode* node, string_view what) const {
    std::vector<std::string> out;
    if (node == nullptr) return out;
    const auto add = [&](const YamlNode& item) {
      auto text = ReadText(item, reporter_, what);
      if (text) out.push_back(std::move(*text));
    };
    if (node->is_list()) {
      for (const YamlNode& item : node->items) add(item);
    } else {
      add(*node);
    }
    return out;
  }

  bool Rules(const MapReader& map) {
    const YamlNode* rules = map.Require("rules");
    if (rules == nullptr) return false;
    const auto add = [&](const YamlNode& item) {
      auto name = ReadText(item, reporter_, "a rule");
      if (name) out_.names.emplace_back(std::move(*name), item.mark);
    };
    if (rules->is_list()) {
      for (const YamlNode& item : rules->items) add(item);
    } else {
      add(*rules);
    }
    if (out_.names.empty()) {
      return Fail(rules->mark, "E006", "'rules' names no rule");
    }
    if (out_.names.size() > kMaxRules) {
      return Fail(rules->mark, "E026",
                  fmt::format("a correlation has {} rules at most", kMaxRules));
    }
    return true;
  }

  bool Aliases(const YamlNode& node) {
    if (!node.is_map())
      return Fail(node.mark, "E004", "'aliases' must be a map");
    bool ok = true;
    for (const YamlEntry& alias : node.entries) {
      if (!alias.value.is_map()) {
        ok = Fail(alias.value.mark, "E004",
                  fmt::format("the alias {} must be a map of rules to fields",
                              Quoted(alias.key)));
        continue;
      }
      for (const YamlEntry& entry : alias.value.entries) {
        auto field = ReadText(entry.value, reporter_, "a field");
        ok = ok && field;
        const auto named =
            std::find_if(out_.names.begin(), out_.names.end(),
                         [&](const auto& n) { return n.first == entry.key; });
        if (named == out_.names.end()) {
          ok = Fail(entry.mark, "E010",
                    fmt::format("{} is none of the rules of the correlation",
                                Quoted(entry.key)));
        } else if (field) {
          out_.aliases[alias.key][entry.key] = std::move(*field);
        }
      }
    }
    return ok;
  }

  bool Condition(const YamlNode& node) {
    if (!node.is_map()) {
      return Fail(node.mark, "E004",
                  "'condition' must be a map, such as { gte: 10 }");
    }
    const bool wants_field =
        !IsTemporal(out_.type) && out_.type != Type::kEventCount;
    const bool wants_percentile = out_.type == Type::kValuePercentile;
    bool ok = true;
    for (const YamlEntry& entry : node.entries) {
      if (entry.key == "field" && wants_field) {
        ok = FieldNames(entry.value) && ok;
      } else if (entry.key == "percentile" && wants_percentile) {
        ok = Percentile(entry.value) && ok;
      } else if (entry.key == "field" || entry.key == "percentile") {
        ok = Fail(entry.mark, "E013",
                  fmt::format("the condition of {} takes no key {}",
                              kTypes[static_cast<size_t>(out_.type)],
                              Quoted(entry.key)));
      } else {
        ok = Bound(entry) && ok;
      }
    }
    if (!ok) return false;
    if (out_.conditions.empty()) {
      ok = Fail(node.mark, "E005",
                "'condition' needs one of gt, gte, lt, lte, eq and neq");
    }
    if (wants_field && out_.fields.empty()) {
      ok = Fail(node.mark, "E005", "'condition' needs a key 'field'");
    }
    if (wants_percentile && node.Find("percentile") == nullptr) {
      ok = Fail(node.mark, "E005", "'condition' needs a key 'percentile'");
    }
    return ok;
  }

  bool Bound(const YamlEntry& entry) {
    const auto op = std::find(kOps.begin(), kOps.end(), entry.key);
    if (op == kOps.end()) {
      return Fail(entry.mark, "E007",
                  fmt::format("unknown key {}{}", Quoted(entry.key),
                              DidYouMean(entry.key, kOps)));
    }
    const auto number = ParseNumber(entry.value.text);
    if (!number) {
      return Fail(entry.value.mark, "E008", "a number must stand here");
    }
    out_.conditions.emplace_back(
        static_cast<CorrelationRule::Op>(op - kOps.begin()), *number);
    return true;
  }

  bool FieldNames(const YamlNode& node) {
    out_.fields = Texts(&node, "'field'");
    if (out_.fields.size() < 2 || out_.type == Type::kValueCount) return true;
    return Fail(node.mark, "E013",
                fmt::format("{} looks at one field, not at {}",
                            kTypes[static_cast<size_t>(out_.type)],
                            out_.fields.size()));
  }

  bool Percentile(const YamlNode& node) {
    const auto number = ParseNumber(node.text);
    if (!number || *number < 0 || *number > 100) {
      return Fail(node.mark, "E008",
                  "'percentile' must be a number from 0 to 100");
    }
    out_.percentile = static_cast<double>(*number);
    return true;
  }

  const Reporter& reporter_;
  CorrelationRule& out_;
};

}  // namespace

std::optional<CorrelationRule> LoadCorrelationRule(const YamlNode& node,
                                                   const Reporter& reporter) {
  CorrelationRule out;
  if (!CorrelationLoader(reporter, &out).Read(node)) return std::nullopt;
  return out;
}

}  // namespace espial::rules

#include "rules/engine/correlation_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr string_view kUserStart = "@user_start";
constexpr size_t kMaxSteps = 16;

class CorrelationReader {
 public:
  CorrelationReader(const Unit& unit, const YamlNode& correlations,
                    const Reporter& reporter)
      : unit_(unit), correlations_(correlations), reporter_(reporter) {}

  bool Read(const YamlEntry& entry, Correlation* out) {
    constexpr std::array<string_view, 2> kTypes = {"sequence", "event_count"};
    constexpr std::array<string_view, 5> kOtherTypes = {
        "value_count", "temporal", "temporal_ordered", "value_sum",
        "value_avg"};
    out->name = entry.key;
    out->mark = entry.mark;
    if (!entry.value.is_map()) {
      return Fail(entry.value.mark, "E004", "a correlation must be a map");
    }
    const YamlNode* type = entry.value.Find("type");
    if (type == nullptr) {
      return Fail(entry.value.mark, "E005", "a correlation needs a key 'type'");
    }
    if (std::find(kOtherTypes.begin(), kOtherTypes.end(), type->text) !=
        kOtherTypes.end()) {
      return Fail(type->mark, "E008",
                  fmt::format("Sigma's correlation type '{}' is not supported",
                              type->text));
    }
    const auto which = ReadOneOf(*type, reporter_, "'type'", kTypes);
    if (!which) return false;
    out->type = *which == 0 ? Correlation::Type::kSequence
                            : Correlation::Type::kEventCount;
    return *which == 0 ? ReadSequence(entry.value, out)
                       : ReadCount(entry.value, out);
  }

 private:
  bool Fail(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
    return false;
  }

  // The detection that `node` names.
  std::optional<uint32_t> FindRule(const YamlNode& node) const {
    const auto name = ReadText(node, reporter_, "'rule'");
    if (!name) return std::nullopt;
    std::vector<std::string> names;
    for (size_t i = 0; i < unit_.detections.size(); ++i) {
      const Detection& detection = unit_.detections[i];
      if (detection.name != *name) {
        names.push_back(detection.name);
        continue;
      }
      if (detection.subject != Subject::kEvent) {
        Fail(
            node.mark, "E018",
            fmt::format("{} matches facts, which have no time", Quoted(*name)));
        return std::nullopt;
      }
      return static_cast<uint32_t>(i);
    }
    if (correlations_.Find(*name) != nullptr) {
      Fail(node.mark, "E018",
           fmt::format("{} is a correlation; a detection is needed here",
                       Quoted(*name)));
      return std::nullopt;
    }
    Fail(node.mark, "E010",
         fmt::format("unknown detection {}{}", Quoted(*name),
                     DidYouMean(*name, std::span<const std::string>(names))));
    return std::nullopt;
  }

  bool ReadSequence(const YamlNode& node, Correlation* out) const {
    constexpr std::array<string_view, 3> kKeys = {"type", "steps", "timespan"};
    const MapReader map(node, reporter_, "the sequence", kKeys);
    bool ok = ReadTimespan(map, out);
    const YamlNode* steps = map.Require("steps");
    if (steps == nullptr) return false;
    if (!steps->is_list() || steps->items.empty()) {
      return Fail(steps->mark, "E004", "'steps' must be a list of steps");
    }
    if (steps->items.size() > kMaxSteps) {
      return Fail(steps->mark, "E026",
                  fmt::format("a sequence has {} steps at most", kMaxSteps));
    }
    for (const YamlNode& item : steps->items) {
      SequenceStep step;
      if (!ReadStep(item, &item == steps->items.data(), &step)) {
        ok = false;
        continue;
      }
      out->steps.push_back(step);
    }
    return ok;
  }

  bool ReadStep(const YamlNode& node, bool first, SequenceStep* out) const {
    constexpr std::array<string_view, 3> kKeys = {"rule", "within", "absent"};
    const MapReader map(node, reporter_, "a step", kKeys);
    if (!map.ok()) return false;
    const YamlNode* rule = map.Require("rule");
    if (rule == nullptr) return false;
    bool ok = true;
    if (rule->is_scalar() && rule->text == kUserStart) {
      out->detection = SequenceStep::kUserStart;
    } else {
      const auto found = FindRule(*rule);
      ok = found.has_value();
      out->detection = found.value_or(0);
    }
    if (map.Get("absent") != nullptr) {
      const auto absent = map.Bool("absent");
      ok = ok && absent;
      out->absent = absent.value_or(false);
    }
    if (const YamlNode* within = map.Get("within")) {
      out->within = ReadDuration(*within, reporter_, "'within'");
      ok = ok && out->within;
      if (first) {
        ok = Fail(within->mark, "E018",
                  "the first step has no step before it to be within");
      }
    }
    if (out->absent && first) {
      return Fail(node.mark, "E018", "the first step must not be absent");
    }
    if (out->absent && out->detection == SequenceStep::kUserStart) {
      return Fail(node.mark, "E018", "'@user_start' must not be absent");
    }
    return ok;
  }

  bool ReadTimespan(const MapReader& map, Correlation* out) const {
    const YamlNode* timespan = map.Get("timespan");
    if (timespan == nullptr) return true;
    out->timespan = ReadDuration(*timespan, reporter_, "'timespan'");
    return out->timespan.has_value();
  }

  bool ReadCount(const YamlNode& node, Correlation* out) const {
    constexpr std::array<string_view, 4> kKeys = {"type", "rules", "timespan",
                                                  "condition"};
    const MapReader map(node, reporter_, "the count", kKeys);
    bool ok = map.Require("timespan") != nullptr;
    ok = ReadTimespan(map, out) && ok;
    const YamlNode* rules = map.Require("rules");
    if (rules == nullptr) return false;
    if (!rules->is_list() || rules->items.empty()) {
      return Fail(rules->mark, "E004", "'rules' must be a list of names");
    }
    for (const YamlNode& item : rules->items) {
      const auto found = FindRule(item);
      ok = ok && found;
      if (found) out->rules.push_back(*found);
    }
    const YamlNode* condition = map.Require("condition");
    if (condition == nullptr) return false;
    return ReadThreshold(*condition, out) && ok;
  }

  bool ReadThreshold(const YamlNode& node, Correlation* out) const {
    if (!node.is_map() || node.entries.size() != 1) {
      return Fail(node.mark, "E004",
                  "'condition' must be a map with one of gt and gte");
    }
    const YamlEntry& entry = node.entries[0];
    constexpr std::array<string_view, 2> kWords = {"gte", "gt"};
    constexpr std::array<string_view, 4> kUpper = {"lt", "lte", "eq", "neq"};
    if (std::find(kUpper.begin(), kUpper.end(), entry.key) != kUpper.end()) {
      return Fail(entry.mark, "E008",
                  fmt::format("'{}' is not supported: only gt and gte can be "
                              "told from logs that may lack events",
                              entry.key));
    }
    if (std::find(kWords.begin(), kWords.end(), entry.key) == kWords.end()) {
      return Fail(entry.mark, "E007",
                  fmt::format("unknown key {}{}", Quoted(entry.key),
                              DidYouMean(entry.key, kWords)));
    }
    const auto count = ParseUnsigned(entry.value.text);
    if (!count || *count > 1'000'000 || (*count == 0 && entry.key == "gte")) {
      return Fail(entry.value.mark, "E008",
                  "a count must be a number from 1 to 1000000");
    }
    out->at_least = entry.key == "gt" ? *count + 1 : *count;
    return true;
  }

  const Unit& unit_;
  const YamlNode& correlations_;
  Reporter reporter_;
};

}  // namespace

void LoadCorrelations(const YamlNode& node, const Reporter& reporter,
                      Unit* unit) {
  if (!node.is_map()) {
    reporter.Error(node.mark, "E004", "'correlations' must be a map");
    return;
  }
  CorrelationReader reader(*unit, node, reporter);
  for (const YamlEntry& entry : node.entries) {
    const bool taken =
        std::any_of(unit->detections.begin(), unit->detections.end(),
                    [&](const Detection& d) { return d.name == entry.key; });
    if (taken) {
      reporter.Error(entry.mark, "E011",
                     fmt::format("{} is the name of a detection already",
                                 Quoted(entry.key)));
      continue;
    }
    Correlation correlation;
    if (reader.Read(entry, &correlation)) {
      unit->correlations.push_back(std::move(correlation));
    }
  }
}

}  // namespace espial::rules

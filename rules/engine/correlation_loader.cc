#include "rules/engine/correlation_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/correlation_nesting.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr string_view kUserStart = "@user_start";
constexpr size_t kMaxSteps = 16;
constexpr size_t kMaxRuns = 64;
constexpr size_t kMaxCorrelations = 256;
constexpr size_t kMaxGroupFields = 8;

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

  // The detection of events or the correlation that `node` names.
  std::optional<uint32_t> ReadOperand(const YamlNode& node,
                                      std::string_view what) const {
    const auto name = ReadText(node, reporter_, what);
    if (!name) return std::nullopt;
    std::vector<std::string> names;
    for (const Detection& detection : unit_.detections) {
      names.push_back(detection.name);
    }
    for (const YamlEntry& entry : correlations_.entries) {
      names.push_back(entry.key);
    }
    const auto at = FindName(names, *name, "detection or correlation",
                             node.mark, reporter_);
    const bool fact =
        at && *at < unit_.detections.size() && !unit_.HasTime(*at);
    if (!fact) return at;
    Fail(node.mark, "E018",
         fmt::format("{} matches facts, which have no time", Quoted(*name)));
    return std::nullopt;
  }

  bool ReadSequence(const YamlNode& node, Correlation* out) const {
    constexpr std::array<string_view, 7> kKeys = {
        "type", "steps", "timespan", "until", "boots", "group-by", "aliases"};
    const MapReader map(node, reporter_, "the sequence", kKeys);
    bool ok = ReadTimespan(map, out);
    constexpr std::array<string_view, 2> kBoots = {"within", "across"};
    if (map.Get("boots") != nullptr) {
      const auto boots = map.OneOf("boots", kBoots, false);
      ok = ok && boots;
      out->across_boots = boots == 1U;
    }
    if (const YamlNode* until = map.Get("until")) {
      out->until = ReadOperand(*until, "'until'");
      ok = ok && out->until;
    }
    const YamlNode* steps = map.Require("steps");
    if (steps == nullptr) return false;
    if (!steps->is_list() || steps->items.empty()) {
      return Fail(steps->mark, "E004", "'steps' must be a list of steps");
    }
    if (steps->items.size() > kMaxSteps) {
      return Fail(steps->mark, "E026",
                  fmt::format("a sequence has {} steps at most", kMaxSteps));
    }
    size_t events = 0;
    for (const YamlNode& item : steps->items) {
      SequenceStep step;
      if (!ReadStep(item, &item == steps->items.data(), &step)) {
        ok = false;
        continue;
      }
      events += step.runs;
      out->steps.push_back(step);
    }
    if (events > kMaxRuns) {
      return Fail(steps->mark, "E026",
                  fmt::format("the runs of all steps are {} at most, not {}",
                              kMaxRuns, events));
    }
    return ReadGroups(map, out) && ok;
  }

  bool ReadStep(const YamlNode& node, bool first, SequenceStep* out) const {
    constexpr std::array<string_view, 4> kKeys = {"rule", "within", "absent",
                                                  "runs"};
    const MapReader map(node, reporter_, "a step", kKeys);
    if (!map.ok()) return false;
    const YamlNode* rule = map.Require("rule");
    if (rule == nullptr) return false;
    bool ok = true;
    if (rule->is_scalar() && rule->text == kUserStart) {
      out->operand = SequenceStep::kUserStart;
    } else {
      const auto found = ReadOperand(*rule, "'rule'");
      ok = found.has_value();
      out->operand = found.value_or(0);
    }
    if (map.Get("absent") != nullptr) {
      const auto absent = map.Bool("absent");
      ok = ok && absent;
      out->absent = absent.value_or(false);
    }
    if (const YamlNode* runs = map.Get("runs")) {
      const auto count = runs->is_scalar() ? ParseUnsigned(runs->text)
                                           : std::optional<uint64_t>();
      if (!count || *count == 0 || *count > kMaxRuns) {
        ok =
            Fail(runs->mark, "E008",
                 fmt::format("'runs' must be a number from 1 to {}", kMaxRuns));
      } else if (out->absent || out->operand == SequenceStep::kUserStart) {
        ok = Fail(runs->mark, "E018",
                  "neither an absent step nor '@user_start' has runs");
      } else {
        out->runs = static_cast<uint32_t>(*count);
      }
    }
    if (const YamlNode* within = map.Get("within")) {
      out->within = ReadDuration(*within, reporter_, "'within'");
      ok = ok && out->within;
      if (first && out->runs == 1) {
        ok = Fail(within->mark, "E018",
                  "the first step has no step before it to be within");
      }
    }
    if (out->absent && first) {
      return Fail(node.mark, "E018", "the first step must not be absent");
    }
    if (out->absent && out->operand == SequenceStep::kUserStart) {
      return Fail(node.mark, "E018", "'@user_start' must not be absent");
    }
    return ok;
  }

  // 'group-by' and 'aliases', as Sigma's correlations spell them.
  bool ReadGroups(const MapReader& map, Correlation* out) const {
    bool ok = true;
    if (const YamlNode* groups = map.Get("group-by")) {
      const auto add = [&](const YamlNode& item) {
        auto name = ReadText(item, reporter_, "a field of 'group-by'");
        ok = ok && name;
        if (name) out->group_by.push_back({std::move(*name), {}});
      };
      if (groups->is_list()) {
        for (const YamlNode& item : groups->items) add(item);
      } else {
        add(*groups);
      }
      if (out->group_by.empty() || out->group_by.size() > kMaxGroupFields) {
        ok = Fail(
            groups->mark, "E008",
            fmt::format("'group-by' names 1 to {} fields", kMaxGroupFields));
      }
    }
    const YamlNode* aliases = map.Get("aliases");
    if (aliases == nullptr) return ok;
    if (!aliases->is_map()) {
      return Fail(aliases->mark, "E004", "'aliases' must be a map");
    }
    for (const YamlEntry& alias : aliases->entries) {
      ok = ReadAlias(alias, out) && ok;
    }
    return ok;
  }

  bool ReadAlias(const YamlEntry& alias, Correlation* out) const {
    const auto field = std::find_if(
        out->group_by.begin(), out->group_by.end(),
        [&](const GroupField& group) { return group.name == alias.key; });
    if (field == out->group_by.end()) {
      std::vector<std::string> names;
      for (const GroupField& group : out->group_by) names.push_back(group.name);
      return Fail(
          alias.mark, "E010",
          fmt::format(
              "'group-by' does not name the alias {}{}", Quoted(alias.key),
              DidYouMean(alias.key, std::span<const std::string>(names))));
    }
    if (!alias.value.is_map()) {
      return Fail(alias.value.mark, "E004",
                  fmt::format("the alias {} must be a map of rules to fields",
                              Quoted(alias.key)));
    }
    bool ok = true;
    for (const YamlEntry& entry : alias.value.entries) {
      YamlNode rule;
      rule.kind = YamlNode::Kind::kScalar;
      rule.mark = entry.mark;
      rule.text = entry.key;
      const auto operand = ReadOperand(rule, "a rule of an alias");
      auto name = ReadText(entry.value, reporter_, "a field");
      ok = ok && operand && name;
      if (operand && name) field->aliases[*operand] = std::move(*name);
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
    constexpr std::array<string_view, 6> kKeys = {
        "type", "rules", "timespan", "condition", "group-by", "aliases"};
    const MapReader map(node, reporter_, "the count", kKeys);
    bool ok = map.Require("timespan") != nullptr;
    ok = ReadTimespan(map, out) && ok;
    ok = ReadGroups(map, out) && ok;
    const YamlNode* rules = map.Require("rules");
    if (rules == nullptr) return false;
    if (!rules->is_list() || rules->items.empty()) {
      return Fail(rules->mark, "E004", "'rules' must be a list of names");
    }
    for (const YamlNode& item : rules->items) {
      const auto found = ReadOperand(item, "a rule");
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
  if (node.entries.size() > kMaxCorrelations) {
    reporter.Error(node.mark, "E026",
                   fmt::format("a document has {} correlations at most",
                               kMaxCorrelations));
    return;
  }
  CorrelationReader reader(*unit, node, reporter);
  for (const YamlEntry& entry : node.entries) {
    const bool taken =
        std::any_of(unit->detections.begin(), unit->detections.end(),
                    [&](const Detection& d) { return d.name == entry.key; });
    // Each has its place, loaded or not: steps name places.
    Correlation& correlation = unit->correlations.emplace_back();
    correlation.name = entry.key;
    correlation.mark = entry.mark;
    if (taken) {
      reporter.Error(entry.mark, "E011",
                     fmt::format("{} is the name of a detection already",
                                 Quoted(entry.key)));
    } else if (Correlation read; reader.Read(entry, &read)) {
      correlation = std::move(read);
    }
  }
  CheckNesting(*unit, reporter);
}

}  // namespace espial::rules

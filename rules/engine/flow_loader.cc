// Flows.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "rules/engine/document_reader.h"

namespace espial::rules {

using std::string_view;

ScenarioCase DocumentReader::ReadScenario(const YamlNode& node) const {
  constexpr std::array<string_view, 4> kKeys = {"name", "title", "when",
                                                "confidence"};
  ScenarioCase out;
  const MapReader map(node, reporter_, "a scenario", kKeys);
  if (!map.ok()) return out;
  out.name = map.RequireText("name").value_or("");
  out.title = map.RequireText("title").value_or("");
  out.when = ReadExpr(map, "when", true);
  out.confidence = ReadConfidence(map);
  return out;
}

PartRules DocumentReader::ReadParts(const YamlNode& node) const {
  constexpr std::array<string_view, 5> kKeys = {
      "reseal", "quiet", "boot", "user_marks", "technician_marks"};
  PartRules out;
  const MapReader map(node, reporter_, "'parts'", kKeys);
  if (!map.ok()) return out;
  out.reseal = ReadExpr(map, "reseal", false);
  out.boot = ReadExpr(map, "boot", false);
  out.user_marks = ReadExpr(map, "user_marks", false);
  out.technician_marks = ReadExpr(map, "technician_marks", false);
  if (const YamlNode* quiet = map.Get("quiet")) {
    out.quiet = ReadDuration(*quiet, reporter_, "'quiet'");
  }
  return out;
}

FlowStep DocumentReader::ReadStep(const YamlNode& node) const {
  constexpr std::array<string_view, 9> kKeys = {
      "step",    "title",  "started",  "passed",  "failed",
      "skipped", "expect", "optional", "evidence"};
  FlowStep out;
  const MapReader map(node, reporter_, "a step", kKeys);
  if (!map.ok()) return out;
  out.id = map.RequireText("step").value_or("");
  if (!out.id.empty() && !IsName(out.id, "._")) {
    Error(map.MarkOf("step"), "E019",
          fmt::format("'step' must look like user.device_setup, not {}",
                      Quoted(out.id)));
  }
  out.title = map.RequireText("title").value_or("");
  out.started = ReadExpr(map, "started", false);
  out.passed = ReadExpr(map, "passed", false);
  out.failed = ReadExpr(map, "failed", false);
  out.skipped = ReadExpr(map, "skipped", false);
  constexpr std::array<string_view, 1> kExpect = {"skipped"};
  out.expect_skipped = map.OneOf("expect", kExpect, false).has_value();
  out.optional =
      map.Get("optional") != nullptr && map.Bool("optional").value_or(false);
  out.evidence = map.TextList("evidence");
  return out;
}

void DocumentReader::ReadFlow(FlowRules* out) {
  constexpr std::array<string_view, 14> kKeys = {
      "title",  "id",       "flow",        "detections",  "correlations",
      "values", "status",   "comparisons", "description", "author",
      "date",   "modified", "references",  "tags"};
  const MapReader map(root_, reporter_, "the document", kKeys);
  ReadHead(map, &out->title, &out->id);
  out->id_mark = map.MarkOf("id");
  ReadUnit(map, &out->unit);
  for (const NamedValue& value : out->unit.values) {
    if (value.source != NamedValue::Source::kDuration) continue;
    Error(value.step_mark, "E028",
          "a flow decides its steps by its conditions, which so cannot know "
          "how long a step took; use this value in a signature");
  }
  constexpr std::array<string_view, 6> kFlowKeys = {
      "name", "scenarios", "applies_to", "parts", "goal", "steps"};
  const MapReader body(*root_.Find("flow"), reporter_, "'flow'", kFlowKeys);
  if (!body.ok()) return;
  out->name = body.RequireText("name").value_or("");
  out->unit.owner = out->name;
  if (!out->name.empty() && Stem(reporter_.file) != out->name) {
    Error(body.MarkOf("name"), "E019",
          fmt::format("the name {} is not the name of the file, {}",
                      Quoted(out->name), Quoted(Stem(reporter_.file))));
  }
  if (const YamlNode* scenarios = body.Get("scenarios")) {
    if (!scenarios->is_list()) {
      Error(scenarios->mark, "E004", "'scenarios' must be a list");
    }
    for (const YamlNode& item : scenarios->items) {
      out->scenarios.push_back(ReadScenario(item));
    }
  }
  out->applies_to = body.TextList("applies_to");
  if (const YamlNode* parts = body.Get("parts")) out->parts = ReadParts(*parts);
  const YamlNode* steps = body.Require("steps");
  if (steps != nullptr && !steps->is_list()) {
    Error(steps->mark, "E004", "'steps' must be a list");
  } else if (steps != nullptr) {
    std::set<std::string> seen;
    for (const YamlNode& item : steps->items) {
      out->steps.push_back(ReadStep(item));
      if (!seen.insert(out->steps.back().id).second) {
        Error(item.mark, "E011",
              fmt::format("the step {} stands here twice",
                          Quoted(out->steps.back().id)));
      }
    }
  }
  out->goal = body.Text("goal").value_or("");
  const bool known =
      std::any_of(out->steps.begin(), out->steps.end(),
                  [&](const FlowStep& step) { return step.id == out->goal; });
  if (!out->goal.empty() && !known) {
    std::vector<std::string> ids;
    for (const FlowStep& step : out->steps) ids.push_back(step.id);
    Error(
        body.MarkOf("goal"), "E022",
        fmt::format("unknown step {}{}", Quoted(out->goal),
                    DidYouMean(out->goal, std::span<const std::string>(ids))));
  }
}

}  // namespace espial::rules

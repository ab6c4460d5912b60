#include "rules/engine/detection_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

bool Uses(const Group& group, FieldKind field) {
  return std::any_of(group.predicates.begin(), group.predicates.end(),
                     [&](const Predicate& predicate) {
                       return predicate.test != Predicate::Test::kKeywords &&
                              predicate.field == field;
                     });
}

// Reads logsource: what the detection looks at, and where.
bool ReadLogsource(const YamlNode& node, const Services& services,
                   const Reporter& reporter, Detection* out) {
  constexpr std::array<string_view, 4> kKeys = {"product", "service",
                                                "category", "definition"};
  constexpr std::array<string_view, 4> kCategories = {
      "registry_state", "json_state", "xml_state", "output_state"};
  const MapReader map(node, reporter, "'logsource'", kKeys);
  if (!map.ok()) return false;
  bool ok = true;
  if (const YamlNode* product = map.Get("product")) {
    const auto text = ReadText(*product, reporter, "'product'");
    if (text && *text != "windows") {
      reporter.Error(
          product->mark, "E008",
          fmt::format("'product' must be windows, not {}", Quoted(*text)));
    }
    ok = text && *text == "windows";
  }
  if (const YamlNode* category = map.Get("category")) {
    const auto text = ReadText(*category, reporter, "'category'");
    if (!text) return false;
    if (*text == "registry_state") {
      out->subject = Subject::kRegistry;
    } else if (*text == "json_state") {
      out->subject = Subject::kJson;
    } else if (*text == "xml_state") {
      out->subject = Subject::kXml;
    } else if (*text == "output_state") {
      out->subject = Subject::kOutput;
    } else {
      reporter.Error(category->mark, "E016",
                     fmt::format("unknown category {}{}", Quoted(*text),
                                 DidYouMean(*text, kCategories)));
      return false;
    }
  }
  if (const YamlNode* service = map.Get("service")) {
    const auto text = ReadText(*service, reporter, "'service'");
    if (!text) return false;
    if (out->subject != Subject::kEvent) {
      reporter.Error(service->mark, "E013", "facts have no service");
      return false;
    }
    const auto found = services.find(*text);
    if (found == services.end()) {
      std::vector<string_view> names;
      for (const auto& [name, channels] : services) names.push_back(name);
      reporter.Error(
          service->mark, "E016",
          fmt::format("unknown service {}{}", Quoted(*text),
                      DidYouMean(*text, std::span<const string_view>(names))));
      return false;
    }
    out->service_channels = found->second;
  }
  return ok;
}

bool ReadCondition(const YamlNode& detection, const Reporter& reporter,
                   Detection* out) {
  const YamlNode* condition = detection.Find("condition");
  if (condition == nullptr) {
    reporter.Error(detection.mark, "E005",
                   "'detection' needs a key 'condition'");
    return false;
  }
  std::vector<std::string> names;
  for (const Selection& selection : out->selections) {
    names.push_back(selection.name);
  }
  if (!condition->is_list()) {
    auto expr = LoadExpr(*condition, names, reporter);
    if (!expr) return false;
    out->condition = std::move(*expr);
    return true;
  }
  // A list of conditions: one is enough.
  std::string joined;
  size_t nodes = 0;
  for (const YamlNode& item : condition->items) {
    const auto expr = LoadExpr(item, names, reporter);
    if (!expr) return false;
    nodes += expr->size();
    if (nodes > Expr::kMaxSize) {
      reporter.Error(item.mark, "E026",
                     "with this the conditions are too long together");
      return false;
    }
    joined += fmt::format("{}({})", joined.empty() ? "" : " or ", item.text);
  }
  ExprError error;
  auto expr = ParseExpr(joined, names, &error);
  if (!expr) {
    reporter.Error(condition->mark, error.code, error.message);
    return false;
  }
  out->condition = std::move(*expr);
  return true;
}

// An event id means nothing without its provider or channel: the detection as
// a whole must be limited to some, or each group that names an id.
bool CheckIds(const Detection& detection, const Reporter& reporter) {
  if (detection.routes.channels || detection.routes.providers) return true;
  for (const Selection& selection : detection.selections) {
    for (const Group& group : selection.groups) {
      if (!Uses(group, FieldKind::kEventId) ||
          Uses(group, FieldKind::kChannel) ||
          Uses(group, FieldKind::kProvider)) {
        continue;
      }
      reporter.Error(detection.mark, "E015",
                     fmt::format("the detection {} has an EventID but neither "
                                 "a service nor Channel or Provider_Name",
                                 Quoted(detection.name)));
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Expr> LoadExpr(const YamlNode& node,
                             std::span<const std::string> names,
                             const Reporter& reporter) {
  if (node.is_list() || node.is_map() || Trim(node.text).empty()) {
    reporter.Error(node.mark, node.is_list() || node.is_map() ? "E004" : "E006",
                   "a condition must be text");
    return std::nullopt;
  }
  ExprError error;
  auto expr = ParseExpr(node.text, names, &error);
  if (!expr) {
    // Only a plain text on one line maps offsets to columns.
    Mark mark = node.mark;
    if (node.plain) mark.column += static_cast<uint32_t>(error.offset);
    reporter.Error(mark, error.code, std::move(error.message));
  }
  return expr;
}

bool LoadSelections(const YamlNode& detection,
                    const SelectionSettings& settings, const Reporter& reporter,
                    Detection* out) {
  if (!detection.is_map()) {
    reporter.Error(detection.mark, "E004", "'detection' must be a map");
    return false;
  }
  bool ok = true;
  SelectionLoader loader(settings, reporter);
  for (const YamlEntry& entry : detection.entries) {
    if (entry.key == "condition") continue;
    if (entry.key == "timeframe") {
      reporter.Error(entry.mark, "E023",
                     "'timeframe' is of old Sigma; use a correlation");
      ok = false;
      continue;
    }
    Selection selection;
    ok = loader.Read(entry, &selection) && ok;
    out->selections.push_back(std::move(selection));
  }
  return ReadCondition(detection, reporter, out) && ok;
}

std::optional<Detection> LoadDetection(const YamlNode& logsource,
                                       const YamlNode& detection,
                                       const YamlNode* part, std::string name,
                                       Mark mark, const Services& services,
                                       const Reporter& reporter) {
  Detection out;
  out.name = std::move(name);
  out.mark = mark;
  bool ok = ReadLogsource(logsource, services, reporter, &out);
  if (part != nullptr) {
    constexpr std::array<string_view, 2> kParts = {"technician", "user"};
    const auto which = ReadOneOf(*part, reporter, "'part'", kParts);
    ok = ok && which;
    if (which) out.part = *which == 0 ? Part::kTechnician : Part::kUser;
    if (out.subject != Subject::kEvent) {
      reporter.Error(part->mark, "E013", "facts have no part");
      ok = false;
    }
  }
  SelectionSettings settings;
  settings.subject = out.subject;
  if (!LoadSelections(detection, settings, reporter, &out) || !ok) {
    return std::nullopt;
  }
  out.routes = ComputeRoutes(out);
  if (!CheckIds(out, reporter)) return std::nullopt;
  return out;
}

std::vector<std::string> NamedFields(const Group& group) {
  std::vector<std::string> out;
  for (const Predicate& predicate : group.predicates) {
    if (predicate.test != Predicate::Test::kKeywords &&
        predicate.field == FieldKind::kNamed) {
      out.push_back(predicate.name);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace espial::rules

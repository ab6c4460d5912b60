#include "rules/engine/document_reader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/correlation_loader.h"
#include "rules/engine/value_loader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr std::array<string_view, 3> kConfidences = {"low", "medium", "high"};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsUuid(string_view text) {
  return text.size() == 36 && ParseGuid(text).has_value();
}
}  // namespace

bool IsName(string_view text, string_view separators) {
  return !text.empty() && IsLower(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return IsLower(c) || IsDigit(c) ||
                  separators.find(c) != string_view::npos;
         });
}

std::string_view Stem(string_view file) {
  const size_t slash = file.rfind('/');
  if (slash != string_view::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".yml")) file.remove_suffix(4);
  return file;
}

void DocumentReader::ReadHead(const MapReader& map, std::string* title,
                              std::string* id) {
  const YamlNode* node = map.Require("title");
  // Those of signatures may be in several languages, which are read later.
  if (node != nullptr && !node->is_map()) {
    *title = ReadText(*node, reporter_, "'title'").value_or("");
  } else if (node != nullptr && root_.Find("signature") == nullptr) {
    Error(node->mark, "E004", "'title' must be text");
  }
  *id = Fold(map.RequireText("id").value_or(""));
  if (!id->empty() && !IsUuid(*id)) {
    Error(map.MarkOf("id"), "E019",
          fmt::format("'id' must be a UUID, not {}", Quoted(*id)));
  }
}

void DocumentReader::ReadUnit(const MapReader& map, Unit* unit) {
  unit->file = reporter_.file;
  if (const YamlNode* detections = map.Get("detections")) {
    if (!detections->is_map()) {
      Error(detections->mark, "E004", "'detections' must be a map");
    }
    for (const YamlEntry& entry : detections->entries) {
      constexpr std::array<string_view, 3> kKeys = {"logsource", "detection",
                                                    "part"};
      const MapReader item(entry.value, reporter_,
                           fmt::format("the detection {}", Quoted(entry.key)),
                           kKeys);
      // The name is known even when the detection is not, so that conditions
      // which use it are not reported as well.
      names_.push_back(entry.key);
      if (!item.ok()) continue;
      const YamlNode* logsource = item.Require("logsource");
      const YamlNode* detection = item.Require("detection");
      if (logsource == nullptr || detection == nullptr) continue;
      auto loaded = LoadDetection(*logsource, *detection, item.Get("part"),
                                  entry.key, entry.mark, services_, reporter_);
      if (!loaded) {
        loaded.emplace();
        loaded->name = entry.key;
      }
      unit->detections.push_back(std::move(*loaded));
    }
  }
  if (const YamlNode* correlations = map.Get("correlations")) {
    LoadCorrelations(*correlations, reporter_, unit);
    for (const YamlEntry& entry : correlations->entries) {
      names_.push_back(entry.key);
    }
  }
  LoadValues(map.Get("values"), map.Get("comparisons"), reporter_, unit);
  for (const ValueComparison& comparison : unit->comparisons) {
    names_.push_back(comparison.name);
  }
}

Expr DocumentReader::ReadExpr(const MapReader& map, string_view key,
                              bool required) const {
  const YamlNode* node = required ? map.Require(key) : map.Get(key);
  if (node == nullptr) return {};
  return LoadExpr(*node, names_, reporter_).value_or(Expr());
}

std::vector<ConfidenceCase> DocumentReader::ReadConfidence(
    const MapReader& map) const {
  std::vector<ConfidenceCase> out;
  const YamlNode* node = map.Require("confidence");
  if (node == nullptr) return out;
  if (!node->is_list()) {
    const auto is = ReadOneOf(*node, reporter_, "'confidence'", kConfidences);
    if (is) out.push_back({{}, static_cast<Confidence>(*is)});
    return out;
  }
  for (const YamlNode& item : node->items) {
    constexpr std::array<string_view, 2> kKeys = {"when", "is"};
    const MapReader entry(item, reporter_, "a case of 'confidence'", kKeys);
    if (!entry.ok()) continue;
    ConfidenceCase one;
    one.when = ReadExpr(entry, "when", false);
    const auto is = entry.OneOf("is", kConfidences, true);
    if (is) one.is = static_cast<Confidence>(*is);
    out.push_back(std::move(one));
  }
  const bool ends_open = !node->items.empty() && node->items.back().is_map() &&
                         node->items.back().Find("when") == nullptr;
  if (!ends_open) {
    Error(node->mark, "E005",
          "the last case of 'confidence' must be one without 'when'");
  }
  return out;
}

}  // namespace espial::rules

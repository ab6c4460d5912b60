#include "rules/sigma/sigma_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/engine/detection_loader.h"
#include "rules/engine/yaml_reader.h"
#include "rules/sigma/log_place.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr std::array<string_view, 5> kLevels = {"informational", "low",
                                                "medium", "high", "critical"};
constexpr std::array<string_view, 5> kStatuses = {
    "stable", "test", "experimental", "deprecated", "unsupported"};

// Whether a condition has this word, outside of the names of selections.
bool HasWord(string_view text, string_view word) {
  constexpr string_view kBetween = " \t\r\n()|";
  for (size_t begin = text.find_first_not_of(kBetween);
       begin != string_view::npos;) {
    const size_t end = text.find_first_of(kBetween, begin);
    if (text.substr(begin, end - begin) == word) return true;
    begin = text.find_first_not_of(kBetween, end);
  }
  return false;
}

class FileLoader {
 public:
  FileLoader(const RuleFile& file, const SigmaContext& context, SigmaFile* out)
      : reporter_{file.name, &out->errors},
        warner_{file.name, &out->warnings},
        context_(context),
        out_(*out) {}

  void Document(const YamlNode& root) {
    if (root.is_null()) return;
    if (!root.is_map()) {
      return Error(root.mark, "E004", "a rule document must be a map");
    }
    if (root.Find("filter") != nullptr) return Filter(root);
    if (root.Find("correlation") != nullptr) return Correlation(root);
    if (root.Find("detection") != nullptr) return Rule(root);
    Error(root.mark, "E005",
          "a Sigma document needs one of the keys 'detection', 'correlation' "
          "and 'filter'");
  }

 private:
  void Error(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
  }

  // A scalar as text; empty when absent.
  std::string Text(const YamlNode& root, string_view key) const {
    const YamlNode* node = root.Find(key);
    if (node == nullptr || node->is_null()) return {};
    if (!node->is_scalar()) {
      Error(node->mark, "E004", fmt::format("'{}' must be text", key));
      return {};
    }
    return std::string(Trim(node->text));
  }

  // A text or a list of them.
  std::vector<std::string> Texts(const YamlNode& root, string_view key) const {
    std::vector<std::string> out;
    const YamlNode* node = root.Find(key);
    if (node == nullptr || node->is_null()) return out;
    const std::string what = fmt::format("an item of '{}'", key);
    if (node->is_list()) {
      for (const YamlNode& item : node->items) {
        auto text = ReadText(item, reporter_, what);
        if (text) out.push_back(std::move(*text));
      }
    } else if (auto text = ReadText(*node, reporter_, what)) {
      out.push_back(std::move(*text));
    }
    return out;
  }

  // What rules and correlations share. Keys that are not known are custom
  // ones, which the specification allows.
  void Info(const YamlNode& root, SigmaRule* out) const {
    out->file = reporter_.file;
    out->line = root.mark.line;
    out->title = Text(root, "title");
    if (out->title.empty()) {
      Error(root.mark, "E005", "the rule needs a key 'title'");
    }
    out->id = Fold(Text(root, "id"));
    out->name = Text(root, "name");
    out->author = Text(root, "author");
    out->description = Text(root, "description");
    out->license = Text(root, "license");
    out->status = Text(root, "status");
    if (const YamlNode* status = root.Find("status")) {
      ReadOneOf(*status, reporter_, "'status'", kStatuses);
    }
    if (const YamlNode* level = root.Find("level")) {
      const auto which = ReadOneOf(*level, reporter_, "'level'", kLevels);
      if (which) out->level = static_cast<SigmaLevel>(*which);
    }
    out->tags = Texts(root, "tags");
    out->references = Texts(root, "references");
    out->falsepositives = Texts(root, "falsepositives");
    Texts(root, "fields");
    Texts(root, "scope");
  }

  bool Source(const YamlNode& root, LogSourceName* out) const {
    const YamlNode* node = root.Find("logsource");
    if (node == nullptr || !node->is_map()) {
      Error(node == nullptr ? root.mark : node->mark,
            node == nullptr ? "E005" : "E004",
            "the rule needs a map 'logsource'");
      return false;
    }
    out->product = Fold(Text(*node, "product"));
    out->category = Fold(Text(*node, "category"));
    out->service = Fold(Text(*node, "service"));
    if (!out->product.empty() || !out->category.empty() ||
        !out->service.empty()) {
      return true;
    }
    Error(node->mark, "E006",
          "'logsource' needs one of product, category and service");
    return false;
  }

  void Rule(const YamlNode& root) {
    const size_t before = out_.errors.size();
    SigmaDocument out;
    Info(root, &out.info);
    if (!Source(root, &out.log_source)) return;
    const YamlNode& detection = *root.Find("detection");
    const std::vector<LogPlace> places =
        PlacesOf(context_.log_sources, out.log_source);
    // A rule about other logs is checked as any other.
    std::vector<std::pair<const FieldMappings*, Selection>> variants;
    for (const LogPlace& place : places) {
      auto same = std::find_if(
          variants.begin(), variants.end(),
          [&](const auto& one) { return one.first == place.fields; });
      if (same == variants.end()) {
        same = variants.insert(variants.end(), {place.fields, Selection()});
        same->second.name = "logsource";
      }
      AddPlace(place.where, &same->second);
    }
    out.elsewhere = variants.empty();
    if (variants.empty()) variants.emplace_back();
    for (auto& [fields, place] : variants) {
      Variant variant;
      variant.fields = fields;
      variant.detection.name = out.info.title;
      variant.detection.mark = root.mark;
      SelectionSettings settings;
      settings.mappings = fields;
      settings.placeholders = &context_.placeholders;
      settings.budget = &budget_;
      if (!LoadSelections(detection, settings, reporter_, &variant.detection)) {
        return;
      }
      if (!place.groups.empty()) {
        AddSelection(std::move(place), &variant.detection);
      }
      out.variants.push_back(std::move(variant));
    }
    if (out_.errors.size() != before) return;
    out_.documents.push_back(std::move(out));
  }

  // The place comes first: it turns most events away.
  static void AddSelection(Selection selection, Detection* detection) {
    Expr expr;
    Expr::Node leaf;
    leaf.operand = static_cast<uint32_t>(detection->selections.size());
    expr.set_root(expr.Add(std::move(leaf)));
    expr.AddAnd(detection->condition, 0);
    detection->condition = std::move(expr);
    detection->selections.push_back(std::move(selection));
  }

  void Correlation(const YamlNode& root) {
    const size_t before = out_.errors.size();
    SigmaDocument out;
    Info(root, &out.info);
    out.info.is_correlation = true;
    out.correlation = LoadCorrelationRule(*root.Find("correlation"), reporter_);
    if (!out.correlation || out_.errors.size() != before) return;
    out_.documents.push_back(std::move(out));
  }

  void Filter(const YamlNode& root) {
    const size_t before = out_.errors.size();
    SigmaFilter out;
    out.file = reporter_.file;
    out.mark = root.mark;
    if (Text(root, "title").empty()) {
      Error(root.mark, "E005", "the filter needs a key 'title'");
    }
    Source(root, &out.log_source);
    const YamlNode& filter = *root.Find("filter");
    if (!filter.is_map()) {
      return Error(filter.mark, "E004", "'filter' must be a map");
    }
    const YamlNode* rules = filter.Find("rules");
    if (rules == nullptr) {
      return Error(filter.mark, "E005", "the filter needs a key 'rules'");
    }
    if (rules->is_scalar() && rules->text == "any") {
      out.any = true;
    } else if (!rules->is_list() || rules->items.empty()) {
      return Error(rules->mark, "E004",
                   "'rules' must be a list of ids and names, or 'any'");
    }
    for (const YamlNode& item : rules->items) {
      auto name = ReadText(item, reporter_, "a rule");
      if (name) out.rules.emplace_back(std::move(*name), item.mark);
    }
    for (const YamlEntry& entry : filter.entries) {
      if (entry.key != "rules") out.filter.entries.push_back(entry);
    }
    out.filter.kind = YamlNode::Kind::kMap;
    out.filter.mark = filter.mark;
    WarnOfPolarity(out);
    if (out_.errors.size() == before) out_.filters.push_back(std::move(out));
  }

  // The examples of the specification leave open whether what a filter names
  // is kept or dropped.
  void WarnOfPolarity(const SigmaFilter& filter) const {
    const YamlNode* condition = filter.filter.Find("condition");
    if (condition == nullptr || !condition->is_scalar()) return;
    if (HasWord(condition->text, "not")) return;
    warner_.Error(condition->mark, "W001",
                  "the rules will match only what this filter describes; "
                  "write 'not ...' to leave it out");
  }

  Reporter reporter_;
  Reporter warner_;
  const SigmaContext& context_;
  SigmaFile& out_;
  SelectionBudget budget_;
};

}  // namespace

std::string LogSourceName::ToString() const {
  std::string out = product;
  if (!category.empty()) {
    out += (out.empty() ? "category " : " category ") + category;
  }
  if (!service.empty()) {
    out += (out.empty() ? "service " : " service ") + service;
  }
  return out;
}

SigmaFile LoadSigmaFile(const RuleFile& file, const SigmaContext& context) {
  SigmaFile out;
  const Reporter reporter = {file.name, &out.errors};
  const auto documents = ParseYamlDocuments(file.text, reporter);
  // A document with a key twice is not to be trusted.
  if (!documents || !out.errors.empty()) return out;
  FileLoader loader(file, context, &out);
  for (const YamlNode& root : *documents) loader.Document(root);
  return out;
}

std::optional<size_t> ValuesOfFilter(const SigmaFilter& filter,
                                     const FieldMappings* fields,
                                     const SigmaContext& context,
                                     const Reporter& reporter) {
  SelectionBudget budget;
  SelectionSettings settings;
  settings.mappings = fields;
  settings.placeholders = &context.placeholders;
  settings.budget = &budget;
  Detection added;
  if (!LoadSelections(filter.filter, settings, reporter, &added)) {
    return std::nullopt;
  }
  size_t values = SelectionBudget::kMost - budget.values;
  for (const Selection& selection : added.selections) {
    for (const Group& group : selection.groups) {
      values += group.predicates.size();
    }
  }
  return values;
}

bool ApplyFilter(const SigmaFilter& filter, const SigmaContext& context,
                 const Reporter& reporter, SigmaDocument* rule) {
  for (Variant& variant : rule->variants) {
    Detection added;
    SelectionSettings settings;
    settings.mappings = variant.fields;
    settings.placeholders = &context.placeholders;
    if (!LoadSelections(filter.filter, settings, reporter, &added)) {
      return false;
    }
    Detection& detection = variant.detection;
    detection.condition.AddAnd(
        added.condition, static_cast<uint32_t>(detection.selections.size()));
    std::move(added.selections.begin(), added.selections.end(),
              std::back_inserter(detection.selections));
  }
  return true;
}

}  // namespace espial::rules

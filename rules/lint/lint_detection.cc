// Selections and conditions of detections.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "rules/engine/pattern.h"
#include "rules/lint/condition_check.h"
#include "rules/lint/linter.h"

namespace espial::rules {
namespace {

constexpr size_t kShortKeyword = 3;

class DetectionLint {
 public:
  DetectionLint(const std::string& file, LintSink* sink)
      : file_(file), sink_(*sink) {}

  void Detection(const YamlNode& detection) {
    if (!detection.is_map()) return;
    std::vector<std::string> names;
    for (const YamlEntry& entry : detection.entries) {
      if (entry.key == "condition") continue;
      names.push_back(entry.key);
      Selection(entry.value);
    }
    const YamlNode* condition = detection.Find("condition");
    if (condition == nullptr) return;
    const std::optional<Expr> expr = Parse(*condition, names);
    if (!expr) return;
    const std::vector<uint32_t> used = expr->Operands();
    for (uint32_t i = 0; i < names.size(); ++i) {
      if (std::find(used.begin(), used.end(), i) != used.end()) continue;
      sink_.Add(file_, MarkOf(detection, names[i]), "L007",
                fmt::format("the condition does not use the selection {}",
                            Quoted(names[i])));
    }
    if (const auto value = ConstantValue(*expr)) {
      sink_.Add(
          file_, condition->mark, "L008",
          fmt::format("the condition is {} true", *value ? "always" : "never"));
    }
  }

 private:
  static Mark MarkOf(const YamlNode& map, std::string_view key) {
    for (const YamlEntry& entry : map.entries) {
      if (entry.key == key) return entry.mark;
    }
    return map.mark;
  }

  // Several conditions are joined by "or". Those that do not parse are what
  // loading complains about.
  static std::optional<Expr> Parse(const YamlNode& condition,
                                   const std::vector<std::string>& names) {
    std::string text = condition.text;
    for (const YamlNode& item : condition.items) {
      text += fmt::format("{}({})", text.empty() ? "" : " or ", item.text);
    }
    ExprError error;
    return ParseExpr(text, names, &error);
  }

  void Selection(const YamlNode& selection) {
    if (selection.is_map()) {
      for (const YamlEntry& entry : selection.entries) Field(entry);
      return;
    }
    for (const YamlNode& item : selection.items) {
      if (item.is_map()) {
        Selection(item);
      } else {
        Keyword(item);
      }
    }
  }

  void Field(const YamlEntry& entry) {
    const size_t bar = entry.key.find('|');
    const std::string_view modifiers =
        bar == std::string::npos ? std::string_view()
                                 : std::string_view(entry.key).substr(bar);
    const bool regex =
        modifiers.ends_with("|re") || modifiers.find("|re|") != modifiers.npos;
    const auto visit = [&](const YamlNode& value) {
      if (!value.is_scalar()) return;
      if (regex) {
        Expression(value);
      } else if (bar == 0) {
        Keyword(value);
      }
    };
    visit(entry.value);
    for (const YamlNode& item : entry.value.items) visit(item);
  }

  void Expression(const YamlNode& value) {
    auto regex = Regex::Compile(value.text, {});
    if (!regex) return;
    const Pattern pattern =
        Pattern::Expression(std::make_shared<const Regex>(std::move(*regex)));
    if (!pattern.Needles().empty()) return;
    sink_.Add(file_, value.mark, "L005",
              fmt::format("no text must occur for {} to match, so that it is "
                          "tried on every value",
                          Quoted(value.text)));
  }

  void Keyword(const YamlNode& value) {
    if (!value.is_scalar() || value.text.empty()) return;
    if (value.text[0] == '*') {
      sink_.Add(file_, value.mark, "L006",
                fmt::format("the keyword {} is found anywhere as it is; the "
                            "wildcard in front only costs time",
                            Quoted(value.text)));
    } else if (value.text.size() < kShortKeyword) {
      sink_.Add(file_, value.mark, "L006",
                fmt::format("the keyword {} is so short that nearly every "
                            "record has it",
                            Quoted(value.text)));
    }
  }

  const std::string& file_;
  LintSink& sink_;
};

}  // namespace

void LintDetections(const LintDocument& document, LintSink* sink) {
  DetectionLint lint(document.file, sink);
  if (const YamlNode* one = At(document.root, {"detection"})) {
    lint.Detection(*one);
  }
  const YamlNode* all = At(document.root, {"detections"});
  if (all == nullptr || !all->is_map()) return;
  for (const YamlEntry& entry : all->entries) {
    if (const YamlNode* one = At(entry.value, {"detection"})) {
      lint.Detection(*one);
    }
  }
}

}  // namespace espial::rules

#include "rules/engine/comparison_loader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "rules/engine/document_reader.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

class ComparisonReader {
 public:
  ComparisonReader(const Reporter& reporter, Unit* unit)
      : reporter_(reporter), unit_(*unit) {}

  void Read(const YamlEntry& entry) {
    ValueComparison& out = unit_.comparisons.emplace_back();
    out.name = entry.key;
    out.mark = entry.mark;
    constexpr std::array<string_view, 8> kKeys = {"value", "in",  "lt", "lte",
                                                  "gt",    "gte", "eq", "neq"};
    const MapReader map(entry.value, reporter_,
                        fmt::format("the comparison {}", Quoted(entry.key)),
                        kKeys);
    if (!map.ok()) return;
    const YamlNode* left = map.Require("value");
    const YamlNode* right = nullptr;
    size_t ops = 0;
    for (size_t i = 2; i < kKeys.size(); ++i) {
      if (map.Get(kKeys[i]) == nullptr) continue;
      ++ops;
      out.op = static_cast<ValueComparison::Op>(i - 2);
      right = map.Get(kKeys[i]);
    }
    if (ops != 1) {
      Error(entry.value.mark,
            "a comparison has one of lt, lte, gt, gte, eq, neq");
    }
    if (left == nullptr || ops != 1) return;
    const auto name = ReadText(*left, reporter_, "'value'");
    if (!name) return;
    const auto value = FindValue(*name);
    if (!value) {
      Unknown(*name, left->mark);
      return;
    }
    out.left = *value;
    std::optional<Measure> in;
    if (map.Get("in") != nullptr) {
      const auto measure = map.OneOf("in", kMeasureNames, false);
      if (!measure) return;
      in = static_cast<Measure>(*measure);
    }
    ReadRight(*right, in, map.MarkOf("in"), &out);
  }

 private:
  void Error(Mark mark, std::string message) const {
    reporter_.Error(mark, "E029", std::move(message));
  }

  std::optional<uint32_t> FindValue(string_view name) const {
    for (size_t i = 0; i < unit_.values.size(); ++i) {
      if (unit_.values[i].name == name) return static_cast<uint32_t>(i);
    }
    return std::nullopt;
  }

  void Unknown(const std::string& name, Mark mark) const {
    std::vector<std::string> names;
    for (const NamedValue& value : unit_.values) names.push_back(value.name);
    reporter_.Error(
        mark, "E010",
        fmt::format("unknown value {}{}", Quoted(name),
                    DidYouMean(name, std::span<const std::string>(names))));
  }

  void ReadRight(const YamlNode& node, std::optional<Measure> in, Mark in_mark,
                 ValueComparison* out) const {
    const auto text =
        ReadText(node, reporter_, "what a value is compared with");
    if (!text) return;
    const NamedValue& left = unit_.values[out->left];
    Measure measure = Measure::kCount;
    bool derived = false;
    std::string what = Quoted(*text);
    if (const auto right = FindValue(*text)) {
      out->right = *right;
      measure = unit_.values[*right].measure;
      derived = unit_.values[*right].derived();
    } else if (const auto literal = ParseLiteral(*text, &measure)) {
      out->literal = *literal;
      out->literal_text = *text;
    } else if (IsName(*text, "_-")) {
      Unknown(*text, node.mark);
      return;
    } else {
      Error(node.mark,
            fmt::format("{} is neither a value nor a literal such as 30min, "
                        "4GB, 80%, 3, 10.0.22621 or 2025-03-01T08:00:00Z "
                        "(units: {})",
                        what, fmt::join(kMeasureNames, ", ")));
      return;
    }
    if (DimensionOf(measure) != DimensionOf(left.measure)) {
      Error(node.mark,
            fmt::format("{} is a {}, and {} a {}{}", Quoted(left.name),
                        DimensionName(DimensionOf(left.measure)), what,
                        DimensionName(DimensionOf(measure)),
                        Hint(*text, measure, left)));
      return;
    }
    if (in && DimensionOf(*in) != DimensionOf(left.measure)) {
      Error(in_mark, fmt::format("a {} cannot be compared in {}",
                                 DimensionName(DimensionOf(left.measure)),
                                 MeasureName(*in)));
      return;
    }
    if (!in && measure != left.measure && !derived && !left.derived()) {
      Error(node.mark,
            fmt::format("{} is in {} and {} in {}: name the unit to compare "
                        "in, as in 'in: {}'",
                        Quoted(left.name), MeasureName(left.measure), what,
                        MeasureName(measure),
                        MeasureName(std::min(measure, left.measure))));
      return;
    }
    out->shown = in.value_or(left.derived() ? measure : left.measure);
  }

  // What to write where a number has no unit.
  static std::string Hint(string_view text, Measure measure,
                          const NamedValue& left) {
    if (measure != Measure::kCount || left.measure == Measure::kVersion ||
        left.measure == Measure::kTime) {
      return {};
    }
    return fmt::format(": write {}{}", text, MeasureName(left.measure));
  }

  Reporter reporter_;
  Unit& unit_;
};

}  // namespace

void LoadComparison(const YamlEntry& entry, const Reporter& reporter,
                    Unit* unit) {
  ComparisonReader(reporter, unit).Read(entry);
}

}  // namespace espial::rules

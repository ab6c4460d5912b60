#include "rules/engine/value_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/engine/comparison_loader.h"
#include "rules/engine/document_reader.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr size_t kMaxValues = 256;
constexpr std::array<std::pair<string_view, Instant::Kind>, 4> kInstants = {{
    {"@technician_start", Instant::Kind::kTechnicianStart},
    {"@technician_end", Instant::Kind::kTechnicianEnd},
    {"@user_start", Instant::Kind::kUserStart},
    {"@capture", Instant::Kind::kCaptured},
}};
constexpr std::array<string_view, 6> kSources = {
    "detection", "count", "first", "last", "duration", "gap"};
constexpr std::array<string_view, 4> kTakes = {"first", "last", "least",
                                               "most"};

class ValueReader {
 public:
  ValueReader(const YamlNode& values, const Reporter& reporter, Unit* unit)
      : values_(values), reporter_(reporter), unit_(*unit) {}

  void Read() {
    for (const YamlEntry& entry : values_.entries) {
      NamedValue& value = unit_.values.emplace_back();
      value.name = entry.key;
      value.mark = entry.mark;
      if (!IsName(entry.key, "_-")) {
        Error(entry.mark, "E019",
              fmt::format("a value must be named in lower-case words, not {}",
                          Quoted(entry.key)));
      }
      ReadValue(entry.value, &value);
    }
    for (const NamedValue& value : unit_.values) CheckGap(value);
  }

 private:
  void Error(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
  }

  void ReadValue(const YamlNode& node, NamedValue* out) const {
    constexpr std::array<string_view, 9> kKeys = {
        "detection", "count", "first", "last", "duration",
        "gap",       "field", "unit",  "take"};
    const MapReader map(node, reporter_,
                        fmt::format("the value {}", Quoted(out->name)), kKeys);
    if (!map.ok()) return;
    std::vector<string_view> named;
    for (const string_view source : kSources) {
      if (map.Get(source) != nullptr) named.push_back(source);
    }
    if (named.size() != 1) {
      Error(node.mark, "E028",
            fmt::format("a value has one of {}", fmt::join(kSources, ", ")));
      return;
    }
    const YamlNode& source = *map.Get(named[0]);
    if (named[0] == "detection") {
      ReadField(map, source, out);
      return;
    }
    for (const string_view key : {"field", "unit", "take"}) {
      if (map.Get(key) == nullptr) continue;
      Error(map.MarkOf(key), "E028",
            fmt::format("'{}' belongs to a value that a detection finds, not "
                        "to one with '{}'",
                        key, named[0]));
    }
    if (named[0] == "duration") {
      out->source = NamedValue::Source::kDuration;
      out->measure = Measure::kSeconds;
      out->step = ReadText(source, reporter_, "'duration'").value_or("");
      out->step_mark = source.mark;
    } else if (named[0] == "gap") {
      out->source = NamedValue::Source::kGap;
      out->measure = Measure::kSeconds;
      ReadGap(source, out);
    } else {
      const bool count = named[0] == "count";
      out->source = count                 ? NamedValue::Source::kCount
                    : named[0] == "first" ? NamedValue::Source::kFirst
                                          : NamedValue::Source::kLast;
      out->measure = count ? Measure::kCount : Measure::kTime;
      out->operand = ReadOperand(source, count).value_or(0);
    }
  }

  void ReadField(const MapReader& map, const YamlNode& source,
                 NamedValue* out) const {
    const auto name = ReadText(source, reporter_, "'detection'");
    if (const auto measure = map.OneOf("unit", kMeasureNames, true)) {
      out->measure = static_cast<Measure>(*measure);
    }
    if (map.Get("take") != nullptr) {
      const auto take = map.OneOf("take", kTakes, false);
      if (take) out->take = static_cast<NamedValue::Take>(*take + 1);
    }
    if (!name) return;
    std::vector<std::string> names;
    for (const Detection& detection : unit_.detections) {
      names.push_back(detection.name);
    }
    const auto at = FindName(names, *name, "detection", source.mark, reporter_);
    if (!at) return;
    out->operand = *at;
    CheckField(map, unit_.detections[*at], out);
  }

  void CheckField(const MapReader& map, const Detection& detection,
                  NamedValue* out) const {
    if (detection.subject == Subject::kEvent) {
      out->field = map.RequireText("field").value_or("");
      return;
    }
    if (map.Get("field") != nullptr &&
        map.Text("field").value_or("") != "Data") {
      Error(map.MarkOf("field"), "E028",
            fmt::format("{} finds facts, whose value is their Data",
                        Quoted(detection.name)));
    }
    const bool in_time = out->take == NamedValue::Take::kFirst ||
                         out->take == NamedValue::Take::kLast;
    if (in_time) {
      Error(map.MarkOf("take"), "E028",
            fmt::format("{} finds facts, of which none is first or last",
                        Quoted(detection.name)));
    }
  }

  // A detection, of facts too where `facts`, or a correlation.
  std::optional<uint32_t> ReadOperand(const YamlNode& node, bool facts) const {
    const auto name = ReadText(node, reporter_, "the name of a detection");
    if (!name) return std::nullopt;
    const auto at = FindName(unit_.Names(), *name, "detection or correlation",
                             node.mark, reporter_);
    const bool fact =
        at && *at < unit_.detections.size() && !unit_.HasTime(*at);
    if (!at || unit_.HasTime(*at) || (facts && fact)) return at;
    Error(node.mark, "E028",
          Quoted(*name) + (fact ? " matches facts, which have no time"
                                : " waits to the end of the logs and so has no "
                                  "place in time"));
    return std::nullopt;
  }

  void ReadGap(const YamlNode& node, NamedValue* out) const {
    constexpr std::array<string_view, 2> kKeys = {"from", "to"};
    const MapReader map(node, reporter_, "'gap'", kKeys);
    if (!map.ok()) return;
    for (const bool from : {true, false}) {
      const YamlNode* end = map.Require(from ? "from" : "to");
      if (end == nullptr) continue;
      Instant& instant = from ? out->from : out->to;
      const auto name = ReadText(*end, reporter_, "an end of 'gap'");
      if (name) ReadInstant(*name, end->mark, &instant);
    }
  }

  void ReadInstant(const std::string& name, Mark mark, Instant* out) const {
    std::vector<std::string> names;
    names.reserve(kInstants.size() + values_.entries.size());
    for (const auto& [spelled, kind] : kInstants) names.emplace_back(spelled);
    for (const YamlEntry& entry : values_.entries) names.push_back(entry.key);
    const auto at = FindName(names, name, "instant or value", mark, reporter_);
    if (at && *at >= kInstants.size()) {
      out->value = *at - static_cast<uint32_t>(kInstants.size());
    } else {
      out->kind = at ? kInstants[*at].second : Instant::Kind::kCaptured;
    }
  }

  void CheckGap(const NamedValue& value) const {
    if (value.source != NamedValue::Source::kGap) return;
    for (const Instant* end : {&value.from, &value.to}) {
      if (end->kind != Instant::Kind::kValue) continue;
      const NamedValue& other = unit_.values[end->value];
      if (other.measure == Measure::kTime) continue;
      Error(value.mark, "E028",
            fmt::format("a gap lies between times, and {} is a {}",
                        Quoted(other.name),
                        DimensionName(DimensionOf(other.measure))));
    }
  }

  const YamlNode& values_;
  Reporter reporter_;
  Unit& unit_;
};

bool IsMap(const YamlNode* node, string_view key, const Reporter& reporter) {
  if (node == nullptr) return false;
  if (!node->is_map()) {
    reporter.Error(node->mark, "E004", fmt::format("'{}' must be a map", key));
    return false;
  }
  if (node->entries.size() > kMaxValues) {
    reporter.Error(node->mark, "E026",
                   fmt::format("'{}' has {} entries at most", key, kMaxValues));
    return false;
  }
  return true;
}

}  // namespace

void LoadValues(const YamlNode* values, const YamlNode* comparisons,
                const Reporter& reporter, Unit* unit) {
  if (IsMap(values, "values", reporter)) {
    ValueReader(*values, reporter, unit).Read();
  }
  if (!IsMap(comparisons, "comparisons", reporter)) return;
  const std::vector<std::string> taken = unit->Names();
  for (const YamlEntry& entry : comparisons->entries) {
    if (std::find(taken.begin(), taken.end(), entry.key) != taken.end()) {
      reporter.Error(entry.mark, "E011",
                     fmt::format("{} is the name of a detection or correlation "
                                 "already",
                                 Quoted(entry.key)));
    }
    LoadComparison(entry, reporter, unit);
  }
}

}  // namespace espial::rules

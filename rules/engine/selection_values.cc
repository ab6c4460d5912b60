// The values of a selection: texts, expressions, numbers, networks, fields.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "rules/engine/selection_loader.h"
#include "rules/engine/transforms.h"

namespace espial::rules {
namespace {

constexpr size_t kMaxValues = 5000;
// No record of an event log holds more.
constexpr size_t kMaxBytes = 65'536;
// What a regular expression takes of SelectionBudget::values: so many, and one
// for each of so many bytes of its program.
constexpr size_t kExpression = 100;
constexpr size_t kBytesOfOne = 64;

}  // namespace

bool SelectionLoader::CountValue(Mark mark) {
  if (++values_ <= kMaxValues) return true;
  if (values_ == kMaxValues + 1) {
    Fail(mark, "E026",
         fmt::format("more than {} values in one detection", kMaxValues));
  }
  return false;
}

bool SelectionLoader::Spend(size_t count, Mark mark) {
  SelectionBudget* const budget = settings_.budget;
  if (budget == nullptr) return true;
  if (count <= budget->values) {
    budget->values -= count;
    return true;
  }
  // Nothing is left for others, which would take as long only to fail too.
  budget->values = 0;
  if (std::exchange(told_, true)) return false;
  return Fail(mark, "E026",
              fmt::format("with this the file has more than {} values, of "
                          "which a regular expression is {} and one for each "
                          "{} bytes that it takes",
                          SelectionBudget::kMost, kExpression, kBytesOfOne));
}

bool SelectionLoader::AddValue(const YamlNode& value,
                               const Modifiers& modifiers, Predicate* out) {
  if (value.is_null()) {
    return Fail(value.mark, "E013", "null must not stand in a list");
  }
  if (!value.is_scalar()) {
    return Fail(value.mark, "E004", "a value must be text or a number");
  }
  if (!CountValue(value.mark)) return false;
  if (value.text.size() > kMaxBytes) {
    return Fail(value.mark, "E026",
                fmt::format("a value is longer than {} bytes", kMaxBytes));
  }
  if (modifiers.test == Modifiers::Test::kFieldRef) {
    return AddReference(value, out);
  }
  if (modifiers.test == Modifiers::Test::kCompare) {
    return AddNumber(value, modifiers, out);
  }
  out->values.push_back(value.text);
  const std::string* text = &value.text;
  if (mapping_ != nullptr) {
    const auto found = mapping_->values.find(Fold(value.text));
    if (found != mapping_->values.end()) text = &found->second;
  }
  const auto variants = TextsOf(*text, value.mark, modifiers.transforms,
                                settings_.placeholders, reporter_);
  if (!variants) return false;
  if (!Spend(variants->size(), value.mark)) return false;
  for (const std::string& variant : *variants) {
    if (!AddText(variant, value.mark, modifiers, out)) return false;
  }
  out->runs.push_back(static_cast<uint32_t>(out->patterns.size()));
  return true;
}

bool SelectionLoader::AddReference(const YamlNode& value, Predicate* out) {
  out->test = Predicate::Test::kFieldRef;
  if (settings_.subject != Subject::kEvent) {
    return Fail(value.mark, "E013", "facts have no other field to refer to");
  }
  if (Trim(value.text).empty()) {
    return Fail(value.mark, "E006", "the name of a field is missing");
  }
  Predicate other;
  ResolveField(Trim(value.text), value.mark, &other);
  // Once: what it takes to compare grows with the product of the values.
  const bool known = std::any_of(
      out->others.begin(), out->others.end(), [&](const FieldName& name) {
        return name.kind == other.field && EqualsFold(name.name, other.name);
      });
  if (!known) out->others.push_back({other.field, other.name});
  return true;
}

bool SelectionLoader::AddNumber(const YamlNode& value,
                                const Modifiers& modifiers,
                                Predicate* out) const {
  const auto number = ParseNumber(value.text);
  if (!number) {
    return Fail(
        value.mark, "E013",
        fmt::format("a number must stand here, not {}", Quoted(value.text)));
  }
  Comparison comparison = modifiers.comparison;
  comparison.number = *number;
  out->values.push_back(value.text);
  out->patterns.push_back(Pattern::Compare(comparison));
  out->runs.push_back(static_cast<uint32_t>(out->patterns.size()));
  return true;
}

bool SelectionLoader::AddText(const std::string& text, Mark mark,
                              const Modifiers& modifiers, Predicate* out) {
  if (modifiers.test == Modifiers::Test::kRegex) {
    if (!Spend(kExpression, mark)) return false;
    auto regex = Regex::Compile(text, modifiers.regex_flags);
    const bool large = !regex && regex.error().code == Errc::kLimitExceeded;
    const size_t bytes = regex ? regex->bytes() : large ? Regex::kMaxBytes : 0;
    if (!Spend(bytes / kBytesOfOne, mark)) return false;
    if (!regex) {
      return Fail(mark, "E014",
                  fmt::format("the regular expression does not compile: {}",
                              regex.error().detail));
    }
    out->patterns.push_back(
        Pattern::Expression(std::make_shared<const Regex>(std::move(*regex))));
    return true;
  }
  if (modifiers.test == Modifiers::Test::kNetwork) {
    const auto network = IpNetwork::Parse(text);
    if (!network) {
      return Fail(mark, "E013",
                  fmt::format("a network such as 10.0.0.0/8 or fe80::/10 must "
                              "stand here, not {}",
                              Quoted(text)));
    }
    out->patterns.push_back(Pattern::Network(*network));
    return true;
  }
  if (modifiers.anchored && text.empty()) {
    return Fail(mark, "E013", "an empty text stands everywhere");
  }
  if (modifiers.encodes()) {
    out->patterns.push_back(
        Pattern::Literal(text, modifiers.anchor, modifiers.cased));
    return true;
  }
  std::string key;
  const bool is_key =
      settings_.subject == Subject::kRegistry && out->field == FieldKind::kKey;
  if (is_key) {
    if (text.find("\\*") != std::string::npos &&
        text.find("\\\\*") == std::string::npos) {
      return Fail(mark, "E013",
                  "'\\*' is a literal star; a wildcard behind a backslash "
                  "is written '\\\\*'");
    }
    if (modifiers.anchor == Anchor::kWhole ||
        modifiers.anchor == Anchor::kStarts) {
      key = NormaliseKey(text);
    }
  }
  out->patterns.push_back(Pattern::Text(key.empty() ? text : key,
                                        modifiers.anchor, modifiers.cased));
  if (out->field == FieldKind::kEventId && !out->patterns.back().number()) {
    return Fail(mark, "E013",
                fmt::format("EventID must be a number, not {}", Quoted(text)));
  }
  return true;
}

}  // namespace espial::rules

#include "parsers/support/output_facts.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial {
namespace {

constexpr size_t kMostLabelBytes = 100;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Without blanks and leading dots at its end.
std::string_view TrimLeader(std::string_view label) {
  const size_t first = label.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  label.remove_prefix(first);
  const size_t last = label.find_last_not_of(" \t.");
  return last == std::string_view::npos ? std::string_view()
                                        : label.substr(0, last + 1);
}

// U+00A0, which French prints before a colon; and U+00FF, as which cp1252 reads
// the U+00A0 of the console's code pages 437 and 850.
std::string_view TrimNoBreak(std::string_view label) {
  constexpr std::string_view kNoBreak = "\xC2\xA0";
  constexpr std::string_view kOfConsole = "\xC3\xBF";
  while (label.ends_with(kNoBreak) || label.ends_with(kOfConsole)) {
    label.remove_suffix(kNoBreak.size());
  }
  return label;
}

std::optional<LabelledValue> SplitAt(std::string_view line, size_t colon) {
  const std::string_view label =
      TrimLeader(TrimNoBreak(TrimLeader(line.substr(0, colon))));
  constexpr std::string_view kForeign = "\"{}<>\t|";
  if (label.empty() || label.size() > kMostLabelBytes ||
      label.find_first_of(kForeign) != std::string_view::npos) {
    return std::nullopt;
  }
  size_t at = colon + 1;
  while (at < line.size() && IsBlank(line[at])) ++at;
  return LabelledValue{label, Trim(line.substr(at)), at};
}

}  // namespace

std::optional<LabelledValue> SplitLabel(std::string_view line) {
  if (const size_t colon = line.find(" : "); colon != std::string_view::npos) {
    if (auto split = SplitAt(line, colon + 1)) return split;
  }
  for (size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    if (colon + 1 == line.size() || IsBlank(line[colon + 1])) {
      return SplitAt(line, colon);
    }
  }
  return std::nullopt;
}

std::optional<uint64_t> CodeOf(std::string_view value) {
  // Digits behind a zero are a serial number or a hash.
  const bool padded =
      value.size() > 1 && value[0] == '0' && value[1] != 'x' && value[1] != 'X';
  if (padded) return std::nullopt;
  if (const auto number = ParseUnsigned(value)) return number;
  if (value.empty() || (value.back() != ']' && value.back() != ')')) {
    return std::nullopt;
  }
  const size_t open = value.find_last_of("[(");
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view code =
      Trim(value.substr(open + 1, value.size() - open - 2));
  return code.starts_with("0x") || code.starts_with("0X") ? ParseUnsigned(code)
                                                          : std::nullopt;
}

std::optional<uint64_t> LastCode(std::string_view text) {
  constexpr size_t kDigits = 8;
  for (size_t at = text.rfind("0x"); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind("0x", at - 1)) {
    const std::string_view digits = text.substr(at + 2, kDigits);
    const bool ends = at + 2 + kDigits >= text.size() ||
                      !ParseHex(text.substr(at + 2 + kDigits, 1));
    if (digits.size() == kDigits && ends) {
      if (const auto code = ParseHex(digits)) return code;
    }
  }
  return std::nullopt;
}

std::optional<Ticks> UtcTimeOf(std::string_view value) {
  constexpr std::string_view kUtc = " UTC";
  if (!value.ends_with(kUtc)) return std::nullopt;
  value.remove_suffix(kUtc.size());
  const auto time = ParseIso8601(Trim(value));
  if (!time || time->quality != TimeQuality::kAssumed) return std::nullopt;
  return time->ticks;
}

void OutputFacts::Add(std::string_view section, std::string_view label,
                      std::string_view value, const TextLine& line,
                      size_t value_at) {
  if (const auto ticks = UtcTimeOf(value)) {
    AddTyped(section, label, "time", FormatUtc(*ticks, 3), ticks->value, line,
             value_at);
    return;
  }
  const bool yes = EqualsFold(value, "YES");
  if (yes || EqualsFold(value, "NO")) {
    AddTyped(section, label, "bool", value, yes ? 1U : 0U, line, value_at);
    return;
  }
  const auto code = CodeOf(value);
  const bool number = code && ParseUnsigned(value).has_value();
  AddTyped(section, label, number ? "number" : "string", value, code, line,
           value_at);
}

void OutputFacts::AddTyped(std::string_view section, std::string_view label,
                           std::string_view type, std::string_view data,
                           std::optional<uint64_t> number, const TextLine& line,
                           size_t value_at) {
  name_.clear();
  if (!section.empty()) {
    name_ += section;
    name_ += '/';
  }
  name_ += label;
  Fact fact;
  fact.kind = FactKind::kOutput;
  fact.key = key_;
  fact.name = name_;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = line.number;
  // Exact where only ASCII stands in front, as it does for the most part.
  fact.offset = line.OffsetOf(std::min<size_t>(
      value_at,
      static_cast<size_t>(line.size / std::max<uint64_t>(line.unit, 1))));
  ++count_;
  sink_->OnFact(fact);
}

}  // namespace espial

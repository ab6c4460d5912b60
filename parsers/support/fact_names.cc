#include "parsers/support/fact_names.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial {

FactNumber ReadFactNumber(std::string_view text) {
  FactNumber result;
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  const bool decimal = !digits.empty() && digits.size() <= 20 &&
                       std::all_of(digits.begin(), digits.end(),
                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!decimal) return result;
  const auto number = ParseUnsigned(digits);
  if (!number) return result;
  result.type = "number";
  result.has_number = !negative;
  result.number = *number;
  return result;
}

std::string CollapseSpace(std::string_view text) {
  std::string out;
  bool space = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool no_break = c == '\xC2' && text.substr(i, 2) == "\xC2\xA0";
    if (no_break) ++i;
    if (no_break || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += c;
  }
  return out;
}

uint32_t NameCounter::Count(uint64_t parent, std::string_view name) {
  key_ = std::to_string(parent);
  key_ += '/';
  key_ += name;
  return ++counts_[key_];
}

}  // namespace espial

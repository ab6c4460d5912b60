#include "parsers/support/text_scan.h"

#include <algorithm>

namespace espial {
namespace {

constexpr size_t kHresultDigits = 8;

bool IsWordChar(char c) { return IsDigit(c) || IsAsciiLetter(c) || c == '_'; }

}  // namespace

bool TextScan::Text(std::string_view literal) {
  if (!rest_.starts_with(literal)) return false;
  rest_.remove_prefix(literal.size());
  return true;
}

bool TextScan::Blanks() {
  const size_t end = std::min(rest_.find_first_not_of(" \t"), rest_.size());
  rest_.remove_prefix(end);
  return end != 0;
}

Time LocalTime(const Civil& civil, std::string_view as_written) {
  Time time;
  time.as_written = as_written;
  if (const auto ticks = FromCivil(civil)) {
    time.ticks = *ticks;
    time.quality = TimeQuality::kAssumed;
  }
  return time;
}

std::optional<uint32_t> NextHresult(std::string_view text, size_t* from) {
  for (size_t at = text.find("0x", *from); at != std::string_view::npos;
       at = text.find("0x", at + 2)) {
    const size_t digits = at + 2;
    if (text.size() - digits < kHresultDigits) break;
    if (at != 0 && IsWordChar(text[at - 1])) continue;
    uint32_t value = 0;
    size_t i = digits;
    for (; i < digits + kHresultDigits && IsHexDigitChar(text[i]); ++i) {
      const char c = text[i];
      const int digit = IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
      value = value << 4U | static_cast<uint32_t>(digit);
    }
    if (i != digits + kHresultDigits) continue;
    if (i < text.size() && IsWordChar(text[i])) continue;
    if ((value >> 28U) != 8U) continue;
    *from = i;
    return value;
  }
  *from = text.size();
  return std::nullopt;
}

}  // namespace espial

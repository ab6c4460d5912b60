#include "parsers/support/text_scan.h"

#include <algorithm>

namespace espial {
namespace {

constexpr size_t kMostDigits = 9;
constexpr size_t kTickDigits = 7;
constexpr size_t kHresultDigits = 8;

bool IsWordChar(char c) { return IsDigit(c) || IsAsciiLetter(c) || c == '_'; }

}  // namespace

bool TextScan::Digits(size_t least, size_t most, uint32_t* number) {
  uint32_t value = 0;
  size_t count = 0;
  while (count < rest_.size() && IsDigit(rest_[count])) {
    if (count == std::min(most, kMostDigits)) return false;
    value = value * 10 + static_cast<uint32_t>(rest_[count++] - '0');
  }
  if (count < least) return false;
  *number = value;
  rest_.remove_prefix(count);
  return true;
}

bool TextScan::Char(char c) {
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool TextScan::OneOf(std::string_view set, char* which) {
  if (rest_.empty() || set.find(rest_[0]) == std::string_view::npos) {
    return false;
  }
  if (which != nullptr) *which = rest_[0];
  rest_.remove_prefix(1);
  return true;
}

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

bool TextScan::Fraction(uint32_t* ticks) {
  uint32_t value = 0;
  size_t count = 0;
  while (count < rest_.size() && IsDigit(rest_[count])) {
    if (count == kMostDigits) return false;
    if (count < kTickDigits) {
      value = value * 10 + static_cast<uint32_t>(rest_[count] - '0');
    }
    ++count;
  }
  if (count == 0) return false;
  for (size_t i = count; i < kTickDigits; ++i) value *= 10;
  *ticks = value;
  rest_.remove_prefix(count);
  return true;
}

bool TextScan::Clock(Civil* civil) {
  TextScan ahead = *this;
  uint32_t hour = 0;
  uint32_t minute = 0;
  uint32_t second = 0;
  if (!ahead.Digits(1, 2, &hour) || !ahead.Char(':') ||
      !ahead.Digits(2, 2, &minute) || !ahead.Char(':') ||
      !ahead.Digits(2, 2, &second)) {
    return false;
  }
  civil->hour = hour;
  civil->minute = minute;
  civil->second = second;
  *this = ahead;
  return true;
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

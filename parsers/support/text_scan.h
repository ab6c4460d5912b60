// Reading the heads of log lines: digits, dates, times, codes.
#pragma once

#include <espial/core/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace espial {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a short text from its start. A read that fails moves nothing.
class TextScan {
 public:
  explicit TextScan(std::string_view text) : rest_(text) {}

  // `least` to `most` decimal digits, at most 9; more digits behind them fail.
  bool Digits(size_t least, size_t most, uint32_t* number);
  bool Char(char c);
  // Any one of `set`; *which (when not null) is the one that stood there.
  bool OneOf(std::string_view set, char* which = nullptr);
  bool Text(std::string_view literal);
  // Blanks and tabs; whether there was one.
  bool Blanks();
  // The digits of a fraction of a second, 1 to 9 of them, as ticks. The eighth
  // and ninth are left out.
  bool Fraction(uint32_t* ticks);
  // "H:MM:SS" or "HH:MM:SS" into `civil`.
  bool Clock(Civil* civil);

  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  static constexpr size_t kMostDigits = 9;
  static constexpr size_t kTickDigits = 7;

  std::string_view rest_;
};
inline bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool IsHexDigitChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

inline bool TextScan::Digits(size_t least, size_t most, uint32_t* number) {
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

inline bool TextScan::Char(char c) {
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

inline bool TextScan::OneOf(std::string_view set, char* which) {
  if (rest_.empty() || set.find(rest_[0]) == std::string_view::npos) {
    return false;
  }
  if (which != nullptr) *which = rest_[0];
  rest_.remove_prefix(1);
  return true;
}

inline bool TextScan::Fraction(uint32_t* ticks) {
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

inline bool TextScan::Clock(Civil* civil) {
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

// A local reading as Events want it: the civil time taken as if it were UTC.
// Quality is kNone when such a time cannot be.
Time LocalTime(const Civil& civil, std::string_view as_written);

// The next token "0x8" and seven more digits at or behind *from: an HRESULT
// that failed, not a flag, an address or a status of the kernel. *from moves
// behind it.
std::optional<uint32_t> NextHresult(std::string_view text, size_t* from);

}  // namespace espial

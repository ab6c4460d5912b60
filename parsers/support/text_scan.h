// Reading the heads of log lines: digits, dates, times, codes.
#pragma once

#include <espial/core/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace espial {

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
  std::string_view rest_;
};

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool IsHexDigitChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A local reading as Events want it: the civil time taken as if it were UTC.
// Quality is kNone when such a time cannot be.
Time LocalTime(const Civil& civil, std::string_view as_written);

// The next token "0x8" and seven more digits at or behind *from: an HRESULT
// that failed, not a flag, an address or a status of the kernel. *from moves
// behind it.
std::optional<uint32_t> NextHresult(std::string_view text, size_t* from);

}  // namespace espial

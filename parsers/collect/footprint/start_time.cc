#include "parsers/collect/footprint/start_time.h"

#include <espial/core/text.h>

#include <array>
#include <cstdint>

namespace espial::collect_footprint {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

struct Numbers {
  std::array<uint32_t, 7> value{};
  std::array<size_t, 7> digits{};
  size_t count = 0;
};

// The runs of digits in `text`; nothing when there are too many or too long
// ones.
std::optional<Numbers> ReadNumbers(std::string_view text) {
  Numbers numbers;
  for (size_t i = 0; i < text.size();) {
    if (!IsDigit(text[i])) {
      ++i;
      continue;
    }
    if (numbers.count == numbers.value.size()) return std::nullopt;
    const size_t start = i;
    uint32_t value = 0;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      if (i - start == 9) return std::nullopt;
      value = value * 10 + static_cast<uint32_t>(text[i] - '0');
    }
    numbers.value[numbers.count] = value;
    numbers.digits[numbers.count] = i - start;
    ++numbers.count;
  }
  return numbers;
}

// Puts the first three numbers into the date; false when it is ambiguous.
bool ReadDate(const Numbers& n, Civil* civil) {
  const auto& [a, b, c, d, e, f, g] = n.value;
  if (n.digits[0] == 4) {
    civil->year = static_cast<int32_t>(a);
    civil->month = b;
    civil->day = c;
    return true;
  }
  if (n.digits[2] != 4) return false;
  civil->year = static_cast<int32_t>(c);
  if (a > 12) {
    civil->day = a;
    civil->month = b;
    return true;
  }
  civil->month = a;
  civil->day = b;
  return b > 12 || a == b;
}

}  // namespace

std::optional<Ticks> ReadStartTime(std::string_view text) {
  // A date alone is no start.
  if (text.find(':') == std::string_view::npos) return std::nullopt;
  if (const auto time = ParseIso8601(text)) return time->ticks;
  const auto numbers = ReadNumbers(text);
  if (!numbers || numbers->count < 6) return std::nullopt;
  Civil civil;
  if (!ReadDate(*numbers, &civil)) return std::nullopt;
  civil.hour = numbers->value[3];
  civil.minute = numbers->value[4];
  civil.second = numbers->value[5];
  if (numbers->count == 7) {
    const size_t digits = numbers->digits[6];
    if (digits > 7) return std::nullopt;
    civil.tick = numbers->value[6];
    for (size_t i = digits; i < 7; ++i) civil.tick *= 10;
  }
  const bool am = EndsWithFold(text, "AM");
  const bool pm = EndsWithFold(text, "PM");
  if (am || pm) {
    if (civil.hour < 1 || civil.hour > 12) return std::nullopt;
    civil.hour = civil.hour % 12 + (pm ? 12 : 0);
  }
  return FromCivil(civil);
}

}  // namespace espial::collect_footprint

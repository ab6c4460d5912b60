// Dates in the format of some user's locale, and which of their numbers is the
// day: only the file itself can tell.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::eventtext {

// A date and time of day as it is written: "02.06.2025 14:07:33",
// "6/2/2025 2:07:33 PM", "2025/06/02 14:07:33".
struct LocalDate {
  int32_t year = 0;
  // Behind a year: month and day. Before a year: what stands first and second.
  bool year_first = false;
  uint32_t first = 0;
  uint32_t second = 0;
  uint32_t hour = 0;  // 0 to 23
  uint32_t minute = 0;
  uint32_t sec = 0;
  uint32_t tick = 0;
};

// Nothing when it is anything else, when the year has not four digits, or when
// a word stands in it that is no known mark of a half of the day.
std::optional<LocalDate> ParseLocalDate(std::string_view text);

enum class DateOrder : uint8_t { kUnknown, kDayFirst, kMonthFirst };

// Nothing when the parts are out of range, or when `order` is unknown and the
// date has two readings.
std::optional<Ticks> ReadDate(const LocalDate& date, DateOrder order);

// Looks at all dates of a file, in its order.
class OrderFinder {
 public:
  void Add(const LocalDate& date);
  // By a number above 12; else by the one reading under which the times never
  // step back, or never forward. Unknown when both say so, or none.
  [[nodiscard]] DateOrder Decide() const;

 private:
  struct Reading {
    bool possible = true;
    bool rises = true;
    bool falls = true;
    bool moves = false;
    std::optional<Ticks> last;
  };
  static void Follow(Reading* reading, const LocalDate& date, DateOrder order);

  bool first_above_ = false;
  bool second_above_ = false;
  Reading day_first_;
  Reading month_first_;
};

}  // namespace espial::eventtext

// The time at the start of a line, in the forms that logs have.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::textlog {

// What the first two numbers of "03/04/2025" are.
enum class DateOrder : uint8_t {
  kUnknown,
  kMonthFirst,
  kDayFirst,
};

struct LineStamp {
  std::string_view written;  // without brackets around it
  std::string_view rest;     // behind it, without what parts it from the text
  // As read with kMonthFirst where it is ambiguous.
  Civil civil;
  // Whether month and day could change places.
  bool ambiguous = false;
  TimeQuality quality = TimeQuality::kAssumed;  // kUtc, kOffset or kAssumed
  int32_t offset_minutes = 0;                   // east, where kOffset
};

// Nothing when `line` does not begin with a date and a time of day:
//   2025-09-08[T ]04:53:16[.,fff][Z|+02:00]    2025/09/08 04:53:16
//   9/8/2025[,] 4:53:16 AM     09-08-2025 04:53:16     08.09.2025 04:53:16
//   Sep  8 2025 04:53:16       8 Sep 2025 04:53:16
//   Mon Sep  8 04:53:16 2025
// each of them in [brackets] or not.
std::optional<LineStamp> ReadLineStamp(std::string_view line);

// The time of `stamp`, with the order that the log proved. kNone when it is
// ambiguous and nothing was proven, or when such a time cannot be. as_written
// is not set.
Time TimeOf(const LineStamp& stamp, DateOrder order);

// Finds the order of ambiguous dates from all of a log: a number above 12
// proves it, else that time goes forward under exactly one reading.
class OrderProof {
 public:
  void Add(const LineStamp& stamp);
  [[nodiscard]] DateOrder order() const;
  // Whether a date of which the order matters was seen.
  [[nodiscard]] bool needed() const { return needed_; }

 private:
  bool needed_ = false;
  bool month_first_ = false;  // proven
  bool day_first_ = false;    // proven
  bool month_rises_ = true;
  bool day_rises_ = true;
  Ticks last_month_first_;
  Ticks last_day_first_;
};

}  // namespace espial::textlog

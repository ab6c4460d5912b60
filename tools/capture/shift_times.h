// Dates and times within texts, moved to another day.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::capture {

// Which times are moved, and by how much.
struct TimeShift {
  int64_t ticks = 0;
  // Times outside are left alone: they are no times of this bundle.
  Ticks from;
  Ticks to;

  [[nodiscard]] bool Holds(Ticks time) const {
    return from <= time && time <= to;
  }
};

// `text` with the dates and times in it moved, in the form that they have:
// 2024-07-23, 2024-07-23T10:04:05.123Z, 2024/07/23 10:04, 7/23/2024 10:04:05
// AM, 23.07.2024, 07-23-2024. A date alone moves by days. A text that is
// nothing but a number of ticks, or of seconds or milliseconds since 1970, is
// a time as well.
std::string ShiftTimes(std::string_view text, const TimeShift& shift);

// A number that is a time by the same measures, moved; others stay.
uint64_t ShiftNumber(uint64_t number, const TimeShift& shift);

}  // namespace espial::capture

#include "tools/capture/shift_times.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace espial::capture {
namespace {

constexpr uint64_t kUnixEpoch = 116'444'736'000'000'000;
// In the year 3000 or so.
constexpr uint64_t kMostUnixSeconds = 32'500'000'000;
constexpr uint32_t kNoon = 12;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Reads a text from left to right.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  // A number of `least` to `most` digits.
  std::optional<uint32_t> Number(size_t least, size_t most) {
    size_t size = 0;
    while (at_ + size < text_.size() && IsDigit(text_[at_ + size])) ++size;
    if (size < least || size > most) return std::nullopt;
    const auto number = ParseUnsigned(text_.substr(at_, size));
    at_ += size;
    digits_ = size;
    return static_cast<uint32_t>(*number);
  }
  // One of `any`; 0 when something else stands there.
  char Sign(std::string_view any) {
    if (at_ >= text_.size()) return 0;
    const char c = text_[at_];
    if (any.find(c) == std::string_view::npos) return 0;
    ++at_;
    return c;
  }
  bool Word(std::string_view word) {
    if (!StartsWithFold(text_.substr(at_), word)) return false;
    at_ += word.size();
    return true;
  }

  [[nodiscard]] size_t at() const { return at_; }
  void Return(size_t at) { at_ = at; }
  [[nodiscard]] size_t digits() const { return digits_; }  // of Number()
  [[nodiscard]] bool AtWordEnd() const {
    return at_ >= text_.size() || !IsWordChar(text_[at_]);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
  size_t digits_ = 0;
};

// A date, and how it was written.
struct Written {
  Civil civil;
  enum class Order : uint8_t { kYearFirst, kMonthFirst, kDayFirst };
  Order order = Order::kYearFirst;
  char sign = '-';
  bool padded = true;  // 07, not 7
  // Behind the date; 0 for a date alone.
  char between = 0;
  bool seconds = false;
  size_t fraction = 0;  // digits
  char point = '.';
  bool hour_padded = true;
  std::string_view half;  // "AM", as written; empty in 24 hours
  bool space_before_half = false;
  size_t size = 0;  // of the text
};

bool ReadDate(Scan* scan, Written* out) {
  const auto first = scan->Number(1, 4);
  if (!first) return false;
  const bool year_first = scan->digits() == 4;
  if (!year_first && scan->digits() > 2) return false;
  out->padded = scan->digits() == 2;
  out->sign = scan->Sign(year_first ? "-/." : "/.-");
  if (out->sign == 0) return false;
  const auto second = scan->Number(1, 2);
  if (!second) return false;
  if (year_first) out->padded = scan->digits() == 2;
  if (scan->Sign(std::string_view(&out->sign, 1)) == 0) return false;
  const auto third = scan->Number(year_first ? 1 : 4, year_first ? 2 : 4);
  if (!third) return false;
  if (year_first) {
    out->civil.year = static_cast<int32_t>(*first);
    out->civil.month = *second;
    out->civil.day = *third;
    return true;
  }
  out->civil.year = static_cast<int32_t>(*third);
  const bool day_first = out->sign == '.' || *first > 12;
  out->order =
      day_first ? Written::Order::kDayFirst : Written::Order::kMonthFirst;
  out->civil.month = day_first ? *second : *first;
  out->civil.day = day_first ? *first : *second;
  return true;
}

bool ReadHalf(Scan* scan, std::string_view text, Written* out) {
  const size_t before = scan->at();
  out->space_before_half = scan->Sign(" ") != 0;
  const size_t at = scan->at();
  if ((scan->Word("am") || scan->Word("pm")) && scan->AtWordEnd()) {
    out->half = text.substr(at, 2);
    return true;
  }
  scan->Return(before);
  return false;
}

// A time of day, where one stands behind the date.
void ReadTime(Scan* scan, std::string_view text, Written* out) {
  const size_t before = scan->at();
  const char between = scan->Sign("T ");
  const auto hour = between == 0 ? std::nullopt : scan->Number(1, 2);
  const bool padded = scan->digits() == 2;
  const bool colon = hour && scan->Sign(":") != 0;
  const auto minute = colon ? scan->Number(2, 2) : std::nullopt;
  if (!minute) {
    scan->Return(before);
    return;
  }
  out->between = between;
  out->hour_padded = padded;
  out->civil.hour = *hour;
  out->civil.minute = *minute;
  if (scan->Sign(":") != 0) {
    const auto second = scan->Number(2, 2);
    if (!second) return;
    out->seconds = true;
    out->civil.second = *second;
    const size_t at = scan->at();
    const char point = scan->Sign(".,");
    const auto fraction = point == 0 ? std::nullopt : scan->Number(1, 7);
    if (fraction) {
      out->point = point;
      out->fraction = scan->digits();
      out->civil.tick = *fraction;
      for (size_t i = out->fraction; i < 7; ++i) out->civil.tick *= 10;
    } else {
      scan->Return(at);
    }
  }
  if (ReadHalf(scan, text, out)) {
    // Two digits alone do not tell that one is filled up.
    out->hour_padded = padded && *hour < 10;
    out->civil.hour =
        out->civil.hour % 12 + (EqualsFold(out->half, "pm") ? 12U : 0U);
  }
}

std::optional<Written> ReadAt(std::string_view text) {
  Scan scan(text);
  Written out;
  if (!ReadDate(&scan, &out)) return std::nullopt;
  if (out.civil.year < 1990 || out.civil.year > 2200) return std::nullopt;
  const size_t date_end = scan.at();
  ReadTime(&scan, text, &out);
  if (out.between == 0) scan.Return(date_end);
  if (out.between == 0 && !scan.AtWordEnd()) return std::nullopt;
  out.size = scan.at();
  return out;
}

std::string Two(uint32_t number, bool padded) {
  return padded ? fmt::format("{:02}", number) : std::to_string(number);
}

std::string Format(const Written& as, const Civil& c) {
  const std::string month = Two(c.month, as.padded);
  const std::string day = Two(c.day, as.padded);
  std::string out;
  switch (as.order) {
    case Written::Order::kYearFirst:
      out = fmt::format("{:04}{}{}{}{}", c.year, as.sign, month, as.sign, day);
      break;
    case Written::Order::kMonthFirst:
      out = fmt::format("{}{}{}{}{:04}", month, as.sign, day, as.sign, c.year);
      break;
    case Written::Order::kDayFirst:
      out = fmt::format("{}{}{}{}{:04}", day, as.sign, month, as.sign, c.year);
      break;
  }
  if (as.between == 0) return out;
  const bool halves = !as.half.empty();
  const uint32_t hour = halves ? (c.hour + 11) % 12 + 1 : c.hour;
  out +=
      as.between + Two(hour, as.hour_padded) + fmt::format(":{:02}", c.minute);
  if (as.seconds) out += fmt::format(":{:02}", c.second);
  if (as.fraction != 0) {
    out += as.point + fmt::format("{:07}", c.tick).substr(0, as.fraction);
  }
  if (!halves) return out;
  if (as.space_before_half) out += ' ';
  const bool small = as.half[0] >= 'a';
  if (c.hour >= 12) return out + (small ? "pm" : "PM");
  return out + (small ? "am" : "AM");
}

// The text of a date at the start of `text`, moved; nothing when none of this
// bundle stands there.
std::optional<std::pair<size_t, std::string>> ShiftAt(std::string_view text,
                                                      const TimeShift& shift) {
  auto found = ReadAt(text);
  if (!found) return std::nullopt;
  const bool alone = found->between == 0;
  // At noon a move by less than half a day keeps the day.
  if (alone) found->civil.hour = kNoon;
  const auto ticks = FromCivil(found->civil);
  if (!ticks || !shift.Holds(*ticks)) return std::nullopt;
  return std::pair(found->size,
                   Format(*found, ToCivil(AddTicks(*ticks, shift.ticks))));
}

}  // namespace

uint64_t ShiftNumber(uint64_t number, const TimeShift& shift) {
  if (shift.Holds(Ticks{number})) {
    return AddTicks(Ticks{number}, shift.ticks).value;
  }
  for (const uint64_t unit :
       {uint64_t{kTicksPerSecond}, uint64_t{kTicksPerSecond} / 1000}) {
    if (number > kMostUnixSeconds * (uint64_t{kTicksPerSecond} / unit))
      continue;
    const Ticks time{kUnixEpoch + number * unit};
    if (!shift.Holds(time)) continue;
    return (AddTicks(time, shift.ticks).value - kUnixEpoch) / unit;
  }
  return number;
}

std::string ShiftTimes(std::string_view text, const TimeShift& shift) {
  if (shift.ticks == 0) return std::string(text);
  if (const auto number = ParseUnsigned(text)) {
    const bool hexadecimal = text.find_first_of("xX") != std::string_view::npos;
    const uint64_t moved = ShiftNumber(*number, shift);
    if (moved == *number || hexadecimal) return std::string(text);
    return std::to_string(moved);
  }
  std::string out;
  bool in_word = false;
  while (!text.empty()) {
    // A date begins a word, and the time behind a "T" is part of one.
    if (!in_word && IsDigit(text[0])) {
      if (const auto moved = ShiftAt(text, shift)) {
        out += moved->second;
        text.remove_prefix(moved->first);
        in_word = false;
        continue;
      }
    }
    in_word = IsWordChar(text[0]);
    out += text[0];
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace espial::capture

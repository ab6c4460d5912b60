#include "parsers/eventtext/local_date.h"

#include <espial/core/text.h>

#include <array>
#include <string>

namespace espial::eventtext {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

struct Half {
  std::string_view mark;
  bool afternoon;
};
// Without spaces and dots: "a. m." is "am".
constexpr std::array<Half, 10> kHalves = {{
    {"am", false},
    {"pm", true},
    {"\xE5\x8D\x88\xE5\x89\x8D", false},  // Japanese
    {"\xE5\x8D\x88\xE5\xBE\x8C", true},
    {"\xEC\x98\xA4\xEC\xA0\x84", false},  // Korean
    {"\xEC\x98\xA4\xED\x9B\x84", true},
    {"\xE4\xB8\x8A\xE5\x8D\x88", false},  // Chinese
    {"\xE4\xB8\x8B\xE5\x8D\x88", true},
    {"\xCF\x80\xCE\xBC", false},  // Greek
    {"\xCE\xBC\xCE\xBC", true},
}};

// The half of the day that a word names. A word that names none makes the date
// unreadable.
bool FindHalf(std::string_view word, std::optional<bool>* afternoon) {
  if (word.empty()) return true;
  for (const Half& half : kHalves) {
    if (!EqualsFold(word, half.mark)) continue;
    *afternoon = half.afternoon;
    return true;
  }
  return false;
}

struct Numbers {
  std::array<uint32_t, 7> value{};
  std::array<size_t, 7> digits{};
  size_t count = 0;
  std::string words;
};

bool ReadNumbers(std::string_view text, Numbers* numbers) {
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (!IsDigit(c)) {
      // Marks of direction and narrow spaces stand around the parts in some
      // locales.
      if (text.substr(i, 3) == "\xE2\x80\x8E" ||
          text.substr(i, 3) == "\xE2\x80\x8F" ||
          text.substr(i, 3) == "\xE2\x80\xAF") {
        i += 3;
        continue;
      }
      if (text.substr(i, 2) == "\xC2\xA0") {
        i += 2;
        continue;
      }
      constexpr std::string_view kSeparators = " \t./-:,";
      if (kSeparators.find(c) == std::string_view::npos) numbers->words += c;
      ++i;
      continue;
    }
    if (numbers->count == numbers->value.size()) return false;
    const size_t start = i;
    uint32_t value = 0;
    for (; i < text.size() && IsDigit(text[i]); ++i) {
      if (i - start == 9) return false;
      value = value * 10 + static_cast<uint32_t>(text[i] - '0');
    }
    numbers->value[numbers->count] = value;
    numbers->digits[numbers->count++] = i - start;
  }
  return true;
}

}  // namespace

std::optional<LocalDate> ParseLocalDate(std::string_view text) {
  text = Trim(text);
  if (text.size() > 64) return std::nullopt;
  Numbers n;
  if (!ReadNumbers(text, &n) || n.count < 5) return std::nullopt;
  std::optional<bool> afternoon;
  if (!FindHalf(n.words, &afternoon)) return std::nullopt;
  LocalDate date;
  date.year_first = n.digits[0] == 4;
  if (date.year_first) {
    date.year = static_cast<int32_t>(n.value[0]);
    date.first = n.value[1];
    date.second = n.value[2];
  } else if (n.digits[2] == 4) {
    date.first = n.value[0];
    date.second = n.value[1];
    date.year = static_cast<int32_t>(n.value[2]);
  } else {
    return std::nullopt;
  }
  date.hour = n.value[3];
  date.minute = n.value[4];
  date.sec = n.value[5];
  if (n.count == 7) {
    if (n.digits[6] > 7) return std::nullopt;
    date.tick = n.value[6];
    for (size_t i = n.digits[6]; i < 7; ++i) date.tick *= 10;
  }
  if (afternoon) {
    if (date.hour < 1 || date.hour > 12) return std::nullopt;
    date.hour = date.hour % 12 + (*afternoon ? 12 : 0);
  }
  if (date.hour > 23 || date.minute > 59 || date.sec > 59) return std::nullopt;
  return date;
}

std::optional<Ticks> ReadDate(const LocalDate& date, DateOrder order) {
  Civil civil;
  civil.year = date.year;
  civil.hour = date.hour;
  civil.minute = date.minute;
  civil.second = date.sec;
  civil.tick = date.tick;
  const bool month_first = date.year_first || order == DateOrder::kMonthFirst ||
                           date.first == date.second;
  if (!month_first && order == DateOrder::kUnknown) return std::nullopt;
  civil.month = month_first ? date.first : date.second;
  civil.day = month_first ? date.second : date.first;
  return FromCivil(civil);
}

void OrderFinder::Follow(Reading* reading, const LocalDate& date,
                         DateOrder order) {
  const auto ticks = ReadDate(date, order);
  if (!ticks) {
    reading->possible = false;
    return;
  }
  if (reading->last) {
    if (*ticks < *reading->last) reading->rises = false;
    if (*ticks > *reading->last) reading->falls = false;
    reading->moves = reading->moves || *ticks != *reading->last;
  }
  reading->last = ticks;
}

void OrderFinder::Add(const LocalDate& date) {
  if (date.year_first) return;
  // A day that no month has says nothing.
  if (date.first > 31 || date.second > 31) return;
  if (date.first > 12 && date.second > 12) return;
  first_above_ = first_above_ || date.first > 12;
  second_above_ = second_above_ || date.second > 12;
  Follow(&day_first_, date, DateOrder::kDayFirst);
  Follow(&month_first_, date, DateOrder::kMonthFirst);
}

DateOrder OrderFinder::Decide() const {
  if (first_above_ || second_above_) {
    if (first_above_ && second_above_) return DateOrder::kUnknown;
    return first_above_ ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
  }
  const auto in_order = [](const Reading& reading) {
    return reading.possible && reading.moves &&
           (reading.rises || reading.falls);
  };
  const bool day = in_order(day_first_);
  const bool month = in_order(month_first_);
  if (day == month) return DateOrder::kUnknown;
  return day ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

}  // namespace espial::eventtext

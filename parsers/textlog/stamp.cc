#include "parsers/textlog/stamp.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/support/text_scan.h"

namespace espial::textlog {
namespace {

constexpr uint32_t kMostMonth = 12;

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr",
                                        "may", "jun", "jul", "aug",
                                        "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu",
                                      "fri", "sat", "sun"};

// One of `names` at the start, whole or with its further letters.
template <size_t kCount>
std::optional<uint32_t> TakeName(const std::string_view (&names)[kCount],
                                 TextScan* scan) {
  size_t end = 0;
  const std::string_view text = scan->rest();
  while (end < text.size() && IsAsciiLetter(text[end])) ++end;
  constexpr size_t kShort = 3;
  constexpr size_t kLong = 9;
  if (end < kShort || end > kLong) return std::nullopt;
  for (size_t i = 0; i < kCount; ++i) {
    if (StartsWithFold(text, names[i])) {
      scan->Text(text.substr(0, end));
      scan->Char('.');
      return static_cast<uint32_t>(i + 1);
    }
  }
  return std::nullopt;
}

bool TakeYear(TextScan* scan, Civil* civil) {
  uint32_t year = 0;
  if (!scan->Digits(4, 4, &year)) return false;
  civil->year = static_cast<int32_t>(year);
  return true;
}

// "04:53:16[.fff] [AM|PM]"
bool TakeClock(TextScan* scan, Civil* civil) {
  if (!scan->Clock(civil)) return false;
  TextScan ahead = *scan;
  if (ahead.OneOf(".,:") && ahead.Fraction(&civil->tick)) *scan = ahead;
  ahead = *scan;
  ahead.Blanks();
  char half = ' ';
  if (ahead.OneOf("AaPp", &half) && ahead.OneOf("Mm") &&
      (ahead.empty() || !IsAsciiLetter(ahead.rest()[0]))) {
    if (civil->hour < 1 || civil->hour > 12) return false;
    const bool afternoon = half == 'P' || half == 'p';
    civil->hour = civil->hour % 12 + (afternoon ? 12 : 0);
    *scan = ahead;
  }
  return true;
}

// "Z", "+02:00", "+0200", "+02" right behind the clock; " +02:00".
bool TakeZone(TextScan* scan, LineStamp* stamp) {
  TextScan apart = *scan;
  uint32_t number = 0;
  if (apart.Char(' ') && apart.OneOf("+-") && apart.Digits(2, 2, &number) &&
      apart.Char(':') && apart.Digits(2, 2, &number)) {
    scan->Char(' ');
  }
  if (scan->Char('Z')) {
    stamp->quality = TimeQuality::kUtc;
    return true;
  }
  TextScan ahead = *scan;
  char sign = '+';
  uint32_t hours = 0;
  uint32_t minutes = 0;
  if (!ahead.OneOf("+-", &sign)) return true;
  if (ahead.Digits(4, 4, &hours)) {
    minutes = hours % 100;
    hours /= 100;
  } else if (!ahead.Digits(2, 2, &hours) ||
             (ahead.Char(':') && !ahead.Digits(2, 2, &minutes))) {
    return true;  // a dash before the text
  }
  if (hours > 15 || minutes > 59) return false;
  const auto offset = static_cast<int32_t>(hours * 60 + minutes);
  stamp->offset_minutes = sign == '-' ? -offset : offset;
  stamp->quality = TimeQuality::kOffset;
  *scan = ahead;
  return true;
}

// Year first: ISO 8601 and its like.
bool ReadYearFirst(TextScan* scan, LineStamp* stamp) {
  char separator = '-';
  Civil& civil = stamp->civil;
  if (!TakeYear(scan, &civil) || !scan->OneOf("-/.", &separator) ||
      !scan->Digits(1, 2, &civil.month) || !scan->Char(separator) ||
      !scan->Digits(1, 2, &civil.day)) {
    return false;
  }
  if (!scan->Char('T') && !(scan->Char(','), scan->Blanks())) return false;
  return TakeClock(scan, &civil) && TakeZone(scan, stamp);
}

// Three numbers, the year last.
bool ReadYearLast(TextScan* scan, LineStamp* stamp) {
  char separator = '/';
  Civil& civil = stamp->civil;
  if (!scan->Digits(1, 2, &civil.month) || !scan->OneOf("/.-", &separator) ||
      !scan->Digits(1, 2, &civil.day) || !scan->Char(separator) ||
      !TakeYear(scan, &civil)) {
    return false;
  }
  // Dots are day first wherever they are used.
  if (separator == '.') {
    std::swap(civil.month, civil.day);
  } else {
    stamp->ambiguous = civil.month != civil.day;
  }
  scan->Char(',');
  return scan->Blanks() && TakeClock(scan, &civil);
}

// The month by its name.
bool ReadNamed(TextScan* scan, LineStamp* stamp) {
  Civil& civil = stamp->civil;
  if (TakeName(kDays, scan)) {
    scan->Char(',');
    scan->Blanks();
  }
  if (scan->Digits(1, 2, &civil.day)) {
    if (!scan->OneOf(" -")) return false;
    const auto month = TakeName(kMonths, scan);
    if (!month || !scan->OneOf(" -") || !TakeYear(scan, &civil)) return false;
    civil.month = *month;
    return scan->Blanks() && TakeClock(scan, &civil);
  }
  const auto month = TakeName(kMonths, scan);
  if (!month || !scan->Blanks() || !scan->Digits(1, 2, &civil.day)) {
    return false;
  }
  civil.month = *month;
  scan->Char(',');
  if (!scan->Blanks()) return false;
  TextScan ahead = *scan;
  if (TakeYear(&ahead, &civil)) {
    *scan = ahead;
    scan->Char(',');
    return scan->Blanks() && TakeClock(scan, &civil);
  }
  return TakeClock(scan, &civil) && scan->Blanks() && TakeYear(scan, &civil);
}

Civil Swapped(Civil civil) {
  std::swap(civil.month, civil.day);
  return civil;
}

}  // namespace

std::optional<LineStamp> ReadLineStamp(std::string_view line) {
  const bool bracket = line.starts_with('[');
  const std::string_view text = bracket ? line.substr(1) : line;
  using Form = bool (*)(TextScan*, LineStamp*);
  constexpr Form kForms[] = {ReadYearFirst, ReadYearLast, ReadNamed};
  for (const Form form : kForms) {
    LineStamp stamp;
    TextScan scan(text);
    if (!form(&scan, &stamp)) continue;
    const size_t size = text.size() - scan.rest().size();
    stamp.written = text.substr(0, size);
    if (bracket && !scan.Char(']')) return std::nullopt;
    // "04:53:1678", "04:53:16abc" and "04:53:16:x" are no times.
    const std::string_view behind = scan.rest();
    if (!behind.empty() && (IsDigit(behind[0]) || IsAsciiLetter(behind[0]))) {
      return std::nullopt;
    }
    if (behind.size() > 1 && (behind[0] == '.' || behind[0] == ':') &&
        behind[1] != ' ') {
      return std::nullopt;
    }
    stamp.rest = Trim(scan.rest());
    for (const std::string_view part : {"- ", ": ", "| ", ", "}) {
      if (stamp.rest.starts_with(part)) {
        stamp.rest = Trim(stamp.rest.substr(part.size()));
        break;
      }
    }
    return stamp;
  }
  return std::nullopt;
}

Time TimeOf(const LineStamp& stamp, DateOrder order) {
  Time time;
  if (stamp.ambiguous && order == DateOrder::kUnknown) return time;
  const bool swap = stamp.ambiguous && order == DateOrder::kDayFirst;
  const auto ticks = FromCivil(swap ? Swapped(stamp.civil) : stamp.civil);
  if (!ticks) return time;
  time.quality = stamp.quality;
  time.ticks =
      AddTicks(*ticks, -int64_t{stamp.offset_minutes} * kTicksPerMinute);
  return time;
}

void OrderProof::Add(const LineStamp& stamp) {
  if (!stamp.ambiguous) return;
  needed_ = true;
  if (stamp.civil.month > kMostMonth) day_first_ = true;
  if (stamp.civil.day > kMostMonth) month_first_ = true;
  const auto month_first = FromCivil(stamp.civil);
  const auto day_first = FromCivil(Swapped(stamp.civil));
  if (month_first) {
    month_rises_ = month_rises_ && *month_first >= last_month_first_;
    last_month_first_ = *month_first;
  }
  if (day_first) {
    day_rises_ = day_rises_ && *day_first >= last_day_first_;
    last_day_first_ = *day_first;
  }
}

DateOrder OrderProof::order() const {
  if (month_first_ != day_first_) {
    return month_first_ ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
  }
  // Both proven: the log contradicts itself.
  if (month_first_ || month_rises_ == day_rises_) return DateOrder::kUnknown;
  return month_rises_ ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

}  // namespace espial::textlog

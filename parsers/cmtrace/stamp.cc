#include "parsers/cmtrace/stamp.h"

#include "parsers/support/text_scan.h"

namespace espial::cmtrace {
namespace {

bool ReadDate(std::string_view text, Civil* civil) {
  TextScan scan(text);
  uint32_t first = 0;
  uint32_t second = 0;
  uint32_t third = 0;
  char separator = '-';
  if (!scan.Digits(1, 4, &first) || !scan.OneOf("-/", &separator) ||
      !scan.Digits(1, 2, &second) || !scan.Char(separator) ||
      !scan.Digits(1, 4, &third) || !scan.empty()) {
    return false;
  }
  if (first > 31) {
    civil->year = static_cast<int32_t>(first);
    civil->month = second;
    civil->day = third;
  } else {
    civil->month = first;
    civil->day = second;
    civil->year = static_cast<int32_t>(third);
  }
  return true;
}

// "+300", "-360", "+-300"; all of `text`.
bool ReadBias(std::string_view text, Stamp* stamp) {
  TextScan scan(text);
  char sign = '+';
  if (!scan.OneOf("+-", &sign)) return false;
  const bool doubled = scan.OneOf("+-", &sign);
  const size_t digits = scan.rest().size();
  uint32_t minutes = 0;
  if (!scan.Digits(1, 5, &minutes) || !scan.empty()) return false;
  const auto value = static_cast<int32_t>(minutes);
  stamp->bias = sign == '-' ? -value : value;
  if (doubled || digits > 3) stamp->odd_bias = text;
  return true;
}

}  // namespace

Stamp ReadStamp(std::string_view date, std::string_view time) {
  return StampReader().Read(date, time);
}

Stamp StampReader::Read(std::string_view date, std::string_view time) {
  Stamp stamp;
  Civil civil = day_;
  TextScan scan(time);
  if (!scan.Clock(&civil)) return stamp;
  if (scan.OneOf(".,") && !scan.Fraction(&civil.tick)) return stamp;
  if (!scan.empty() && !ReadBias(scan.rest(), &stamp)) return stamp;
  if (date != date_ || date.empty()) {
    date_.clear();
    if (!ReadDate(date, &civil)) return stamp;
    date_ = date;
    day_.year = civil.year;
    day_.month = civil.month;
    day_.day = civil.day;
  }
  stamp.time = LocalTime(civil, {});
  return stamp;
}

}  // namespace espial::cmtrace

#include "parsers/reportingevents/row.h"

#include "parsers/support/field_list.h"
#include "parsers/support/text_scan.h"

namespace espial::reportingevents {
namespace {

constexpr uint32_t kMinutesPerHour = 60;

// "2025-09-08 04:53:16:123-0800"; false when `text` has another form.
bool ReadTime(std::string_view text, Time* time) {
  TextScan scan(text);
  Civil civil;
  uint32_t year = 0;
  uint32_t hours = 0;
  char sign = '+';
  if (!scan.Digits(4, 4, &year) || !scan.Char('-') ||
      !scan.Digits(1, 2, &civil.month) || !scan.Char('-') ||
      !scan.Digits(1, 2, &civil.day) || !scan.Char(' ') ||
      !scan.Clock(&civil) || !scan.OneOf(":.") || !scan.Fraction(&civil.tick) ||
      !scan.OneOf("+-", &sign) || !scan.Digits(4, 4, &hours) || !scan.empty()) {
    return false;
  }
  civil.year = static_cast<int32_t>(year);
  time->as_written = text;
  const auto ticks = FromCivil(civil);
  const uint32_t minutes = hours / 100 * kMinutesPerHour + hours % 100;
  if (!ticks || hours % 100 >= kMinutesPerHour || hours > 1500) return true;
  const int64_t offset = int64_t{minutes} * kTicksPerMinute;
  time->ticks = AddTicks(*ticks, sign == '+' ? -offset : offset);
  time->quality = TimeQuality::kOffset;
  return true;
}

}  // namespace

std::string_view BareGuid(std::string_view text) {
  if (text.size() != kGuidChars + 2 || text.front() != '{' ||
      text.back() != '}' || !StartsWithGuid(text.substr(1))) {
    return {};
  }
  return text.substr(1, kGuidChars);
}

std::optional<Row> ReadRow(std::string_view line) {
  if (!line.starts_with('{')) return std::nullopt;
  Row row;
  std::string_view rest = line;
  for (size_t i = 0; i < kColumns; ++i) {
    const size_t tab = i == kMessage ? std::string_view::npos : rest.find('\t');
    row.column[i] = rest.substr(0, tab);
    if (tab == std::string_view::npos) break;
    rest.remove_prefix(tab + 1);
  }
  if (BareGuid(row.column[kGuid]).empty() ||
      !ReadTime(row.column[kTime], &row.time)) {
    return std::nullopt;
  }
  return row;
}

}  // namespace espial::reportingevents

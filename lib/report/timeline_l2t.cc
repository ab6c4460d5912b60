// l2tcsv: 17 columns without quoting. As in the files that log2timeline and
// plaso write, a comma within a value becomes a space, and an empty value '-'.
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/report/layout.h>

#include <algorithm>

#include "lib/report/timeline_formats.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

// Columns of the short description.
constexpr size_t kShortBytes = 80;

std::string Cell(std::string_view text) {
  std::string cell = Safe(text);
  std::replace(cell.begin(), cell.end(), ',', ' ');
  if (cell.empty()) return "-";
  // Readers that know quotes would look for the second one.
  if (cell[0] == '"') cell[0] = '\'';
  if (LooksLikeFormula(cell)) cell.insert(0, 1, '\'');
  return cell;
}

// The beginning of `text`, cut between code points.
std::string Short(const std::string& text) {
  if (text.size() <= kShortBytes) return text;
  size_t end = kShortBytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end) + "...";
}

std::string TwoDigits(uint32_t number) {
  return {static_cast<char>('0' + number / 10 % 10),
          static_cast<char>('0' + number % 10)};
}

// "MM/DD/YYYY,HH:MM:SS"
std::string DateAndTime(Ticks ticks) {
  const Civil civil = ToCivil(ticks);
  return TwoDigits(civil.month) + '/' + TwoDigits(civil.day) + '/' +
         std::to_string(civil.year) + ',' + TwoDigits(civil.hour) + ':' +
         TwoDigits(civil.minute) + ':' + TwoDigits(civil.second);
}

// What has no column of its own.
std::string Extra(const Event& event) {
  std::string out = "time_quality: ";
  out += TimeQualityName(event.time.quality);
  const auto add = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) out.append("; ").append(name).append(": ") += value;
  };
  add("time_as_written", event.time.as_written);
  add("time_as_logged", TimeAsLogged(event));
  // Columns hold whole seconds.
  add("time_utc", FormatUtc(event.corrected, 7));
  add("channel", event.channel);
  add("level", EventLevelName(event.level));
  add("record", std::to_string(event.record));
  add("offset", std::to_string(event.offset));
  add("record_state", RecordStateName(event.state));
  add("activity_id", event.activity_id);
  if (!event.message.empty()) add("fields", FieldsPhrase(event));
  return out;
}

}  // namespace

std::string_view L2tHeader() {
  return "date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,"
         "version,filename,inode,notes,format,extra\n";
}

void AppendEventL2t(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out) {
  const std::string_view format = FormatOf(the_case, event);
  const bool is_evtx = format == "evtx" || format.starts_with("eventxml");
  const std::string description = EventSentence(event, title);
  out->append(DateAndTime(event.corrected)).append(",UTC,....,");
  const auto cell = [out](std::string_view text) {
    out->append(Cell(text)).push_back(',');
  };
  cell(is_evtx ? "EVT" : "LOG");
  cell(is_evtx ? "WinEVTX" : event.channel);
  cell(TimeDescription(event));
  cell(event.user_sid);
  cell(event.computer);
  cell(Short(Cell(description)));
  cell(description);
  out->append("2,");
  cell(Provenance(the_case, event.source));
  out->append("-,");
  cell(event.time.quality == TimeQuality::kAssumed ? "zone assumed" : "");
  cell(format);
  out->append(Cell(Extra(event))).push_back('\n');
}

}  // namespace espial::report

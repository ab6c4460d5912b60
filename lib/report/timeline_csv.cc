// RFC 4180: commas between cells, every cell that needs it in quotes, CR LF at
// the end of a line.
#include <espial/core/text.h>
#include <espial/core/time.h>

#include "lib/report/timeline_formats.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

class Row {
 public:
  explicit Row(std::string* out) : out_(*out) {}

  Row& Text(std::string_view text) {
    Separate();
    std::string repaired;
    if (!IsValidUtf8(text)) {
      repaired = RepairUtf8(text);
      text = repaired;
    }
    const bool formula = LooksLikeFormula(text);
    if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out_ += text;
      return *this;
    }
    out_.push_back('"');
    // Shown as the text that it is; nothing is run.
    if (formula) out_.push_back('\'');
    for (const char c : text) {
      if (c == '"') out_.push_back('"');
      out_.push_back(c);
    }
    out_.push_back('"');
    return *this;
  }
  Row& Number(uint64_t number) {
    Separate();
    out_ += std::to_string(number);
    return *this;
  }
  // 0 means not known.
  Row& Id(uint64_t number) { return number == 0 ? Text("") : Number(number); }
  void End() { out_ += "\r\n"; }

 private:
  void Separate() {
    if (!first_) out_.push_back(',');
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

// Without Z where the zone is a guess.
std::string CellTime(const Event& event) {
  if (!event.time.known()) return {};
  std::string text = FormatUtc(event.corrected, 7);
  if (event.time.quality == TimeQuality::kAssumed) text.pop_back();
  return text;
}

}  // namespace

std::string_view CsvHeader() {
  return "time,quality,as_written,logged,level,channel,provider,event_id,"
         "title,message,fields,computer,user_sid,process_id,thread_id,"
         "activity_id,artifact,format,record,offset,state\r\n";
}

void AppendEventCsv(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out) {
  Row row(out);
  row.Text(CellTime(event)).Text(TimeQualityName(event.time.quality));
  row.Text(event.time.as_written).Text(TimeAsLogged(event));
  row.Text(EventLevelName(event.level));
  row.Text(event.channel).Text(event.provider).Number(event.id).Text(title);
  row.Text(event.message).Text(FieldsPhrase(event));
  row.Text(event.computer).Text(event.user_sid);
  row.Id(event.process_id).Id(event.thread_id).Text(event.activity_id);
  row.Text(Provenance(the_case, event.source)).Text(FormatOf(the_case, event));
  row.Number(event.record).Number(event.offset);
  row.Text(RecordStateName(event.state)).End();
}

}  // namespace espial::report

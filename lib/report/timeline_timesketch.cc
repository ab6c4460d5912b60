// Timesketch: message, datetime and timestamp_desc are what it demands; other
// keys become attributes. Fields stay one text: an attribute for each of their
// names would exceed what an index maps.
#include <espial/core/time.h>
#include <espial/report/json_writer.h>

#include "lib/report/timeline_formats.h"
#include "lib/report/unix_time.h"
#include "lib/report/words.h"

namespace espial::report {

void AppendEventTimesketch(const Case& the_case, const Event& event,
                           std::string_view title, std::string* out) {
  JsonWriter json(out, JsonWriter::Style::kOneLine);
  const auto text = [&json](std::string_view key, std::string_view value) {
    if (!value.empty()) json.Key(key).String(value);
  };
  std::string datetime = FormatUtc(event.corrected, 6);
  datetime.replace(datetime.size() - 1, 1, "+00:00");
  json.BeginObject();
  json.Key("message").String(EventSentence(event, title));
  json.Key("datetime").String(datetime);
  json.Key("timestamp").Number(UnixMicroseconds(event.corrected));
  json.Key("timestamp_desc").String(TimeDescription(event));
  json.Key("time_quality").String(TimeQualityName(event.time.quality));
  text("time_as_written", event.time.as_written);
  text("time_as_logged", TimeAsLogged(event));
  text("channel", event.channel);
  text("provider", event.provider);
  json.Key("event_id").Number(uint64_t{event.id});
  json.Key("level").String(EventLevelName(event.level));
  text("title", title);
  text("fields", FieldsPhrase(event));
  text("hostname", event.computer);
  text("user_sid", event.user_sid);
  text("activity_id", event.activity_id);
  text("source_file", Provenance(the_case, event.source));
  text("source_format", FormatOf(the_case, event));
  json.Key("record").Number(event.record);
  json.Key("offset").Number(event.offset);
  json.Key("record_state").String(RecordStateName(event.state));
  json.EndObject();
  out->push_back('\n');
}

}  // namespace espial::report

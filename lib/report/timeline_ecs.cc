// The Elastic Common Schema, as Winlogbeat fills it: what ECS has no name for
// stands below `winlog`, and for text logs below `espial`.
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/report/json_writer.h>

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/report/timeline_formats.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

constexpr std::string_view kSchemaVersion = "8.11.0";

// An object may hold a key once: values of one name become an array, where the
// first of them stands. Data without names are param1, param2, ... as
// Winlogbeat calls them.
void WriteFields(const Event& event, JsonWriter* json) {
  struct Named {
    std::string name;
    std::vector<const Value*> values;
  };
  std::vector<Named> named;
  std::unordered_map<std::string, size_t> places;
  size_t unnamed = 0;
  for (const Field& field : event.fields) {
    std::string name(field.name);
    if (name.empty() || name == "Data") {
      name = "param" + std::to_string(++unnamed);
    }
    const auto [place, is_new] = places.try_emplace(name, named.size());
    if (is_new) named.push_back({std::move(name), {}});
    named[place->second].values.push_back(&field.value);
  }
  const auto write = [json](const Value& value) {
    if (value.is_null()) {
      json->Null();
    } else {
      json->String(ToText(value));
    }
  };
  json->BeginObject();
  for (const Named& one : named) {
    json->Key(one.name);
    if (one.values.size() == 1) {
      write(*one.values[0]);
      continue;
    }
    json->BeginArray();
    for (const Value* value : one.values) write(*value);
    json->EndArray();
  }
  json->EndObject();
}

void WriteWinlog(const Event& event, JsonWriter* json) {
  const auto text = [json](std::string_view key, std::string_view value) {
    if (!value.empty()) json->Key(key).String(value);
  };
  json->Key("winlog").BeginObject();
  text("channel", event.channel);
  json->Key("event_id").String(std::to_string(event.id));
  // As text, as Winlogbeat has it: 64 bits do not survive every reader.
  json->Key("record_id").String(std::to_string(event.record));
  text("provider_name", event.provider);
  text("provider_guid", event.provider_guid);
  text("computer_name", event.computer);
  text("activity_id", event.activity_id);
  json->Key("version").Number(uint64_t{event.version});
  json->Key("opcode").Number(uint64_t{event.opcode});
  json->Key("task").Number(uint64_t{event.task});
  if (event.process_id != 0) {
    json->Key("process").BeginObject();
    json->Key("pid").Number(uint64_t{event.process_id});
    json->Key("thread").BeginObject();
    json->Key("id").Number(uint64_t{event.thread_id});
    json->EndObject();
    json->EndObject();
  }
  if (!event.user_sid.empty()) {
    json->Key("user").BeginObject();
    json->Key("identifier").String(event.user_sid);
    json->EndObject();
  }
  WriteFields(event, &json->Key("event_data"));
  json->EndObject();
}

void WriteTextLog(const Event& event, JsonWriter* json) {
  json->Key("espial").BeginObject();
  if (!event.channel.empty()) json->Key("log").String(event.channel);
  json->Key("line").Number(event.record);
  if (!event.fields.empty()) WriteFields(event, &json->Key("fields"));
  json->EndObject();
}

void WriteLog(const Case& the_case, const Event& event, JsonWriter* json) {
  json->Key("log").BeginObject();
  json->Key("level").String(EventLevelName(event.level));
  if (!event.provider.empty()) json->Key("logger").String(event.provider);
  json->Key("file").BeginObject();
  json->Key("path").String(Provenance(the_case, event.source));
  json->EndObject();
  json->Key("offset").Number(event.offset);
  json->EndObject();
}

}  // namespace

void AppendEventEcs(const Case& the_case, const Event& event,
                    std::string_view title, std::string* out) {
  const std::string_view format = FormatOf(the_case, event);
  const bool is_windows_event =
      format == "evtx" || format.starts_with("eventxml") || event.id != 0;
  JsonWriter json(out, JsonWriter::Style::kOneLine);
  json.BeginObject();
  json.Key("@timestamp").String(FormatUtc(event.corrected, 7));
  json.Key("message").String(EventSentence(event, title));
  json.Key("ecs").BeginObject();
  json.Key("version").String(kSchemaVersion);
  json.EndObject();

  json.Key("event").BeginObject();
  json.Key("kind").String("event");
  json.Key("module").String("espial");
  json.Key("dataset").String("espial." + std::string(format));
  if (is_windows_event) json.Key("code").String(std::to_string(event.id));
  if (!event.provider.empty()) json.Key("provider").String(event.provider);
  if (!title.empty()) json.Key("action").String(title);
  json.Key("severity").Number(uint64_t{event.level});
  json.EndObject();

  if (!event.computer.empty()) {
    json.Key("host").BeginObject();
    json.Key("name").String(event.computer);
    json.EndObject();
  }
  WriteLog(the_case, event, &json);
  if (is_windows_event) {
    WriteWinlog(event, &json);
  } else {
    WriteTextLog(event, &json);
  }

  json.Key("labels").BeginObject();
  json.Key("time_quality").String(TimeQualityName(event.time.quality));
  if (!event.time.as_written.empty()) {
    json.Key("time_as_written").String(event.time.as_written);
  }
  if (const std::string logged = TimeAsLogged(event); !logged.empty()) {
    json.Key("time_as_logged").String(logged);
  }
  json.Key("record_state").String(RecordStateName(event.state));
  json.EndObject();
  json.EndObject();
  out->push_back('\n');
}

}  // namespace espial::report

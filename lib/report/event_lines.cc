#include <espial/core/text.h>
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>
#include <espial/report/report.h>

#include "lib/report/words.h"

namespace espial::report {
namespace {

Tone LevelTone(EventLevel level) {
  if (level == 1 || level == 2) return Tone::kBad;
  if (level == 3) return Tone::kCaution;
  return Tone::kPlain;
}

// Where times order events: the corrected one. With milliseconds, because many
// events share a second.
std::string EventTimePhrase(const Case& the_case, const Event& event) {
  if (!event.time.known()) return "no time                 ";
  std::string out = FormatUtc(event.corrected, 3);
  const size_t t = out.find('T');
  if (t != std::string::npos) out[t] = ' ';
  if (event.time.quality == TimeQuality::kAssumed) {
    if (!out.empty()) out.back() = '?';
    return out;
  }
  if (const auto offset = the_case.clock.OffsetAt(event.corrected)) {
    // "2024-07-23 12:04:05 +02:00": only what differs from UTC is repeated.
    const std::string local = FormatLocal(event.corrected, *offset);
    const size_t space = local.find(' ');
    if (space != std::string::npos) out += " (" + local.substr(space + 1) + ')';
  }
  return out;
}

void AppendFields(const Event& event, std::string* out) {
  for (const Field& field : event.fields) {
    out->append("; ").append(Safe(field.name)).push_back('=');
    if (field.value.is_null()) continue;
    std::string text = ToText(field.value);
    if (field.value.type == ValueType::kList) {
      for (char& c : text) {
        if (c == '\n') c = ',';
      }
    }
    out->append(Safe(text));
  }
}

void WriteTicks(bool known, Ticks ticks, JsonWriter* json) {
  if (known) {
    json->String(FormatUtc(ticks, 7));
  } else {
    json->Null();
  }
}

}  // namespace

void AppendEventText(const Case& the_case, const Event& event,
                     std::string_view title, const TextOptions& options,
                     std::string* out) {
  out->append(EventTimePhrase(the_case, event)).append("  ");
  out->append(Paint(PadRight(EventLevelName(event.level), 11),
                    LevelTone(event.level), options));
  out->append("  ");
  out->append(Safe(event.provider.empty() ? event.channel : event.provider));
  out->append(" ").append(std::to_string(event.id));
  if (!title.empty()) out->append(" [").append(Safe(title)).append("]");
  if (!event.message.empty()) out->append(" ").append(Safe(event.message));
  AppendFields(event, out);
  if (event.time.known() && event.corrected != event.time.ticks) {
    out->append("; as logged ").append(FormatUtc(event.time.ticks, 3));
  }
  if (!event.time.as_written.empty()) {
    out->append("; as written ").append(Safe(event.time.as_written));
  }
  std::string place = "  (" + ArtifactPhrase(the_case, event.source) + " #" +
                      std::to_string(event.record);
  if (event.state != RecordState::kActive) {
    place.append(", ").append(RecordStateName(event.state));
  }
  place.push_back(')');
  out->append(Paint(place, Tone::kFaint, options)).push_back('\n');
}

void AppendEventJson(const Case& the_case, const Event& event,
                     std::string_view title, std::string* out) {
  JsonWriter json(out, JsonWriter::Style::kOneLine);
  json.BeginObject();
  WriteTicks(event.time.known(), event.time.ticks, &json.Key("time"));
  json.Key("quality").String(TimeQualityName(event.time.quality));
  json.Key("as_written").StringOrNull(event.time.as_written);
  WriteTicks(event.time.known() && event.corrected != event.time.ticks,
             event.corrected, &json.Key("corrected"));
  json.Key("artifact").String(Provenance(the_case, event.source));
  json.Key("record").Number(event.record);
  json.Key("offset").Number(event.offset);
  json.Key("state").String(RecordStateName(event.state));
  json.Key("channel").StringOrNull(event.channel);
  json.Key("provider").StringOrNull(event.provider);
  json.Key("provider_guid").StringOrNull(event.provider_guid);
  json.Key("id").Number(uint64_t{event.id});
  json.Key("version").Number(uint64_t{event.version});
  json.Key("level").String(EventLevelName(event.level));
  json.Key("task").Number(uint64_t{event.task});
  json.Key("opcode").Number(uint64_t{event.opcode});
  json.Key("qualifiers").Number(uint64_t{event.qualifiers});
  // As text: the highest bits do not survive a reader that counts in doubles.
  json.Key("keywords").String("0x" + ToHex(event.keywords, 16));
  json.Key("computer").StringOrNull(event.computer);
  json.Key("user_sid").StringOrNull(event.user_sid);
  json.Key("process_id").Number(uint64_t{event.process_id});
  json.Key("thread_id").Number(uint64_t{event.thread_id});
  json.Key("activity_id").StringOrNull(event.activity_id);
  json.Key("title").StringOrNull(title);
  json.Key("message").StringOrNull(event.message);
  json.Key("fields").BeginArray();
  for (const Field& field : event.fields) {
    json.BeginObject();
    json.Key("name").String(field.name);
    json.Key("type").String(ValueTypeName(field.value.type));
    json.Key("value");
    // Always text, so that a column has one type and no digit is lost.
    if (field.value.is_null()) {
      json.Null();
    } else {
      json.String(ToText(field.value));
    }
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  out->push_back('\n');
}

void AppendFactText(const Case& the_case, const Fact& fact,
                    const TextOptions& options, std::string* out) {
  out->append(FactKindName(fact.kind)).append("  ");
  out->append(Safe(fact.key)).append("  ");
  out->append(Paint(fact.name.empty() && fact.kind == FactKind::kRegistry
                        ? "(default)"
                        : Safe(fact.name),
                    Tone::kStrong, options));
  if (!fact.type.empty()) out->append("  ").append(Safe(fact.type));
  out->append("  = ").append(Safe(fact.data));
  std::string place = "  (" + ArtifactPhrase(the_case, fact.source);
  if (fact.line != 0) {
    place += " line " + std::to_string(fact.line);
  } else {
    place += " offset " + std::to_string(fact.offset);
  }
  if (fact.recovered) place += ", deleted";
  place.push_back(')');
  out->append(Paint(place, Tone::kFaint, options)).push_back('\n');
}

}  // namespace espial::report

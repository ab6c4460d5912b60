#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/model/value.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/export/csv_text.h"
#include "parsers/evtx/export/json_text.h"
#include "parsers/evtx/export/record_formats.h"

namespace espial::evtx {
namespace {

void AppendJsonValue(const Value& value, std::string* out) {
  switch (value.type) {
    case ValueType::kNull:
      *out += "null";
      return;
    case ValueType::kInt:
    case ValueType::kUInt:
    case ValueType::kBool:
      AppendText(value, out);
      return;
    case ValueType::kFloat:
      if (!std::isfinite(std::bit_cast<double>(value.number))) break;
      AppendText(value, out);
      return;
    default:
      break;
  }
  AppendJsonString(ToText(value), out);
}

// {"name":value,...}; of a name that comes twice, a list where it came first.
std::string FieldsJson(const Event& event) {
  struct Group {
    std::string_view name;
    std::vector<const Value*> values;
  };
  std::vector<Group> groups;
  std::unordered_map<std::string_view, size_t> places;
  for (const Field& field : event.fields) {
    const auto [place, fresh] = places.try_emplace(field.name, groups.size());
    if (fresh) groups.push_back({field.name, {}});
    groups[place->second].values.push_back(&field.value);
  }
  std::string json = "{";
  for (const Group& group : groups) {
    AppendKey(group.name, &json);
    const bool list = group.values.size() > 1;
    if (list) json += '[';
    for (const Value* value : group.values) {
      if (list) AppendSeparator(&json);
      AppendJsonValue(*value, &json);
    }
    if (list) json += ']';
  }
  json += '}';
  EscapeRareControls(0, &json);
  return json;
}

std::string LevelText(EventLevel level) {
  return level <= 5 ? std::string(EventLevelName(level))
                    : std::to_string(level);
}

}  // namespace

std::string_view CsvHeader() {
  return "time,record_id,event_id,level,provider,channel,computer,user_sid,"
         "process_id,thread_id,opcode,task,keywords,activity_id,state,source,"
         "data\n";
}

void AppendCsv(const ExportedRecord& record, std::string* out) {
  const Event& event = record.event;
  CsvLine(out)
      .Cell(event.time.known() ? FormatUtc(event.time.ticks) : std::string())
      .Cell(event.record)
      .Cell(event.id)
      .Cell(LevelText(event.level))
      .Cell(event.provider)
      .Cell(event.channel)
      .Cell(event.computer)
      .Cell(event.user_sid)
      .Cell(event.process_id)
      .Cell(event.thread_id)
      .Cell(event.opcode)
      .Cell(event.task)
      .Cell("0x" + ToHex(event.keywords))
      .Cell(event.activity_id)
      .Cell(RecordStateName(event.state))
      .Cell(record.source)
      .Cell(FieldsJson(event))
      .End();
}

}  // namespace espial::evtx

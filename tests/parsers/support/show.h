// Events, facts, damage and coverage as one line each, for whole comparisons in
// tests.
#pragma once

#include <espial/model/coverage.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>
#include <espial/model/fact.h>

#include <string>
#include <vector>

namespace espial::testing {

// "registry KEY|name|type|data|number|line@offset", and " recovered" behind
// what was deleted; for whole comparisons.
inline std::string Show(const Fact& fact) {
  std::string out(FactKindName(fact.kind));
  out += " " + std::string(fact.key) + "|" + std::string(fact.name) + "|" +
         std::string(fact.type) + "|" + std::string(fact.data) + "|";
  if (fact.number) out += std::to_string(*fact.number);
  return out + "|" + std::to_string(fact.line) + "@" +
         std::to_string(fact.offset) + (fact.recovered ? " recovered" : "");
}

inline std::vector<std::string> Show(const std::vector<Fact>& facts) {
  std::vector<std::string> out;
  for (const Fact& fact : facts) out.push_back(Show(fact));
  return out;
}

// "code what@offset: detail", and "(lost N)" or "(note)".
inline std::string Show(const Damage& damage) {
  std::string out(ErrcName(damage.error.code));
  out += " " + damage.error.what + "@" + std::to_string(damage.error.offset) +
         ": " + damage.error.detail;
  if (!damage.lossy) return out + " (note)";
  return out + " (lost " + std::to_string(damage.bytes_lost) + ")";
}

inline std::vector<std::string> Show(const std::vector<Damage>& damage) {
  std::vector<std::string> out;
  for (const Damage& entry : damage) out.push_back(Show(entry));
  return out;
}

// "event TIME quality [as written] PROVIDER id channel level record@offset
// {field=type:value, ...} message", with what is empty left out.
inline std::string Show(const Event& event) {
  std::string out = "event ";
  out += event.time.known() ? FormatUtc(event.time.ticks) : "-";
  out += " " + std::string(TimeQualityName(event.time.quality));
  if (!event.time.as_written.empty()) {
    out += " [" + std::string(event.time.as_written) + "]";
  }
  out += " " + std::string(event.provider) + " " + std::to_string(event.id) +
         " '" + std::string(event.channel) + "' " +
         std::string(EventLevelName(event.level)) + " " +
         std::to_string(event.record) + "@" + std::to_string(event.offset);
  if (event.state != RecordState::kActive) {
    out += " " + std::string(RecordStateName(event.state));
  }
  if (!event.computer.empty()) out += " on " + std::string(event.computer);
  if (!event.user_sid.empty()) out += " as " + std::string(event.user_sid);
  if (event.process_id != 0) out += " pid " + std::to_string(event.process_id);
  if (event.thread_id != 0) out += " tid " + std::to_string(event.thread_id);
  if (!event.fields.empty()) {
    out += " {";
    for (const Field& field : event.fields) {
      if (out.back() != '{') out += ", ";
      out += std::string(field.name) + "=" +
             std::string(ValueTypeName(field.value.type)) + ":" +
             ToText(field.value);
    }
    out += "}";
  }
  if (!event.message.empty()) out += " " + std::string(event.message);
  return out;
}

inline std::vector<std::string> Show(const std::vector<Event>& events) {
  std::vector<std::string> out;
  for (const Event& event : events) out.push_back(Show(event));
  return out;
}

// "coverage channel (stem) events FIRST..LAST".
inline std::string Show(const Coverage& coverage) {
  return "coverage " + coverage.channel + " (" + coverage.file_stem + ") " +
         std::to_string(coverage.events) + " " + FormatUtc(coverage.first) +
         ".." + FormatUtc(coverage.last);
}

}  // namespace espial::testing

// Which property of an event or fact the name of a field in a rule stands for.
#pragma once

#include <espial/core/text.h>
#include <espial/model/event.h>
#include <espial/rules/field_name.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::rules {

FieldName EventField(std::string_view name);

// `name` without spaces.
std::string StripSpaces(std::string_view name);

// Whether an event's field of this name is what a rule calls `wanted`: case
// folded, without its spaces. REQUIRES: `wanted` has none.
inline bool IsField(std::string_view name, std::string_view wanted) {
  if (name.size() == wanted.size()) return EqualsFold(name, wanted);
  return name.size() > wanted.size() &&
         name.find(' ') != std::string_view::npos &&
         EqualsFold(StripSpaces(name), wanted);
}

// Calls f for each field of that name, until f returns true.
template <typename F>
bool VisitNamed(const Event& event, std::string_view name, const F& f) {
  for (const Field& field : event.fields) {
    if (IsField(field.name, name) && f(field.value)) return true;
  }
  return false;
}

// Calls f for each occurrence of a field, until f returns true. A property of
// the System section without a value does not occur.
template <typename F>
bool VisitField(const Event& event, FieldKind kind, std::string_view name,
                const F& f) {
  const auto text = [&](std::string_view value) {
    return !value.empty() && f(Value::String(value));
  };
  switch (kind) {
    case FieldKind::kChannel:
      return text(event.channel);
    case FieldKind::kProvider:
      return text(event.provider);
    case FieldKind::kEventId:
      return f(Value::UInt(event.id));
    case FieldKind::kLevel:
      return f(Value::UInt(event.level));
    case FieldKind::kVersion:
      return f(Value::UInt(event.version));
    case FieldKind::kOpcode:
      return f(Value::UInt(event.opcode));
    case FieldKind::kTask:
      return f(Value::UInt(event.task));
    case FieldKind::kKeywords:
      return f(Value{ValueType::kHex64, event.keywords, {}});
    case FieldKind::kComputer:
      return text(event.computer);
    case FieldKind::kUserId:
      return text(event.user_sid);
    case FieldKind::kMessage:
      // Some providers have a field of this name; it counts as well.
      return text(event.message) || VisitNamed(event, "Message", f);
    case FieldKind::kProviderGuid:
      return text(event.provider_guid);
    case FieldKind::kRecordId:
      return f(Value::UInt(event.record));
    case FieldKind::kTime:
      return event.time.known() &&
             f(Value{ValueType::kTime, event.time.ticks.value, {}});
    case FieldKind::kProcessId:
      return f(Value::UInt(event.process_id));
    case FieldKind::kThreadId:
      return f(Value::UInt(event.thread_id));
    case FieldKind::kActivityId:
      return text(event.activity_id);
    default:
      return VisitNamed(event, name, f);
  }
}

}  // namespace espial::rules

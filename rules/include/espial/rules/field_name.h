// What the name of a field in a rule stands for.
#pragma once

#include <cstdint>
#include <string>

namespace espial::rules {

enum class FieldKind : uint8_t {
  kNamed,  // a field of the event, by name
  kChannel,
  kProvider,
  kEventId,
  kLevel,
  kVersion,
  kOpcode,
  kTask,
  kKeywords,
  kComputer,
  kUserId,
  kMessage,
  kProviderGuid,
  kRecordId,
  kTime,
  kProcessId,
  kThreadId,
  kActivityId,
  kKey,   // facts: registry key, or the file of JSON
  kName,  // facts: value name, or the path in JSON
  kType,
  kData,
};

// A field of an event, as a rule names it. Properties of the System section
// are spelled as Sigma flattens them: "Provider_Name", "Execution_ProcessID".
struct FieldName {
  FieldKind kind = FieldKind::kNamed;
  std::string name;  // without spaces, as Sigma's taxonomy wants it

  friend bool operator==(const FieldName&, const FieldName&) = default;
};

}  // namespace espial::rules

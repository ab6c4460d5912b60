#include "rules/engine/fields.h"

#include <algorithm>
#include <array>
#include <utility>

namespace espial::rules {
namespace {

constexpr std::array<std::pair<std::string_view, FieldKind>, 19> kSystem = {{
    {"Channel", FieldKind::kChannel},
    {"Provider_Name", FieldKind::kProvider},
    {"EventID", FieldKind::kEventId},
    {"Level", FieldKind::kLevel},
    {"Version", FieldKind::kVersion},
    {"Opcode", FieldKind::kOpcode},
    {"Task", FieldKind::kTask},
    {"Keywords", FieldKind::kKeywords},
    {"Computer", FieldKind::kComputer},
    {"UserID", FieldKind::kUserId},
    {"Security_UserID", FieldKind::kUserId},
    {"Message", FieldKind::kMessage},
    {"Provider_Guid", FieldKind::kProviderGuid},
    {"EventRecordID", FieldKind::kRecordId},
    {"TimeCreated", FieldKind::kTime},
    {"TimeCreated_SystemTime", FieldKind::kTime},
    {"Execution_ProcessID", FieldKind::kProcessId},
    {"Execution_ThreadID", FieldKind::kThreadId},
    {"Correlation_ActivityID", FieldKind::kActivityId},
}};

}  // namespace

FieldName EventField(std::string_view name) {
  for (const auto& [spelled, kind] : kSystem) {
    if (EqualsFold(spelled, name)) return {kind, std::string(spelled)};
  }
  return {FieldKind::kNamed, StripSpaces(name)};
}

std::string StripSpaces(std::string_view name) {
  std::string out(name);
  std::erase(out, ' ');
  return out;
}

}  // namespace espial::rules

// What the columns and labels of event exports mean, in the languages that
// Windows writes them in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::eventtext {

// What a column or a labelled line holds.
enum class Role : uint8_t {
  kLevel,     // name of the level
  kDate,      // local time, unless it says otherwise
  kProvider,  // "Source"
  kId,
  kTask,  // name of the task
  kMessage,
  kChannel,
  kComputer,
  kUser,      // SID or name
  kUserName,  // name
  kKeywords,  // names
  kOpcode,    // name
  kProcess,
  kThread,
  kActivity,
  kRecord,  // EventRecordID
  kLevelNumber,
  kTaskNumber,
  kOpcodeNumber,
  kKeywordsNumber,
  kVersion,
  kQualifiers,
  kProviderGuid,
  kCount,
};
inline constexpr size_t kRoles = static_cast<size_t>(Role::kCount);

// The field that keeps what a role has no place for in an event.
std::string_view RoleFieldName(Role role);

// A column header of Event Viewer, in English, German, French, Spanish,
// Italian, Portuguese, Dutch, Polish or Japanese.
std::optional<Role> ViewerColumn(std::string_view header);

// A property of Get-WinEvent's or Get-EventLog's records; never localised.
std::optional<Role> RecordProperty(std::string_view name);

// A label of `wevtutil /f:text`.
std::optional<Role> WevtutilLabel(std::string_view label);

// The number of a level by its name in one of those languages; 0 for audits;
// nothing when it is unknown.
std::optional<uint8_t> LevelByName(std::string_view name);

}  // namespace espial::eventtext

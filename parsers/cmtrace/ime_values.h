// Values within messages of the Intune Management Extension.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parsers/support/field_list.h"
#include "parsers/support/json_members.h"

namespace espial::cmtrace {

// Letters, digits and '_' at the start of `text`, behind blanks and one quote.
std::string_view ReadWord(std::string_view text);
// "S-1-..." at the start of `text`; empty when there is none.
std::string_view ReadSid(std::string_view text);
// A signed decimal number, or 0x and up to eight digits as 32 bits with sign,
// at the start of `text` behind blanks and one quote.
std::optional<int64_t> ReadNumber(std::string_view text);

// The names of numbers that the extension writes; empty for unknown ones.
// States are named by their thousand: 1xxx Success, 2xxx InProgress,
// 3xxx RequirementsNotMet, 4xxx Unknown, 5xxx Error, 6xxx NotAttempted.
std::string_view EnforcementStateName(uint64_t state);
std::string_view IntentName(uint64_t intent);
std::string_view InstallContextName(uint64_t context);

// Adds "field" with the number, and "fieldName" with its name where there is
// one. Both as literals.
struct NamedField {
  std::string_view field;
  std::string_view name_field;
  std::string_view (*name)(uint64_t number);
};
inline constexpr NamedField kIntentField = {"Intent", "IntentName", IntentName};
inline constexpr NamedField kStateField = {
    "EnforcementState", "EnforcementStateName", EnforcementStateName};
inline constexpr NamedField kContextField = {
    "InstallContext", "InstallContextName", InstallContextName};
void AddNamed(const NamedField& field, uint64_t number, FieldList* fields);

// Adds an error code as 32 bits; nothing when it needs more.
void AddCode(std::string_view field, int64_t code, FieldList* fields);

// Adds the members of `object` that kMembers of ime_rows.h names.
void AddObject(std::string_view object, FieldList* fields);

// The characters of a JSON string, escapes decoded; kept by `fields` where
// there were any. REQUIRES: `raw` is the value of a member of kind kString, so
// that its closing quote follows it.
std::string_view DecodeJson(std::string_view raw, FieldList* fields);

}  // namespace espial::cmtrace

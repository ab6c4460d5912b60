#include "parsers/cmtrace/ime_values.h"

#include <espial/core/text.h>

#include <algorithm>
#include <limits>
#include <string>

#include "parsers/cmtrace/ime_rows.h"
#include "parsers/support/json_string.h"
#include "parsers/support/text_scan.h"

namespace espial::cmtrace {
namespace {

bool IsWordChar(char c) { return IsDigit(c) || IsAsciiLetter(c) || c == '_'; }

std::string_view SkipLead(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
    text.remove_prefix(1);
  }
  return text;
}

const Member* FindMember(std::string_view name) {
  for (const Member& member : kMembers) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

// The new value of a change; any other value itself.
JsonMember NewValue(const JsonMember& member) {
  if (member.kind != JsonKind::kObject) return member;
  JsonWalk walk(member.value);
  JsonMember inner;
  while (walk.Next(&inner)) {
    if (inner.name == "NewValue") return inner;
  }
  return member;
}

void AddString(std::string_view field, std::string_view raw,
               FieldList* fields) {
  fields->AddText(field, DecodeJson(raw, fields));
}

void AddScalar(std::string_view field, const JsonMember& value,
               FieldList* fields) {
  switch (value.kind) {
    case JsonKind::kString:
      AddString(field, value.value, fields);
      return;
    case JsonKind::kNumber:
      if (const auto number = ParseSigned(value.value)) {
        if (*number < 0) {
          fields->AddInt(field, *number);
        } else {
          fields->AddUInt(field, static_cast<uint64_t>(*number));
        }
      } else {
        fields->AddText(field, value.value);
      }
      return;
    case JsonKind::kWord:
      if (value.value == "true" || value.value == "false") {
        fields->AddBool(field, value.value == "true");
      }
      return;
    case JsonKind::kObject:
    case JsonKind::kArray:
      return;
  }
}

void AddNumberOrName(const NamedField& field, const JsonMember& value,
                     FieldList* fields) {
  if (value.kind == JsonKind::kString) {
    if (!fields->Has(field.name_field)) {
      AddString(field.name_field, value.value, fields);
    }
  } else if (const auto number = ParseUnsigned(value.value)) {
    AddNamed(field, *number, fields);
  }
}

void AddMember(const Member& known, const JsonMember& value,
               FieldList* fields) {
  switch (known.kind) {
    case MemberKind::kScalar:
      AddScalar(known.field, value, fields);
      return;
    case MemberKind::kGuid:
      if (value.value.size() == kGuidChars && StartsWithGuid(value.value)) {
        fields->AddGuid(known.field, value.value);
      }
      return;
    case MemberKind::kCode:
      if (const auto code = ParseSigned(value.value)) {
        AddCode(known.field, *code, fields);
      }
      return;
    case MemberKind::kState:
      AddNumberOrName(kStateField, value, fields);
      return;
    case MemberKind::kIntent:
      AddNumberOrName(kIntentField, value, fields);
      return;
    case MemberKind::kContext:
      AddNumberOrName(kContextField, value, fields);
      return;
  }
}

}  // namespace

std::string_view ReadWord(std::string_view text) {
  text = SkipLead(text);
  size_t end = 0;
  while (end < text.size() && IsWordChar(text[end])) ++end;
  return text.substr(0, end);
}

std::string_view ReadSid(std::string_view text) {
  text = SkipLead(text);
  if (!text.starts_with("S-1-")) return {};
  size_t end = 4;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == '-')) ++end;
  return end > 4 && text[end - 1] != '-' ? text.substr(0, end)
                                         : std::string_view();
}

std::optional<int64_t> ReadNumber(std::string_view text) {
  constexpr size_t kHexDigits = 8;
  text = SkipLead(text);
  if (text.starts_with("0x") || text.starts_with("0X")) {
    size_t end = 2;
    while (end < text.size() && IsHexDigitChar(text[end])) ++end;
    const auto number = ParseHex(text.substr(2, end - 2));
    if (!number || end - 2 > kHexDigits) return std::nullopt;
    return static_cast<int32_t>(static_cast<uint32_t>(*number));
  }
  size_t end = !text.empty() && text[0] == '-' ? 1 : 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  // "12a" is a name, not a number.
  if (end < text.size() && IsWordChar(text[end])) return std::nullopt;
  return ParseSigned(text.substr(0, end));
}

std::string_view EnforcementStateName(uint64_t state) {
  switch (state / 1000) {
    case 1:
      return "Success";
    case 2:
      return "InProgress";
    case 3:
      return "RequirementsNotMet";
    case 4:
      return "Unknown";
    case 5:
      return "Error";
    case 6:
      return "NotAttempted";
    default:
      return {};
  }
}

std::string_view IntentName(uint64_t intent) {
  switch (intent) {
    case 0:
      return "NotTargeted";
    case 1:
      return "AvailableInstall";
    case 3:
      return "RequiredInstall";
    case 4:
      return "RequiredUninstall";
    default:
      return {};
  }
}

std::string_view InstallContextName(uint64_t context) {
  switch (context) {
    case 1:
      return "User";
    case 2:
      return "System";
    default:
      return {};
  }
}

void AddNamed(const NamedField& field, uint64_t number, FieldList* fields) {
  if (!fields->Has(field.field)) fields->AddUInt(field.field, number);
  const std::string_view name = field.name(number);
  if (!name.empty() && !fields->Has(field.name_field)) {
    fields->AddText(field.name_field, name);
  }
}

void AddCode(std::string_view field, int64_t code, FieldList* fields) {
  if (code < std::numeric_limits<int32_t>::min() ||
      code > std::numeric_limits<uint32_t>::max()) {
    return;
  }
  fields->AddHex32(field, static_cast<uint32_t>(code));
}

void AddObject(std::string_view object, FieldList* fields) {
  JsonWalk walk(object);
  JsonMember member;
  while (walk.Next(&member)) {
    const Member* known = FindMember(member.name);
    if (known == nullptr || fields->Has(known->field)) continue;
    AddMember(*known, NewValue(member), fields);
  }
}

std::string_view DecodeJson(std::string_view raw, FieldList* fields) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  std::string buffer;
  // The closing quote stands behind it.
  const std::string_view quoted(raw.data(), raw.size() + 1);
  const JsonString text = ReadJsonString(quoted, 0, &buffer);
  return fields->Keep(text.text);
}

}  // namespace espial::cmtrace

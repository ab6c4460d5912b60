#include "parsers/support/field_list.h"

#include <array>

namespace espial {
namespace {

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
         (c >= 'A' && c <= 'F');
}

bool IsGuidDash(size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

}  // namespace

void FieldList::Clear() {
  fields_.clear();
  if (kept_) arena_.Reset();
  kept_ = false;
}

void FieldList::AddGuid(std::string_view name, std::string_view guid) {
  std::array<char, kGuidChars + 2> text{};
  text[0] = '{';
  for (size_t i = 0; i < kGuidChars; ++i) {
    const char c = guid[i];
    text[i + 1] = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  text[kGuidChars + 1] = '}';
  Add(name, {ValueType::kGuid, 0, Keep({text.data(), text.size()})});
}

std::string_view FieldList::Keep(std::string_view text) {
  if (text.empty()) return {};
  kept_ = true;
  return arena_.Copy(text);
}

const Value* FieldList::Find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

bool StartsWithGuid(std::string_view text) {
  if (text.size() < kGuidChars) return false;
  for (size_t i = 0; i < kGuidChars; ++i) {
    if (IsGuidDash(i) ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return text.size() == kGuidChars || !IsHexDigit(text[kGuidChars]);
}

}  // namespace espial

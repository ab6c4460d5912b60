// The fields of one event while a parser gathers them.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/event.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace espial {

// Holds fields in the order in which they came, and the text that had to be
// made for them. Names are literals. Texts that are added as views must outlive
// the next Clear(). Not thread-safe.
class FieldList {
 public:
  // Forgets everything, and keeps the memory.
  void Clear();

  void Add(std::string_view name, const Value& value) {
    fields_.push_back({name, value});
  }
  void AddText(std::string_view name, std::string_view text) {
    Add(name, Value::String(text));
  }
  void AddUInt(std::string_view name, uint64_t number) {
    Add(name, Value::UInt(number));
  }
  void AddInt(std::string_view name, int64_t number) {
    Add(name, {ValueType::kInt, static_cast<uint64_t>(number), {}});
  }
  void AddHex32(std::string_view name, uint32_t number) {
    Add(name, {ValueType::kHex32, number, {}});
  }
  void AddBool(std::string_view name, bool value) {
    Add(name, {ValueType::kBool, value ? 1U : 0U, {}});
  }
  // `guid` is one of 36 characters, without braces.
  void AddGuid(std::string_view name, std::string_view guid);

  // A copy that lives until Clear().
  std::string_view Keep(std::string_view text);

  // The first field of that name; null when there is none. The spelling counts.
  [[nodiscard]] const Value* Find(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const {
    return Find(name) != nullptr;
  }
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  // Valid until something is added.
  [[nodiscard]] std::span<const Field> fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
  Arena arena_;
  bool kept_ = false;
};

// Whether `text` begins with a GUID of 36 characters, without braces, that
// does not go on with another hexadecimal digit.
bool StartsWithGuid(std::string_view text);
inline constexpr size_t kGuidChars = 36;

}  // namespace espial

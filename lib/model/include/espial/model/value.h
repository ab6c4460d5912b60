// A typed value of an event field.
//
// The type is the one the log declared, the value keeps its full precision,
// and null is not the same as empty.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

enum class ValueType : uint8_t {
  kNull,    // no value: an absent or null substitution
  kString,  // text
  kInt,     // number, signed (int64_t in `number`'s bits)
  kUInt,    // number, unsigned
  kFloat,   // number holds the bits of a double
  kBool,    // number is 0 or 1
  kHex32,   // number; printed 0x...
  kHex64,   // number; printed 0x...; size_t values too
  kTime,    // number is Ticks
  kGuid,    // text "{...}" lower case
  kSid,     // text "S-1-..."
  kBinary,  // text holds the raw bytes
  kXml,     // text holds an XML fragment (embedded binary XML)
  kList,    // text holds the elements joined by '\n'; arrays of any type
};
std::string_view ValueTypeName(ValueType type);  // "string", "hex32", ...

// A value. Text lives in the arena of whoever holds the value: during a sink
// callback only, or as long as the Timeline.
struct Value {
  ValueType type = ValueType::kNull;
  uint64_t number = 0;
  std::string_view text;

  static Value String(std::string_view text) {
    return {ValueType::kString, 0, text};
  }
  static Value UInt(uint64_t number) { return {ValueType::kUInt, number, {}}; }

  [[nodiscard]] bool is_null() const { return type == ValueType::kNull; }
  // Whether `number` holds the value.
  [[nodiscard]] bool is_number() const {
    return type == ValueType::kInt || type == ValueType::kUInt ||
           type == ValueType::kBool || type == ValueType::kHex32 ||
           type == ValueType::kHex64;
  }
};

// The value as text: decimal integers (signed where the type is), 0x and
// lower-case hexadecimal without padding, true/false, "{guid}", SID, UTC time
// with 7 digits, binary as upper-case hexadecimal, shortest form of floats
// that reads back the same, "" for null.
std::string ToText(const Value& value);
// The same, appended.
void AppendText(const Value& value, std::string* out);

}  // namespace espial

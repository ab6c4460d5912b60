// Values as people write them, turned into the typed bytes of binary XML.
#pragma once

#include <espial/core/result.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::forge {

// Type numbers of binary XML values.
enum class BinXmlType : uint8_t {
  kNull = 0x00,
  kString = 0x01,
  kAnsiString = 0x02,
  kInt8 = 0x03,
  kUInt8 = 0x04,
  kInt16 = 0x05,
  kUInt16 = 0x06,
  kInt32 = 0x07,
  kUInt32 = 0x08,
  kInt64 = 0x09,
  kUInt64 = 0x0a,
  kFloat = 0x0b,
  kDouble = 0x0c,
  kBool = 0x0d,
  kBinary = 0x0e,
  kGuid = 0x0f,
  kSizeT = 0x10,
  kFileTime = 0x11,
  kSystemTime = 0x12,
  kSid = 0x13,
  kHexInt32 = 0x14,
  kHexInt64 = 0x15,
  kBinXml = 0x21,
  kStringArray = 0x81,
};

// One entry of a substitution array.
struct BinXmlValue {
  BinXmlType type = BinXmlType::kNull;
  std::vector<std::byte> bytes;
};

// `value` in `width` little-endian bytes, appended.
void AppendLittle(uint64_t value, size_t width, std::vector<std::byte>* out);

// An integer of `width` bytes as a value.
BinXmlValue MakeInteger(BinXmlType type, uint64_t value, size_t width);
// A string as binary XML stores it in an array: UTF-16LE, no terminator.
BinXmlValue MakeString(std::string_view utf8);

// The type number of a type name of the event catalogue.
Result<BinXmlType> BinXmlTypeOf(std::string_view type_name);
// `text` as a value of that type. The error says what does not fit.
Result<BinXmlValue> MakeValue(BinXmlType type, std::string_view text);

}  // namespace espial::forge

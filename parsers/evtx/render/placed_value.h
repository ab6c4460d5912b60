// Values of records, and of templates, as a FieldReader hands them out.
#pragma once

#include <espial/evtx.h>

#include <cstdint>
#include <string_view>

#include "parsers/evtx/values.h"

namespace espial::evtx {

// Text of a template. It must outlive the value.
inline FieldValue Constant(std::string_view text) {
  return {ValueType::kString, FieldValue::kTemplateText, AsBytes(text)};
}

// Of the types only those that are asked for before a value is decoded.
inline FieldValue Placed(uint8_t wire_type, Bytes bytes) {
  ValueType type = ValueType::kBinary;
  switch (wire_type) {
    case kWireNull:
      type = ValueType::kNull;
      break;
    case kWireFileTime:
      type = ValueType::kTime;
      break;
    case kWireString:
    case kWireAnsi:
      type = ValueType::kString;
      break;
    default:
      break;
  }
  return {type, wire_type, bytes};
}

}  // namespace espial::evtx

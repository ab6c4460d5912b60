// Finds the template instances of a record, nested ones too.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>

#include "parsers/evtx/layout.h"

namespace espial::evtx {

// An instance taken apart. Offsets are those of the bytes it was read from.
struct InstanceParts {
  uint32_t short_id = 0;
  uint32_t definition = 0;
  bool definition_inside = false;  // stands between head and values
  uint32_t count = 0;
  uint32_t descriptors = 0;
  uint32_t values = 0;
  uint32_t end = 0;
};

// How an instance tells whether its definition stands inside it.
enum class Frame : uint8_t {
  kChunk,    // by its offset: the bytes are a chunk
  kUnknown,  // by its GUID: where the chunk begins is not known
};

// The instance whose token stands at `at`, all of it before `end`; false when
// it is not whole.
bool ReadInstanceParts(Bytes bytes, uint32_t at, uint32_t end, Frame frame,
                       InstanceParts* parts);

// Calls visit(at, parts) for every instance in [begin, end), outer before
// inner, until one is not whole or `visit` returns false. Elements without a
// template are not looked into.
template <typename Visit>
bool ForEachInstance(Bytes bytes, uint32_t begin, uint32_t end, Frame frame,
                     uint32_t depth, Visit&& visit) {
  uint32_t at = begin;
  while (at < end) {
    const auto token = std::to_integer<uint8_t>(bytes[at]);
    if (token == kTokenFragment) {
      at = end - at < 4 ? end : at + 4;
      continue;
    }
    if (token != kTokenInstance) return true;
    InstanceParts parts;
    if (!ReadInstanceParts(bytes, at, end, frame, &parts)) return false;
    if (!visit(at, parts)) return false;
    uint32_t value = parts.values;
    for (uint32_t i = 0; i < parts.count; ++i) {
      const std::byte* descriptor =
          bytes.data() + parts.descriptors + size_t{4} * i;
      const uint32_t size = LoadU16(descriptor);
      if (std::to_integer<uint8_t>(descriptor[2]) == kWireBinXml && size > 0 &&
          depth > 0 &&
          !ForEachInstance(bytes, value, value + size, frame, depth - 1,
                           visit)) {
        return false;
      }
      value += size;
    }
    at = parts.end;
  }
  return true;
}

}  // namespace espial::evtx

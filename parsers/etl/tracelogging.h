// TraceLogging: events that carry their own schema.
//
// Schema, beside the event:
//   u16 size; tags (bytes, the last below 0x80); name\0; fields:
//     name\0; u8 type: low 5 bits the type (payload.h), 0x20 array of a count
//       that stands in the schema, 0x40 of one that stands in the payload,
//       0x60 bytes of a kind of their own; 0x80: a byte follows
//     u8 how to show it (of a structure: how many of the next fields are its
//       members); its 0x80: tags follow
//     u16 count, where 0x20 says so; u16 size and bytes, where 0x60 does
// Provider traits: u16 size; name\0; further traits.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/event.h>

#include <optional>
#include <string_view>
#include <vector>

#include "parsers/etl/payload.h"

namespace espial::etl {

// Fields that one event may have, members of structures and of their arrays
// included. The product's own events have a hundred at most.
inline constexpr size_t kMostFields = 4096;

struct TraceLoggingEvent {
  std::string_view name;
  std::vector<Field> fields;
  // What could not be read; the fields before it are sound.
  std::optional<Error> damage;
};

// Decodes `payload`, which stands at `offset` in the Source, by `schema`. Text
// lives in the context's arena. Members of structures are named "a.b", elements
// of arrays of structures "a[0].b".
TraceLoggingEvent DecodeTraceLogging(Bytes schema, Bytes payload,
                                     uint64_t offset, PayloadContext* context);

// The name within provider traits, valid UTF-8; empty where there is none.
std::string_view NameOfTraits(Bytes traits, PayloadContext* context);

}  // namespace espial::etl

// A record to be written, with its values encoded.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/evtx_values.h"
#include "tools/forge/evtx_writer.h"

namespace espial::forge {

// Substitutions of the outer template, numbered as Windows numbers them.
enum SystemSlot : uint16_t {
  kLevel,
  kOpcode,
  kTask,
  kEventId,
  kQualifiers,
  kKeywords,
  kTimeCreated,
  kActivityId,
  kProcessId,
  kThreadId,
  kRecordId,
  kVersion,
  kUserId,
  kRelatedActivityId,
  kProviderName,
  kProviderGuid,
  kChannel,
  kPayload,
  kSystemSlots,
};

// A field with its value encoded, ready to be placed.
struct EncodedField {
  std::string_view name;
  BinXmlType type = BinXmlType::kNull;
  BinXmlValue value;
};

// A record whose values are encoded, so that placing it cannot fail except for
// want of space.
struct EncodedRecord {
  const EvtxRecord* record = nullptr;
  std::vector<BinXmlValue> system;
  std::vector<EncodedField> fields;
  std::string outer_key;
  std::string payload_key;
};

// Views into `record`. An error names the record and the field.
Result<EncodedRecord> Encode(const EvtxRecord& record);

}  // namespace espial::forge

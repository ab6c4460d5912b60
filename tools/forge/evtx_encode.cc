#include "tools/forge/evtx_encode.h"

#include <limits>
#include <utility>

namespace espial::forge {
namespace {

// Classic events hand all their strings over as one array.
std::vector<EncodedField> JoinClassicStrings(std::vector<EncodedField> fields) {
  std::vector<EncodedField> result;
  for (EncodedField& field : fields) {
    const bool text = field.name.empty() && field.type == BinXmlType::kString;
    if (!text) {
      result.push_back(std::move(field));
      continue;
    }
    if (result.empty() || result.back().type != BinXmlType::kStringArray) {
      result.push_back(
          {{}, BinXmlType::kStringArray, {BinXmlType::kStringArray, {}}});
    }
    std::vector<std::byte>& bytes = result.back().value.bytes;
    bytes.insert(bytes.end(), field.value.bytes.begin(),
                 field.value.bytes.end());
    AppendLittle(0, 2, &bytes);
  }
  return result;
}

Error InField(const EvtxRecord& record, std::string_view field, Error error) {
  error.detail = "record " + std::to_string(record.record_id) + ", field '" +
                 std::string(field) + "': " + error.detail;
  return error;
}

Result<std::vector<EncodedField>> EncodeFields(const EvtxRecord& record) {
  std::vector<EncodedField> fields;
  for (const EvtxField& field : record.fields) {
    if (!record.user_data.empty() && field.name.empty()) {
      return InField(record, field.name,
                     {Errc::kInvalidArgument, "name", 0,
                      "expected a name below UserData, found none"});
    }
    auto type = BinXmlTypeOf(field.type);
    if (!type) return InField(record, field.name, std::move(type).error());
    EncodedField encoded{field.name, *type, {}};
    if (field.text) {
      auto value = MakeValue(*type, *field.text);
      if (!value) return InField(record, field.name, std::move(value).error());
      encoded.value = std::move(*value);
    }
    fields.push_back(std::move(encoded));
  }
  if (record.qualifiers) fields = JoinClassicStrings(std::move(fields));
  for (const EncodedField& field : fields) {
    if (field.value.bytes.size() > std::numeric_limits<uint16_t>::max()) {
      return InField(record, field.name,
                     {Errc::kInvalidArgument, "value", 0,
                      "expected at most 65535 bytes, found " +
                          std::to_string(field.value.bytes.size())});
    }
  }
  return fields;
}

// The substitutions of the outer template; the payload is placed later.
Result<std::vector<BinXmlValue>> EncodeSystem(const EvtxRecord& record) {
  std::vector<BinXmlValue> slots(kSystemSlots);
  const auto text = [&](uint16_t slot, BinXmlType type, std::string_view name,
                        const std::string& value) -> Status {
    if (value.empty()) return {};
    auto encoded = MakeValue(type, value);
    if (!encoded) return InField(record, name, std::move(encoded).error());
    slots[slot] = std::move(*encoded);
    return {};
  };
  if (record.id > std::numeric_limits<uint16_t>::max()) {
    return InField(
        record, "EventID",
        {Errc::kInvalidArgument, "value", 0,
         "expected at most 65535, found " + std::to_string(record.id)});
  }
  slots[kLevel] = MakeInteger(BinXmlType::kUInt8, record.level, 1);
  slots[kOpcode] = MakeInteger(BinXmlType::kUInt8, record.opcode, 1);
  slots[kTask] = MakeInteger(BinXmlType::kUInt16, record.task, 2);
  slots[kEventId] = MakeInteger(BinXmlType::kUInt16, record.id, 2);
  if (record.qualifiers) {
    slots[kQualifiers] =
        MakeInteger(BinXmlType::kUInt16, *record.qualifiers, 2);
  }
  slots[kKeywords] = MakeInteger(BinXmlType::kHexInt64, record.keywords, 8);
  slots[kTimeCreated] =
      MakeInteger(BinXmlType::kFileTime, record.time.value, 8);
  slots[kProcessId] = MakeInteger(BinXmlType::kUInt32, record.process_id, 4);
  slots[kThreadId] = MakeInteger(BinXmlType::kUInt32, record.thread_id, 4);
  slots[kRecordId] = MakeInteger(BinXmlType::kUInt64, record.record_id, 8);
  slots[kVersion] = MakeInteger(BinXmlType::kUInt8, record.version, 1);
  ESPIAL_TRY(
      text(kActivityId, BinXmlType::kGuid, "ActivityID", record.activity_id));
  ESPIAL_TRY(text(kUserId, BinXmlType::kSid, "UserID", record.user_sid));
  ESPIAL_TRY(
      text(kProviderName, BinXmlType::kString, "Provider", record.provider));
  ESPIAL_TRY(
      text(kProviderGuid, BinXmlType::kGuid, "Provider", record.provider_guid));
  ESPIAL_TRY(text(kChannel, BinXmlType::kString, "Channel", record.channel));
  return slots;
}

}  // namespace

Result<EncodedRecord> Encode(const EvtxRecord& record) {
  EncodedRecord encoded;
  encoded.record = &record;
  ESPIAL_TRY_ASSIGN(encoded.system, EncodeSystem(record));
  ESPIAL_TRY_ASSIGN(encoded.fields, EncodeFields(record));
  encoded.outer_key =
      (record.user_data.empty() ? "E|" : "U|") + record.computer;
  std::string& key = encoded.payload_key;
  key = "P|" + record.provider + "|" + std::to_string(record.id) + "|" +
        std::to_string(record.version) + "|" + record.user_data;
  for (const EncodedField& field : encoded.fields) {
    key += "|" + std::string(field.name) + ":" +
           std::to_string(static_cast<unsigned>(field.type));
  }
  return encoded;
}

}  // namespace espial::forge

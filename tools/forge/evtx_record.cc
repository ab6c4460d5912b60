#include "tools/forge/evtx_record.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/evtx_tokens.h"

namespace espial::forge {
namespace {

// A GUID that is the same for the same key: templates of two forged logs that
// look alike are alike.
std::array<std::byte, 16> GuidOf(std::string_view key) {
  std::array<std::byte, 16> guid{};
  for (size_t half = 0; half < 2; ++half) {
    uint64_t hash = 14695981039346656037ULL + half;
    for (const char c : key) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    for (size_t i = 0; i < 8; ++i) {
      guid[half * 8 + i] = static_cast<std::byte>(hash >> (8 * i) & 0xffU);
    }
  }
  return guid;
}

void WriteSystem(TokenWriter* out, std::string_view computer) {
  const size_t system = out->OpenElement("System", false);
  out->CloseStart();
  out->Empty("Provider",
             std::array{Attribute{"Name", kProviderName, BinXmlType::kString},
                        Attribute{"Guid", kProviderGuid, BinXmlType::kGuid}});
  const size_t event_id = out->OpenElement("EventID", true, kEventId);
  out->Attributes(
      std::array{Attribute{"Qualifiers", kQualifiers, BinXmlType::kUInt16}});
  out->CloseStart();
  out->Slot(kEventId, BinXmlType::kUInt16, true);
  out->EndElement(event_id);
  out->Leaf("Version", kVersion, BinXmlType::kUInt8);
  out->Leaf("Level", kLevel, BinXmlType::kUInt8);
  out->Leaf("Task", kTask, BinXmlType::kUInt16);
  out->Leaf("Opcode", kOpcode, BinXmlType::kUInt8);
  out->Leaf("Keywords", kKeywords, BinXmlType::kHexInt64);
  out->Empty("TimeCreated", std::array{Attribute{"SystemTime", kTimeCreated,
                                                 BinXmlType::kFileTime}});
  out->Leaf("EventRecordID", kRecordId, BinXmlType::kUInt64);
  out->Empty("Correlation",
             std::array{Attribute{"ActivityID", kActivityId, BinXmlType::kGuid},
                        Attribute{"RelatedActivityID", kRelatedActivityId,
                                  BinXmlType::kGuid}});
  out->Empty("Execution",
             std::array{Attribute{"ProcessID", kProcessId, BinXmlType::kUInt32},
                        Attribute{"ThreadID", kThreadId, BinXmlType::kUInt32}});
  out->Leaf("Channel", kChannel, BinXmlType::kString);
  const size_t name = out->OpenElement("Computer", false);
  out->CloseStart();
  out->Text(computer);
  out->EndElement(name);
  out->Empty("Security",
             std::array{Attribute{"UserID", kUserId, BinXmlType::kSid}});
  out->EndElement(system);
}

void WriteOuterElements(TokenWriter* out, std::string_view computer,
                        bool user_data) {
  const size_t event = out->OpenElement("Event", true);
  out->LiteralAttribute(
      "xmlns", "http://schemas.microsoft.com/win/2004/08/events/event");
  out->CloseStart();
  WriteSystem(out, computer);
  if (user_data) {
    const size_t element = out->OpenElement("UserData", false, kPayload);
    out->CloseStart();
    out->Slot(kPayload, BinXmlType::kBinXml, true);
    out->EndElement(element);
  } else {
    out->Slot(kPayload, BinXmlType::kBinXml, true);
  }
  out->EndElement(event);
}

void WritePayloadElements(TokenWriter* out, const EvtxRecord& record,
                          const std::vector<EncodedField>& fields) {
  const bool user_data = !record.user_data.empty();
  const size_t root = out->OpenElement(
      user_data ? std::string_view(record.user_data) : "EventData", false);
  out->CloseStart();
  uint16_t slot = 0;
  for (const EncodedField& field : fields) {
    const bool bare = user_data || field.name.empty() ||
                      field.type == BinXmlType::kStringArray;
    size_t element = 0;
    if (bare) {
      element = out->OpenElement(
          user_data || !field.name.empty() ? field.name : "Data", false);
    } else {
      element = out->OpenElement("Data", true);
      out->LiteralAttribute("Name", field.name);
    }
    out->CloseStart();
    out->Slot(slot++, field.type, false);
    out->EndElement(element);
  }
  out->EndElement(root);
}

// The head of a template instance, with the definition where the chunk does
// not hold it yet. `write_elements` writes what is in it.
template <typename F>
void WriteInstanceHead(EvtxChunkBuilder* chunk, const std::string& key,
                       F write_elements) {
  const std::array<std::byte, 16> guid = GuidOf(key);
  chunk->Put(kTemplateInstance, 1);
  chunk->Put(1, 1);
  chunk->PutBytes(std::span(guid).first(4));
  if (const size_t known = chunk->FindTemplate(key); known != 0) {
    chunk->Put(known, 4);
    return;
  }
  chunk->Put(chunk->position() + 4, 4);
  chunk->BeginTemplate(key, guid);
  const size_t size_at = chunk->position();
  chunk->Put(0, 4);
  TokenWriter out(chunk);
  out.FragmentHeader();
  write_elements(&out);
  out.EndOfStream();
  out.EndSized(size_at);
}

// Count, descriptors and values. Returns the offset of the last descriptor.
size_t WriteSubstitutions(EvtxChunkBuilder* chunk,
                          std::span<const BinXmlValue> values) {
  chunk->Put(values.size(), 4);
  size_t last = 0;
  for (const BinXmlValue& value : values) {
    last = chunk->position();
    chunk->Put(value.bytes.size(), 2);
    chunk->Put(static_cast<uint8_t>(value.type), 1);
    chunk->Put(0, 1);
  }
  for (const BinXmlValue& value : values) chunk->PutBytes(value.bytes);
  return last;
}

void WritePayload(EvtxChunkBuilder* chunk, const EncodedRecord& encoded,
                  size_t descriptor_at) {
  const size_t start = chunk->position();
  TokenWriter out(chunk);
  out.FragmentHeader();
  WriteInstanceHead(chunk, encoded.payload_key, [&](TokenWriter* elements) {
    WritePayloadElements(elements, *encoded.record, encoded.fields);
  });
  std::vector<BinXmlValue> values;
  for (const EncodedField& field : encoded.fields) {
    values.push_back(field.value);
  }
  WriteSubstitutions(chunk, values);
  out.EndOfStream();
  // A payload of 64 KiB and more cannot be described; the chunk overflows
  // then too, so the number cut here is never read.
  chunk->Patch(descriptor_at, (chunk->position() - start) & 0xffffU, 2);
  chunk->Patch(descriptor_at + 2, static_cast<uint8_t>(BinXmlType::kBinXml), 1);
}

}  // namespace

void WriteRecord(EvtxChunkBuilder* chunk, const EncodedRecord& encoded) {
  const EvtxRecord& record = *encoded.record;
  const size_t start = chunk->position();
  chunk->Put(0x00002a2a, 4);
  chunk->Put(0, 4);
  chunk->Put(record.record_id, 8);
  chunk->Put(record.time.value, 8);
  TokenWriter out(chunk);
  out.FragmentHeader();
  WriteInstanceHead(chunk, encoded.outer_key, [&](TokenWriter* elements) {
    WriteOuterElements(elements, record.computer, !record.user_data.empty());
  });
  const size_t last = WriteSubstitutions(chunk, encoded.system);
  if (!encoded.fields.empty()) WritePayload(chunk, encoded, last);
  out.EndOfStream();
  // Records begin and end at whole multiples of 8; the size stands once more
  // in the last four bytes.
  while ((chunk->position() - start + 4) % 8 != 0) chunk->Put(0, 1);
  const size_t size = chunk->position() - start + 4;
  chunk->Put(size, 4);
  chunk->Patch(start + 4, size, 4);
}

}  // namespace espial::forge

#include "tools/forge/evtx_writer.h"

#include <espial/core/bytes.h>
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "tools/forge/evtx_chunk_builder.h"
#include "tools/forge/evtx_values.h"

namespace espial::forge {
namespace {

constexpr size_t kFileHeaderSize = 4096;
constexpr uint32_t kFileDirty = 1;

// Tokens of binary XML, and the flag for "attributes follow" on an element and
// "another attribute follows" on an attribute.
constexpr uint8_t kEndOfStream = 0x00;
constexpr uint8_t kOpenElement = 0x01;
constexpr uint8_t kCloseStart = 0x02;
constexpr uint8_t kCloseEmpty = 0x03;
constexpr uint8_t kEndElement = 0x04;
constexpr uint8_t kValue = 0x05;
constexpr uint8_t kAttribute = 0x06;
constexpr uint8_t kTemplateInstance = 0x0c;
constexpr uint8_t kSubstitution = 0x0d;
constexpr uint8_t kOptionalSubstitution = 0x0e;
constexpr uint8_t kMore = 0x40;
constexpr uint16_t kNoDependency = 0xffff;

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

struct Attribute {
  std::string_view name;
  uint16_t slot = 0;
  BinXmlType type = BinXmlType::kNull;
};

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

// Writes the element tokens of one template or record.
class TokenWriter {
 public:
  explicit TokenWriter(EvtxChunkBuilder* chunk) : chunk_(*chunk) {}

  void FragmentHeader() { chunk_.Put(0x0001010f, 4); }
  void EndOfStream() { chunk_.Put(kEndOfStream, 1); }

  // Returns what CloseElement needs.
  size_t OpenElement(std::string_view name, bool attributes,
                     uint16_t dependency = kNoDependency) {
    chunk_.Put(attributes ? kOpenElement | kMore : kOpenElement, 1);
    chunk_.Put(dependency, 2);
    const size_t size_at = chunk_.position();
    chunk_.Put(0, 4);
    chunk_.PutName(name);
    return size_at;
  }
  size_t BeginAttributes() {
    const size_t size_at = chunk_.position();
    chunk_.Put(0, 4);
    return size_at;
  }
  void EndSized(size_t size_at) {
    chunk_.Patch(size_at, chunk_.position() - size_at - 4, 4);
  }
  void AttributeName(std::string_view name, bool more) {
    chunk_.Put(more ? kAttribute | kMore : kAttribute, 1);
    chunk_.PutName(name);
  }
  void CloseStart() { chunk_.Put(kCloseStart, 1); }
  void EndElement(size_t size_at) {
    chunk_.Put(kEndElement, 1);
    EndSized(size_at);
  }
  void EndEmpty(size_t size_at) {
    chunk_.Put(kCloseEmpty, 1);
    EndSized(size_at);
  }
  void Text(std::string_view text) {
    chunk_.Put(kValue, 1);
    chunk_.Put(static_cast<uint8_t>(BinXmlType::kString), 1);
    chunk_.PutString(text);
  }
  void Slot(uint16_t slot, BinXmlType type, bool optional) {
    chunk_.Put(optional ? kOptionalSubstitution : kSubstitution, 1);
    chunk_.Put(slot, 2);
    chunk_.Put(static_cast<uint8_t>(type), 1);
  }

  // <name>{slot}</name>, dropped when the slot is null.
  void Leaf(std::string_view name, uint16_t slot, BinXmlType type) {
    const size_t element = OpenElement(name, false, slot);
    CloseStart();
    Slot(slot, type, true);
    EndElement(element);
  }
  // <name a="{slot}" b="{slot}"/>; an attribute is dropped when null.
  void Attributes(std::span<const Attribute> attributes) {
    const size_t list = BeginAttributes();
    for (size_t i = 0; i < attributes.size(); ++i) {
      AttributeName(attributes[i].name, i + 1 < attributes.size());
      Slot(attributes[i].slot, attributes[i].type, true);
    }
    EndSized(list);
  }
  void Empty(std::string_view name, std::span<const Attribute> attributes) {
    const size_t element = OpenElement(name, true);
    Attributes(attributes);
    EndEmpty(element);
  }
  void LiteralAttribute(std::string_view name, std::string_view value) {
    const size_t list = BeginAttributes();
    AttributeName(name, false);
    Text(value);
    EndSized(list);
  }

 private:
  EvtxChunkBuilder& chunk_;
};

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

// A record whose values are encoded, so that placing it cannot fail except for
// want of space.
struct EncodedRecord {
  const EvtxRecord* record = nullptr;
  std::vector<BinXmlValue> system;
  std::vector<EncodedField> fields;
  std::string outer_key;
  std::string payload_key;
};

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

// Collects records into chunks.
class FileBuilder {
 public:
  Status Add(const EncodedRecord& encoded) {
    if (Place(encoded)) return {};
    if (count_ > 0) {
      CloseChunk();
      if (Place(encoded)) return {};
    }
    return Error{Errc::kInvalidArgument, "record", 0,
                 "record " + std::to_string(encoded.record->record_id) +
                     " does not fit into a chunk of 64 KiB"};
  }

  // The chunks, the last one as `in_flight` says.
  std::vector<std::byte> Finish(bool in_flight) && {
    if (in_flight || chunks_ + count_ == 0) {
      Append(chunk_.FinishInFlight(next_number_));
    } else if (count_ > 0) {
      CloseChunk();
    }
    return std::move(file_);
  }

 private:
  bool Place(const EncodedRecord& encoded) {
    chunk_.Mark();
    const size_t start = chunk_.position();
    WriteRecord(&chunk_, encoded);
    if (chunk_.overflowed()) {
      chunk_.Rollback();
      return false;
    }
    if (count_ == 0) first_id_ = encoded.record->record_id;
    last_id_ = encoded.record->record_id;
    last_offset_ = static_cast<uint32_t>(start);
    ++count_;
    return true;
  }
  void CloseChunk() {
    Append(chunk_.Finish({next_number_, next_number_ + count_ - 1, first_id_,
                          last_id_, last_offset_}));
    next_number_ += count_;
    count_ = 0;
    chunk_ = EvtxChunkBuilder();
  }
  void Append(const std::vector<std::byte>& chunk) {
    file_.insert(file_.end(), chunk.begin(), chunk.end());
    ++chunks_;
  }

  EvtxChunkBuilder chunk_;
  std::vector<std::byte> file_ = std::vector<std::byte>(kFileHeaderSize);
  uint64_t chunks_ = 0;
  uint64_t next_number_ = 1;
  uint64_t count_ = 0;
  uint64_t first_id_ = 0;
  uint64_t last_id_ = 0;
  uint32_t last_offset_ = 0;
};

void Store(std::vector<std::byte>* file, size_t offset, uint64_t value,
           size_t width) {
  for (size_t i = 0; i < width; ++i) {
    (*file)[offset + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}

void WriteFileHeader(const EvtxOptions& options, uint64_t chunks,
                     uint64_t next_id, std::vector<std::byte>* file) {
  std::memcpy(file->data(), "ElfFile", 8);
  Store(file, 8, 0, 8);
  Store(file, 16, chunks - 1, 8);
  Store(file, 24, next_id, 8);
  Store(file, 32, 128, 4);
  Store(file, 36, options.minor, 2);
  Store(file, 38, options.major, 2);
  Store(file, 40, kFileHeaderSize, 2);
  Store(file, 42, std::min<uint64_t>(chunks, 0xffff), 2);
  Store(file, 120, options.in_flight_last_chunk ? kFileDirty : 0, 4);
}

}  // namespace

Result<std::vector<std::byte>> WriteEvtx(const std::vector<EvtxRecord>& records,
                                         const EvtxOptions& options) {
  FileBuilder builder;
  for (const EvtxRecord& record : records) {
    ESPIAL_TRY_ASSIGN(const EncodedRecord encoded, Encode(record));
    ESPIAL_TRY(builder.Add(encoded));
  }
  std::vector<std::byte> file =
      std::move(builder).Finish(options.in_flight_last_chunk);
  const uint64_t chunks = (file.size() - kFileHeaderSize) / kEvtxChunkSize;
  const uint64_t next_id = options.next_record_id.value_or(
      records.empty() ? 1 : records.back().record_id + 1);
  WriteFileHeader(options, chunks, next_id, &file);
  if (options.file_bytes > file.size()) {
    if ((options.file_bytes - kFileHeaderSize) % kEvtxChunkSize != 0) {
      return Error{Errc::kInvalidArgument, "file_bytes", 0,
                   "expected 4096 plus whole chunks of 65536, found " +
                       std::to_string(options.file_bytes)};
    }
    file.resize(options.file_bytes);
  }
  FixEvtxChecksums(&file);
  return file;
}

void FixEvtxChecksums(std::vector<std::byte>* file) {
  const std::span<std::byte> bytes(*file);
  if (bytes.size() < kFileHeaderSize) return;
  Store(file, 124, EvtxCrc32(bytes.first(120)), 4);
  for (size_t at = kFileHeaderSize; bytes.size() - at >= kEvtxChunkSize;
       at += kEvtxChunkSize) {
    const std::span<std::byte> chunk = bytes.subspan(at, kEvtxChunkSize);
    if (std::memcmp(chunk.data(), "ElfChnk", 8) == 0) SealEvtxChunk(chunk);
  }
}

}  // namespace espial::forge

#include "parsers/etl/trace_record.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <utility>

namespace espial::etl {
namespace {

// The last byte of the first dword.
constexpr uint32_t kTraceMarker = 0xC0;
constexpr uint32_t kMessageMarker = 0x90;

// Header types, the third byte of the first dword.
constexpr uint8_t kSystem32 = 0x01;
constexpr uint8_t kSystem64 = 0x02;
constexpr uint8_t kCompact32 = 0x03;
constexpr uint8_t kCompact64 = 0x04;
constexpr uint8_t kFull32 = 0x0A;
constexpr uint8_t kInstance32 = 0x0B;
constexpr uint8_t kPerfInfo32 = 0x10;
constexpr uint8_t kPerfInfo64 = 0x11;
constexpr uint8_t kEventHeader32 = 0x12;
constexpr uint8_t kEventHeader64 = 0x13;
constexpr uint8_t kFull64 = 0x14;
constexpr uint8_t kInstance64 = 0x15;

constexpr uint64_t kGuidBytes = 16;
constexpr uint16_t kExtendedInfo = 0x01;

// Extended items.
constexpr uint16_t kItemSid = 2;
constexpr uint16_t kItemSchema = 11;
constexpr uint16_t kItemTraits = 12;

void ReadKernel(ByteReader* reader, TraceRecord* record) {
  reader->Skip(6, "Packet");
  record->opcode = reader->U8("Type");
  record->group = reader->U8("Group");
  if (record->header_type != kPerfInfo32 &&
      record->header_type != kPerfInfo64) {
    record->thread_id = reader->U32("ThreadId");
    record->process_id = reader->U32("ProcessId");
  }
  record->stamp = reader->U64("SystemTime");
  if (record->header_type == kSystem32 || record->header_type == kSystem64) {
    reader->Skip(8, "KernelTime");
  }
}

void ReadClassic(ByteReader* reader, TraceRecord* record) {
  reader->Skip(4, "Size");
  record->opcode = reader->U8("Type");
  record->level = reader->U8("Level");
  record->version = static_cast<uint8_t>(reader->U16("Version"));
  record->thread_id = reader->U32("ThreadId");
  record->process_id = reader->U32("ProcessId");
  record->stamp = reader->U64("TimeStamp");
  record->guid = reader->ReadBytes(kGuidBytes, "Guid");
  reader->Skip(8, "ProcessorTime");
  if (record->header_type == kInstance32 ||
      record->header_type == kInstance64) {
    reader->Skip(24, "InstanceId");
  }
}

// Items in a file: size, type, whether one follows, size of the data, data,
// padding to 8 bytes.
void ReadItems(ByteReader* reader, TraceRecord* record) {
  bool more = true;
  while (more && reader->ok()) {
    reader->Skip(2, "ExtendedItem.Size");
    const uint16_t type = reader->U16("ExtendedItem.Type");
    more = (reader->U16("ExtendedItem.Linkage") & 1U) != 0;
    const uint16_t size = reader->U16("ExtendedItem.DataSize");
    const Bytes data = reader->ReadBytes(size, "ExtendedItem.Data");
    const uint64_t padding =
        (kRecordAlign - size % kRecordAlign) % kRecordAlign;
    // The last item of a record without payload may lack its padding.
    reader->Skip(std::min(padding, reader->remaining()), "padding");
    if (type == kItemSid) record->sid = data;
    if (type == kItemSchema) record->schema = data;
    if (type == kItemTraits) record->traits = data;
  }
}

void ReadEvent(ByteReader* reader, TraceRecord* record) {
  reader->Skip(4, "Size");
  record->flags = reader->U16("Flags");
  reader->Skip(2, "EventProperty");
  record->thread_id = reader->U32("ThreadId");
  record->process_id = reader->U32("ProcessId");
  record->stamp = reader->U64("TimeStamp");
  record->guid = reader->ReadBytes(kGuidBytes, "ProviderId");
  record->id = reader->U16("Id");
  record->version = reader->U8("Version");
  reader->Skip(1, "Channel");
  record->level = reader->U8("Level");
  record->opcode = reader->U8("Opcode");
  record->task = reader->U16("Task");
  record->keywords = reader->U64("Keyword");
  reader->Skip(8, "ProcessorTime");
  record->activity = reader->ReadBytes(kGuidBytes, "ActivityId");
  if ((record->flags & kExtendedInfo) != 0) ReadItems(reader, record);
}

// What stands behind the message number depends on the option flags.
void ReadMessage(ByteReader* reader, TraceRecord* record) {
  reader->Skip(4, "Marker");
  record->id = reader->U16("MessageNumber");
  const uint16_t options = reader->U16("OptionFlags");
  if ((options & 0x01U) != 0) reader->Skip(4, "Sequence");
  if ((options & 0x02U) != 0) {
    record->guid = reader->ReadBytes(kGuidBytes, "MessageGuid");
  } else if ((options & 0x04U) != 0) {
    reader->Skip(4, "ComponentId");
  }
  if ((options & 0x08U) != 0) {
    record->stamp = reader->U64("TimeStamp");
    record->has_stamp = true;
  }
  if ((options & 0x20U) != 0) {
    record->thread_id = reader->U32("ThreadId");
    record->process_id = reader->U32("ProcessId");
  }
}

RecordForm FormOf(uint8_t type) {
  switch (type) {
    case kSystem32:
    case kSystem64:
    case kCompact32:
    case kCompact64:
    case kPerfInfo32:
    case kPerfInfo64:
      return RecordForm::kKernel;
    case kFull32:
    case kFull64:
    case kInstance32:
    case kInstance64:
      return RecordForm::kClassic;
    case kEventHeader32:
    case kEventHeader64:
      return RecordForm::kEvent;
    default:
      return RecordForm::kOther;
  }
}

}  // namespace

bool IsEndOfRecords(Bytes bytes) {
  return bytes.size() < kRecordAlign || LoadU32(bytes.data()) == 0xFFFFFFFFU;
}

Result<TraceRecord> ReadTraceRecord(Bytes bytes, uint64_t offset) {
  TraceRecord record;
  record.offset = offset;
  ByteReader peek(bytes, offset);
  const uint32_t first = peek.U32("record");
  const uint16_t second = peek.U16("record");
  ESPIAL_TRY(peek.status());
  const uint32_t marker = first >> 24U;
  record.header_type = static_cast<uint8_t>(first >> 16U & 0xFFU);
  if (marker == kMessageMarker) {
    record.form = RecordForm::kMessage;
  } else if (marker == kTraceMarker) {
    record.form = FormOf(record.header_type);
  } else {
    return Error{Errc::kBadValue, "trace record", offset,
                 "expected a marker 0xc0 or 0x90, found 0x" + ToHex(marker, 2)};
  }
  record.size = record.form == RecordForm::kKernel ? second : first & 0xFFFFU;
  if (record.size < kRecordAlign || record.size > bytes.size()) {
    return Error{Errc::kBadValue, "size of trace record", offset,
                 "expected 8 to " + std::to_string(bytes.size()) +
                     " bytes, found " + std::to_string(record.size)};
  }
  ByteReader reader(bytes.first(record.size), offset);
  record.has_stamp = record.form == RecordForm::kKernel ||
                     record.form == RecordForm::kClassic ||
                     record.form == RecordForm::kEvent;
  switch (record.form) {
    case RecordForm::kKernel:
      ReadKernel(&reader, &record);
      break;
    case RecordForm::kClassic:
      ReadClassic(&reader, &record);
      break;
    case RecordForm::kEvent:
      ReadEvent(&reader, &record);
      break;
    case RecordForm::kMessage:
      ReadMessage(&reader, &record);
      break;
    case RecordForm::kOther:
      return record;
  }
  if (Status status = reader.status(); !status) {
    record.damage = std::move(status).error();
  } else {
    record.payload = reader.rest();
  }
  return record;
}

}  // namespace espial::etl

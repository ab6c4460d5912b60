#include "parsers/etl/tracelogging.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <utility>

namespace espial::etl {
namespace {

constexpr uint8_t kTypeMask = 0x1F;
constexpr uint8_t kArrayMask = 0x60;
constexpr uint8_t kCountInSchema = 0x20;
constexpr uint8_t kCountInPayload = 0x40;
constexpr uint8_t kCustom = 0x60;
constexpr uint8_t kChain = 0x80;
// Structures within structures; compilers of schemas allow no such depth.
constexpr int kMostDepth = 8;

std::string_view ReadName(ByteReader* schema, PayloadContext* context) {
  const std::string_view rest = AsChars(schema->rest());
  const size_t end = rest.find('\0');
  if (end == std::string_view::npos) {
    schema->Fail(Errc::kTruncated, "name in schema");
    return {};
  }
  schema->Skip(end + 1, "name in schema");
  return context->arena->Copy(RepairUtf8(rest.substr(0, end)));
}

void SkipTags(ByteReader* schema) {
  while (schema->ok() && (schema->U8("tags in schema") & kChain) != 0) {
  }
}

struct FieldSchema {
  std::string_view name;
  uint8_t type = 0;  // with its array bits
  uint8_t out = 0;   // without its chain bit
  uint16_t count = 0;
};

FieldSchema ReadField(ByteReader* schema, PayloadContext* context) {
  FieldSchema field;
  field.name = ReadName(schema, context);
  field.type = schema->U8("type in schema");
  if ((field.type & kChain) != 0) {
    const uint8_t out = schema->U8("type in schema");
    field.out = out & static_cast<uint8_t>(~kChain);
    if ((out & kChain) != 0) SkipTags(schema);
  }
  if ((field.type & kArrayMask) == kCountInSchema) {
    field.count = schema->U16("count in schema");
  } else if ((field.type & kArrayMask) == kCustom) {
    schema->Skip(schema->U16("size in schema"), "type in schema");
  }
  return field;
}

// Reads payload and schema side by side.
class Decoder {
 public:
  Decoder(Bytes payload, uint64_t offset, PayloadContext* context)
      : payload_(payload, offset), context_(context) {}

  void ReadFields(ByteReader* schema, TraceLoggingEvent* event) {
    while (Going(*schema) && schema->remaining() != 0) {
      ReadOne(schema, {}, 0, event);
    }
  }
  [[nodiscard]] const ByteReader& payload() const { return payload_; }

 private:
  [[nodiscard]] bool Going(const ByteReader& schema) const {
    return schema.ok() && payload_.ok();
  }
  void ReadOne(ByteReader* schema, std::string_view prefix, int depth,
               TraceLoggingEvent* event);
  void ReadStructs(const FieldSchema& field, std::string_view name,
                   uint16_t count, ByteReader* schema, int depth,
                   TraceLoggingEvent* event);
  Value ReadArray(const FieldSchema& field, uint16_t count);

  ByteReader payload_;
  PayloadContext* context_;
  // Fields and elements of arrays, for they may take no byte of the payload.
  size_t steps_ = 0;
};

Value Decoder::ReadArray(const FieldSchema& field, uint16_t count) {
  const auto type = static_cast<uint8_t>(field.type & kTypeMask);
  std::string text;
  for (uint16_t i = 0; i < count && payload_.ok(); ++i) {
    if (i != 0) text += '\n';
    AppendText(ReadValue(type, field.out, &payload_, context_), &text);
    // Elements of no size say nothing.
    if (type == kInNull) break;
  }
  return {ValueType::kList, 0, context_->arena->Copy(text)};
}

void Decoder::ReadStructs(const FieldSchema& field, std::string_view name,
                          uint16_t count, ByteReader* schema, int depth,
                          TraceLoggingEvent* event) {
  const bool array = (field.type & kArrayMask) != 0;
  const ByteReader members = *schema;
  // An empty array's members stand in the schema all the same.
  for (uint16_t i = 0; i < std::max<uint16_t>(count, 1); ++i) {
    std::string prefix(name);
    if (array) prefix += "[" + std::to_string(i) + "]";
    prefix += ".";
    *schema = members;
    for (uint8_t m = 0; m < field.out && Going(*schema); ++m) {
      if (count == 0) {
        ReadField(schema, context_);
      } else {
        ReadOne(schema, prefix, depth + 1, event);
      }
    }
    if (!Going(*schema) || field.out == 0) break;
  }
}

void Decoder::ReadOne(ByteReader* schema, std::string_view prefix, int depth,
                      TraceLoggingEvent* event) {
  if (depth > kMostDepth || ++steps_ > kMostFields) {
    schema->Fail(Errc::kLimitExceeded, "fields of event");
    return;
  }
  const FieldSchema field = ReadField(schema, context_);
  if (!schema->ok()) return;
  const std::string_view name =
      prefix.empty() ? field.name
                     : context_->arena->Copy(std::string(prefix) +
                                             std::string(field.name));
  const auto array = static_cast<uint8_t>(field.type & kArrayMask);
  const auto type = static_cast<uint8_t>(field.type & kTypeMask);
  uint16_t count = 1;
  if (array == kCountInSchema) count = field.count;
  if (array == kCountInPayload) count = payload_.U16("count of array");
  if (type == kInStruct && array != kCustom) {
    ReadStructs(field, name, count, schema, depth, event);
    return;
  }
  Value value;
  if (array == kCustom) {
    value = ReadValue(kInCountedBinary, 0, &payload_, context_);
  } else if (array != 0) {
    value = ReadArray(field, count);
  } else {
    value = ReadValue(type, field.out, &payload_, context_);
  }
  if (payload_.ok()) event->fields.push_back({name, value});
}

}  // namespace

TraceLoggingEvent DecodeTraceLogging(Bytes schema, Bytes payload,
                                     uint64_t offset, PayloadContext* context) {
  TraceLoggingEvent event;
  ByteReader reader(schema);
  reader.Skip(2, "size of schema");
  SkipTags(&reader);
  event.name = ReadName(&reader, context);
  Decoder decoder(payload, offset, context);
  decoder.ReadFields(&reader, &event);
  if (Status status = decoder.payload().status(); !status) {
    event.damage = std::move(status).error();
  } else if (Status of_schema = reader.status(); !of_schema) {
    event.damage = std::move(of_schema).error();
    event.damage->offset = offset;  // the schema stands in front
  } else if (const uint64_t left = decoder.payload().remaining(); left != 0) {
    event.damage = Error{
        Errc::kBadValue, "payload of event", decoder.payload().offset(),
        "expected its end, found " + std::to_string(left) + " more bytes"};
  }
  return event;
}

std::string_view NameOfTraits(Bytes traits, PayloadContext* context) {
  ByteReader reader(traits);
  reader.Skip(2, "size of traits");
  return ReadName(&reader, context);
}

}  // namespace espial::etl

// The public reader of all fields.
#include <espial/core/text.h>
#include <espial/evtx_fields.h>

#include <utility>

#include "parsers/evtx/event_builder.h"
#include "parsers/evtx/render/field_program.h"
#include "parsers/evtx/render/log_impl.h"
#include "parsers/evtx/render/record_walk.h"
#include "parsers/evtx/render/template_table.h"
#include "parsers/evtx/values.h"
#include "parsers/evtx/walker.h"

namespace espial::evtx {
namespace {

constexpr uint32_t kMaxDepth = 64;
constexpr uint32_t kMaxNesting = 8;
constexpr uint32_t kMaxSlots = 256;
// 10000-01-01, as for decoded events.
constexpr uint64_t kEndOfTime = 2'650'467'744'000'000'000ULL;

using FieldCache = BasicProgramCache<FieldProgram>;
using Item = FieldProgram::Item;

bool PlausibleTime(uint64_t ticks) { return ticks > 0 && ticks < kEndOfTime; }

FieldValue Constant(std::string_view text) {
  return {ValueType::kString, FieldValue::kTemplateText, AsBytes(text)};
}

// Only whether it is null or a time is looked at before it is decoded.
FieldValue Placed(uint8_t wire_type, Bytes bytes) {
  const ValueType type = wire_type == kWireNull       ? ValueType::kNull
                         : wire_type == kWireFileTime ? ValueType::kTime
                                                      : ValueType::kBinary;
  return {type, wire_type, bytes};
}

}  // namespace

struct FieldNames::Impl {
  NameNumbers numbers;
  mutable FieldCache cache;
};

FieldNames::FieldNames(const std::vector<std::string>& names)
    : impl_(std::make_unique<Impl>()) {
  for (uint32_t i = 0; i < names.size(); ++i) {
    std::string folded = Fold(names[i]);
    std::erase(folded, ' ');
    if (!folded.empty()) impl_->numbers.emplace(std::move(folded), i);
  }
}
FieldNames::~FieldNames() = default;

struct FieldReader::Impl {
  Impl(const Log& log, const FieldNames& names)
      : walk(log.impl_->source->bytes(), log.impl_->plan),
        templates(
            [&names](const Program& program, Bytes /*chunk*/,
                     FieldProgram* out) {
              return CompileFields(program, names.impl_->numbers, out);
            },
            &names.impl_->cache),
        walker(&xml, &builder) {}

  bool NextChunk() {
    if (!walk.NextChunk()) return false;
    chunk = walk.chunk().first(std::min(walk.chunk().size(), kChunkSize));
    templates.BeginChunk(chunk);
    arena.Reset();
    decoder.Reset(&arena);
    walk_begun = false;
    return true;
  }

  bool ReadInPlace(Range range, uint32_t depth, FieldReader* out);
  bool Run(const FieldProgram& program, uint32_t count, uint32_t depth,
           FieldReader* out);
  // Decodes the record by a walk; false when it has no System section.
  bool DecodeEvent();

  RecordWalk walk;
  BasicTemplateTable<FieldProgram> templates;
  Bytes chunk;
  // Where the values of the instances that are open lie, one behind the other.
  struct Slot {
    uint8_t type = kWireNull;
    uint32_t offset = 0;
    uint32_t size = 0;
  };
  std::vector<Slot> slots;
  Arena arena;
  ValueDecoder decoder;
  // For what cannot be read in place.
  bool walk_begun = false;
  Arena walk_arena;
  ChunkXml xml;
  EventBuilder builder{nullptr};
  Walker<EventBuilder> walker;
  RecordView record;
  Event event;
};

FieldReader::FieldReader(const Log& log, const FieldNames& names)
    : impl_(std::make_unique<Impl>(log, names)) {}
FieldReader::~FieldReader() = default;

const RecordView* FieldReader::Next() {
  if (impl_->walk.AtEndOfChunk() && !impl_->NextChunk()) return nullptr;
  return impl_->walk.Next();
}

void FieldReader::Seek(size_t chunk, size_t count) {
  impl_->walk.Seek(chunk, count);
}

bool FieldReader::Read(const RecordView& record) {
  impl_->record = record;
  impl_->slots.clear();
  fields_.clear();
  system_.fill({});
  regular_ = impl_->ReadInPlace(impl_->walk.RangeOf(record), 0, this);
  if (regular_) {
    // What the header of the record has to stand in for is rare.
    const FieldValue& time = system(SystemField::kTime);
    regular_ = time.type == ValueType::kTime && PlausibleTime(time.Number()) &&
               !system(SystemField::kRecordId).is_null();
  }
  return regular_ || impl_->DecodeEvent();
}

bool FieldReader::Impl::ReadInPlace(Range range, uint32_t depth,
                                    FieldReader* out) {
  const std::byte* const bytes = chunk.data();
  uint32_t at = range.begin;
  if (depth > kMaxNesting || range.end > chunk.size() || at > range.end) {
    return false;
  }
  if (range.end - at >= 4 &&
      std::to_integer<uint8_t>(bytes[at]) == kTokenFragment) {
    at += 4;
  }
  if (range.end - at < 14 ||
      std::to_integer<uint8_t>(bytes[at]) != kTokenInstance) {
    return false;
  }
  const uint32_t definition = LoadU32(bytes + at + 6);
  const FieldProgram* program =
      templates.Find(definition, LoadU32(bytes + at + 2));
  if (program == nullptr || program->whole != (depth == 0)) return false;
  at += 10;
  if (definition == at) {
    at += static_cast<uint32_t>(kTemplateHeaderSize) + LoadU32(bytes + at + 20);
    if (at > range.end || range.end - at < 4) return false;
  }
  const uint32_t count = LoadU32(bytes + at);
  at += 4;
  if (count > kMaxSlots || count > (range.end - at) / 4) return false;
  const std::byte* const descriptors = bytes + at;
  at += 4 * count;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t size = LoadU16(descriptors + size_t{4} * i);
    if (at > range.end || size > range.end - at) return false;
    slots.push_back(
        {std::to_integer<uint8_t>(descriptors[size_t{4} * i + 2]), at, size});
    at += size;
  }
  // Something may stand behind the instance: more elements.
  const bool ends =
      at >= range.end || std::to_integer<uint8_t>(bytes[at]) == kTokenEnd;
  if (!ends || !Run(*program, count, depth, out)) return false;
  slots.resize(slots.size() - count);
  return true;
}

bool FieldReader::Impl::Run(const FieldProgram& program, uint32_t count,
                            uint32_t depth, FieldReader* out) {
  const size_t first = slots.size() - count;
  const auto slot_at = [&](uint16_t number) {
    return number < count ? slots[first + number] : Slot();
  };
  for (const Item& item : program.items) {
    if (item.depends != kNoSlot && slot_at(item.depends).type == kWireNull) {
      continue;
    }
    FieldValue value;
    if (item.constant) {
      value = Constant(item.text);
    } else {
      const Slot slot = slot_at(item.slot);
      if (item.kind == Item::Kind::kNested) {
        if (slot.type != kWireBinXml || slot.size == 0) continue;
        if (!ReadInPlace({slot.offset, slot.offset + slot.size}, depth + 1,
                         out)) {
          return false;
        }
        continue;
      }
      // An element for each item, and elements within values: the walk tells
      // them apart.
      if ((slot.type & kWireArray) != 0 ||
          (slot.type == kWireBinXml && slot.size > 0)) {
        return false;
      }
      value = Placed(slot.type, chunk.subspan(slot.offset, slot.size));
    }
    if (item.kind == Item::Kind::kSystem) {
      out->system_[item.place] = value;
    } else {
      out->fields_.push_back({item.place, value});
    }
  }
  return true;
}

bool FieldReader::Impl::DecodeEvent() {
  if (!walk_begun) {
    walk_begun = true;
    walk_arena.Reset();
    xml.Reset(chunk, walk.base(), &walk_arena, kMaxDepth);
    builder.Reset(&walk_arena);
  }
  xml.BeginRecord();
  builder.Begin();
  const Range range = walk.RangeOf(record);
  // What an error leaves out is reported by whoever decodes whole logs.
  if (range.begin < range.end && !walker.Fragment(range)) {
    // The record is used as far as it goes.
  }
  if (!builder.complete()) return false;
  event = builder.Finish();
  event.offset = record.offset;
  if (!builder.has_record_id()) event.record = record.id;
  if (!event.time.known() || !PlausibleTime(event.time.ticks.value)) {
    event.time = PlausibleTime(record.written.value)
                     ? Time{record.written, TimeQuality::kUtc, {}}
                     : Time{};
  }
  event.corrected = event.time.ticks;
  return true;
}

Value FieldReader::Decode(const FieldValue& value) {
  if (value.wire_type == FieldValue::kTemplateText) {
    return Value::String(AsChars(value.bytes));
  }
  return impl_->decoder.Decode({value.wire_type, value.bytes, 0});
}

const Event& FieldReader::event() {
  if (regular_) impl_->DecodeEvent();
  return impl_->event;
}

const std::vector<Damage>& FieldReader::damage() const {
  return impl_->walk.damage();
}

}  // namespace espial::evtx

// The public reader of all fields.
#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/evtx_fields.h>

#include <utility>

#include "parsers/evtx/event_builder.h"
#include "parsers/evtx/render/field_program.h"
#include "parsers/evtx/render/log_impl.h"
#include "parsers/evtx/render/placed_value.h"
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

  // What a range of elements is, by where it stands.
  enum class Part : uint8_t { kEvent, kSection, kElement };
  static const std::vector<Item>* ItemsOf(const FieldProgram* program,
                                          Part part);

  bool ReadInPlace(Range range, Part part, uint32_t depth, FieldReader* out);
  // Elements without a template.
  bool ReadBare(Range range, Part part, uint32_t depth, FieldReader* out);
  // `count` slots, the last ones, are those of the items.
  bool Run(const std::vector<Item>& items, uint32_t count, uint32_t depth,
           FieldReader* out);
  // A field for each item of an array; false when only a walk can tell.
  bool AddItems(const Item& item, uint8_t wire_type, Bytes array,
                FieldReader* out) const;
  // A time that is told as text, as one that is told as a number.
  FieldValue TimeOf(const FieldValue& text);
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
  std::vector<TextPlace> texts;  // of the elements read last
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
  regular_ = impl_->ReadInPlace(impl_->walk.RangeOf(record), Impl::Part::kEvent,
                                0, this);
  if (regular_) {
    // What the header of the record has to stand in for is rare.
    FieldValue& time = system_[static_cast<size_t>(SystemField::kTime)];
    if (time.wire_type == kWireString ||
        time.wire_type == FieldValue::kTemplateText) {
      time = impl_->TimeOf(time);
    }
    regular_ = time.type == ValueType::kTime && PlausibleTime(time.Number()) &&
               !system(SystemField::kRecordId).is_null();
  }
  return regular_ || impl_->DecodeEvent();
}

// Null when they cannot be read so.
const std::vector<Item>* FieldReader::Impl::ItemsOf(const FieldProgram* program,
                                                    Part part) {
  if (program == nullptr || program->whole != (part == Part::kEvent)) {
    return nullptr;
  }
  if (part == Part::kElement) {
    return program->element ? &program->fields : nullptr;
  }
  return program->whole || program->section ? &program->items : nullptr;
}

bool FieldReader::Impl::ReadInPlace(Range range, Part part, uint32_t depth,
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
  if (range.end - at < 14) return false;
  if (std::to_integer<uint8_t>(bytes[at]) != kTokenInstance) {
    return ReadBare({at, range.end}, part, depth, out);
  }
  const uint32_t definition = LoadU32(bytes + at + 6);
  const std::vector<Item>* const items =
      ItemsOf(templates.Find(definition, LoadU32(bytes + at + 2)), part);
  if (items == nullptr) return false;
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
  if (!ends || !Run(*items, count, depth, out)) return false;
  slots.resize(slots.size() - count);
  return true;
}

bool FieldReader::Impl::ReadBare(Range range, Part part, uint32_t depth,
                                 FieldReader* out) {
  const std::vector<Item>* const items =
      ItemsOf(templates.Bare(range, &texts), part);
  if (items == nullptr) return false;
  for (const TextPlace& text : texts) {
    // A value of that type would end in front of its zeros.
    if (text.size != 0 &&
        LoadU16(chunk.data() + text.offset + text.size - 2) == 0) {
      return false;
    }
    slots.push_back({kWireString, text.offset, text.size});
  }
  const auto count = static_cast<uint32_t>(texts.size());
  if (!Run(*items, count, depth, out)) return false;
  slots.resize(slots.size() - count);
  return true;
}

bool FieldReader::Impl::AddItems(const Item& item, uint8_t wire_type,
                                 Bytes array, FieldReader* out) const {
  if (!item.repeats || item.kind != Item::Kind::kField) return false;
  ArrayItems items({wire_type, array, 0});
  WireValue value;
  bool more = items.Next(&value);
  // An empty array is one field without a value.
  do {
    if (value.type == kWireBinXml) return false;
    out->fields_.push_back({item.place, Placed(value.type, value.bytes)});
    more = more && items.Next(&value);
  } while (more);
  return true;
}

FieldValue FieldReader::Impl::TimeOf(const FieldValue& text) {
  std::string spelled;
  text.AppendText(&spelled);
  const auto time = ParseIso8601(Trim(spelled));
  if (!time) return {};
  const std::span<uint8_t> ticks = arena.NewArray<uint8_t>(8);
  for (size_t i = 0; i < ticks.size(); ++i) {
    ticks[i] = static_cast<uint8_t>(time->ticks.value >> (8 * i));
  }
  return {ValueType::kTime, kWireFileTime,
          std::as_bytes(std::span<const uint8_t>(ticks))};
}

bool FieldReader::Impl::Run(const std::vector<Item>& items, uint32_t count,
                            uint32_t depth, FieldReader* out) {
  const size_t first = slots.size() - count;
  const auto slot_at = [&](uint16_t number) {
    return number < count ? slots[first + number] : Slot();
  };
  for (const Item& item : items) {
    if ((item.depends != kNoSlot && slot_at(item.depends).type == kWireNull) ||
        (item.section != kNoSlot && slot_at(item.section).type == kWireNull)) {
      continue;
    }
    FieldValue value;
    if (item.constant) {
      value = Constant(item.text);
    } else {
      const Slot slot = slot_at(item.slot);
      const bool elements = item.kind == Item::Kind::kElements;
      if (elements || item.kind == Item::Kind::kSections) {
        if (slot.type != kWireBinXml || slot.size == 0) {
          // Text would be a field of its own.
          if (elements) return false;
          continue;
        }
        if (!ReadInPlace({slot.offset, slot.offset + slot.size},
                         elements ? Part::kElement : Part::kSection, depth + 1,
                         out)) {
          return false;
        }
        continue;
      }
      if ((slot.type & kWireArray) != 0) {
        if (!AddItems(item, slot.type, chunk.subspan(slot.offset, slot.size),
                      out)) {
          return false;
        }
        continue;
      }
      // Elements within a value: their text is for the walk to write.
      if (slot.type == kWireBinXml && slot.size > 0) return false;
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

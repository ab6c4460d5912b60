#include "parsers/evtx/render/record_slots.h"

#include <algorithm>
#include <array>

#include "parsers/evtx/render/escape.h"
#include "parsers/evtx/render/write_value.h"

namespace espial::evtx {
namespace {

// Instances within instances; real logs have two.
constexpr uint32_t kMaxNesting = 8;
// Text of one record. What becomes more is for the plain renderer, which
// counts what it does.
constexpr uint64_t kMostBound = uint64_t{1} << 20U;

// For each wire type the kind, and the one size that it must have; 0: any.
struct TypeRule {
  SlotKind kind = SlotKind::kIrregular;
  uint8_t size = 0;
};

constexpr std::array<TypeRule, 256> kRules = [] {
  std::array<TypeRule, 256> rules{};
  rules[kWireNull] = {SlotKind::kNull, 0};
  rules[kWireString] = {SlotKind::kString, 0};
  rules[kWireAnsi] = {SlotKind::kAnsi, 0};
  rules[kWireInt8] = {SlotKind::kInt8, 1};
  rules[kWireInt16] = {SlotKind::kInt16, 2};
  rules[kWireInt32] = {SlotKind::kInt32, 4};
  rules[kWireInt64] = {SlotKind::kInt64, 8};
  rules[kWireUInt8] = {SlotKind::kUInt8, 1};
  rules[kWireUInt16] = {SlotKind::kUInt16, 2};
  rules[kWireUInt32] = {SlotKind::kUInt32, 4};
  rules[kWireUInt64] = {SlotKind::kUInt64, 8};
  rules[kWireBool] = {SlotKind::kBool, 4};
  rules[kWireBinary] = {SlotKind::kBinary, 0};
  rules[kWireGuid] = {SlotKind::kGuid, 16};
  rules[kWireFileTime] = {SlotKind::kTime, 8};
  rules[kWireSystemTime] = {SlotKind::kSystemTime, 0};
  rules[kWireSid] = {SlotKind::kSid, 0};
  rules[kWireHex32] = {SlotKind::kHex32, 4};
  rules[kWireHex64] = {SlotKind::kHex64, 8};
  rules[kWireSizeT] = {SlotKind::kHex64, 0};
  rules[kWireBinXml] = {SlotKind::kXml, 0};
  for (size_t type = 0x80; type < 0x100; ++type) {
    rules[type] = {SlotKind::kArray, 0};
  }
  return rules;
}();

// Bytes of text that `size` bytes of a value become at most, with quotes.
uint64_t TextBound(SlotKind kind, uint64_t size) {
  static_assert(kEscapedUnit == 6 && SidWriter::Bound(0) <= kFixedText);
  return kFixedText + (kind == SlotKind::kAnsi ? 6 : 3) * size;
}

// What the size of a value does not say alone.
SlotKind LookAtValue(const std::byte* bytes, SlotKind kind, uint16_t* size) {
  if (kind == SlotKind::kNull) return kind;
  if (*size == 0) return SlotKind::kEmpty;
  switch (kind) {
    case SlotKind::kString:
      if (*size % 2 != 0) return SlotKind::kIrregular;
      while (*size > 0 && LoadU16(bytes + *size - 2) == 0) {
        *size = static_cast<uint16_t>(*size - 2);
      }
      return *size == 0 ? SlotKind::kEmpty : SlotKind::kString;
    case SlotKind::kAnsi: {
      const bool says = std::any_of(
          bytes, bytes + *size, [](std::byte b) { return b != std::byte{0}; });
      return says ? SlotKind::kAnsi : SlotKind::kEmpty;
    }
    case SlotKind::kSid:
      return SidWriter::Fits(bytes, *size) ? SlotKind::kSid
                                           : SlotKind::kIrregular;
    case SlotKind::kSystemTime:
      return *size == 16 && SystemTimeTicks(bytes) ? SlotKind::kSystemTime
                                                   : SlotKind::kIrregular;
    case SlotKind::kHex64:
      if (*size == 8) return SlotKind::kHex64;
      return *size == 4 ? SlotKind::kHex32 : SlotKind::kIrregular;
    default:
      return kind;
  }
}

inline SlotKind Classify(const std::byte* bytes, uint8_t wire_type,
                         uint16_t* size) {
  const TypeRule rule = kRules[wire_type];
  if (rule.size == 0) return LookAtValue(bytes, rule.kind, size);
  if (*size != rule.size) {
    return *size == 0 ? SlotKind::kEmpty : SlotKind::kIrregular;
  }
  if (rule.kind == SlotKind::kTime && LoadU64(bytes) >= TimeWriter::kEnd) {
    return SlotKind::kIrregular;
  }
  return rule.kind;
}

}  // namespace

SlotKind ClassifyValue(const std::byte* bytes, uint8_t wire_type,
                       uint16_t* size) {
  return Classify(bytes, wire_type, size);
}

bool RecordSlots::Read(Bytes chunk, Range range, TemplateTable* templates) {
  chunk_ = chunk;
  templates_ = templates;
  used_ = 0;
  instances_.clear();
  uint32_t index = 0;
  return ReadInstance(range, 0, &bound_, &index);
}

bool RecordSlots::ReadInstance(Range range, uint32_t depth, uint64_t* bound,
                               uint32_t* index) {
  // Offsets are below 2^17 and lengths below 2^16: no sum overflows.
  const std::byte* const chunk = chunk_.data();
  uint32_t at = range.begin;
  if (depth > kMaxNesting || range.end > chunk_.size()) return false;
  if (range.end - at >= 4 &&
      std::to_integer<uint8_t>(chunk[at]) == kTokenFragment) {
    at += 4;
  }
  if (range.end - at < 14) return false;
  if (std::to_integer<uint8_t>(chunk[at]) != kTokenInstance) {
    return ReadBare({at, range.end}, bound, index);
  }
  const uint32_t definition = LoadU32(chunk + at + 6);
  const FastProgram* program =
      templates_->Find(definition, LoadU32(chunk + at + 2));
  if (program == nullptr) return false;
  at += 10;
  if (definition == at) {
    // It stands here; Find() has seen all of it.
    at += static_cast<uint32_t>(kTemplateHeaderSize) + LoadU32(chunk + at + 20);
    if (at > range.end || range.end - at < 4) return false;
  }
  const uint32_t count = LoadU32(chunk + at);
  at += 4;
  if (count > (range.end - at) / 4) return false;
  const std::byte* descriptor = chunk + at;
  at += 4 * count;

  const uint32_t first = used_;
  RecordSlot* slot = Grow(std::max(count, program->slots));
  // Slots that the program names and the record lacks are null.
  for (uint32_t i = count; i < program->slots; ++i) slots_[first + i] = {};
  *index = static_cast<uint32_t>(instances_.size());
  instances_.push_back({program, first});
  uint64_t values_bound = 0;
  uint64_t repeats = 1;
  bool has_xml = false;
  for (uint32_t i = 0; i < count; ++i, ++slot, descriptor += 4) {
    uint16_t size = LoadU16(descriptor);
    if (size > range.end - at) return false;
    slot->offset = at;
    slot->wire_type = std::to_integer<uint8_t>(descriptor[2]);
    at += size;
    const uint16_t whole = size;
    slot->kind = Classify(chunk + slot->offset, slot->wire_type, &size);
    slot->size = size;
    if (slot->kind == SlotKind::kIrregular) return false;
    has_xml |= slot->kind == SlotKind::kXml;
    values_bound += TextBound(slot->kind, whole);
    if (slot->kind == SlotKind::kArray) {
      // Every item may bring the whole element again, quotes and commas.
      repeats += whole + uint64_t{1};
      values_bound += uint64_t{kFixedText} * (whole + uint64_t{1});
    }
  }
  // Behind the instance: nothing, or the end.
  if (at < range.end && chunk[at] != std::byte{kTokenEnd}) return false;
  if (has_xml) {
    for (uint32_t i = 0; i < count; ++i) {
      const RecordSlot xml = slots_[first + i];
      if (xml.kind != SlotKind::kXml) continue;
      uint64_t inner = 0;
      uint32_t nested = 0;
      if (!ReadInstance({xml.offset, xml.offset + xml.size}, depth + 1, &inner,
                        &nested)) {
        return false;
      }
      slots_[first + i].nested = nested;
      values_bound += inner;
    }
  }
  *bound = program->fixed_bound * repeats +
           values_bound * std::max<uint32_t>(program->uses, 1);
  return *bound <= kMostBound;
}

RecordSlot* RecordSlots::Grow(uint32_t count) {
  const uint32_t first = used_;
  used_ += count;
  // In leaps: what is in use was filled, the rest is never read.
  if (slots_.size() < used_) slots_.resize(used_ + size_t{1024});
  return slots_.data() + first;
}

bool RecordSlots::ReadBare(Range range, uint64_t* bound, uint32_t* index) {
  const FastProgram* program = templates_->Bare(range, &texts_);
  // Slots that nothing fills are no case for this.
  if (program == nullptr || program->slots > texts_.size()) return false;
  *index = static_cast<uint32_t>(instances_.size());
  instances_.push_back({program, used_});
  RecordSlot* slot = Grow(static_cast<uint32_t>(texts_.size()));
  uint64_t values_bound = 0;
  for (const TextPlace& text : texts_) {
    slot->offset = text.offset;
    slot->size = text.size;
    slot->wire_type = kWireString;
    slot->kind = text.size == 0 ? SlotKind::kEmpty : SlotKind::kString;
    values_bound += TextBound(SlotKind::kString, text.size);
    ++slot;
  }
  *bound = program->fixed_bound +
           values_bound * std::max<uint32_t>(program->uses, 1);
  return *bound <= kMostBound;
}

}  // namespace espial::evtx

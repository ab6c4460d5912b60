// The values of a record and of the binary XML nested in it, looked at once:
// what kinds they are, and how much text they can become.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/render/fast_program.h"
#include "parsers/evtx/render/template_table.h"

namespace espial::evtx {

// What a value is to a renderer. The sizes are those that the kind must have.
enum class SlotKind : uint8_t {
  kNull,   // no value
  kEmpty,  // a value that says nothing
  kString,
  kAnsi,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kBool,
  kBinary,
  kGuid,
  kTime,
  kSystemTime,
  kSid,
  kHex32,
  kHex64,
  kXml,    // nested: which instance
  kArray,  // of whatever
  kIrregular,
};

struct RecordSlot {
  uint32_t offset = 0;  // in the chunk
  uint16_t size = 0;    // strings: without terminators
  uint8_t wire_type = 0;
  SlotKind kind = SlotKind::kNull;
  uint32_t nested = 0;  // kXml: index of the instance
};

// Whether JSON writes it without quotes.
inline bool IsBare(SlotKind kind) {
  return kind >= SlotKind::kInt8 && kind <= SlotKind::kBool;
}

// The kind of a value; kIrregular is for the plain renderer.
SlotKind ClassifyValue(const std::byte* bytes, uint8_t wire_type,
                       uint16_t* size);

struct RecordInstance {
  const FastProgram* program = nullptr;
  uint32_t first_slot = 0;
};

// Kept from record to record for its memory. Not thread-safe.
class RecordSlots {
 public:
  // Looks at the binary XML in `range`, which must be one template
  // instance, or one element without a template.
  // False when only the plain renderer can make sense of it.
  bool Read(Bytes chunk, Range range, TemplateTable* templates);

  [[nodiscard]] const RecordInstance& root() const { return instances_[0]; }
  [[nodiscard]] const RecordInstance& instance(uint32_t index) const {
    return instances_[index];
  }
  [[nodiscard]] RecordSlot* slots(const RecordInstance& instance) {
    return slots_.data() + instance.first_slot;
  }
  // Bytes of text that the record becomes, at most.
  [[nodiscard]] uint64_t bound() const { return bound_; }

 private:
  bool ReadInstance(Range range, uint32_t depth, uint64_t* bound,
                    uint32_t* index);

  // Room for `count` more slots. What slots() gave before is void.
  RecordSlot* Grow(uint32_t count);

  // Elements without a template.
  bool ReadBare(Range range, uint64_t* bound, uint32_t* index);

  Bytes chunk_;
  TemplateTable* templates_ = nullptr;
  std::vector<RecordSlot> slots_;
  uint32_t used_ = 0;
  std::vector<RecordInstance> instances_;
  std::vector<TextPlace> texts_;
  uint64_t bound_ = 0;
};

}  // namespace espial::evtx

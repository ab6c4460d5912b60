// Walks over the binary XML of a record and tells a visitor what is there.
//
// The visitor is any class with these members:
//   void BeginElement(const Name& name);
//   void EndElement(const Name& name);
//   void BeginAttribute(const Name& name);
//   void EndAttribute();
//   void Text(std::string_view text);       literal text
//   void CData(std::string_view text);
//   void CharRef(uint32_t unit);
//   void EntityRef(const Name& name);
//   void Pi(const Name& target, std::string_view data);
//   void Value(const WireValue& value);     a typed value, null ones too
//   bool WantsXml();   whether embedded binary XML is to be walked in place
// When the walk ends with an error, no call follows, and what is open stays
// open.
//
// What Windows leaves out when it renders is left out here: an element that
// depends on a null value (never the outermost), an attribute whose only value
// is an optional null. An element whose only content is an array is repeated
// once an item; an empty array is one empty element.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/program.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {

// Which of the rules above hold.
struct WalkRules {
  // Elements that depend on a null value are told all the same.
  bool keep_dependents = false;
  // Arrays of fewer items than this are told as one value.
  size_t repeat_from = 0;
};

template <typename Visitor>
class Walker {
 public:
  Walker(ChunkXml* xml, Visitor* visitor) : xml_(*xml), visitor_(*visitor) {}

  void set_rules(const WalkRules& rules) { rules_ = rules; }

  // The binary XML in `range`: any mix of fragment headers, template instances
  // and bare elements. An error ends the walk where it stands.
  Status Fragment(Range range) {
    if (depth_ >= xml_.max_depth()) {
      return Error{Errc::kLimitExceeded, "binary XML",
                   xml_.Wrong("", range.begin, "").offset,
                   "expected at most " + std::to_string(xml_.max_depth()) +
                       " nested fragments"};
    }
    ++depth_;
    Status status = FragmentTokens(range);
    --depth_;
    return status;
  }

 private:
  static constexpr uint64_t kOpCost = 2;

  Status FragmentTokens(Range range) {
    uint32_t at = range.begin;
    while (at < range.end) {
      const auto token = std::to_integer<uint8_t>(xml_.chunk()[at]);
      if (token == kTokenEnd) return {};
      if (token == kTokenFragment) {
        if (range.end - at < 4) {
          return xml_.Truncated("fragment header", at, 4, range.end - at);
        }
        at += 4;
        continue;
      }
      if (token != kTokenInstance) return Bare({at, range.end});
      ESPIAL_TRY_ASSIGN(const Instance instance,
                        xml_.ReadInstance(at, range.end));
      ESPIAL_TRY(RunInstance(instance));
      at = instance.end;
    }
    return {};
  }

  // Elements without a template: compiled for this once.
  Status Bare(Range range) {
    // One for each depth, kept for its memory; a deque never moves them.
    if (bare_.size() < depth_) bare_.resize(depth_);
    Program& program = bare_[depth_ - 1];
    xml_.Compile(range, &program);
    return RunProgram(program, {0, 0});
  }

  Status RunInstance(const Instance& instance) {
    const Program* program =
        xml_.Template(instance.definition, instance.short_id);
    if (program->error && program->ops.empty()) return *program->error;
    const Slots slots = Push(instance);
    Status status = RunProgram(*program, slots);
    values_.resize(slots.first);
    return status;
  }

  // The values of one instance, on the stack of values.
  struct Slots {
    size_t first;
    size_t count;
  };

  Slots Push(const Instance& instance) {
    const Slots slots{values_.size(), instance.count};
    const std::byte* chunk = xml_.chunk().data();
    uint32_t at = instance.values;
    for (uint32_t i = 0; i < instance.count; ++i) {
      const std::byte* descriptor =
          chunk + instance.descriptors + size_t{4} * i;
      const uint16_t size = LoadU16(descriptor);
      values_.push_back({std::to_integer<uint8_t>(descriptor[2]),
                         Bytes(chunk + at, size), at});
      at += size;
    }
    return slots;
  }

  [[nodiscard]] WireValue Get(Slots slots, uint16_t slot) const {
    return slot < slots.count ? values_[slots.first + slot] : WireValue();
  }

  Status RunProgram(const Program& program, Slots slots) {
    ESPIAL_TRY(RunOps(program, 0, program.ops.size(), slots, {}));
    if (program.error) return *program.error;
    return {};
  }

  // While an element is repeated: which slot holds the array, and the item
  // that stands for it.
  struct Item {
    uint16_t slot = kNoSlot;
    WireValue value;
  };

  Status RunOps(const Program& program, size_t first, size_t last, Slots slots,
                const Item& item) {
    for (size_t i = first; i < last; ++i) {
      const Op& op = program.ops[i];
      if (!xml_.Spend(kOpCost + op.text.size())) return xml_.OverBudget(0);
      switch (op.code) {
        case Op::Code::kBeginElement: {
          if (op.slot != kNoSlot && i != 0 && !rules_.keep_dependents &&
              Get(slots, op.slot).is_null()) {
            i = op.end;
            break;
          }
          if (op.content_slot != kNoSlot) {
            const WireValue content = Get(slots, op.content_slot);
            if (content.is_array() && HasItems(content, rules_.repeat_from)) {
              ESPIAL_TRY(Repeat(program, i, slots, content));
              i = op.end;
              break;
            }
          }
          visitor_.BeginElement(op.name);
          break;
        }
        case Op::Code::kEndElement:
          visitor_.EndElement(op.name);
          break;
        case Op::Code::kBeginAttribute:
          if (op.content_slot != kNoSlot &&
              program.ops[i + 1].code == Op::Code::kOptionalSlot &&
              Get(slots, op.content_slot).is_null()) {
            i = op.end;
            break;
          }
          visitor_.BeginAttribute(op.name);
          break;
        case Op::Code::kEndAttribute:
          visitor_.EndAttribute();
          break;
        case Op::Code::kText:
          visitor_.Text(op.text);
          break;
        case Op::Code::kCData:
          visitor_.CData(op.text);
          break;
        case Op::Code::kCharRef:
          visitor_.CharRef(op.number);
          break;
        case Op::Code::kEntityRef:
          visitor_.EntityRef(op.name);
          break;
        case Op::Code::kPi:
          visitor_.Pi(op.name, op.text);
          break;
        case Op::Code::kSlot:
        case Op::Code::kOptionalSlot:
        case Op::Code::kFilledSlot:
          ESPIAL_TRY(EmitValue(item.slot == op.slot && op.slot != kNoSlot
                                   ? item.value
                                   : Get(slots, op.slot)));
          break;
        case Op::Code::kLiteral:
          ESPIAL_TRY(
              EmitValue({op.wire_type, xml_.chunk().subspan(op.number, op.end),
                         op.number}));
          break;
        case Op::Code::kInstance:
          ESPIAL_TRY(Fragment({op.number, op.end}));
          break;
      }
    }
    return {};
  }

  static bool HasItems(const WireValue& array, size_t least) {
    ArrayItems items(array);
    WireValue item;
    size_t count = 0;
    while (count < least && items.Next(&item)) ++count;
    return count == least;
  }

  // The element at `begin`, once for each item of the array.
  Status Repeat(const Program& program, size_t begin, Slots slots,
                const WireValue& array) {
    const Op& op = program.ops[begin];
    Item item{op.content_slot, {}};
    ArrayItems items(array);
    bool more = items.Next(&item.value);
    do {
      visitor_.BeginElement(op.name);
      ESPIAL_TRY(RunOps(program, begin + 1, op.end, slots, item));
      visitor_.EndElement(op.name);
      more = more && items.Next(&item.value);
    } while (more);
    return {};
  }

  Status EmitValue(const WireValue& value) {
    if (!xml_.Spend(value.bytes.size())) return xml_.OverBudget(value.offset);
    if (value.type == kWireBinXml && !value.bytes.empty() &&
        visitor_.WantsXml()) {
      return Fragment({value.offset, value.offset + static_cast<uint32_t>(
                                                        value.bytes.size())});
    }
    visitor_.Value(value);
    return {};
  }

  ChunkXml& xml_;
  Visitor& visitor_;
  WalkRules rules_;
  std::vector<WireValue> values_;
  std::deque<Program> bare_;
  uint32_t depth_ = 0;
};

}  // namespace espial::evtx

// A template definition, compiled for one Style: literal text, and what to do
// with the values between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::evtx {

// A run of FastProgram::literals.
struct Literal {
  uint32_t offset = 0;
  uint32_t size = 0;
};

struct FastOp {
  enum class Code : uint8_t {
    kLiteral,  // nothing but `before`
    // XML.
    kText,       // slot: as content
    kAttribute,  // slot: within quotes
    kSkipNull,   // slot null: goes on at `target`
    kLeaf,       // slot is the content; literal: end tag. "/>" where empty
    kOpen,       // ">", and content follows that may be empty
    kClose,      // literal: end tag. "/>" where nothing followed kOpen
    kRepeat,     // slot is an array: the ops up to `target`, once an item
    // JSON.
    kPiece,    // slot: text within a string
    kScalar,   // slot; literal: what stands for nothing
    kMember,   // slot is XML: its element as a member
    kElement,  // elements[target]
  };
  Code code = Code::kLiteral;
  uint8_t flags = 0;
  uint16_t slot = 0;
  uint32_t target = 0;
  Literal before;  // written first, whatever the operation then does
  Literal literal;
};

// Flags of kScalar, kMember and FastElement.
enum FastFlag : uint8_t {
  // Data in it would be named: the nested element must be none.
  kInContainer = 1,
  // A list of strings is a JSON list.
  kListAllowed = 2,
  // A list of strings adds its items to the list that this stands in.
  kListSpliced = 4,
  // kMember: other members stand in front.
  kNotFirst = 8,
};

// An attribute of a FastElement: one slot or one literal.
struct FastAttribute {
  static constexpr uint16_t kNoSlot = 0xffff;
  uint16_t slot = kNoSlot;
  Literal text;  // ,"name": and for a literal its value, too
};

// JSON: an element whose form depends on which of its attributes are there.
struct FastElement {
  static constexpr uint16_t kNoSlot = 0xffff;
  uint32_t first_attribute = 0;
  uint32_t attribute_count = 0;
  uint16_t content = kNoSlot;
  uint8_t flags = 0;
  Literal key;            // "name":
  Literal attribute_key;  // "name_attributes":
  Literal text;           // content without a slot, empty: none
};

struct FastProgram {
  std::vector<FastOp> ops;
  std::vector<FastElement> elements;
  std::vector<FastAttribute> attributes;
  std::string literals;
  // Slots that the operations name: those below this number.
  uint32_t slots = 0;
  // Most operations that name one slot.
  uint32_t uses = 0;
  // Bytes of output, values aside, at most.
  uint32_t fixed_bound = 0;
  // JSON: the root, and the names that stand beside a nested element.
  std::string root_name;
  std::vector<std::string> member_names;

  [[nodiscard]] size_t bytes() const {
    return literals.size() + ops.size() * sizeof(FastOp);
  }

  // Literals are copied in whole registers.
  static constexpr size_t kPadding = 64;
};

}  // namespace espial::evtx

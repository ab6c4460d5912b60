// The binary XML of one record as a tree: what the plain renderers work on.
//
// A visitor of Walker. The tree is kept from record to record for its memory.
// Text that it holds lives in the chunk or its arena.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/evtx/program.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {

inline constexpr uint32_t kNoNode = ~uint32_t{0};

struct TreeNode {
  enum class Kind : uint8_t {
    kElement,    // name, first_attribute, first_child
    kAttribute,  // name, first_child
    kText,       // text: literal
    kValue,      // value
    kCharRef,    // number
    kEntityRef,  // name
    kPi,         // name, text
  };
  Kind kind = Kind::kText;
  bool empty = true;  // of text and values: says nothing
  std::string_view name;
  std::string_view text;
  WireValue value;
  uint32_t number = 0;
  // Links to other nodes, in document order.
  uint32_t next = kNoNode;
  uint32_t first_attribute = kNoNode;
  uint32_t last_attribute = kNoNode;
  uint32_t first_child = kNoNode;
  uint32_t last_child = kNoNode;
};

// Whether a value says nothing: null, no byte, a text of terminators alone.
bool IsEmptyValue(const WireValue& value);

class RecordTree {
 public:
  void Clear();
  // The first element at the top, or kNoNode.
  [[nodiscard]] uint32_t root() const { return root_; }
  [[nodiscard]] const TreeNode& node(uint32_t index) const {
    return nodes_[index];
  }

  void BeginElement(const Name& name) { BeginElement(name.text); }
  void BeginElement(std::string_view name);
  void EndElement(const Name& name);
  void BeginAttribute(const Name& name);
  void EndAttribute();
  void Text(std::string_view text);
  void CData(std::string_view text) { Text(text); }
  void CharRef(uint32_t unit);
  void EntityRef(const Name& name);
  void Pi(const Name& target, std::string_view data);
  void Value(const WireValue& value);
  [[nodiscard]] bool WantsXml() const { return attribute_ == kNoNode; }

 private:
  // A new node in what is open; null where nothing is.
  TreeNode* AddContent(TreeNode::Kind kind);
  uint32_t Add(TreeNode::Kind kind);

  std::vector<TreeNode> nodes_;
  std::vector<uint32_t> open_;
  uint32_t root_ = kNoNode;
  uint32_t attribute_ = kNoNode;
};

}  // namespace espial::evtx

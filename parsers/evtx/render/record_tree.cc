#include "parsers/evtx/render/record_tree.h"

#include <algorithm>

#include "parsers/evtx/utf16.h"

namespace espial::evtx {

bool IsEmptyValue(const WireValue& value) {
  if (value.is_null() || value.bytes.empty()) return true;
  if (value.type == kWireString || value.type == kWireXml) {
    return TrimTerminators(value.bytes).empty();
  }
  if (value.type == kWireAnsi) {
    return std::all_of(value.bytes.begin(), value.bytes.end(),
                       [](std::byte b) { return b == std::byte{0}; });
  }
  return false;
}

void RecordTree::Clear() {
  nodes_.clear();
  open_.clear();
  root_ = kNoNode;
  attribute_ = kNoNode;
}

uint32_t RecordTree::Add(TreeNode::Kind kind) {
  nodes_.emplace_back().kind = kind;
  return static_cast<uint32_t>(nodes_.size() - 1);
}

TreeNode* RecordTree::AddContent(TreeNode::Kind kind) {
  if (attribute_ == kNoNode && open_.empty()) return nullptr;
  const uint32_t owner_index =
      attribute_ != kNoNode ? attribute_ : open_.back();
  const uint32_t index = Add(kind);
  TreeNode& owner = nodes_[owner_index];
  if (owner.last_child == kNoNode) {
    owner.first_child = index;
  } else {
    nodes_[owner.last_child].next = index;
  }
  owner.last_child = index;
  return &nodes_[index];
}

void RecordTree::BeginElement(std::string_view name) {
  if (open_.empty()) {
    const uint32_t index = Add(TreeNode::Kind::kElement);
    nodes_[index].name = name;
    // A record holds one element; whatever follows it is no part of it.
    if (root_ == kNoNode) root_ = index;
    open_.push_back(index);
    return;
  }
  TreeNode* node = AddContent(TreeNode::Kind::kElement);
  node->name = name;
  open_.push_back(static_cast<uint32_t>(nodes_.size() - 1));
}

void RecordTree::EndElement(const Name& /*name*/) {
  if (!open_.empty()) open_.pop_back();
}

void RecordTree::BeginAttribute(const Name& name) {
  if (open_.empty()) return;
  attribute_ = Add(TreeNode::Kind::kAttribute);
  nodes_[attribute_].name = name.text;
  TreeNode& element = nodes_[open_.back()];
  if (element.last_attribute == kNoNode) {
    element.first_attribute = attribute_;
  } else {
    nodes_[element.last_attribute].next = attribute_;
  }
  element.last_attribute = attribute_;
}

void RecordTree::EndAttribute() { attribute_ = kNoNode; }

void RecordTree::Text(std::string_view text) {
  if (TreeNode* node = AddContent(TreeNode::Kind::kText)) {
    node->text = text;
    node->empty = text.empty();
  }
}

void RecordTree::CharRef(uint32_t unit) {
  if (TreeNode* node = AddContent(TreeNode::Kind::kCharRef)) {
    node->number = unit;
    node->empty = false;
  }
}

void RecordTree::EntityRef(const Name& name) {
  if (TreeNode* node = AddContent(TreeNode::Kind::kEntityRef)) {
    node->name = name.text;
    node->empty = false;
  }
}

void RecordTree::Pi(const Name& target, std::string_view data) {
  // Windows writes none within an attribute.
  if (attribute_ != kNoNode) return;
  if (TreeNode* node = AddContent(TreeNode::Kind::kPi)) {
    node->name = target.text;
    node->text = data;
  }
}

void RecordTree::Value(const WireValue& value) {
  if (TreeNode* node = AddContent(TreeNode::Kind::kValue)) {
    node->value = value;
    node->empty = IsEmptyValue(value);
  }
}

}  // namespace espial::evtx

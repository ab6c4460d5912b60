#include "parsers/mdmreport/report_tree.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>

namespace espial::mdmreport {
namespace {

// What names an item of a list, the best first only by where it stands: the
// first of these that an element has.
constexpr std::array<std::string_view, 16> kKeys = {
    "EnrollmentId", "PolicyScope", "PolicyAreaName",
    "PolicyName",   "UserSid",     "ResourceTarget",
    "Type",         "PackageId",   "ProductCode",
    "Name",         "Id",          "Guid",
    "Component",    "Thumbprint",  "Account",
    "Key"};

bool IsKey(std::string_view name) {
  return std::any_of(kKeys.begin(), kKeys.end(), [&](std::string_view key) {
    return EqualsFold(key, name);
  });
}

}  // namespace

void ReportTree::Clear() {
  nodes_.clear();
  arena_.Reset();
  open_ = kNoNode;
  level_ = 0;
}

std::string_view ReportTree::Keep(std::string_view text) {
  const std::less<> before;
  const bool stays = !before(text.data(), text_.data()) &&
                     !before(text_.data() + text_.size(), text.data());
  return stays ? text : arena_.Copy(text);
}

uint32_t ReportTree::Add(const Node& node) {
  nodes_.push_back(node);
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void ReportTree::Take(const XmlToken& token, bool truncated) {
  if (token.kind == XmlTokenKind::kStart) {
    Node node;
    node.name = token.name;
    node.parent = open_;
    node.position = token.position;
    node.value = token.end;
    if (open_ != kNoNode) nodes_[open_].has_children = true;
    open_ = Add(node);
    if (++level_ > pieces_.size()) pieces_.resize(level_);
    pieces_[level_ - 1].clear();
    for (const XmlAttribute& attribute : token.attributes) {
      if (attribute.name.starts_with("xmlns")) continue;
      Node child;
      child.name = attribute.name;
      child.text = Keep(attribute.value);
      child.parent = open_;
      child.attribute = true;
      child.position = attribute.position;
      child.value = attribute.position;
      Add(child);
    }
    return;
  }
  if (open_ == kNoNode) return;
  Node& node = nodes_[open_];
  if (token.kind == XmlTokenKind::kText) {
    // White space between elements is layout.
    if (node.has_children && Trim(token.text).empty()) return;
    std::string& pieces = pieces_[level_ - 1];
    if (node.text.empty()) {
      if (!node.has_children) node.value = token.position;
      node.text = Keep(token.text);
    } else {
      if (pieces.empty()) pieces = node.text;
      pieces += token.text;
    }
  } else if (token.kind == XmlTokenKind::kEnd) {
    node.cut = token.implied && truncated;
    if (!pieces_[level_ - 1].empty()) {
      node.text = arena_.Copy(pieces_[level_ - 1]);
    }
    --level_;
    if (node.has_children) node.text = Trim(node.text);
    const uint32_t self = open_;
    open_ = node.parent;
    if (open_ == kNoNode || node.has_children || node.cut) return;
    Node& parent = nodes_[open_];
    if (parent.key == kNoNode && !Trim(node.text).empty() && IsKey(node.name)) {
      parent.key = self;
    }
    if (EqualsFold(node.name, "Error")) parent.error = self;
    if (EqualsFold(node.name, "Time")) parent.time = self;
  }
}

}  // namespace espial::mdmreport

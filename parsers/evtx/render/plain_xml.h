// Writes the tree of a record as XML: the plain renderer, which says what the
// fast one must print. On one line, always well-formed; an element without
// content closes itself.
#pragma once

#include <espial/evtx_render.h>

#include <string>
#include <string_view>

#include "parsers/evtx/render/record_tree.h"

namespace espial::evtx {

// Appends a name; what XML forbids in names becomes '_'.
void AppendXmlName(std::string_view name, std::string* out);

class PlainXml {
 public:
  PlainXml(const RecordTree& tree, const Style& style, std::string* out)
      : tree_(tree), style_(style), out_(*out) {}

  // REQUIRES: tree.root() != kNoNode.
  void Record() { Element(tree_.node(tree_.root())); }

 private:
  void Element(const TreeNode& element);
  void Attributes(const TreeNode& element);
  void Pieces(const TreeNode& node, bool in_attribute);

  const RecordTree& tree_;
  const Style& style_;
  std::string& out_;
};

}  // namespace espial::evtx

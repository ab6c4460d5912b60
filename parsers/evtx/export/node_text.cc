#include "parsers/evtx/export/node_text.h"

#include <espial/core/text.h>

#include "parsers/evtx/render/plain_text.h"
#include "parsers/evtx/xml_text.h"

namespace espial::evtx {

using Kind = TreeNode::Kind;

void AppendNodeText(const RecordTree& tree, const TreeNode& node,
                    ValueTextFunction value_text, const Codepage* codepage,
                    std::string* out) {
  for (uint32_t i = node.first_child; i != kNoNode; i = tree.node(i).next) {
    const TreeNode& piece = tree.node(i);
    std::string text;
    switch (piece.kind) {
      case Kind::kText:
        AppendEscaped(piece.text, Escape::kJson, out);
        break;
      case Kind::kValue:
        value_text(piece.value, codepage, out);
        break;
      case Kind::kCharRef:
        AppendUtf8(piece.number, &text);
        AppendEscaped(text, Escape::kJson, out);
        break;
      case Kind::kEntityRef:
        text = EntityText(piece.name);
        if (text.empty()) text = "&" + std::string(piece.name) + ";";
        AppendEscaped(text, Escape::kJson, out);
        break;
      case Kind::kElement:
      case Kind::kAttribute:
      case Kind::kPi:
        break;
    }
  }
}

const TreeNode* OnlyChild(const RecordTree& tree, const TreeNode& node) {
  if (node.first_child == kNoNode || node.first_child != node.last_child) {
    return nullptr;
  }
  return &tree.node(node.first_child);
}

bool IsNamespace(const TreeNode& attribute) {
  return attribute.name == "xmlns" || attribute.name.starts_with("xmlns:");
}

}  // namespace espial::evtx

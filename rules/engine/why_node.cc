#include "rules/engine/why_node.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace espial::rules {
namespace {

using Kind = WhyNode::Kind;

Truth Negated(Truth value) {
  return value == Truth::kUnknown ? value
         : value == Truth::kTrue  ? Truth::kFalse
                                  : Truth::kTrue;
}

}  // namespace

WhyNode MakeNode(Kind kind, std::string label, std::string text) {
  WhyNode node;
  node.kind = kind;
  node.label = std::move(label);
  node.text = std::move(text);
  return node;
}

WhyNode Folded(WhyNode node) {
  const std::vector<WhyNode>& children = node.children;
  switch (node.kind) {
    case Kind::kAnd:
      node.value = Truth::kTrue;
      for (const WhyNode& child : children) {
        node.value = std::min(node.value, child.value);
      }
      break;
    case Kind::kOr:
      node.value = Truth::kFalse;
      for (const WhyNode& child : children) {
        node.value = std::max(node.value, child.value);
      }
      break;
    case Kind::kNot:
      node.value = Negated(children[0].value);
      break;
    case Kind::kSettle:
      node.value = children[0].value;
      if (node.value == Truth::kUnknown &&
          std::min(children[1].value, children[2].value) != Truth::kTrue) {
        node.value = Truth::kFalse;
      }
      break;
    default:
      break;
  }
  return node;
}

}  // namespace espial::rules

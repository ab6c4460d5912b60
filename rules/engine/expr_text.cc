#include "rules/engine/expr.h"

namespace espial::rules {

std::string ExprText(const Expr& expr, uint32_t index,
                     std::span<const std::string> names) {
  const Expr::Node& node = expr.node(index);
  const auto child_text = [&](uint32_t child) {
    const Expr::Op op = expr.node(child).op;
    const bool binds =
        op == Expr::Op::kOperand || op == Expr::Op::kNot || op == node.op;
    std::string text = ExprText(expr, child, names);
    return binds ? text : '(' + text + ')';
  };
  switch (node.op) {
    case Expr::Op::kOperand:
      return node.operand < names.size() ? names[node.operand] : "?";
    case Expr::Op::kNot:
      return "not " + child_text(node.children[0]);
    case Expr::Op::kAnd:
    case Expr::Op::kOr:
      break;
  }
  std::string out;
  for (const uint32_t child : node.children) {
    if (!out.empty()) out += node.op == Expr::Op::kAnd ? " and " : " or ";
    out += child_text(child);
  }
  return out;
}

std::string ExprText(const Expr& expr, std::span<const std::string> names) {
  return expr.empty() ? std::string()
                      : ExprText(expr, expr.root_index(), names);
}

}  // namespace espial::rules

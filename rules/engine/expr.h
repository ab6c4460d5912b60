// Conditions: names, and, or, not, parentheses, "1 of x*", "all of x*".
//
// Sigma conditions and the expressions of signatures and flows share this
// language and Kleene's three values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

enum class Tri : uint8_t { kFalse, kUnknown, kTrue };

inline Tri And(Tri a, Tri b) { return a < b ? a : b; }
inline Tri Or(Tri a, Tri b) { return a < b ? b : a; }
inline Tri Not(Tri a) {
  return a == Tri::kUnknown ? a : a == Tri::kTrue ? Tri::kFalse : Tri::kTrue;
}
inline Tri ToTri(bool value) { return value ? Tri::kTrue : Tri::kFalse; }

// A compiled condition over operands that are counted from 0.
class Expr {
 public:
  enum class Op : uint8_t { kOperand, kAnd, kOr, kNot };
  struct Node {
    Op op = Op::kOperand;
    uint32_t operand = 0;
    std::vector<uint32_t> children;  // indices of nodes
  };

  // A condition that is parsed has no more nodes.
  static constexpr size_t kMaxSize = 20'000;

  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  [[nodiscard]] size_t size() const { return nodes_.size(); }
  [[nodiscard]] uint32_t root_index() const { return root_; }
  [[nodiscard]] const Node& root() const { return nodes_[root_]; }
  [[nodiscard]] const Node& node(uint32_t index) const { return nodes_[index]; }
  // Operands, each once, in order of first mention.
  [[nodiscard]] std::vector<uint32_t> Operands() const;

  // The value of the condition; `value_of(operand)` gives that of a name.
  // False for an empty one.
  template <typename ValueOf>
  [[nodiscard]] Tri Evaluate(const ValueOf& value_of) const {
    return empty() ? Tri::kFalse : EvaluateNode(root_, value_of);
  }

  // The value of the part of the condition at a node.
  template <typename ValueOf>
  [[nodiscard]] Tri EvaluateAt(uint32_t index, const ValueOf& value_of) const {
    return EvaluateNode(index, value_of);
  }

  uint32_t Add(Node node);
  // Makes this "this and other", whose operands count from `first_operand` on.
  // REQUIRES: neither is empty.
  void AddAnd(const Expr& other, uint32_t first_operand);
  void set_root(uint32_t root) { root_ = root; }

 private:
  template <typename ValueOf>
  Tri EvaluateNode(uint32_t index, const ValueOf& value_of) const {
    const Node& node = nodes_[index];
    switch (node.op) {
      case Op::kOperand:
        return value_of(node.operand);
      case Op::kNot:
        return Not(EvaluateNode(node.children[0], value_of));
      case Op::kAnd: {
        Tri value = Tri::kTrue;
        for (const uint32_t child : node.children) {
          value = And(value, EvaluateNode(child, value_of));
          if (value == Tri::kFalse) break;
        }
        return value;
      }
      case Op::kOr: {
        Tri value = Tri::kFalse;
        for (const uint32_t child : node.children) {
          value = Or(value, EvaluateNode(child, value_of));
          if (value == Tri::kTrue) break;
        }
        return value;
      }
    }
    return Tri::kFalse;
  }

  std::vector<Node> nodes_;
  uint32_t root_ = 0;
};

// Why a condition does not parse.
struct ExprError {
  size_t offset = 0;  // in the text
  std::string code;   // see diagnostics.h
  std::string message;
};

// Parses `text`; the operands are the places of names in `names`. Nothing, and
// `error` filled, when it does not parse. Names that begin with '_' are no part
// of "them".
std::optional<Expr> ParseExpr(std::string_view text,
                              std::span<const std::string> names,
                              ExprError* error);

// A condition in words, with parentheses where they matter; the operands are
// called by `names`. Empty for an empty one.
std::string ExprText(const Expr& expr, std::span<const std::string> names);
// The same for the part at a node.
std::string ExprText(const Expr& expr, uint32_t index,
                     std::span<const std::string> names);

}  // namespace espial::rules

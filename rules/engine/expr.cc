#include "rules/engine/expr.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/diagnostics.h"

namespace espial::rules {
namespace {

constexpr int kMaxDepth = 64;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
         c == '*' || c == '?' || c == '@';
}

// or := and ("or" and)* ; and := not ("and" not)* ; not := "not" not | primary
// primary := "(" or ")" | ("1"|"all") "of" ("them"|pattern) | name
class Parser {
 public:
  Parser(std::string_view text, std::span<const std::string> names,
         ExprError* error)
      : text_(text), names_(names), error_(error) {}

  std::optional<Expr> Parse() {
    Next();
    uint32_t root = 0;
    if (!ParseOr(0, &root)) return std::nullopt;
    if (!token_.empty()) {
      constexpr std::array<std::string_view, 2> kWords = {"and", "or"};
      Fail("E009", fmt::format("expected 'and', 'or' or the end, found {}{}",
                               Quoted(token_), DidYouMean(token_, kWords)));
      return std::nullopt;
    }
    expr_.set_root(root);
    return std::move(expr_);
  }

 private:
  bool Fail(std::string code, std::string message) {
    *error_ = {offset_, std::move(code), std::move(message)};
    return false;
  }

  // Moves to the next token: a word, "(", ")", "|", or a character that is
  // none of these; empty at the end.
  void Next() {
    while (position_ < text_.size() &&
           (text_[position_] == ' ' || text_[position_] == '\t' ||
            text_[position_] == '\n' || text_[position_] == '\r')) {
      ++position_;
    }
    offset_ = position_;
    size_t end = position_;
    while (end < text_.size() && IsWordCharacter(text_[end])) ++end;
    if (end == position_ && end < text_.size()) ++end;
    token_ = text_.substr(position_, end - position_);
    position_ = end;
  }

  bool AddNode(Expr::Node node, uint32_t* out) {
    if (++count_ > Expr::kMaxSize)
      return Fail("E026", "the condition is too long");
    *out = expr_.Add(std::move(node));
    return true;
  }

  bool ParseChain(int depth, bool is_or, uint32_t* out) {
    const std::string_view word = is_or ? "or" : "and";
    const auto part = [&](uint32_t* index) {
      return is_or ? ParseChain(depth, false, index) : ParseNot(depth, index);
    };
    uint32_t first = 0;
    if (!part(&first)) return false;
    if (token_ != word) {
      *out = first;
      return true;
    }
    Expr::Node node;
    node.op = is_or ? Expr::Op::kOr : Expr::Op::kAnd;
    node.children.push_back(first);
    while (token_ == word) {
      Next();
      uint32_t next = 0;
      if (!part(&next)) return false;
      node.children.push_back(next);
    }
    return AddNode(std::move(node), out);
  }

  bool ParseOr(int depth, uint32_t* out) {
    return ParseChain(depth, true, out);
  }

  bool ParseNot(int depth, uint32_t* out) {
    if (depth > kMaxDepth) {
      return Fail("E026", "the condition is nested too deeply");
    }
    if (token_ != "not") return ParsePrimary(depth, out);
    Next();
    Expr::Node node;
    node.op = Expr::Op::kNot;
    uint32_t child = 0;
    if (!ParseNot(depth + 1, &child)) return false;
    node.children.push_back(child);
    return AddNode(std::move(node), out);
  }

  bool ParsePrimary(int depth, uint32_t* out) {
    if (token_.empty()) return Fail("E009", "the condition ends too early");
    if (token_ == "(") {
      Next();
      if (!ParseOr(depth + 1, out)) return false;
      if (token_ != ")") {
        return Fail("E009", token_.empty()
                                ? std::string("a ')' is missing at the end")
                                : fmt::format("expected ')', found {}",
                                              Quoted(token_)));
      }
      Next();
      return true;
    }
    if (token_ == "and" || token_ == "or" || token_ == "of" || token_ == ")" ||
        !IsWordCharacter(token_[0])) {
      return Fail("E009",
                  fmt::format("expected a name, found {}", Quoted(token_)));
    }
    const std::string_view word = token_;
    const size_t word_offset = offset_;
    Next();
    if (token_ == "of") {
      if (word != "1" && word != "all" && word != "any") {
        offset_ = word_offset;
        return Fail("E009", fmt::format("expected '1 of' or 'all of', found "
                                        "'{} of'",
                                        word));
      }
      Next();
      return ParseQuantified(word == "all", out);
    }
    return AddName(word, word_offset, out);
  }

  bool ParseQuantified(bool all, uint32_t* out) {
    const std::string_view pattern = token_;
    if (pattern.empty() || !IsWordCharacter(pattern[0])) {
      return Fail("E009", "expected 'them' or a pattern of names after 'of'");
    }
    Expr::Node node;
    node.op = all ? Expr::Op::kAnd : Expr::Op::kOr;
    for (size_t i = 0; i < names_.size(); ++i) {
      const bool fits = pattern == "them" ? !names_[i].starts_with('_')
                                          : MatchesGlob(pattern, names_[i]);
      if (!fits) continue;
      Expr::Node leaf;
      leaf.operand = static_cast<uint32_t>(i);
      uint32_t index = 0;
      if (!AddNode(std::move(leaf), &index)) return false;
      node.children.push_back(index);
    }
    if (node.children.empty()) {
      return Fail("E010", fmt::format("no name fits {}{}", Quoted(pattern),
                                      DidYouMean(pattern, names_)));
    }
    Next();
    return AddNode(std::move(node), out);
  }

  bool AddName(std::string_view word, size_t word_offset, uint32_t* out) {
    const auto found = std::find(names_.begin(), names_.end(), word);
    if (found == names_.end()) {
      offset_ = word_offset;
      return Fail("E010", fmt::format("unknown name {}{}", Quoted(word),
                                      DidYouMean(word, names_)));
    }
    Expr::Node leaf;
    leaf.operand = static_cast<uint32_t>(found - names_.begin());
    return AddNode(std::move(leaf), out);
  }

  std::string_view text_;
  std::span<const std::string> names_;
  ExprError* error_;
  Expr expr_;
  size_t position_ = 0;
  size_t offset_ = 0;
  size_t count_ = 0;
  std::string_view token_;
};

}  // namespace

uint32_t Expr::Add(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<uint32_t>(nodes_.size() - 1);
}

void Expr::AddAnd(const Expr& other, uint32_t first_operand) {
  const auto moved = static_cast<uint32_t>(nodes_.size());
  for (Node node : other.nodes_) {
    node.operand += first_operand;
    for (uint32_t& child : node.children) child += moved;
    nodes_.push_back(std::move(node));
  }
  // A chain of such calls stays flat: thousands of filters may apply to a rule.
  if (nodes_[root_].op == Op::kAnd) {
    nodes_[root_].children.push_back(other.root_ + moved);
    return;
  }
  Node both;
  both.op = Op::kAnd;
  both.children = {root_, other.root_ + moved};
  root_ = Add(std::move(both));
}

std::vector<uint32_t> Expr::Operands() const {
  std::vector<uint32_t> out;
  for (const Node& node : nodes_) {
    if (node.op == Op::kOperand &&
        std::find(out.begin(), out.end(), node.operand) == out.end()) {
      out.push_back(node.operand);
    }
  }
  return out;
}

std::optional<Expr> ParseExpr(std::string_view text,
                              std::span<const std::string> names,
                              ExprError* error) {
  const size_t pipe = text.find('|');
  if (pipe != std::string_view::npos) {
    *error = {
        pipe, "E023",
        "the pipe syntax of old Sigma is not accepted; use a correlation"};
    return std::nullopt;
  }
  return Parser(text, names, error).Parse();
}

}  // namespace espial::rules

#include "rules/lint/condition_check.h"

#include <algorithm>
#include <vector>

namespace espial::rules {
namespace {

constexpr size_t kMaxOperands = 16;

}  // namespace

std::optional<bool> ConstantValue(const Expr& when, const Expr& unless) {
  if (when.empty()) return std::nullopt;
  std::vector<uint32_t> operands = when.Operands();
  if (!unless.empty()) {
    const std::vector<uint32_t> more = unless.Operands();
    operands.insert(operands.end(), more.begin(), more.end());
  }
  std::sort(operands.begin(), operands.end());
  operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
  if (operands.size() > kMaxOperands) return std::nullopt;
  bool seen_true = false;
  bool seen_false = false;
  for (uint32_t bits = 0; bits < uint32_t{1} << operands.size(); ++bits) {
    const auto value_of = [&](uint32_t operand) {
      const auto at =
          std::lower_bound(operands.begin(), operands.end(), operand);
      return ToTri((bits >> (at - operands.begin()) & 1U) != 0);
    };
    const Tri value =
        And(when.Evaluate(value_of), Not(unless.Evaluate(value_of)));
    (value == Tri::kTrue ? seen_true : seen_false) = true;
    if (seen_true && seen_false) return std::nullopt;
  }
  return seen_true;
}

std::optional<bool> ConstantValue(const Expr& expr) {
  return ConstantValue(expr, Expr());
}

}  // namespace espial::rules

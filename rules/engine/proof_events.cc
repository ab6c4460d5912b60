#include "rules/engine/proof_events.h"

#include <algorithm>

namespace espial::rules {

std::optional<uint32_t> LastEvent(const ExprState& state) {
  std::optional<uint32_t> last;
  for (const OperandState* operand : state.proof) {
    if (operand->facts || operand->items.empty()) continue;
    last =
        last ? std::max(*last, operand->items.back()) : operand->items.back();
  }
  return last;
}

std::optional<uint32_t> FirstEvent(const ExprState& state) {
  std::optional<uint32_t> first;
  for (const OperandState* operand : state.proof) {
    if (operand->facts || operand->items.empty()) continue;
    first = first ? std::min(*first, operand->items.front())
                  : operand->items.front();
  }
  return first;
}

std::vector<uint32_t> EventsOf(const ExprState& state) {
  std::vector<uint32_t> out;
  for (const OperandState* operand : state.proof) {
    if (operand->facts) continue;
    out.insert(out.end(), operand->items.begin(), operand->items.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace espial::rules

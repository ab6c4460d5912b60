#include "rules/engine/correlation_nesting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace espial::rules {
namespace {

// A correlation stands for the moment at which it is complete, so none may
// need itself, and each that is named must be complete before the logs end.
class NestingCheck {
 public:
  NestingCheck(const Unit& unit, const Reporter& reporter)
      : unit_(unit), reporter_(reporter), state_(unit.correlations.size()) {}

  void Run() {
    for (size_t i = 0; i < unit_.correlations.size(); ++i) Visit(i);
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  // As deep as there are correlations, of which there are few.
  void Visit(size_t at) {
    if (state_[at] == State::kDone) return;
    const Correlation& correlation = unit_.correlations[at];
    path_.push_back(correlation.name);
    if (state_[at] == State::kOpen) {
      reporter_.Error(correlation.mark, "E018",
                      fmt::format("correlations go in a circle: {}",
                                  fmt::join(path_, " -> ")));
    } else {
      state_[at] = State::kOpen;
      for (const uint32_t operand : OperandsOf(correlation)) {
        const Correlation* inner = unit_.CorrelationOf(operand);
        if (inner == nullptr) continue;
        Visit(static_cast<size_t>(inner - unit_.correlations.data()));
        CheckEnd(correlation, *inner);
      }
    }
    state_[at] = State::kDone;
    path_.pop_back();
  }

  void CheckEnd(const Correlation& outer, const Correlation& inner) {
    if (inner.HasTime()) return;
    reporter_.Error(outer.mark, "E018",
                    fmt::format("{} waits to the end of the logs and so has no "
                                "place in time; give its last step 'within'",
                                Quoted(inner.name)));
  }

  static std::vector<uint32_t> OperandsOf(const Correlation& correlation) {
    std::vector<uint32_t> out = correlation.rules;
    for (const SequenceStep& step : correlation.steps) {
      if (step.operand != SequenceStep::kUserStart) out.push_back(step.operand);
    }
    if (correlation.until) out.push_back(*correlation.until);
    return out;
  }

  const Unit& unit_;
  Reporter reporter_;
  std::vector<State> state_;
  std::vector<std::string> path_;
};

}  // namespace

void CheckNesting(const Unit& unit, const Reporter& reporter) {
  NestingCheck(unit, reporter).Run();
}

}  // namespace espial::rules

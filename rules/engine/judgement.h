// One case judged with one pack: what an answer is made of.
#pragma once

#include <espial/model/case.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/coverage_index.h"
#include "rules/engine/evaluator.h"
#include "rules/engine/flow_judge.h"
#include "rules/engine/loader.h"
#include "rules/engine/match_index.h"
#include "rules/engine/routing.h"

namespace espial::rules {

// Decides scenario, parts and steps when it is made; signatures on demand.
// Everything given to it must outlive it. Not thread-safe: conditions are
// judged when they are first asked for.
class Judgement {
 public:
  Judgement(const Case& the_case, const Pack& pack, const Routing& routing);

  // The language of the findings, as the signatures spell it; English unless
  // this is called.
  void Speak(std::string language) { language_ = std::move(language); }

  [[nodiscard]] const Case& the_case() const { return case_; }
  [[nodiscard]] const Pack& pack() const { return pack_; }
  [[nodiscard]] const Routing& routing() const { return routing_; }
  [[nodiscard]] const MatchIndex& matches() const { return matches_; }
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  // The flow of the scenario; null when no flow fits.
  [[nodiscard]] const FlowRules* flow() const { return flow_; }
  // Its steps, finished, as their own evidence tells: no finding counts yet.
  [[nodiscard]] std::span<const StepState> steps() const { return finished_; }
  [[nodiscard]] Evaluator& evaluator() const { return evaluator_; }

  // The finding of a signature; kNotMatched where it does not apply.
  [[nodiscard]] Finding Judge(const Signature& signature) const;
  // All that hold or cannot be decided, linked and in order.
  [[nodiscard]] std::vector<Finding> Findings() const;
  // Fills scenario, flow, findings and verdict. `to` may be the case itself.
  void Tell(Case* to) const;

 private:
  const Case& case_;
  const Pack& pack_;
  const Routing& routing_;
  MatchIndex matches_;
  CoverageIndex coverage_;
  mutable Evaluator evaluator_;  // remembers what it has judged
  std::string language_;
  Scenario scenario_;
  const FlowRules* flow_ = nullptr;
  std::vector<StepState> steps_;
  std::vector<StepState> finished_;
};

}  // namespace espial::rules

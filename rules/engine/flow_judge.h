// Judging which enrolment a case tells of, its parts and its steps.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rules/engine/catalog.h"
#include "rules/engine/document.h"
#include "rules/engine/evaluator.h"
#include "rules/engine/evidence.h"

namespace espial::rules {

// The first scenario whose condition is true; "unknown" when none is.
Scenario DecideScenario(const Case& the_case, std::span<const FlowRules> flows,
                        const Catalog& catalog, Evaluator* evaluator);

// The flow that applies to a scenario, or else (null) none. For an unknown
// scenario no flow fits.
const FlowRules* ChooseFlow(std::span<const FlowRules> flows,
                            const Scenario& scenario);

// A step with what the verdict needs beside it.
struct StepState {
  Step step;
  bool has_evidence = false;
  bool by_fact = false;
  bool optional = false;
  // The logs that would show its beginning are there and do not.
  bool not_begun = false;
  std::vector<std::string> missing;
};

// The steps as their own evidence tells, before findings are known: no step is
// "not reached" yet.
std::vector<StepState> JudgeSteps(const Case& the_case, const FlowRules& flow,
                                  const Catalog& catalog, Evaluator* evaluator);

// Makes the step failed at which a matched error stands.
void FailStep(const Finding& finding, std::vector<StepState>* steps);

// Settles what depends on other steps: a step that began while later ones
// went on, and steps that were not reached.
void FinishSteps(std::vector<StepState>* steps);

}  // namespace espial::rules

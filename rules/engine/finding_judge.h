// Judging signatures, and putting what is found in order.
#pragma once

#include <espial/model/case.h>

#include <span>
#include <string>
#include <vector>

#include "rules/engine/catalog.h"
#include "rules/engine/document.h"
#include "rules/engine/evaluator.h"
#include "rules/engine/flow_judge.h"

namespace espial::rules {

// Whether a signature is judged in a scenario.
bool AppliesTo(const Signature& signature, const Scenario& scenario);

// The finding of one signature; its result may be kNotMatched. `steps` tells
// whether its stage was passed, skipped or not reached; they are finished, but
// know of no finding.
Finding JudgeSignature(const Case& the_case, const Scenario& scenario,
                       const Signature& signature,
                       std::span<const StepState> steps, const Catalog& catalog,
                       Evaluator* evaluator);

// Links findings that explain each other and sorts: matched ones as trees,
// roots first by severity, confidence, time and code, symptoms behind what
// explains them; then inconclusive ones by code. `signatures` are sorted by
// code. REQUIRES: no finding is kNotMatched.
void ArrangeFindings(std::span<const Signature> signatures,
                     std::vector<Finding>* findings);

}  // namespace espial::rules

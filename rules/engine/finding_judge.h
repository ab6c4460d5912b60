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

// The first of the signature's stages that the flow has.
std::string StageOf(const Signature& signature,
                    std::span<const StepState> steps);

// Nothing that is missing could show a failure at `stage`: the flow went on
// behind it, around it, or never came so far. The last must be certain: its
// part of the flow never began, the flow failed before, or the logs that would
// show the step's beginning are all there.
bool StageIsOver(const std::string& stage, std::span<const StepState> steps,
                 const Parts& parts);

// Nothing when the need is met, else what is missing.
std::vector<std::string> MissingFor(const Need& need,
                                    const CoverageIndex& coverage,
                                    const Window& window);

// A cause does not begin later than what it explains. Without a time on either
// side nothing speaks against it; a local time whose zone nothing proves speaks
// against it only where it is later by more than zones differ.
bool MayExplain(const Finding& cause, const Finding& symptom);

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

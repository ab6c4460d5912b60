// One sentence that answers "what happened?".
#pragma once

#include <espial/model/case.h>

#include <span>
#include <string>

#include "rules/engine/document.h"
#include "rules/engine/flow_judge.h"

namespace espial::rules {

// The outcome of a case whose findings are arranged and whose steps are
// finished. `flow` is null when none fits.
Verdict DecideVerdict(const Case& the_case, const FlowRules* flow,
                      std::span<const StepState> steps);

}  // namespace espial::rules

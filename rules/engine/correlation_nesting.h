// Correlations that are steps of correlations.
#pragma once

#include "rules/engine/diagnostics.h"
#include "rules/engine/document.h"

namespace espial::rules {

// Reports correlations that need themselves (E018), and steps that name one
// which is complete only at the end of the logs.
void CheckNesting(const Unit& unit, const Reporter& reporter);

}  // namespace espial::rules

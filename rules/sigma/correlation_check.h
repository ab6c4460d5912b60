// Correlations across documents: which rules they name.
#pragma once

#include <espial/rules/ruleset.h>

#include <vector>

#include "rules/sigma/sigma_document.h"

namespace espial::rules {

// Fills CorrelationRule::rules and SigmaRule::reports. Correlations that name
// what is not there, or go in a circle, are reported and taken out, with those
// that build on them.
void ResolveCorrelations(std::vector<SigmaDocument>* documents,
                         std::vector<Diagnostic>* errors);

}  // namespace espial::rules

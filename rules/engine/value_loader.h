// Reading the values and comparisons of a document.
#pragma once

#include "rules/engine/diagnostics.h"
#include "rules/engine/document.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Reads `values` and `comparisons` (each may be null) into `unit`, whose
// detections and correlations are there. Problems are reported: E028 for a
// value, E029 for a comparison of things that do not compare. Every entry gets
// its place, loaded or not.
void LoadValues(const YamlNode* values, const YamlNode* comparisons,
                const Reporter& reporter, Unit* unit);

}  // namespace espial::rules

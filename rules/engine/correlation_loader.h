// From YAML to correlations.
#pragma once

#include "rules/engine/document.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Compiles the map `node` into unit->correlations; the unit's detections are
// there already. Problems are reported and their correlations left out.
void LoadCorrelations(const YamlNode& node, const Reporter& reporter,
                      Unit* unit);

}  // namespace espial::rules

// The files of a scenario out of YAML.
#pragma once

#include <espial/core/result.h>

#include <vector>

#include "tools/forge/scenario.h"
#include "tools/forge/scenario_layers.h"
#include "tools/forge/substitution.h"

namespace espial::forge {

// Applies `parts` in order to scenario->files and scenario->removed_files: a
// later file of the same name (case folded) takes the place of an earlier one.
Status ReadFiles(const std::vector<LayerPart>& parts,
                 const Substitution& values, Scenario* scenario);

}  // namespace espial::forge

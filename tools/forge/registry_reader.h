// The registry of a scenario out of YAML.
#pragma once

#include <espial/core/result.h>

#include <vector>

#include "tools/forge/scenario.h"
#include "tools/forge/scenario_layers.h"
#include "tools/forge/substitution.h"

namespace espial::forge {

// Applies `parts` in order: a later value of the same key and name takes the
// place of an earlier one, a removal takes out what is there. Keys and names
// compare case-insensitively and keep the order in which they first came.
Result<std::vector<RegistryKey>> ReadRegistry(
    const std::vector<LayerPart>& parts, const Substitution& values);

}  // namespace espial::forge

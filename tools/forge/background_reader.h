// Reads the `background` of a scenario.
#pragma once

#include <espial/core/result.h>

#include "tools/forge/scenario.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

Result<Background> ReadBackground(const YamlNode& node);

}  // namespace espial::forge

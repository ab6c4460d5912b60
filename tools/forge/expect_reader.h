// What a scenario expects, out of YAML.
#pragma once

#include <espial/core/result.h>

#include "tools/forge/scenario.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

Result<Expect> ReadExpect(const YamlNode& node);

}  // namespace espial::forge

// JSON written as YAML.
#pragma once

#include <espial/core/result.h>

#include <string>

#include "tools/forge/substitution.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

// `node` as JSON on one line, members in the order written. Scalars in quotes
// and those with ${...} are strings; plain ones are numbers, true, false or
// null where they read as such.
Result<std::string> JsonText(const YamlNode& node, const Substitution& values);

}  // namespace espial::forge

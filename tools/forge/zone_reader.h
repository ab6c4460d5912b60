// Reads `zone` of a scenario: the device's, or the one that it changes to.
#pragma once

#include <espial/core/result.h>

#include "tools/forge/scenario.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

// { bias: 480, name: Pacific, daylight: ["3.2.0/02:00:00", "11.1.0/02:00:00"] }
// over what `zone` holds already.
Status ReadZone(const YamlNode& node, Zone* zone);

}  // namespace espial::forge

// The entries of a story out of YAML.
#pragma once

#include <espial/core/result.h>

#include <vector>

#include "tools/forge/scenario.h"
#include "tools/forge/substitution.h"
#include "tools/forge/yaml_node.h"

namespace espial::forge {

// Reads `entries` in order. Labels must differ.
Result<std::vector<StoryEntry>> ReadStory(const std::vector<YamlNode>& entries,
                                          const Substitution& values);

}  // namespace espial::forge

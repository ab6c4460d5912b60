// Writes the story of a scenario.
#pragma once

#include <string>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::forge {

// `story:` and its entries; nothing where there are none.
std::string WriteStory(const std::vector<StoryEntry>& story);

// "{ bias: -60, name: W. Europe Standard Time }"
std::string WriteZone(const Zone& zone);

}  // namespace espial::forge

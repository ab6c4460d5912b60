// Writes a scenario as the file that it is read from.
//
//   const std::string text = WriteScenario(scenario);   // for <name>.yml
#pragma once

#include <string>

#include "tools/forge/scenario.h"

namespace espial::forge {

// A scenario without `from`, `include` and `values`: what those gave stands in
// it. Read again it makes the same bundle. Times between entries are written
// in whole milliseconds.
std::string WriteScenario(const Scenario& scenario);

}  // namespace espial::forge

// Reading one comparison of a document.
#pragma once

#include "rules/engine/diagnostics.h"
#include "rules/engine/document.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Reads `entry` as the next comparison of `unit`, whose values are there. What
// does not compare is E029.
void LoadComparison(const YamlEntry& entry, const Reporter& reporter,
                    Unit* unit);

}  // namespace espial::rules

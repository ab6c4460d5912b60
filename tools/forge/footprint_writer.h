// Writes MdmLogCollectorFootPrint.txt, the collector's own account.
#pragma once

#include <espial/core/time.h>

#include <string>
#include <utility>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::forge {

// What the collector copied: where from, and the name in the archive.
using CopiedFile = std::pair<std::string, std::string>;

// The text: when it began (UTC), the areas, a line for each file copied and
// each registry key dumped. `registry` is null when no dump was taken.
std::string WriteFootprint(Ticks start, const std::vector<CopiedFile>& copied,
                           const std::vector<RegistryKey>* registry);

}  // namespace espial::forge

// Facts of a case as parts of a scenario.
#pragma once

#include <espial/model/case.h>

#include "tools/capture/cleaner.h"
#include "tools/capture/piece.h"

namespace espial::capture {

// Adds the values of the registry, the JSON files and what stands in them, and
// what `dsregcmd /status` printed.
// What Espial itself made out of such a value is no fact of the bundle, and is
// not added.
void AddFacts(const Case& the_case, const Cleaner& cleaner, Pieces* out);

}  // namespace espial::capture

// Takes a case apart.
#pragma once

#include <espial/model/case.h>

#include "tools/capture/cleaner.h"
#include "tools/capture/piece.h"
#include "tools/forge/event_catalog.h"

namespace espial::capture {

// All of the case that a scenario can say, cleaned, and what it cannot. What
// counts for no rule (residue of other logs, recovered records and values) is
// not taken.
Pieces ReadPieces(const Case& the_case, const forge::EventCatalog& known,
                  const Cleaner& cleaner);

}  // namespace espial::capture

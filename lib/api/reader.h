// Reads a tree of sources: recognises each, parses it, and goes on with what
// comes out of it.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/model/case.h>

#include <vector>

#include "lib/api/inputs.h"

namespace espial {

// Fills artifacts, timeline (sorted, clock applied), clock, coverage and damage
// of `the_case`. The result does not depend on the number of threads nor on
// the order of `files`.
void ReadSources(std::vector<InputFile> files, const Limits& limits,
                 Executor& executor, Case* the_case);

}  // namespace espial

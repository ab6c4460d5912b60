// Sets of pieces in which a finding is looked for.
#pragma once

#include <espial/model/case.h>
#include <espial/rules/why.h>

#include <vector>

#include "tools/capture/assembly.h"
#include "tools/capture/piece.h"

namespace espial::capture {

// Ever larger sets, each of which holds the one before: first what the finding,
// its conditions, the scenario and the steps of the flow name as evidence, then
// the ends of every log and the boots, then all facts, then log by log, those
// first that a condition looked at, in the end everything. All of them have the
// logs and files of the bundle, if empty.
std::vector<Kept> Candidates(const Pieces& pieces, const Case& judged,
                             const rules::Why& why);

}  // namespace espial::capture

// Says what is in the way of a scenario.
#pragma once

#include <espial/core/result.h>
#include <espial/rules/why.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "tools/capture/assembly.h"
#include "tools/capture/piece.h"

namespace espial::capture {

// All that a scenario can say does not give the finding. Names the conditions
// that came out otherwise than in the bundle, and what was left out.
Error ExplainForgeLoss(const rules::Why& in_bundle,
                       const Result<rules::Why>& in_scenario,
                       const std::map<std::string, uint64_t>& left_out);

// `needed` of `raw` gives the finding, what is redacted does not. Names the
// parts of which one alone, redacted, takes the finding away, and what of them
// changes; never what stood there. `holds` is asked of a scenario's pieces.
Error ExplainRedactionLoss(const std::string& code, const Pieces& raw,
                           const Pieces& clean, const Kept& needed,
                           const std::function<bool(const Pieces&)>& holds);

}  // namespace espial::capture

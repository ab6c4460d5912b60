// Where a detection looked, and what was there.
#pragma once

#include <espial/rules/why.h>

#include <cstdint>
#include <vector>

#include "rules/engine/judgement.h"

namespace espial::rules {

// The logs, keys or files of a detection; `detection` counts over the rule
// set, and logs must cover `window`.
std::vector<WhyLog> LookedAt(const Judgement& judgement, uint32_t detection,
                             const Window& window);

}  // namespace espial::rules

// The answer to "why?" and "why not?" of one signature.
#pragma once

#include <espial/rules/why.h>

#include "rules/engine/judgement.h"

namespace espial::rules {

// REQUIRES: the signature is one of the judgement's pack.
Why ExplainResult(const Judgement& judgement, const Signature& signature);

}  // namespace espial::rules

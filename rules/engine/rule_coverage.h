// Gathers what the rules make of a case.
#pragma once

#include <espial/rules/rule_coverage.h>

#include "rules/engine/judgement.h"

namespace espial::rules {

RuleCoverage CoverCase(const Judgement& judgement);

}  // namespace espial::rules

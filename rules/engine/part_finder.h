// Tells the parts of an enrolment apart.
#pragma once

#include <espial/model/case.h>

#include "rules/engine/document.h"
#include "rules/engine/evaluator.h"
#include "rules/engine/parts.h"

namespace espial::rules {

// By the marks that the flow names; nothing is told apart where it names none.
Parts FindParts(const Case& the_case, const FlowRules& flow,
                Evaluator* evaluator);

}  // namespace espial::rules

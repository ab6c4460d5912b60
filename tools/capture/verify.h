// The proof of a captured scenario.
#pragma once

#include <espial/core/result.h>
#include <espial/model/finding.h>
#include <espial/rules/ruleset.h>

#include <string>

#include "tools/forge/event_catalog.h"

namespace espial::capture {

// Reads `text` as the file <name>.yml, forges its bundle, reads and judges that
// with all rules. The finding of `code`, which is matched at `stage`; an error
// says what came out instead.
Result<Finding> Verify(const std::string& text, const std::string& name,
                       const std::string& code, const std::string& stage,
                       const rules::RuleSet& rules,
                       const forge::EventCatalog& catalog);

}  // namespace espial::capture

// Runs regression cases of Sigma rules, laid out as in SigmaHQ's repository:
// an info.yml beside the logs of each.
#pragma once

#include <espial/core/result.h>
#include <espial/rules/sigma.h>

#include <string>
#include <vector>

#include "tools/espial/signature_runner.h"

namespace espial::cli {

// The cases below `folder`: each log beside an info.yml must give as many
// matches as it says, or one where it does not say. SigmaHQ asks for "at least
// as many"; so do we.
Result<std::vector<TestResult>> RunRegression(const rules::SigmaRules& rules,
                                              const std::string& folder);

}  // namespace espial::cli

// What a scenario expects, against what came out.
#pragma once

#include <espial/model/case.h>

#include <string>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::cli {

// One thing that a scenario says must come out.
struct Expectation {
  std::string what;     // "HYB-001 matched", "outcome failed", ...
  std::string failure;  // empty: so it is
};

// All that `expect` states, in its order.
std::vector<Expectation> CheckExpectations(const forge::Expect& expect,
                                           const Case& the_case);

}  // namespace espial::cli

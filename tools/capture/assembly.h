// Puts a scenario together out of some of its pieces.
#pragma once

#include <espial/core/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/capture/piece.h"
#include "tools/forge/scenario.h"

namespace espial::capture {

// Which pieces, as indices into Pieces::list, ascending.
using Kept = std::vector<size_t>;

struct AssemblyOptions {
  std::string name;
  std::string title;
  std::string code;   // the signature that must be matched
  int64_t shift = 0;  // added to all times
  // Times between events are whole multiples of this. What did not happen at
  // once does not come to happen at once.
  int64_t grain = kTicksPerSecond / 1000;
};

// A scenario of kind area_cab with these pieces and nothing else.
forge::Scenario Assemble(const Pieces& pieces, const Kept& kept,
                         const AssemblyOptions& options);

}  // namespace espial::capture

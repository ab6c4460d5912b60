// Event traces that hold nothing but their description: start and zone.
#pragma once

#include <espial/core/time.h>

#include <string>

#include "tools/forge/scenario.h"

namespace espial::forge {

// A trace of a session that began at `start`: one buffer.
std::string WriteTrace(Ticks start, const Zone& zone);

}  // namespace espial::forge

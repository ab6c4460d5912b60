// The options that choose events, as every command that prints events has them.
#pragma once

#include "tools/espial/command.h"
#include "tools/espial/event_filter.h"

namespace espial::cli {

// Adds them to `app`; `filter` must live as long.
void AddFilterOptions(CLI::App* app, EventFilterOptions* filter);

}  // namespace espial::cli

// Lines of text logs, with the local time of the device.
#pragma once

#include <espial/core/time.h>

#include <string>

#include "tools/forge/scenario.h"

namespace espial::forge {

// One record as the agent of Intune (CMTrace) or Windows Setup (Panther) writes
// it, with its line end. The bias says UTC = local + bias, in minutes.
std::string FormatLocalLine(const StoryLine& line, Ticks utc,
                            int32_t bias_minutes);

}  // namespace espial::forge

// When Windows started, as the System log tells.
#pragma once

#include <espial/model/case.h>

#include <string_view>
#include <vector>

#include "rules/engine/sequence.h"

namespace espial::rules {

// The log that tells of boots.
inline constexpr std::string_view kBootChannel = "System";

// One point for each boot, by time, source and record. A boot leaves several
// events in the System log: Kernel-General 12 (the system started), Kernel-Boot
// 27 (BootType 0 or 1; a wake from hibernation, 2, is no boot), and EventLog
// 6005 and, where the stop before was not expected, 6008. The first of them
// counts; those of other kinds within five minutes belong to the same boot.
// Residue and recovered events do not count.
std::vector<TimePoint> FindBoots(const Case& the_case);

}  // namespace espial::rules

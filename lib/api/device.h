// Which device a case is about.
#pragma once

#include <espial/model/case.h>

namespace espial {

// Reads the device out of the facts and events of `the_case`. Of several
// values the last one counts: OOBE renames devices.
Device DescribeDevice(const Case& the_case);

}  // namespace espial

// Names of apps that one log of a case tells, for the events of the others.
#pragma once

#include <espial/model/case.h>

namespace espial {

// The Intune Management Extension writes names with its policies, into one log
// of several; other lines say ids only. Gives the events of CMTrace logs that
// have a field AppId and no AppName the name that was told last before them in
// any of those logs, or else the first one told, as a last field AppName. What
// no log told stays without. REQUIRES: the case's times are settled.
void NameApps(Case* the_case);

}  // namespace espial

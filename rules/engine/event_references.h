// The events that the detections of a document name.
#pragma once

#include <espial/rules/ruleset.h>

#include <vector>

#include "rules/engine/document.h"
#include "rules/engine/routing.h"

namespace espial::rules {

// Appends one for every combination of channel, provider and id of every group
// of fields. `unit` is one of those that `routing` was made of.
void AddEventReferences(const Unit& unit, const Routing& routing,
                        std::vector<EventReference>* out);

}  // namespace espial::rules

// Where the events of a rule's logsource are found.
#pragma once

#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/log_sources.h"
#include "rules/sigma/sigma_document.h"

namespace espial::rules {

struct LogPlace {
  LogAlternative where;
  // What fields are called there, of the LogSources; null: as in the rule.
  const FieldMappings* fields = nullptr;
};

// Empty when no event log has such events; a place without channels when any
// log may.
std::vector<LogPlace> PlacesOf(const LogSources& sources,
                               const LogSourceName& name);

// Makes an event from the place fit the selection.
void AddPlace(const LogAlternative& place, Selection* out);

}  // namespace espial::rules

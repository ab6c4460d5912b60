// What `logsource` of a rule stands for: channels, event ids, and what fields
// are called there. Data: catalog/logsources.yml.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/diagnostics.h"
#include "rules/engine/selection_loader.h"

namespace espial::rules {

// Folded names of services and the channels that they stand for.
using Services = std::map<std::string, std::vector<std::string>, std::less<>>;

// One place where the events of a category are found.
struct LogAlternative {
  std::vector<std::string> channels;
  std::vector<uint32_t> ids;  // empty: any
  // Fields that must have these values as well.
  std::vector<std::pair<std::string, std::string>> where;
  FieldMappings fields;
};

struct LogSources {
  Services services;
  std::map<std::string, std::vector<LogAlternative>, std::less<>> categories;
};

// Adds what a logsources.yml holds; what is there already is replaced. An
// alternative that is wrong is reported and left out.
//   services:
//     system: [System]
//   categories:
//     process_creation:
//       - { service: sysmon, ids: [1] }
//       - service: security
//         ids: [4688]
//         where: { EventType: CreateKey }
//         fields:
//           Image: NewProcessName
//           Initiated: { field: Direction, values: { 'true': '%%14593' } }
void AddLogSources(std::string_view text, const Reporter& reporter,
                   LogSources* out);

}  // namespace espial::rules

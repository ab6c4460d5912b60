// From YAML to detections.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/engine/detection.h"
#include "rules/engine/diagnostics.h"
#include "rules/engine/log_sources.h"
#include "rules/engine/selection_loader.h"
#include "rules/engine/yaml.h"

namespace espial::rules {

// Compiles one detection from the values of its keys `logsource`, `detection`
// and `part` (null when absent). Nothing, and diagnostics, when anything is
// wrong with it.
std::optional<Detection> LoadDetection(const YamlNode& logsource,
                                       const YamlNode& detection,
                                       const YamlNode* part, std::string name,
                                       Mark mark, const Services& services,
                                       const Reporter& reporter);

// Reads the selections and the condition of the map `detection` into `out`.
// False, and diagnostics, when anything is wrong.
bool LoadSelections(const YamlNode& detection,
                    const SelectionSettings& settings, const Reporter& reporter,
                    Detection* out);

// Parses a condition that stands in `node`, with the place of a mistake.
std::optional<Expr> LoadExpr(const YamlNode& node,
                             std::span<const std::string> names,
                             const Reporter& reporter);

// Distinct names of event fields that a group compares, as spelled; sorted.
std::vector<std::string> NamedFields(const Group& group);

}  // namespace espial::rules

#include "rules/engine/document.h"

namespace espial::rules {

std::vector<std::string> Unit::Names() const {
  std::vector<std::string> names;
  names.reserve(detections.size() + correlations.size());
  for (const Detection& detection : detections) names.push_back(detection.name);
  for (const Correlation& correlation : correlations) {
    names.push_back(correlation.name);
  }
  return names;
}

Part PartOfStage(std::string_view stage) {
  if (stage.empty()) return Part::kAll;
  return stage.starts_with("technician.") ? Part::kTechnician : Part::kUser;
}

}  // namespace espial::rules

#include "rules/engine/document.h"

namespace espial::rules {

bool Correlation::HasTime() const {
  return steps.empty() || !steps.back().absent || steps.back().within;
}

std::vector<std::string> Unit::Names() const {
  std::vector<std::string> names;
  names.reserve(detections.size() + correlations.size() + comparisons.size());
  for (const Detection& detection : detections) names.push_back(detection.name);
  for (const Correlation& correlation : correlations) {
    names.push_back(correlation.name);
  }
  for (const ValueComparison& comparison : comparisons) {
    names.push_back(comparison.name);
  }
  return names;
}

const std::string& Unit::NameOf(uint32_t operand) const {
  size_t i = operand;
  if (i < detections.size()) return detections[i].name;
  i -= detections.size();
  if (i < correlations.size()) return correlations[i].name;
  return comparisons[i - correlations.size()].name;
}

const Correlation* Unit::CorrelationOf(uint32_t operand) const {
  const size_t i = size_t{operand} - detections.size();
  return operand >= detections.size() && i < correlations.size()
             ? &correlations[i]
             : nullptr;
}

bool Unit::HasTime(uint32_t operand) const {
  if (operand < detections.size()) {
    return detections[operand].subject == Subject::kEvent;
  }
  const Correlation* correlation = CorrelationOf(operand);
  return correlation != nullptr && correlation->HasTime();
}

Part PartOfStage(std::string_view stage) {
  if (stage.empty()) return Part::kAll;
  return stage.starts_with("technician.") ? Part::kTechnician : Part::kUser;
}

}  // namespace espial::rules

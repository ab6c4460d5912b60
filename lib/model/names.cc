// The stable names of enumerations, as reports and rules spell them.
#include <espial/model/artifact.h>
#include <espial/model/event.h>
#include <espial/model/fact.h>
#include <espial/model/finding.h>
#include <espial/model/flow.h>
#include <espial/model/value.h>

namespace espial {

std::string_view ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kNull:
      return "null";
    case ValueType::kString:
      return "string";
    case ValueType::kInt:
      return "int";
    case ValueType::kUInt:
      return "uint";
    case ValueType::kFloat:
      return "float";
    case ValueType::kBool:
      return "bool";
    case ValueType::kHex32:
      return "hex32";
    case ValueType::kHex64:
      return "hex64";
    case ValueType::kTime:
      return "time";
    case ValueType::kGuid:
      return "guid";
    case ValueType::kSid:
      return "sid";
    case ValueType::kBinary:
      return "binary";
    case ValueType::kXml:
      return "xml";
    case ValueType::kList:
      return "list";
  }
  return "null";
}

std::string_view RecordStateName(RecordState state) {
  switch (state) {
    case RecordState::kActive:
      return "active";
    case RecordState::kLive:
      return "live";
    case RecordState::kResidue:
      return "residue";
    case RecordState::kRecovered:
      return "recovered";
  }
  return "active";
}

std::string_view EventLevelName(EventLevel level) {
  switch (level) {
    case 0:
      return "always";
    case 1:
      return "critical";
    case 2:
      return "error";
    case 3:
      return "warning";
    case 4:
      return "information";
    case 5:
      return "verbose";
    default:
      return "custom";
  }
}

std::string_view FactKindName(FactKind kind) {
  switch (kind) {
    case FactKind::kRegistry:
      return "registry";
    case FactKind::kJson:
      return "json";
    case FactKind::kCollection:
      return "collection";
    case FactKind::kXml:
      return "xml";
    case FactKind::kOutput:
      return "output";
  }
  return "registry";
}

std::string_view ArtifactStateName(ArtifactState state) {
  switch (state) {
    case ArtifactState::kWhole:
      return "whole";
    case ArtifactState::kDamaged:
      return "damaged";
    case ArtifactState::kRefused:
      return "refused";
    case ArtifactState::kNotUnderstood:
      return "not understood";
  }
  return "whole";
}

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "info";
}

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kLow:
      return "low";
    case Confidence::kMedium:
      return "medium";
    case Confidence::kHigh:
      return "high";
  }
  return "low";
}

std::string_view VerityName(Verity verity) {
  switch (verity) {
    case Verity::kNotMatched:
      return "not_matched";
    case Verity::kInconclusive:
      return "inconclusive";
    case Verity::kMatched:
      return "matched";
  }
  return "not_matched";
}

std::string_view StepStatusName(StepStatus status) {
  switch (status) {
    case StepStatus::kPassed:
      return "passed";
    case StepStatus::kFailed:
      return "failed";
    case StepStatus::kRunning:
      return "running";
    case StepStatus::kSkipped:
      return "skipped";
    case StepStatus::kNotReached:
      return "not_reached";
    case StepStatus::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSucceeded:
      return "succeeded";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kInProgress:
      return "in_progress";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace espial

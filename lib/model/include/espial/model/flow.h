// The enrolment as a list of steps.
#pragma once

#include <espial/core/time.h>
#include <espial/model/finding.h>

#include <string>
#include <string_view>
#include <vector>

namespace espial {

enum class StepStatus : uint8_t {
  kPassed,
  kFailed,
  kRunning,  // began, and neither ended nor failed before the logs end
  kSkipped,
  kNotReached,  // the flow stopped before it
  kUnknown,     // no evidence either way
};
std::string_view StepStatusName(StepStatus status);  // "passed", ...

struct Step {
  std::string id;     // "user.device_setup"
  std::string title;  // "Device setup"
  StepStatus status = StepStatus::kUnknown;
  // Corrected times; quality kNone where there is no evidence.
  Time start;
  Time end;
  std::vector<Evidence> evidence;
  // What would be needed to tell, for unknown; or a remark ("expected to be
  // skipped, but it ran").
  std::string note;
};

// Which enrolment the bundle tells of.
struct Scenario {
  std::string id;  // "hybrid-preprovisioned", or "unknown"
  std::string title;
  Confidence confidence = Confidence::kLow;
  std::vector<Evidence> evidence;
};

struct Flow {
  std::string id;  // of the flow document; empty when none fits
  std::string title;
  std::vector<Step> steps;
};

enum class Outcome : uint8_t { kSucceeded, kFailed, kInProgress, kUnknown };
std::string_view OutcomeName(Outcome outcome);  // "succeeded", ...

struct Verdict {
  Outcome outcome = Outcome::kUnknown;
  // One sentence that answers "what happened?".
  std::string sentence;
  // Step id, or empty.
  std::string stopped_at;
  // Codes of the findings that nothing else explains, most severe first.
  std::vector<std::string> roots;
};

}  // namespace espial

#include "rules/engine/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace espial::rules {
namespace {

std::string_view FlowName(const FlowRules* flow, std::string_view step) {
  if (flow != nullptr && !flow->parts) return "deployment";
  return PartOfStage(step) == Part::kTechnician ? "technician flow"
                                                : "user flow";
}

// "The System log is damaged." as the end of a longer sentence.
std::string AsClause(const std::string& sentence) {
  std::string out = sentence;
  if (out.starts_with("The ") || out.starts_with("A ") ||
      out.starts_with("Where ")) {
    out[0] = static_cast<char>(out[0] - 'A' + 'a');
  }
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string WithCode(const Finding& finding) {
  return fmt::format("{} ({}, {} confidence)", finding.title, finding.code,
                     ConfidenceName(finding.confidence));
}

bool IsRoot(const Finding& finding) {
  return finding.result == Verity::kMatched && finding.explained_by.empty();
}

// The finding to blame for a stop at `stage`: a root error of that stage, else
// a root error that explains one of it, else a root that speaks of it, else the
// most severe root error of all.
const Finding* Culprit(const std::vector<Finding>& findings,
                       std::string_view stage) {
  const auto find = [&](const auto& fits) -> const Finding* {
    for (const Finding& finding : findings) {
      if (IsRoot(finding) && fits(finding)) return &finding;
    }
    return nullptr;
  };
  const auto is_error = [](const Finding& finding) {
    return finding.severity == Severity::kError;
  };
  if (const Finding* found = find([&](const Finding& finding) {
        return is_error(finding) && finding.stage == stage;
      })) {
    return found;
  }
  if (const Finding* found = find([&](const Finding& finding) {
        return std::any_of(
            findings.begin(), findings.end(), [&](const Finding& symptom) {
              return symptom.stage == stage &&
                     std::find(symptom.explained_by.begin(),
                               symptom.explained_by.end(),
                               finding.code) != symptom.explained_by.end();
            });
      })) {
    return found;
  }
  return find(is_error);
}

// The failure that stopped the flow: the first one behind which no step of the
// list passed later.
const StepState* FindFailure(std::span<const StepState> steps) {
  const StepState* stop = nullptr;
  for (const StepState& state : steps) {
    if (stop == nullptr && state.step.status == StepStatus::kFailed) {
      stop = &state;
    } else if (stop != nullptr && state.step.status == StepStatus::kPassed) {
      // Steps within steps may have passed before the failure.
      const bool earlier = state.step.end.known() && stop->step.end.known() &&
                           state.step.end.ticks < stop->step.end.ticks;
      if (!earlier) stop = nullptr;
    }
  }
  return stop;
}

// The step that the flow is at: the last one that runs.
const StepState* FindRunning(std::span<const StepState> steps) {
  const StepState* at = nullptr;
  for (const StepState& state : steps) {
    if (state.step.status == StepStatus::kRunning) at = &state;
  }
  return at;
}

const StepState* FindStep(std::span<const StepState> steps,
                          std::string_view id) {
  for (const StepState& state : steps) {
    if (state.step.id == id) return &state;
  }
  return nullptr;
}

// What is missing to say more about `step`, the first sentence of it.
std::string MissingClause(const StepState* step,
                          const std::vector<Finding>& findings) {
  if (step != nullptr) {
    for (const Finding& finding : findings) {
      if (finding.result == Verity::kInconclusive &&
          finding.stage == step->step.id && !finding.missing.empty()) {
        return AsClause(finding.missing[0]);
      }
    }
    if (!step->missing.empty()) return AsClause(step->missing[0]);
  }
  return {};
}

std::string FailedSentence(const Case& the_case, const FlowRules* flow,
                           const StepState& stop) {
  const Finding* culprit = Culprit(the_case.findings, stop.step.id);
  if (culprit != nullptr) {
    return fmt::format("The {} stopped at {}: {}.",
                       FlowName(flow, stop.step.id), stop.step.title,
                       WithCode(*culprit));
  }
  return fmt::format("The {} failed at {}; no signature recognises why.",
                     FlowName(flow, stop.step.id), stop.step.title);
}

std::string RunningSentence(const Case& the_case, const FlowRules* flow,
                            const StepState& stop) {
  const std::string_view name = FlowName(flow, stop.step.id);
  const Finding* culprit = Culprit(the_case.findings, stop.step.id);
  if (culprit != nullptr) {
    return fmt::format("The {} is still at {}: {}.", name, stop.step.title,
                       WithCode(*culprit));
  }
  const std::string missing = MissingClause(&stop, the_case.findings);
  if (missing.empty()) {
    return fmt::format(
        "The {} is still at {}, and nothing that was collected shows a "
        "failure.",
        name, stop.step.title);
  }
  return fmt::format(
      "The {} is still at {}; nothing that was collected says why: {}.", name,
      stop.step.title, missing);
}

std::string UnknownSentence(const Case& the_case, const FlowRules* flow,
                            std::span<const StepState> steps) {
  const Finding* culprit = Culprit(the_case.findings, {});
  if (flow == nullptr) {
    const std::string_view what =
        the_case.scenario.title.empty()
            ? std::string_view(
                  "What was collected does not show which "
                  "enrolment this is")
            : std::string_view("No flow is known for this kind of enrolment");
    return culprit == nullptr
               ? fmt::format("{}.", what)
               : fmt::format("{}; the most serious finding is: {}.", what,
                             WithCode(*culprit));
  }
  const StepState* goal = FindStep(steps, flow->goal);
  const std::string_view name = FlowName(
      flow, goal != nullptr ? goal->step.id : std::string_view("user."));
  if (culprit != nullptr) {
    return fmt::format(
        "What was collected does not show how the {} ended; the most serious "
        "finding is: {}.",
        name, WithCode(*culprit));
  }
  const std::string missing = MissingClause(goal, the_case.findings);
  return missing.empty()
             ? fmt::format("What was collected does not show how the {} ended.",
                           name)
             : fmt::format(
                   "What was collected does not show how the {} ended: {}.",
                   name, missing);
}

}  // namespace

Verdict DecideVerdict(const Case& the_case, const FlowRules* flow,
                      std::span<const StepState> steps) {
  Verdict out;
  for (const Finding& finding : the_case.findings) {
    if (IsRoot(finding)) out.roots.push_back(finding.code);
  }
  const StepState* goal =
      flow == nullptr ? nullptr : FindStep(steps, flow->goal);
  if (goal != nullptr && goal->step.status == StepStatus::kPassed) {
    out.outcome = Outcome::kSucceeded;
    const Finding* culprit = Culprit(the_case.findings, {});
    out.sentence =
        culprit == nullptr
            ? fmt::format("The {} completed.", FlowName(flow, goal->step.id))
            : fmt::format("The {} completed, but not without trouble: {}.",
                          FlowName(flow, goal->step.id), WithCode(*culprit));
    return out;
  }
  if (const StepState* stop = FindFailure(steps)) {
    out.outcome = Outcome::kFailed;
    out.stopped_at = stop->step.id;
    out.sentence = FailedSentence(the_case, flow, *stop);
  } else if (const StepState* at = FindRunning(steps)) {
    out.outcome = Outcome::kInProgress;
    out.stopped_at = at->step.id;
    out.sentence = RunningSentence(the_case, flow, *at);
  } else {
    out.sentence = UnknownSentence(the_case, flow, steps);
  }
  return out;
}

}  // namespace espial::rules

#include "rules/engine/flow_judge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "rules/engine/proof_events.h"

namespace espial::rules {
namespace {

constexpr std::string_view kUnknownScenario = "unknown";

bool HasFact(const ExprState& state) {
  return std::any_of(
      state.proof.begin(), state.proof.end(),
      [](const OperandState* operand) { return operand->facts; });
}

Time TimeOf(const Event& event) {
  Time time;
  time.ticks = event.corrected;
  time.quality = event.time.quality;
  return time;
}

// The four conditions of a step.
struct StepEvidence {
  ExprState started;
  ExprState passed;
  ExprState failed;
  ExprState skipped;
};

// Whether the last pass comes behind the last failure.
bool PassedLast(const Case& the_case, const StepEvidence& evidence) {
  const auto pass = LastEvent(evidence.passed);
  const auto failure = LastEvent(evidence.failed);
  if (!pass) return false;
  if (!failure) return true;
  const Event& a = the_case.timeline.events()[*failure];
  const Event& b = the_case.timeline.events()[*pass];
  if (a.corrected != b.corrected) return a.corrected < b.corrected;
  return a.source == b.source && a.record < b.record;
}

StepStatus StatusOf(const Case& the_case, const StepEvidence& evidence) {
  const bool passed = evidence.passed.value == Tri::kTrue;
  const bool failed = evidence.failed.value == Tri::kTrue;
  const bool passed_fact = passed && HasFact(evidence.passed);
  const bool failed_fact = failed && HasFact(evidence.failed);
  // Facts describe the moment of capture and outrank events.
  if (passed_fact != failed_fact) {
    return passed_fact ? StepStatus::kPassed : StepStatus::kFailed;
  }
  if (passed && failed) {
    return PassedLast(the_case, evidence) ? StepStatus::kPassed
                                          : StepStatus::kFailed;
  }
  if (passed) return StepStatus::kPassed;
  if (failed) return StepStatus::kFailed;
  if (evidence.skipped.value == Tri::kTrue) return StepStatus::kSkipped;
  if (evidence.started.value == Tri::kTrue) return StepStatus::kRunning;
  return StepStatus::kUnknown;
}

void Append(const std::vector<const OperandState*>& from,
            std::vector<const OperandState*>* to) {
  for (const OperandState* state : from) {
    if (std::find(to->begin(), to->end(), state) == to->end()) {
      to->push_back(state);
    }
  }
}

// What decides the status goes first, so that it is shown first.
std::vector<const OperandState*> ProofOf(StepStatus status,
                                         const StepEvidence& evidence) {
  std::vector<const OperandState*> proof;
  if (status == StepStatus::kPassed) Append(evidence.passed.proof, &proof);
  if (status == StepStatus::kFailed) Append(evidence.failed.proof, &proof);
  if (status == StepStatus::kSkipped) {
    Append(evidence.skipped.proof, &proof);
  } else if (evidence.started.value == Tri::kTrue) {
    Append(evidence.started.proof, &proof);
  }
  return proof;
}

void SetTimes(const Case& the_case, const StepEvidence& evidence,
              StepState* out) {
  const std::vector<Event>& events = the_case.timeline.events();
  const StepStatus status = out->step.status;
  const ExprState* end = status == StepStatus::kPassed    ? &evidence.passed
                         : status == StepStatus::kFailed  ? &evidence.failed
                         : status == StepStatus::kSkipped ? &evidence.skipped
                                                          : nullptr;
  std::optional<uint32_t> first;
  if (status != StepStatus::kSkipped && evidence.started.value == Tri::kTrue) {
    first = FirstEvent(evidence.started);
  }
  if (end != nullptr) {
    const auto last = LastEvent(*end);
    const auto ended_first = FirstEvent(*end);
    if (!first || (ended_first && *ended_first < *first)) first = ended_first;
    if (last) out->step.end = TimeOf(events[*last]);
  }
  if (first) out->step.start = TimeOf(events[*first]);
}

std::vector<std::string> MissingOf(const StepEvidence& evidence) {
  std::vector<std::string> missing;
  for (const ExprState* state : {&evidence.started, &evidence.passed,
                                 &evidence.failed, &evidence.skipped}) {
    if (state->value != Tri::kUnknown) continue;
    missing.insert(missing.end(), state->missing.begin(), state->missing.end());
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

// What to know beside the evidence of a condition that holds.
std::vector<std::string> NotesOf(const ExprState& state) {
  std::vector<std::string> notes;
  for (const OperandState* operand : state.proof) {
    notes.insert(notes.end(), operand->notes.begin(), operand->notes.end());
  }
  return notes;
}

bool Ended(StepStatus status) {
  return status == StepStatus::kPassed || status == StepStatus::kFailed ||
         status == StepStatus::kSkipped;
}

}  // namespace

Scenario DecideScenario(const Case& the_case, std::span<const FlowRules> flows,
                        const Catalog& catalog, Evaluator* evaluator) {
  Scenario out;
  out.id = kUnknownScenario;
  for (const FlowRules& flow : flows) {
    for (const ScenarioCase& scenario : flow.scenarios) {
      const ExprState state =
          evaluator->Evaluate(flow.unit, scenario.when, Part::kAll, Part::kAll);
      if (state.value != Tri::kTrue) continue;
      out.id = scenario.name;
      out.title = scenario.title;
      for (const ConfidenceCase& one : scenario.confidence) {
        if (!one.when.empty() &&
            evaluator->Evaluate(flow.unit, one.when, Part::kAll, Part::kAll)
                    .value != Tri::kTrue) {
          continue;
        }
        out.confidence = one.is;
        break;
      }
      out.evidence = GatherEvidence(the_case, catalog, state.proof, {}).shown;
      return out;
    }
  }
  return out;
}

const FlowRules* ChooseFlow(std::span<const FlowRules> flows,
                            const Scenario& scenario) {
  for (const FlowRules& flow : flows) {
    if (std::find(flow.applies_to.begin(), flow.applies_to.end(),
                  scenario.id) != flow.applies_to.end()) {
      return &flow;
    }
  }
  return nullptr;
}

std::vector<StepState> JudgeSteps(const Case& the_case, const FlowRules& flow,
                                  const Catalog& catalog,
                                  Evaluator* evaluator) {
  std::vector<StepState> out;
  for (const FlowStep& rule : flow.steps) {
    const Part part = PartOfStage(rule.id);
    const auto judge = [&](const Expr& expr) {
      return evaluator->Evaluate(flow.unit, expr, part, part);
    };
    const StepEvidence evidence = {judge(rule.started), judge(rule.passed),
                                   judge(rule.failed), judge(rule.skipped)};
    StepState state;
    state.step.id = rule.id;
    state.step.title = rule.title;
    state.step.status = StatusOf(the_case, evidence);
    state.optional = rule.optional;
    state.has_evidence = state.step.status != StepStatus::kUnknown;
    const ExprState& beginning =
        rule.started.empty() ? evidence.passed : evidence.started;
    state.not_begun = beginning.value == Tri::kFalse;
    state.missing = MissingOf(evidence);
    const ExprState& deciding = state.step.status == StepStatus::kFailed
                                    ? evidence.failed
                                    : evidence.passed;
    state.by_fact = Ended(state.step.status) && HasFact(deciding);
    state.step.note = fmt::format("{}", fmt::join(NotesOf(deciding), " "));
    SetTimes(the_case, evidence, &state);
    const auto proof = ProofOf(state.step.status, evidence);
    state.step.evidence =
        GatherEvidence(the_case, catalog, proof, rule.evidence).shown;
    if (rule.expect_skipped && state.has_evidence &&
        state.step.status != StepStatus::kSkipped) {
      state.step.note = "Expected to be skipped, but it ran.";
    }
    out.push_back(std::move(state));
  }
  return out;
}

void FailStep(const Finding& finding, std::vector<StepState>* steps) {
  for (StepState& state : *steps) {
    if (state.step.id != finding.stage ||
        state.step.status == StepStatus::kPassed ||
        state.step.status == StepStatus::kSkipped) {
      continue;
    }
    state.has_evidence = true;
    if (state.step.status == StepStatus::kFailed) return;
    state.step.status = StepStatus::kFailed;
    if (!state.step.start.known()) state.step.start = finding.first;
    state.step.end = finding.last;
    for (const Evidence& evidence : finding.evidence) {
      if (state.step.evidence.size() == kMaxEvidence) break;
      state.step.evidence.push_back(evidence);
    }
    state.step.note = fmt::format("Failed because of {}.", finding.code);
    return;
  }
}

void FinishSteps(std::vector<StepState>* steps) {
  for (size_t i = 0; i < steps->size(); ++i) {
    StepState& state = (*steps)[i];
    const Part part = PartOfStage(state.step.id);
    if (state.step.status == StepStatus::kRunning) {
      // Whether it ended is not known; where a later step passed, it is not
      // even likely that it still runs.
      const bool went_on =
          std::any_of(steps->begin() + static_cast<ptrdiff_t>(i) + 1,
                      steps->end(), [&](const StepState& later) {
                        return PartOfStage(later.step.id) == part &&
                               later.step.status == StepStatus::kPassed &&
                               TicksBetween(state.step.start.ticks,
                                            later.step.end.ticks) > 0;
                      });
      if (went_on && !state.missing.empty()) {
        state.step.status = StepStatus::kUnknown;
      }
      if (!state.missing.empty() && state.step.note.empty()) {
        state.step.note =
            fmt::format("It began; whether it ended cannot be told. {}",
                        fmt::join(state.missing, " "));
      }
    }
    if (state.has_evidence) continue;
    const bool user_began =
        std::any_of(steps->begin(), steps->end(), [](const StepState& other) {
          return PartOfStage(other.step.id) == Part::kUser &&
                 other.has_evidence;
        });
    const bool stopped_before = std::any_of(
        steps->begin(), steps->begin() + static_cast<ptrdiff_t>(i),
        [&](const StepState& earlier) {
          const bool same_part = PartOfStage(earlier.step.id) == part;
          // A stop in the technician part ends the flow unless the user part
          // began all the same.
          if (!same_part && user_began) return false;
          return earlier.step.status == StepStatus::kFailed ||
                 earlier.step.status == StepStatus::kRunning;
        });
    if (stopped_before) {
      state.step.status = StepStatus::kNotReached;
    } else if (state.step.note.empty() && !state.missing.empty()) {
      state.step.note = fmt::format("{}", fmt::join(state.missing, " "));
    }
  }
}

}  // namespace espial::rules

#include "rules/engine/finding_judge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

namespace espial::rules {
namespace {

const StepState* FindStep(const std::string& stage,
                          std::span<const StepState> steps) {
  const auto found = std::find_if(
      steps.begin(), steps.end(),
      [&](const StepState& state) { return state.step.id == stage; });
  return found == steps.end() ? nullptr : &*found;
}

// Most severe first; equal ones by confidence, time and code. What has no time
// comes behind what has one.
bool Before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& f) {
    return std::tuple(-static_cast<int>(f.severity),
                      -static_cast<int>(f.confidence), !f.first.known(),
                      f.first.ticks, std::string_view(f.code));
  };
  return key(a) < key(b);
}

class Arranger {
 public:
  explicit Arranger(std::vector<Finding> findings)
      : findings_(std::move(findings)), placed_(findings_.size()) {
    for (size_t i = 0; i < findings_.size(); ++i) {
      index_.emplace(findings_[i].code, i);
    }
  }

  void Link(std::span<const Signature> signatures) {
    for (const Signature& signature : signatures) {
      const auto cause = index_.find(signature.code);
      if (cause == index_.end()) continue;
      Finding& from = findings_[cause->second];
      for (const std::string& code : signature.explains) {
        const auto symptom = index_.find(code);
        if (symptom == index_.end() || symptom == cause) continue;
        Finding& to = findings_[symptom->second];
        if (!MayExplain(from, to)) continue;
        from.explains.push_back(to.code);
        to.explained_by.push_back(from.code);
      }
    }
    for (Finding& finding : findings_) {
      for (auto* list : {&finding.explains, &finding.explained_by}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
      }
    }
    for (Finding& finding : findings_) NoteRivals(&finding);
  }

  // Depth first from the roots, with a stack of its own. Findings that explain
  // each other in a circle, which a checked pack has not, still come out once.
  std::vector<Finding> Take() {
    std::vector<size_t> order(findings_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return Before(findings_[a], findings_[b]);
    });
    std::vector<size_t> sequence;
    for (const bool roots : {true, false}) {
      for (const size_t i : order) {
        if (!roots || findings_[i].explained_by.empty()) Place(i, &sequence);
      }
    }
    std::vector<Finding> out;
    out.reserve(sequence.size());
    for (const size_t i : sequence) out.push_back(std::move(findings_[i]));
    return out;
  }

 private:
  // Where several explain a finding, and none of those explains another, which
  // of them it was is not guessed.
  void NoteRivals(Finding* finding) const {
    std::vector<std::string_view> rivals;
    for (const std::string& code : finding->explained_by) {
      const Finding& cause = findings_[index_.find(code)->second];
      const bool itself = std::any_of(
          cause.explained_by.begin(), cause.explained_by.end(),
          [&](const std::string& other) {
            return std::binary_search(finding->explained_by.begin(),
                                      finding->explained_by.end(), other);
          });
      if (!itself) rivals.push_back(code);
    }
    if (rivals.size() < 2) return;
    const std::string_view last = rivals.back();
    rivals.pop_back();
    finding->notes.push_back(
        fmt::format("{} and {} each explain it; which of them it was is not "
                    "known.",
                    fmt::join(rivals, ", "), last));
  }

  void Place(size_t root, std::vector<size_t>* sequence) {
    std::vector<size_t> stack = {root};
    while (!stack.empty()) {
      const size_t at = stack.back();
      stack.pop_back();
      if (placed_[at]) continue;
      placed_[at] = true;
      sequence->push_back(at);
      std::vector<size_t> symptoms;
      for (const std::string& code : findings_[at].explains) {
        symptoms.push_back(index_.find(code)->second);
      }
      std::sort(symptoms.begin(), symptoms.end(), [&](size_t a, size_t b) {
        return Before(findings_[b], findings_[a]);
      });
      stack.insert(stack.end(), symptoms.begin(), symptoms.end());
    }
  }

  std::vector<Finding> findings_;
  std::map<std::string, size_t, std::less<>> index_;
  std::vector<bool> placed_;
};

// A finding is no surer than what it needs: the weakest proof of its
// condition, and, for one that belongs to certain scenarios, which it was.
void LowerConfidence(const Signature& signature, const Scenario& scenario,
                     const ExprState& when, Finding* finding) {
  const auto lower = [&](Confidence most, std::string_view why) {
    if (finding->confidence <= most) return;
    finding->notes.push_back(fmt::format(
        "The confidence is {} and not {}: {}.", ConfidenceName(most),
        ConfidenceName(finding->confidence), why));
    finding->confidence = most;
  };
  if (when.value == Tri::kTrue) {
    lower(when.bears,
          "the times of the evidence are local, and nothing proves their zone");
  }
  if (signature.applies_to.empty()) return;
  if (scenario.title.empty()) {
    lower(Confidence::kMedium, "the kind of enrolment was not decided");
  } else {
    lower(scenario.confidence, "the kind of enrolment is no surer");
  }
}

}  // namespace

std::vector<std::string> MissingFor(const Need& need,
                                    const CoverageIndex& coverage,
                                    const Window& window) {
  std::vector<std::string> missing;
  for (const Need::Option& option : need.options) {
    std::optional<std::string> why;
    switch (option.kind) {
      case Need::Kind::kChannel:
        why = coverage.MissingChannel(option.name, window);
        break;
      case Need::Kind::kRegistry:
        why = coverage.MissingRegistry({});
        break;
      case Need::Kind::kJson:
        why = coverage.MissingJson(option.name);
        break;
    }
    if (!why) return {};
    missing.push_back(std::move(*why));
  }
  return missing;
}

std::string StageOf(const Signature& signature,
                    std::span<const StepState> steps) {
  for (const std::string& stage : signature.stages) {
    if (FindStep(stage, steps) != nullptr) return stage;
  }
  return signature.stages.empty() ? std::string() : signature.stages.front();
}

bool StageIsOver(const std::string& stage, std::span<const StepState> steps,
                 const Parts& parts) {
  const StepState* state = FindStep(stage, steps);
  if (state == nullptr) return false;
  if (PartOfStage(stage) == Part::kUser && parts.told_apart && parts.certain &&
      !parts.user_start) {
    return true;
  }
  switch (state->step.status) {
    case StepStatus::kPassed:
    case StepStatus::kSkipped:
      return true;
    case StepStatus::kNotReached:
      return state->not_begun ||
             std::any_of(steps.data(), state, [](const StepState& earlier) {
               return earlier.step.status == StepStatus::kFailed;
             });
    case StepStatus::kUnknown:
    case StepStatus::kRunning:
    case StepStatus::kFailed:
      break;
  }
  return false;
}

bool MayExplain(const Finding& cause, const Finding& symptom) {
  if (!cause.first.known() || !symptom.first.known()) return true;
  const bool local = cause.first.quality == TimeQuality::kAssumed ||
                     symptom.first.quality == TimeQuality::kAssumed;
  return TicksBetween(symptom.first.ticks, cause.first.ticks) <=
         (local ? kZoneDoubt : 0);
}

bool AppliesTo(const Signature& signature, const Scenario& scenario) {
  // A scenario without a title was not decided.
  return signature.applies_to.empty() || scenario.title.empty() ||
         std::find(signature.applies_to.begin(), signature.applies_to.end(),
                   scenario.id) != signature.applies_to.end();
}

Finding JudgeSignature(const Case& the_case, const Scenario& scenario,
                       const Signature& signature,
                       std::span<const StepState> steps, const Catalog& catalog,
                       Evaluator* evaluator) {
  Finding out;
  out.code = signature.code;
  out.name = signature.name;
  out.title = signature.title;
  out.severity = signature.severity;
  out.stage = StageOf(signature, steps);
  out.cause = signature.cause;
  out.remedy = signature.remedy;
  out.links = signature.links;

  const Part window = PartOfStage(out.stage);
  const auto judge = [&](const Expr& expr) {
    return evaluator->Evaluate(signature.unit, expr, Part::kAll, window);
  };
  const ExprState when = judge(signature.when);
  const ExprState unless = judge(signature.unless);
  const Tri value = And(when.value, Not(unless.value));

  if (value == Tri::kTrue) {
    out.result = Verity::kMatched;
  } else if (value == Tri::kUnknown) {
    out.result = Verity::kInconclusive;
    out.missing = when.missing;
    out.missing.insert(out.missing.end(), unless.missing.begin(),
                       unless.missing.end());
  } else {
    for (const Need& need : signature.needs) {
      const auto unmet =
          MissingFor(need, evaluator->coverage(), evaluator->WindowOf(window));
      out.missing.insert(out.missing.end(), unmet.begin(), unmet.end());
    }
    if (!out.missing.empty()) out.result = Verity::kInconclusive;
  }
  if (out.result == Verity::kInconclusive &&
      (StageIsOver(out.stage, steps, evaluator->parts()) ||
       (!signature.suspect.empty() &&
        judge(signature.suspect).value != Tri::kTrue))) {
    out.result = Verity::kNotMatched;
  }
  if (out.result == Verity::kNotMatched) {
    out.missing.clear();
    return out;
  }
  std::sort(out.missing.begin(), out.missing.end());
  out.missing.erase(std::unique(out.missing.begin(), out.missing.end()),
                    out.missing.end());
  for (const ConfidenceCase& one : signature.confidence) {
    if (!one.when.empty() && judge(one.when).value != Tri::kTrue) continue;
    out.confidence = one.is;
    break;
  }
  LowerConfidence(signature, scenario, when, &out);
  for (const OperandState* operand : when.proof) {
    out.notes.insert(out.notes.end(), operand->notes.begin(),
                     operand->notes.end());
  }
  EvidenceList evidence =
      GatherEvidence(the_case, catalog, when.proof, signature.evidence);
  out.first = evidence.first;
  out.last = evidence.last;
  out.count = evidence.count;
  out.evidence = std::move(evidence.shown);
  return out;
}

void ArrangeFindings(std::span<const Signature> signatures,
                     std::vector<Finding>* findings) {
  std::vector<Finding> matched;
  std::vector<Finding> open;
  for (Finding& finding : *findings) {
    (finding.result == Verity::kMatched ? matched : open)
        .push_back(std::move(finding));
  }
  Arranger arranger(std::move(matched));
  arranger.Link(signatures);
  *findings = arranger.Take();
  std::sort(open.begin(), open.end(),
            [](const Finding& a, const Finding& b) { return a.code < b.code; });
  for (Finding& finding : open) findings->push_back(std::move(finding));
}

}  // namespace espial::rules

#include "rules/engine/judgement.h"

#include <utility>

#include "rules/engine/finding_judge.h"
#include "rules/engine/part_finder.h"
#include "rules/engine/verdict.h"

namespace espial::rules {
namespace {

// Puts the texts of a finding into a language, as far as the signature has it.
void Translate(const Signature& signature, const std::string& language,
               Finding* finding) {
  const auto text = signature.languages.find(language);
  if (text == signature.languages.end()) return;
  const SignatureText& own = text->second;
  if (!own.title.empty()) finding->title = own.title;
  if (!own.cause.empty()) finding->cause = own.cause;
  if (!own.remedy.empty()) finding->remedy = own.remedy;
}

}  // namespace

Judgement::Judgement(const Case& the_case, const Pack& pack,
                     const Routing& routing)
    : case_(the_case),
      pack_(pack),
      routing_(routing),
      matches_(the_case, routing),
      coverage_(the_case, matches_, routing),
      evaluator_(the_case, matches_, coverage_) {
  scenario_ = DecideScenario(case_, pack_.flows, pack_.catalog, &evaluator_);
  flow_ = ChooseFlow(pack_.flows, scenario_);
  // Parts are told apart even where no flow fits: signatures may ask for them.
  const FlowRules* parts_of = flow_;
  for (const FlowRules& other : pack_.flows) {
    if (parts_of == nullptr && scenario_.title.empty() && other.parts) {
      parts_of = &other;
    }
  }
  if (parts_of != nullptr) {
    evaluator_.SetParts(FindParts(case_, *parts_of, &evaluator_));
  }
  if (flow_ != nullptr) {
    steps_ = JudgeSteps(case_, *flow_, pack_.catalog, &evaluator_);
  }
  finished_ = steps_;
  FinishSteps(&finished_);
  std::vector<StepSpan> spans;
  for (const StepState& state : finished_) {
    spans.push_back(
        {state.step.id, state.step.status, state.step.start, state.step.end});
  }
  evaluator_.SetSteps(std::move(spans));
}

Finding Judgement::Judge(const Signature& signature) const {
  if (AppliesTo(signature, scenario_)) {
    Finding finding = JudgeSignature(case_, scenario_, signature, finished_,
                                     pack_.catalog, &evaluator_);
    Translate(signature, language_, &finding);
    return finding;
  }
  Finding out;
  out.code = signature.code;
  return out;
}

std::vector<Finding> Judgement::Findings() const {
  std::vector<Finding> findings;
  for (const Signature& signature : pack_.signatures) {
    Finding finding = Judge(signature);
    if (finding.result == Verity::kNotMatched) continue;
    findings.push_back(std::move(finding));
  }
  ArrangeFindings(pack_.signatures, &findings);
  return findings;
}

void Judgement::Tell(Case* to) const {
  std::vector<Finding> findings = Findings();
  std::vector<StepState> steps = steps_;
  for (const Finding& finding : findings) {
    if (finding.result == Verity::kMatched &&
        finding.severity == Severity::kError) {
      FailStep(finding, &steps);
    }
  }
  FinishSteps(&steps);
  to->scenario = scenario_;
  to->findings = std::move(findings);
  to->flow = {};
  if (flow_ != nullptr) {
    to->flow.id = flow_->name;
    to->flow.title = flow_->title;
  }
  to->verdict = DecideVerdict(*to, flow_, steps);
  for (StepState& state : steps)
    to->flow.steps.push_back(std::move(state.step));
}

}  // namespace espial::rules

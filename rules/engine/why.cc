#include "rules/engine/why.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "rules/engine/evidence.h"
#include "rules/engine/finding_judge.h"
#include "rules/engine/signature_describer.h"
#include "rules/engine/why_logs.h"

namespace espial::rules {
namespace {

using Kind = WhyNode::Kind;

Truth ToTruth(Tri value) {
  return value == Tri::kTrue      ? Truth::kTrue
         : value == Tri::kUnknown ? Truth::kUnknown
                                  : Truth::kFalse;
}

Truth Negated(Truth value) {
  return value == Truth::kUnknown ? value
         : value == Truth::kTrue  ? Truth::kFalse
                                  : Truth::kTrue;
}

WhyNode MakeNode(Kind kind, std::string label, std::string text = {}) {
  WhyNode node;
  node.kind = kind;
  node.label = std::move(label);
  node.text = std::move(text);
  return node;
}

// Gives the node the value that its children make.
WhyNode Folded(WhyNode node) {
  const std::vector<WhyNode>& children = node.children;
  switch (node.kind) {
    case Kind::kAnd:
      node.value = Truth::kTrue;
      for (const WhyNode& child : children) {
        node.value = std::min(node.value, child.value);
      }
      break;
    case Kind::kOr:
      node.value = Truth::kFalse;
      for (const WhyNode& child : children) {
        node.value = std::max(node.value, child.value);
      }
      break;
    case Kind::kNot:
      node.value = Negated(children[0].value);
      break;
    case Kind::kSettle:
      node.value = children[0].value;
      if (node.value == Truth::kUnknown &&
          std::min(children[1].value, children[2].value) != Truth::kTrue) {
        node.value = Truth::kFalse;
      }
      break;
    default:
      break;
  }
  return node;
}

class Builder {
 public:
  Builder(const Judgement& judgement, const Signature& signature)
      : judgement_(judgement),
        signature_(signature),
        names_(signature.unit.Names()),
        stage_(StageOf(signature, judgement.steps())),
        window_(PartOfStage(stage_)) {}

  [[nodiscard]] const std::string& stage() const { return stage_; }

  // and(applies to, settle(or(condition, not needs), stage open, suspicion)).
  [[nodiscard]] WhyNode Tree() const {
    WhyNode settle = MakeNode(Kind::kSettle, "judgement");
    settle.children.push_back(Condition());
    settle.children.push_back(Stage());
    settle.children.push_back(Suspicion());
    WhyNode root = MakeNode(Kind::kAnd, "signature");
    root.children.push_back(AppliesNode());
    root.children.push_back(Folded(std::move(settle)));
    return Folded(std::move(root));
  }

 private:
  [[nodiscard]] const Unit& unit() const { return signature_.unit; }

  [[nodiscard]] WhyNode AppliesNode() const {
    WhyNode node = MakeNode(Kind::kAppliesTo, "applies to");
    node.text = signature_.applies_to.empty()
                    ? std::string("every scenario")
                    : fmt::format("{}", fmt::join(signature_.applies_to, ", "));
    node.value = AppliesTo(signature_, judgement_.scenario()) ? Truth::kTrue
                                                              : Truth::kFalse;
    return node;
  }

  [[nodiscard]] WhyNode Condition() const {
    WhyNode both = MakeNode(Kind::kAnd, "condition");
    both.children.push_back(Named("when", signature_.when));
    if (!signature_.unless.empty()) {
      WhyNode without = MakeNode(Kind::kNot, "not");
      without.children.push_back(Named("unless", signature_.unless));
      both.children.push_back(Folded(std::move(without)));
    }
    WhyNode node = MakeNode(Kind::kOr, "condition, or a need that is not met");
    node.children.push_back(Folded(std::move(both)));
    WhyNode unmet = MakeNode(Kind::kNot, "not");
    unmet.children.push_back(Needs());
    node.children.push_back(Folded(std::move(unmet)));
    return Folded(std::move(node));
  }

  [[nodiscard]] WhyNode Needs() const {
    WhyNode all = MakeNode(Kind::kAnd, "needs");
    for (const Need& need : signature_.needs) {
      std::vector<std::string> options;
      for (const Need::Option& option : need.options) {
        options.push_back(NeedText(option));
      }
      WhyNode node = MakeNode(Kind::kNeed, "need",
                              fmt::format("{}", fmt::join(options, " or ")));
      node.missing = MissingFor(need, judgement_.evaluator().coverage(),
                                judgement_.evaluator().WindowOf(window_));
      node.value = node.missing.empty() ? Truth::kTrue : Truth::kUnknown;
      all.children.push_back(std::move(node));
    }
    return Folded(std::move(all));
  }

  [[nodiscard]] WhyNode Stage() const {
    WhyNode node = MakeNode(Kind::kStage, "stage is open", stage_);
    const bool over =
        StageIsOver(stage_, judgement_.steps(), judgement_.evaluator().parts());
    node.value = over ? Truth::kFalse : Truth::kTrue;
    for (const StepState& state : judgement_.steps()) {
      if (state.step.id != stage_) continue;
      node.text += fmt::format(", {}", StepStatusName(state.step.status));
    }
    return node;
  }

  [[nodiscard]] WhyNode Suspicion() const {
    if (!signature_.suspect.empty()) {
      return Named("suspect", signature_.suspect);
    }
    return Folded(MakeNode(Kind::kAnd, "suspect", "always"));
  }

  // A condition with a name of its own.
  [[nodiscard]] WhyNode Named(std::string label, const Expr& expr) const {
    WhyNode node =
        MakeNode(Kind::kAnd, std::move(label), ExprText(expr, names_));
    if (!expr.empty()) {
      node.children.push_back(FromExpr(expr, expr.root_index()));
    }
    return Folded(std::move(node));
  }

  [[nodiscard]] WhyNode FromExpr(const Expr& expr, uint32_t index) const {
    const Expr::Node& at = expr.node(index);
    if (at.op == Expr::Op::kOperand) return FromOperand(at.operand);
    WhyNode node = at.op == Expr::Op::kAnd  ? MakeNode(Kind::kAnd, "and")
                   : at.op == Expr::Op::kOr ? MakeNode(Kind::kOr, "or")
                                            : MakeNode(Kind::kNot, "not");
    for (const uint32_t child : at.children) {
      node.children.push_back(FromExpr(expr, child));
    }
    return Folded(std::move(node));
  }

  [[nodiscard]] WhyNode FromOperand(uint32_t operand) const {
    Expr one;
    Expr::Node leaf;
    leaf.operand = operand;
    one.set_root(one.Add(std::move(leaf)));
    const ExprState state =
        judgement_.evaluator().Evaluate(unit(), one, Part::kAll, window_);
    const bool detection = operand < unit().detections.size();
    WhyNode node = MakeNode(detection ? Kind::kDetection : Kind::kCorrelation,
                            names_[operand]);
    node.value = ToTruth(state.value);
    node.missing = state.missing;
    EvidenceList evidence =
        GatherEvidence(judgement_.the_case(), judgement_.pack().catalog,
                       state.proof, signature_.evidence);
    node.evidence = std::move(evidence.shown);
    node.count = evidence.count;
    if (detection) {
      const Part own = unit().detections[operand].part;
      node.text = own == Part::kAll ? std::string()
                                    : fmt::format("{} part", PartName(own));
      node.looked_at = LookedAt(
          judgement_, unit().first_detection + operand,
          judgement_.evaluator().WindowOf(own == Part::kAll ? window_ : own));
    } else {
      AddSteps(unit().correlations[operand - unit().detections.size()], &node);
    }
    return node;
  }

  void AddSteps(const Correlation& correlation, WhyNode* node) const {
    if (correlation.type == Correlation::Type::kEventCount) {
      node->text =
          fmt::format("at least {} within {}", correlation.at_least,
                      FormatDuration(correlation.timespan.value_or(0)));
      for (const uint32_t rule : correlation.rules) {
        AddStep(rule, fmt::format("counts {}", names_[rule]), node);
      }
      return;
    }
    node->text = "sequence";
    if (correlation.timespan) {
      node->text +=
          fmt::format(" within {}", FormatDuration(*correlation.timespan));
    }
    bool all_there = true;
    size_t number = 0;
    for (const SequenceStep& step : correlation.steps) {
      std::string label = fmt::format("step {}", ++number);
      if (step.absent) label += ", absent";
      if (step.within) {
        label += fmt::format(", within {}", FormatDuration(*step.within));
      }
      if (step.detection == SequenceStep::kUserStart) {
        AddUserStart(std::move(label), node);
      } else {
        AddStep(step.detection,
                fmt::format("{}: {}", label, names_[step.detection]), node);
      }
      all_there = all_there &&
                  (step.absent || node->children.back().value == Truth::kTrue);
    }
    if (all_there && node->value == Truth::kFalse) {
      node->text += "; its steps are there, but not in this order";
    }
  }

  void AddStep(uint32_t operand, std::string label, WhyNode* node) const {
    WhyNode step = FromOperand(operand);
    step.kind = Kind::kStep;
    step.label = std::move(label);
    node->children.push_back(std::move(step));
  }

  void AddUserStart(std::string label, WhyNode* node) const {
    const Parts& parts = judgement_.evaluator().parts();
    WhyNode step =
        MakeNode(Kind::kStep, fmt::format("{}: the user part begins", label));
    step.value = parts.user_start ? Truth::kTrue
                 : parts.certain  ? Truth::kFalse
                                  : Truth::kUnknown;
    if (parts.user_start) step.text = FormatUtc(*parts.user_start, 0);
    node->children.push_back(std::move(step));
  }

  const Judgement& judgement_;
  const Signature& signature_;
  std::vector<std::string> names_;
  std::string stage_;
  Part window_;
};

std::string SentenceOf(const Why& why, const Signature& signature) {
  const WhyNode& settle = why.tree.children[1];
  const Truth condition = settle.children[0].children[0].value;
  if (why.tree.children[0].value == Truth::kFalse) {
    return fmt::format("The scenario is {}; this signature is for {}.",
                       why.scenario, why.tree.children[0].text);
  }
  if (why.result == Verity::kMatched) return "Its condition is true.";
  const std::string_view open =
      condition == Truth::kFalse
          ? "Its condition is false, but what it needs is not all covered"
          : "Its condition cannot be decided from what was collected";
  if (why.result == Verity::kInconclusive) return fmt::format("{}.", open);
  if (settle.children[0].value == Truth::kFalse) {
    return "Its condition is false, and what it needs is covered.";
  }
  if (settle.children[1].value == Truth::kFalse) {
    return fmt::format(
        "{}; that does not matter, because the flow went past its stage {} or "
        "ended before it.",
        open, why.stage);
  }
  return fmt::format("{}; that does not matter without its suspicion ({}).",
                     open, ExprText(signature.suspect, signature.unit.Names()));
}

// How `cause`, which names `symptom`, stands to it in this case.
WhyLink Link(const Signature& other, const Finding& cause,
             const Finding& symptom, bool other_is_cause) {
  const Finding& theirs = other_is_cause ? cause : symptom;
  const Finding& ours = other_is_cause ? symptom : cause;
  WhyLink out;
  out.code = other.code;
  out.title = other.title;
  out.result = theirs.result;
  if (ours.result != Verity::kMatched) {
    out.reason = fmt::format("{} did not match.", ours.code);
  } else if (theirs.result != Verity::kMatched) {
    out.reason = theirs.result == Verity::kInconclusive
                     ? fmt::format("{} could not be decided.", other.code)
                     : fmt::format("{} did not match.", other.code);
  } else if (!MayExplain(cause, symptom)) {
    out.reason = fmt::format("{} began at {}, later than {} at {}.", cause.code,
                             FormatUtc(cause.first.ticks, 0), symptom.code,
                             FormatUtc(symptom.first.ticks, 0));
  } else {
    out.holds = true;
    out.reason = fmt::format("{} holds, and {} did not begin later than {}.",
                             other.code, cause.code, symptom.code);
  }
  return out;
}

bool Names(const Signature& signature, const std::string& code) {
  return signature.code != code &&
         std::find(signature.explains.begin(), signature.explains.end(),
                   code) != signature.explains.end();
}

}  // namespace

Why ExplainResult(const Judgement& judgement, const Signature& signature) {
  const Finding finding = judgement.Judge(signature);
  const Builder builder(judgement, signature);
  Why out;
  out.code = signature.code;
  out.title = signature.title;
  out.result = finding.result;
  out.scenario = judgement.scenario().id;
  out.stage = builder.stage();
  out.tree = builder.Tree();
  out.missing = finding.missing;
  out.sentence = SentenceOf(out, signature);
  for (const Signature& other : judgement.pack().signatures) {
    if (Names(other, signature.code)) {
      out.explained_by.push_back(
          Link(other, judgement.Judge(other), finding, true));
    }
    if (Names(signature, other.code)) {
      out.explains.push_back(
          Link(other, finding, judgement.Judge(other), false));
    }
  }
  return out;
}

std::string_view TruthName(Truth truth) {
  constexpr std::array<std::string_view, 3> kNames = {"false", "unknown",
                                                      "true"};
  return kNames[static_cast<size_t>(truth)];
}

std::string_view WhyKindName(WhyNode::Kind kind) {
  constexpr std::array<std::string_view, 10> kNames = {
      "and",   "or",   "not",       "settle",      "applies_to",
      "stage", "need", "detection", "correlation", "step"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace espial::rules

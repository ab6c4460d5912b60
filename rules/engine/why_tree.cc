#include "rules/engine/why_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "rules/engine/evidence.h"
#include "rules/engine/finding_judge.h"
#include "rules/engine/signature_describer.h"
#include "rules/engine/why_logs.h"
#include "rules/engine/why_node.h"

namespace espial::rules {
namespace {

using Kind = WhyNode::Kind;

Truth ToTruth(Tri value) {
  return value == Tri::kTrue      ? Truth::kTrue
         : value == Tri::kUnknown ? Truth::kUnknown
                                  : Truth::kFalse;
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

  // A step of a sequence sees failures that a later success made void.
  [[nodiscard]] WhyNode FromOperand(uint32_t operand,
                                    bool is_step = false) const {
    Expr one;
    Expr::Node leaf;
    leaf.operand = operand;
    one.set_root(one.Add(std::move(leaf)));
    const ExprState state =
        judgement_.evaluator().Evaluate(unit(), one, Part::kAll, window_);
    const bool detection = operand < unit().detections.size();
    const Correlation* correlation = unit().CorrelationOf(operand);
    WhyNode node = MakeNode(detection                ? Kind::kDetection
                            : correlation != nullptr ? Kind::kCorrelation
                                                     : Kind::kComparison,
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
    } else if (correlation != nullptr) {
      AddSteps(*correlation, &node);
    } else {
      AddValues(unit().comparisons[operand - unit().detections.size() -
                                   unit().correlations.size()],
                &node);
    }
    if (!is_step) AddLinks(operand, &node);
    for (const OperandState* proof : state.proof) {
      for (const std::string& note : proof->notes) {
        node.text += (node.text.empty() ? "" : "; ") + note;
      }
    }
    return node;
  }

  // What a comparison compares, and where that is read.
  void AddValues(const ValueComparison& comparison, WhyNode* node) const {
    constexpr std::array<std::string_view, 6> kOps = {"<",  "<=", ">",
                                                      ">=", "=",  "is not"};
    const NamedValue& left = unit().values[comparison.left];
    node->text = fmt::format(
        "{} {} {}", left.name, kOps[static_cast<size_t>(comparison.op)],
        comparison.right ? unit().values[*comparison.right].name
                         : comparison.literal_text);
    AddValue(left, node);
    if (comparison.right) AddValue(unit().values[*comparison.right], node);
  }

  void AddValue(const NamedValue& value, WhyNode* node) const {
    const bool read = value.source == NamedValue::Source::kField ||
                      value.source == NamedValue::Source::kCount ||
                      value.source == NamedValue::Source::kFirst ||
                      value.source == NamedValue::Source::kLast;
    if (read) {
      AddStep(value.operand,
              fmt::format("value {}, of {}", value.name, names_[value.operand]),
              node);
    }
  }

  // The successes that make a failure void.
  void AddLinks(uint32_t operand, WhyNode* node) const {
    for (const Cancellation& link : unit().cancellations) {
      if (link.failure != operand) continue;
      std::vector<std::string> fields;
      for (const auto& [failure, success] : link.same) {
        fields.push_back(failure);
      }
      AddStep(link.success,
              fmt::format("void where later, of the same {}: {}",
                          fmt::join(fields, ", "), names_[link.success]),
              node);
    }
  }

  void AddSteps(const Correlation& correlation, WhyNode* node) const {
    if (correlation.type == Correlation::Type::kEventCount) {
      node->text =
          fmt::format("at least {} within {}", correlation.at_least,
                      FormatDuration(correlation.timespan.value_or(0)));
      node->text += Groups(correlation);
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
    node->text += Groups(correlation);
    if (!correlation.across_boots) node->text += ", within one boot";
    bool all_there = true;
    size_t number = 0;
    for (const SequenceStep& step : correlation.steps) {
      std::string label = fmt::format("step {}", ++number);
      if (step.absent) label += ", absent";
      if (step.runs > 1) label += fmt::format(", {} times", step.runs);
      if (step.within) {
        label += fmt::format(", within {}", FormatDuration(*step.within));
      }
      if (step.operand == SequenceStep::kUserStart) {
        AddUserStart(std::move(label), node);
      } else {
        AddStep(step.operand,
                fmt::format("{}: {}", label, names_[step.operand]), node);
      }
      all_there = all_there &&
                  (step.absent || node->children.back().value == Truth::kTrue);
    }
    if (all_there && node->value == Truth::kFalse) {
      node->text += "; its steps are there, but not in this order";
    }
    if (correlation.until) {
      AddStep(*correlation.until,
              fmt::format("until: {}", names_[*correlation.until]), node);
    }
  }

  // The fields that its events share.
  static std::string Groups(const Correlation& correlation) {
    std::vector<std::string_view> names;
    for (const GroupField& field : correlation.group_by) {
      names.push_back(field.name);
    }
    return names.empty() ? std::string()
                         : fmt::format(", of one {}", fmt::join(names, ", "));
  }

  void AddStep(uint32_t operand, std::string label, WhyNode* node) const {
    WhyNode step = FromOperand(operand, true);
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

}  // namespace

WhyTree BuildWhyTree(const Judgement& judgement, const Signature& signature) {
  const Builder builder(judgement, signature);
  return {builder.Tree(), builder.stage()};
}

}  // namespace espial::rules

#include "rules/engine/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rules/engine/finding_judge.h"
#include "rules/engine/signature_describer.h"
#include "rules/engine/why_tree.h"

namespace espial::rules {
namespace {

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
  WhyTree tree = BuildWhyTree(judgement, signature);
  Why out;
  out.code = signature.code;
  out.title = signature.title;
  out.result = finding.result;
  out.scenario = judgement.scenario().id;
  out.stage = std::move(tree.stage);
  out.tree = std::move(tree.root);
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
  constexpr std::array<std::string_view, 11> kNames = {
      "and",  "or",        "not",         "settle",     "applies_to", "stage",
      "need", "detection", "correlation", "comparison", "step"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace espial::rules

// What a signature must have.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rules/lint/condition_check.h"
#include "rules/lint/linter.h"

namespace espial::rules {
namespace {

class SignatureLint {
 public:
  SignatureLint(const Signature& signature, const LintDocument& document,
                LintSink* sink)
      : signature_(signature), document_(document), sink_(*sink) {}

  void Conditions() {
    Constant("when", signature_.when, {});
    Constant("unless", signature_.unless, {});
    Constant("suspect", signature_.suspect, {});
    if (ConstantValue(signature_.when) || signature_.unless.empty()) return;
    if (ConstantValue(signature_.when, signature_.unless)) {
      Add({"signature", "unless"}, "L008",
          "'when' and not 'unless' is never true");
    }
  }

  // What stands in no condition, nor in anything that does.
  void Unused() {
    const Unit& unit = signature_.unit;
    used_.assign(unit.Names().size(), false);
    for (const Expr* expr :
         {&signature_.when, &signature_.unless, &signature_.suspect}) {
      Use(*expr);
    }
    for (const ConfidenceCase& one : signature_.confidence) Use(one.when);
    for (const Cancellation& link : unit.cancellations) {
      if (used_[link.failure]) Use(link.success);
    }
    uint32_t operand = 0;
    for (const Detection& detection : unit.detections) {
      if (!used_[operand++]) {
        Unused("detection", detection.name, detection.mark);
      }
    }
    for (const Correlation& correlation : unit.correlations) {
      if (!used_[operand++]) {
        Unused("correlation", correlation.name, correlation.mark);
      }
    }
    for (const ValueComparison& comparison : unit.comparisons) {
      if (!used_[operand++]) {
        Unused("comparison", comparison.name, comparison.mark);
      }
    }
  }

  void Remedy() {
    if (!signature_.remedy.empty() || signature_.severity == Severity::kInfo) {
      return;
    }
    Add({"signature"}, "L011", "there is no remedy");
  }

  void Tests() {
    std::vector<std::string_view> lacking;
    for (const Verity verity :
         {Verity::kMatched, Verity::kNotMatched, Verity::kInconclusive}) {
      const bool has = std::any_of(
          signature_.tests.begin(), signature_.tests.end(),
          [&](const SignatureTest& test) { return test.expect == verity; });
      if (!has) lacking.push_back(VerityName(verity));
    }
    if (lacking.empty()) return;
    Add({"tests"}, "L012",
        fmt::format("no test expects {}", fmt::join(lacking, ", ")));
  }

  void Explains(const std::set<std::string, std::less<>>& known) {
    const std::vector<std::string> codes(known.begin(), known.end());
    for (const std::string& code : signature_.explains) {
      if (known.contains(code)) continue;
      sink_.Add(document_.file, signature_.explains_mark, "L013",
                fmt::format("unknown code {}{}", Quoted(code),
                            DidYouMean(code, codes)));
    }
  }

 private:
  void Use(const Expr& expr) {
    if (expr.empty()) return;
    for (const uint32_t operand : expr.Operands()) Use(operand);
  }

  // An operand, and all that it is made of.
  void Use(uint32_t operand) {
    if (operand >= used_.size() || used_[operand]) return;
    used_[operand] = true;
    const Unit& unit = signature_.unit;
    if (const Correlation* correlation = unit.CorrelationOf(operand)) {
      for (const SequenceStep& step : correlation->steps) Use(step.operand);
      for (const uint32_t rule : correlation->rules) Use(rule);
      if (correlation->until) Use(*correlation->until);
    }
    const size_t first = unit.detections.size() + unit.correlations.size();
    if (operand < first) return;
    const ValueComparison& comparison = unit.comparisons[operand - first];
    UseValue(comparison.left);
    if (comparison.right) UseValue(*comparison.right);
  }

  void UseValue(uint32_t index) {
    const NamedValue& value = signature_.unit.values[index];
    if (value.source == NamedValue::Source::kGap) {
      for (const Instant* instant : {&value.from, &value.to}) {
        if (instant->kind == Instant::Kind::kValue) UseValue(instant->value);
      }
    } else if (value.source != NamedValue::Source::kDuration) {
      Use(value.operand);
    }
  }

  void Add(std::initializer_list<std::string_view> keys, std::string_view code,
           std::string message) {
    sink_.Add(document_.file, MarkAt(document_.root, keys), code,
              std::move(message));
  }

  void Constant(std::string_view key, const Expr& when, const Expr& unless) {
    const auto value = ConstantValue(when, unless);
    if (!value) return;
    Add({"signature", key}, "L008",
        fmt::format("'{}' is {} true", key, *value ? "always" : "never"));
  }

  void Unused(std::string_view what, std::string_view name, Mark mark) {
    sink_.Add(document_.file, mark, "L009",
              fmt::format("nothing uses the {} {}", what, Quoted(name)));
  }

  const Signature& signature_;
  const LintDocument& document_;
  LintSink& sink_;
  std::vector<bool> used_;  // operands
};

}  // namespace

void LintSignature(const Signature& signature, const LintDocument& document,
                   const std::set<std::string, std::less<>>& known,
                   LintSink* sink) {
  SignatureLint lint(signature, document, sink);
  lint.Conditions();
  lint.Unused();
  lint.Remedy();
  lint.Tests();
  lint.Explains(known);
}

}  // namespace espial::rules

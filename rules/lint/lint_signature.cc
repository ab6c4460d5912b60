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

  void Unused() {
    const Unit& unit = signature_.unit;
    std::vector<bool> used(unit.detections.size() + unit.correlations.size());
    const auto use = [&](const Expr& expr) {
      if (expr.empty()) return;
      for (const uint32_t operand : expr.Operands()) used[operand] = true;
    };
    use(signature_.when);
    use(signature_.unless);
    use(signature_.suspect);
    for (const ConfidenceCase& one : signature_.confidence) use(one.when);
    for (size_t i = 0; i < unit.correlations.size(); ++i) {
      const Correlation& correlation = unit.correlations[i];
      if (!used[unit.detections.size() + i]) {
        Unused("correlation", correlation.name, correlation.mark);
      }
      for (const SequenceStep& step : correlation.steps) {
        if (step.detection < used.size()) used[step.detection] = true;
      }
      for (const uint32_t rule : correlation.rules) used[rule] = true;
    }
    for (size_t i = 0; i < unit.detections.size(); ++i) {
      if (!used[i]) {
        Unused("detection", unit.detections[i].name, unit.detections[i].mark);
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

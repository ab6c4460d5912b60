#include "tools/espial/expectations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <utility>

namespace espial::cli {
namespace {

std::string_view ResultOf(const Case& the_case, std::string_view code) {
  for (const Finding& finding : the_case.findings) {
    if (finding.code == code) return VerityName(finding.result);
  }
  return VerityName(Verity::kNotMatched);
}

std::string_view StatusOf(const Case& the_case, std::string_view id) {
  for (const Step& step : the_case.flow.steps) {
    if (step.id == id) return StepStatusName(step.status);
  }
  return "no such step";
}

// Findings above this are none that the scenario wants.
Severity SeverityOf(std::string_view name) {
  if (name == "error") return Severity::kError;
  return name == "warning" ? Severity::kWarning : Severity::kInfo;
}

class Checker {
 public:
  explicit Checker(const Case& the_case) : case_(the_case) {}

  void Check(std::string_view what, std::string_view expected,
             std::string_view found) {
    Expectation one{fmt::format("{} {}", what, Shown(expected)), {}};
    if (expected != found) {
      one.failure =
          fmt::format("expected {}, found {}", Shown(expected), Shown(found));
    }
    out_.push_back(std::move(one));
  }

  void CheckCodes(const std::vector<std::string>& codes, Verity expected) {
    for (const std::string& code : codes) {
      Check(code, VerityName(expected), ResultOf(case_, code));
    }
  }

  void CheckSeverities(std::string_view highest) {
    Expectation one{fmt::format("no finding above {}", highest), {}};
    for (const Finding& finding : case_.findings) {
      if (finding.result == Verity::kMatched &&
          finding.severity > SeverityOf(highest)) {
        one.failure +=
            fmt::format("{}{} is matched, {}", one.failure.empty() ? "" : "; ",
                        finding.code, SeverityName(finding.severity));
      }
    }
    out_.push_back(std::move(one));
  }

  std::vector<Expectation> Take() { return std::move(out_); }

 private:
  static std::string_view Shown(std::string_view text) {
    return text.empty() ? "none" : text;
  }

  const Case& case_;
  std::vector<Expectation> out_;
};

}  // namespace

std::vector<Expectation> CheckExpectations(const forge::Expect& expect,
                                           const Case& the_case) {
  Checker checker(the_case);
  if (expect.scenario) {
    checker.Check("scenario", *expect.scenario, the_case.scenario.id);
  }
  if (expect.outcome) {
    checker.Check("outcome", *expect.outcome,
                  OutcomeName(the_case.verdict.outcome));
    checker.Check("stopped at", expect.stopped_at.value_or(""),
                  the_case.verdict.stopped_at);
  }
  if (expect.roots) {
    checker.Check("roots", fmt::format("{}", fmt::join(*expect.roots, " ")),
                  fmt::format("{}", fmt::join(the_case.verdict.roots, " ")));
  }
  checker.CheckCodes(expect.matched, Verity::kMatched);
  checker.CheckCodes(expect.inconclusive, Verity::kInconclusive);
  checker.CheckCodes(expect.not_matched, Verity::kNotMatched);
  if (expect.no_finding_above) {
    checker.CheckSeverities(*expect.no_finding_above);
  }
  for (const auto& [id, status] : expect.steps) {
    checker.Check("step " + id, status, StatusOf(the_case, id));
  }
  return checker.Take();
}

}  // namespace espial::cli

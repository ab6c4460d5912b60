// Runs the tests that signatures carry: each scenario is forged and judged.
#pragma once

#include <espial/core/result.h>
#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/forge/event_catalog.h"
#include "tools/forge/scenario.h"

namespace espial::cli {

// A test that was run.
struct TestResult {
  // The code, the title of a Sigma rule, or a scenario.
  std::string suite;
  // "user-flow-good without registry", a file, or what is expected.
  std::string name;
  std::string failure;  // empty: passed
};

// Forges each scenario once for all signatures that name it. Not thread-safe.
class SignatureRunner {
 public:
  // `scenarios` is the folder of <name>.yml; `events_csv` the catalogue that
  // the forge takes the fields of events from. The rules must outlive this.
  static Result<std::unique_ptr<SignatureRunner>> Make(
      const rules::RuleSet& rules, std::string scenarios,
      std::string_view events_csv);
  ~SignatureRunner();
  SignatureRunner(const SignatureRunner&) = delete;
  SignatureRunner& operator=(const SignatureRunner&) = delete;

  TestResult Run(const rules::SignatureTest& test);
  // What the scenario of the file at `path` expects, a result each.
  std::vector<TestResult> RunExpectations(const std::string& path);

 private:
  // What a bundle says; an error when it cannot be forged or opened.
  using Outcome = Result<std::vector<Finding>>;

  SignatureRunner(const rules::RuleSet& rules, std::string scenarios,
                  forge::EventCatalog catalog);
  Outcome Judge(const std::string& scenario,
                const std::vector<std::string>& without);
  Result<Case> Judge(const forge::Scenario& scenario,
                     const std::vector<std::string>& without);

  const rules::RuleSet& rules_;
  std::string scenarios_;
  forge::EventCatalog catalog_;
  std::filesystem::path folder_;  // for bundles that are folders
  size_t folders_ = 0;            // below it
  std::map<std::pair<std::string, std::vector<std::string>>, Outcome> known_;
};

}  // namespace espial::cli

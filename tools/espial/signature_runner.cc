#include "tools/espial/signature_runner.h"

#include <espial/espial.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>
#include <system_error>

#include "tools/espial/expectations.h"
#include "tools/forge/bundle.h"
#include "tools/forge/scenario.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<std::unique_ptr<SignatureRunner>> SignatureRunner::Make(
    const rules::RuleSet& rules, std::string scenarios,
    std::string_view events_csv) {
  ESPIAL_TRY_ASSIGN(forge::EventCatalog catalog,
                    forge::EventCatalog::Parse(events_csv));
  return std::unique_ptr<SignatureRunner>(
      new SignatureRunner(rules, std::move(scenarios), std::move(catalog)));
}

SignatureRunner::SignatureRunner(const rules::RuleSet& rules,
                                 std::string scenarios,
                                 forge::EventCatalog catalog)
    : rules_(rules),
      scenarios_(std::move(scenarios)),
      catalog_(std::move(catalog)) {
  std::random_device random;
  folder_ = fs::temp_directory_path() /
            fmt::format("espial_rules_test_{}_{}", random(), random());
}

SignatureRunner::~SignatureRunner() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

SignatureRunner::Outcome SignatureRunner::Judge(
    const std::string& scenario, const std::vector<std::string>& without) {
  ESPIAL_TRY_ASSIGN(const forge::Scenario loaded,
                    forge::LoadScenario(scenarios_ + "/" + scenario + ".yml"));
  ESPIAL_TRY_ASSIGN(Case the_case, Judge(loaded, without));
  return std::move(the_case.findings);
}

Result<Case> SignatureRunner::Judge(const forge::Scenario& scenario,
                                    const std::vector<std::string>& without) {
  ESPIAL_TRY_ASSIGN(std::vector<forge::ForgedFile> files,
                    forge::ForgeBundle(scenario, catalog_, without));
  Options options;
  options.rules = &rules_;
  if (scenario.bundle.kind != forge::BundleKind::kFolder) {
    return AnalyzeBytes(files[0].name, std::move(files[0].bytes), options);
  }
  const fs::path place = folder_ / std::to_string(folders_++);
  ESPIAL_TRY_ASSIGN(const std::string path,
                    forge::WriteBundle(scenario, files, place.string()));
  auto the_case = Analyze(path, options);
  std::error_code ignored;
  fs::remove_all(place, ignored);
  return the_case;
}

std::vector<TestResult> SignatureRunner::RunExpectations(
    const std::string& path) {
  const std::string name = fs::path(path).stem().string();
  const auto scenario = forge::LoadScenario(path);
  if (!scenario) return {{name, "loads", scenario.error().ToString()}};
  if (!scenario->expect.stated) {
    return {{name, "expects", "the scenario expects nothing"}};
  }
  const auto the_case = Judge(*scenario, {});
  if (!the_case) return {{name, "is read", the_case.error().ToString()}};
  std::vector<TestResult> out;
  for (Expectation& one : CheckExpectations(scenario->expect, *the_case)) {
    out.push_back({name, std::move(one.what), std::move(one.failure)});
  }
  return out;
}

TestResult SignatureRunner::Run(const rules::SignatureTest& test) {
  TestResult out;
  out.suite = test.code;
  out.name = test.scenario;
  if (!test.without.empty()) {
    out.name += fmt::format(" without {}", fmt::join(test.without, ", "));
  }
  auto known = known_.find({test.scenario, test.without});
  if (known == known_.end()) {
    known = known_
                .emplace(std::pair(test.scenario, test.without),
                         Judge(test.scenario, test.without))
                .first;
  }
  const Outcome& outcome = known->second;
  if (!outcome) {
    out.failure = outcome.error().ToString();
    return out;
  }
  Verity result = Verity::kNotMatched;
  std::string missing;
  for (const Finding& finding : *outcome) {
    if (finding.code != test.code) continue;
    result = finding.result;
    missing = fmt::format("{}", fmt::join(finding.missing, " "));
  }
  if (result == test.expect) return out;
  out.failure = fmt::format("expected {}, found {}", VerityName(test.expect),
                            VerityName(result));
  if (!missing.empty()) out.failure += ": " + missing;
  return out;
}

}  // namespace espial::cli

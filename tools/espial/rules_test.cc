// espial rules test: the tests that signatures and Sigma rules bring along.
#include <espial/report/layout.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/espial/output.h"
#include "tools/espial/regression_runner.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/sigma_files.h"
#include "tools/espial/signature_runner.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

struct TestOptions {
  std::string directory;
  std::string scenarios;
  std::string regression;
  std::vector<std::string> expect;  // scenarios, or folders of them
  std::string junit;
  SigmaFiles sigma;
  bool verbose = false;
};

std::string Xml(std::string_view text) {
  std::string out;
  for (const char c : report::Safe(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string JunitOf(const std::vector<TestResult>& results) {
  std::map<std::string, std::vector<const TestResult*>> suites;
  for (const TestResult& one : results) suites[one.suite].push_back(&one);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& [suite, tests] : suites) {
    const auto failures = std::count_if(
        tests.begin(), tests.end(),
        [](const TestResult* one) { return !one->failure.empty(); });
    out +=
        fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
                    Xml(suite), tests.size(), failures);
    for (const TestResult* one : tests) {
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                         Xml(suite), Xml(one->name));
      if (one->failure.empty()) {
        out += "/>\n";
      } else {
        out += fmt::format("><failure message=\"{}\"/></testcase>\n",
                           Xml(one->failure));
      }
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

// Tests of signatures, or what scenarios expect; false, and a message, when
// they cannot be run.
bool RunSignatures(const TestOptions& options,
                   std::vector<TestResult>* results) {
  const auto rules = Rules::Load(options.directory);
  if (!rules) return false;
  const std::string scenarios = options.scenarios.empty()
                                    ? options.directory + "/scenarios"
                                    : options.scenarios;
  auto runner = SignatureRunner::Make(rules->set(), scenarios,
                                      EventCatalogOf(options.directory));
  if (!runner) {
    Complain(Sentence(runner.error()));
    return false;
  }
  const Progress progress("Testing");
  if (options.expect.empty()) {
    for (const rules::SignatureTest& test : rules->set().SignatureTests()) {
      results->push_back((*runner)->Run(test));
    }
    return true;
  }
  const auto files = ReadRuleFiles(options.expect);
  if (!files) {
    Complain(Sentence(files.error()));
    return false;
  }
  for (const rules::RuleFile& file : *files) {
    // Parts of scenarios, which stand in a folder of this name beside them.
    if (fs::path(file.name).parent_path().filename() == "fragments") continue;
    for (TestResult& one : (*runner)->RunExpectations(file.name)) {
      results->push_back(std::move(one));
    }
  }
  return true;
}

// Regression cases; false, and a message, when they cannot be run.
bool RunSigma(const TestOptions& options, std::vector<TestResult>* results) {
  SigmaFiles files = options.sigma;
  files.rules = {options.directory};
  const auto rules = LoadSigma(files, nullptr, options.verbose);
  if (!rules) return false;
  const Progress progress("Testing");
  auto cases = RunRegression(*rules, options.regression);
  if (!cases) {
    Complain(Sentence(cases.error()));
    return false;
  }
  results->insert(results->end(), std::make_move_iterator(cases->begin()),
                  std::make_move_iterator(cases->end()));
  return true;
}

ExitCode Run(const TestOptions& options) {
  if (options.directory.empty() && options.expect.empty()) {
    Complain("DIR is required, or --expect");
    Complain("see espial rules test --help");
    return kUsage;
  }
  std::vector<TestResult> results;
  const bool ran = options.regression.empty() ? RunSignatures(options, &results)
                                              : RunSigma(options, &results);
  if (!ran) return kUsage;
  if (results.empty()) {
    Complain("no test was found in " + (options.expect.empty()
                                            ? options.directory
                                            : options.expect.front()));
    return kUsage;
  }
  std::string text;
  size_t failed = 0;
  for (const TestResult& one : results) {
    if (one.failure.empty() && !options.verbose) continue;
    failed += one.failure.empty() ? 0U : 1U;
    text += report::Safe(fmt::format(
        "{} {} {}{}{}", one.failure.empty() ? "ok    " : "FAILED", one.suite,
        one.name, one.failure.empty() ? "" : ": ", one.failure));
    text += '\n';
  }
  text += fmt::format("{} tests, {} failed\n", results.size(), failed);
  if (!options.junit.empty() && !WriteAll(options.junit, JunitOf(results))) {
    return kFailed;
  }
  if (!WriteAll("", text)) return kFailed;
  return failed > 0 ? kFound : kAnalysed;
}

}  // namespace

Command AddRulesTest(CLI::App* rules) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* app = rules->add_subcommand(
      "test", "Run the tests that signatures or Sigma rules bring along");
  app->add_option("DIR", options->directory,
                  "A folder of rules (default with --expect: the "
                  "rules that Espial carries)")
      ->type_name("");
  app->add_option("--scenarios", options->scenarios,
                  "Where the scenarios are that tests of signatures name "
                  "(default: DIR/scenarios)")
      ->type_name("DIR");
  auto* expect =
      app->add_option("--expect", options->expect,
                      "Run scenarios instead, by what they expect themselves: "
                      "files, or folders of them")
          ->type_name("FILE");
  app->add_option("--regression", options->regression,
                  "Run regression cases of the Sigma rules in DIR instead: "
                  "folders with an info.yml beside logs")
      ->type_name("DIR")
      ->excludes(expect);
  AddSigmaSettings(app, &options->sigma);
  for (const char* name : {"--placeholders", "--logsources"}) {
    app->get_option(name)->needs("--regression");
  }
  app->add_option("--junit", options->junit,
                  "Write the results for programs as well, as JUnit XML")
      ->type_name("FILE");
  app->add_flag("-v,--verbose", options->verbose, "List what passed, too");
  app->footer(
      "Every scenario is forged into a bundle and judged with the rules of "
      "DIR. A regression case\nholds when its rule has at least match_count "
      "matches, or one where it does not say.\n\n"
      "Exit codes: 0 all passed, 1 one failed, 2 wrong command line, rules "
      "that do not load or\nno test, 3 the result could not be written.\n\n"
      "Examples:\n"
      "  espial rules test rules/packs --scenarios samples/scenarios\n"
      "  espial rules test sigma/rules --regression sigma/regression_data "
      "--junit out.xml\n"
      "  espial rules test sigma/rules --regression sigma/regression_data "
      "--logsources thor.yml\n"
      "  espial rules test --expect my-scenarios");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

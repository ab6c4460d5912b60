// espial triage: what happened, where it stopped, why, and what to do.
#include <espial/report/report.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "tools/espial/command.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

struct TriageOptions {
  Input input;
  std::string format = "text";
  std::string rules_directory;
  std::string fail_on = "error";
  std::string language = "en";
};

Severity SeverityOf(const std::string& name) {
  if (name == "info") return Severity::kInfo;
  return name == "warning" ? Severity::kWarning : Severity::kError;
}

bool AnyFinding(const Case& the_case, Severity least) {
  for (const Finding& finding : the_case.findings) {
    if (finding.result == Verity::kMatched && finding.severity >= least) {
      return true;
    }
  }
  return false;
}

ExitCode Run(const TriageOptions& options) {
  const auto rules = Rules::Load(options.rules_directory);
  if (!rules) return kUsage;
  if (!rules->set().FindLanguage(options.language)) {
    std::string known;
    for (const std::string& language : rules->set().Languages()) {
      known += (known.empty() ? "" : ", ") + language;
    }
    Complain("The rules do not speak '" + options.language + "'; they speak " +
             known + ".");
    return kUsage;
  }
  const auto the_case = Read(options.input, &rules->set(), options.language);
  if (!the_case) return kFailed;

  const bool as_text = options.format == "text";
  Output output(options.input.output);
  // On one terminal the report that follows says the same again.
  if (!as_text || output.is_file() || !IsTerminal(STDOUT_FILENO)) {
    PrintDamage(*the_case, options.input.verbose);
  }
  const std::string text =
      as_text
          ? report::TriageText(*the_case, TextOptionsFor(output.is_file(),
                                                         options.input.verbose))
          : report::TriageJson(*the_case);
  if (!WriteAll(options.input.output, text)) return kFailed;
  return AnyFinding(*the_case, SeverityOf(options.fail_on)) ? kFound
                                                            : kAnalysed;
}

}  // namespace

Command AddTriage(CLI::App* root) {
  auto options = std::make_shared<TriageOptions>();
  CLI::App* app = root->add_subcommand(
      "triage", "Say what happened, where it stopped, why, and what to do");
  AddInputOptions(app, &options->input);
  app->add_option("--format", options->format,
                  "text, or json in the schema espial.case/1 (default: text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  AddRulesOption(app, &options->rules_directory);
  app->add_option("--lang", options->language,
                  "The language of titles, causes and remedies, where the "
                  "rules have it; the rest stays English (default: en)")
      ->type_name("LANG");
  app->add_option("--fail-on", options->fail_on,
                  "Exit with 1 when a finding of this severity or above holds "
                  "(default: error)")
      ->type_name("info|warning|error")
      ->check(CLI::IsMember({"info", "warning", "error"}).description(""));
  app->footer(
      "Exit codes: 0 analysed, 1 a finding at or above --fail-on holds, 2 the\n"
      "command line or the rules are wrong, 3 nothing could be opened or the\n"
      "result could not be written.\n\n"
      "Examples:\n"
      "  espial triage DiagLogs-PC1.zip\n"
      "  espial triage DiagLogs-PC1.zip Security.evtx --verbose\n"
      "  espial triage mdmlogs.cab --format json -o case.json --fail-on "
      "warning");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

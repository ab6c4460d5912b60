// espial rules convert-logsources: log sources of SigmaHQ's tools as Espial's.
#include <espial/rules/log_source_converter.h>

#include <memory>
#include <string>

#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

struct ConvertOptions {
  std::string path;
  std::string output;
};

ExitCode Run(const ConvertOptions& options) {
  const auto files = ReadRuleFiles({options.path});
  if (!files) {
    Complain(Sentence(files.error()));
    return kFailed;
  }
  if (files->size() != 1) {
    Complain("expected one file, found the folder " + options.path);
    return kUsage;
  }
  const rules::ConvertedLogSources converted =
      rules::ConvertLogSources(files->front());
  for (const rules::Diagnostic& one : converted.left_out) {
    Complain(one.ToString());
  }
  Complain(std::to_string(converted.services) + " services and " +
           std::to_string(converted.categories) + " categories, " +
           std::to_string(converted.left_out.size()) + " entries left out");
  if (converted.yaml.empty()) return kUsage;
  return WriteAll(options.output, converted.yaml) ? kAnalysed : kFailed;
}

}  // namespace

Command AddRulesConvert(CLI::App* rules) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* app = rules->add_subcommand(
      "convert-logsources",
      "Turn SigmaHQ's thor.yml into a file for scan --logsources");
  app->add_option("FILE", options->path, "tests/thor.yml of SigmaHQ's rules")
      ->required()
      ->type_name("");
  app->add_option("-o,--output", options->output,
                  "Write to FILE; it appears when it is whole ('-' is "
                  "standard output)")
      ->type_name("FILE");
  app->footer(
      "Entries that are not about event logs of Windows, and those that say "
      "what Espial cannot,\nare left out and listed on standard error.\n\n"
      "Exit codes: 0 converted, 2 wrong command line or nothing to convert, 3 "
      "the file could not\nbe read or the result not be written.\n\n"
      "Examples:\n"
      "  espial rules convert-logsources sigma/tests/thor.yml -o "
      "thor-logs.yml\n"
      "  espial scan --rules sigma/rules --logsources thor-logs.yml Logs");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

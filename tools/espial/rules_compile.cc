// espial rules compile: Sigma rules to a pack that loads several times as fast.
#include <fstream>
#include <memory>
#include <string>

#include "tools/espial/rules_commands.h"
#include "tools/espial/sigma_files.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

struct CompileOptions {
  SigmaFiles sigma;
  std::string output;
  bool verbose = false;
};

ExitCode Run(const CompileOptions& options) {
  Executor executor(1);
  const auto rules = LoadSigma(options.sigma, &executor, options.verbose);
  if (!rules) return kUsage;
  const std::string pack = rules->ToPack();
  std::ofstream out(options.output, std::ios::binary | std::ios::trunc);
  out.write(pack.data(), static_cast<std::streamsize>(pack.size()));
  out.close();
  if (out) return kAnalysed;
  Complain(options.output + ": cannot be written");
  return kFailed;
}

}  // namespace

Command AddRulesCompile(CLI::App* rules) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* app = rules->add_subcommand(
      "compile", "Turn Sigma rules into one file that loads much faster");
  app->add_option("PATH", options->sigma.rules,
                  "Sigma rules, filters and correlations: files, or folders "
                  "with *.yml below them")
      ->required()
      ->type_name("");
  app->add_option("-o,--output", options->output, "The file to write")
      ->required()
      ->type_name("FILE");
  AddSigmaSettings(app, &options->sigma);
  app->add_flag("-v,--verbose", options->verbose,
                "Show every problem, and every rule that does not apply");
  app->footer(
      "The file holds the rules that load, with their placeholders and log "
      "sources, and the problems\nof the others, which 'espial scan' tells "
      "again. Another version of Espial may ask to compile\nanew. The same "
      "rules give the same bytes.\n\n"
      "Exit codes: 0 written, 2 wrong command line or no rule that loads, 3 "
      "the file could not be\nwritten.\n\n"
      "Examples:\n"
      "  espial rules compile sigma/rules/windows -o sigma.pack\n"
      "  espial scan --rules sigma.pack Logs");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

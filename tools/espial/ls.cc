// espial ls: the tree of artifacts.
#include <espial/report/report.h>
#include <unistd.h>

#include <memory>

#include "tools/espial/command.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

ExitCode Run(const Input& input) {
  const auto the_case = Read(input, nullptr);
  if (!the_case) return kFailed;
  PrintDamage(*the_case, input.verbose);
  const Output output(input.output);
  report::TextOptions options = TextOptionsFor(output.is_file(), input.verbose);
  // A program that reads the list wants a line an artifact.
  if (output.is_file() || !IsTerminal(STDOUT_FILENO)) options.width = 0;
  const std::string text = report::TreeText(*the_case, options);
  return WriteAll(input.output, text) ? kAnalysed : kFailed;
}

}  // namespace

Command AddLs(CLI::App* root) {
  auto input = std::make_shared<Input>();
  CLI::App* app = root->add_subcommand(
      "ls", "List what is in a bundle, what it is, and how it could be read");
  AddInputOptions(app, input.get());
  app->footer(
      "Exit codes: 0 listed, 2 wrong command line, 3 nothing could be "
      "opened.\n\n"
      "Examples:\n"
      "  espial ls DiagLogs-PC1.zip\n"
      "  espial ls C-drive/Users/Public/Documents/MDMDiagnostics");
  return {app, [input] { return Run(*input); }};
}

}  // namespace espial::cli

// The command line of Espial. Thin: what it prints is made by the library.
#include <espial/espial.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

// Help and version go to standard output and are no failure; everything else
// that CLI11 throws is a mistake on the command line.
ExitCode Answer(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = app.exit(error, out, err);
  if (code == 0) return WriteAll("", out.str()) ? kAnalysed : kFailed;
  std::string message = error.what();
  std::string name = "espial";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    name += ' ' + at->get_name();
  }
  Complain(message);
  Complain("see " + name + " --help");
  return kUsage;
}

ExitCode Main(std::vector<std::string> arguments) {
  CLI::App app(
      "Espial reads the diagnostics of a Windows device that was enrolled with "
      "Windows Autopilot,\nand says what happened, where it stopped, why, and "
      "what to do. It changes nothing and sends\nnothing.",
      "espial");
  app.set_version_flag("--version", "espial " + std::string(Version()),
                       "Print the version and exit");
  app.require_subcommand(1);
  app.footer(
      "Results go to standard output, damage and progress to standard error.\n"
      "NO_COLOR is honoured; COLUMNS sets the width of text.\n\n"
      "Exit codes: 0 analysed, 1 a finding at or above --fail-on holds "
      "(triage), 2 wrong\ncommand line, 3 nothing could be opened or the "
      "result could not be written.\n\n"
      "Examples:\n"
      "  espial triage DiagLogs-PC1.zip\n"
      "  espial timeline DiagLogs-PC1.zip --level error\n"
      "  espial explain 0x801c03f2\n\n"
      "espial COMMAND --help tells more.");
  const Command commands[] = {
      AddTriage(&app), AddTimeline(&app), AddLs(&app),      AddFacts(&app),
      AddClock(&app),  AddCoverage(&app), AddExplain(&app), AddEvtx(&app),
      AddScan(&app),   AddRules(&app)};

  ProtectNegativeKeys(&arguments);
  // CLI11 takes its arguments last first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return Answer(app, error);
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return command.run();
  }
  return kUsage;
}

}  // namespace
}  // namespace espial::cli

int main(int argc, char** argv) {
  // A reader that goes away (`| head`) shows as an error of the next write.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return espial::cli::Main(
        std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
  } catch (const std::bad_alloc&) {
    espial::cli::Complain("out of memory");
  } catch (const std::exception& error) {
    espial::cli::Complain(error.what());
  }
  return espial::cli::kFailed;
}

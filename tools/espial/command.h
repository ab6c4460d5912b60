// The subcommands. Each adds itself to the command line and returns what to do
// once the command line was read.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tools/espial/exit_code.h"

namespace espial::cli {

struct Command {
  CLI::App* app;
  std::function<ExitCode()> run;
};

Command AddTriage(CLI::App* root);
Command AddTimeline(CLI::App* root);
Command AddLs(CLI::App* root);
Command AddFacts(CLI::App* root);
Command AddClock(CLI::App* root);
Command AddCoverage(CLI::App* root);
Command AddExplain(CLI::App* root);
Command AddEvtx(CLI::App* root);
Command AddScan(CLI::App* root);
Command AddRules(CLI::App* root);

// Codes are often written as negative numbers (-2145647630), which look like
// options. Marks those among the arguments of `explain`, so that they are read
// as keys. `arguments` begins behind the program's name.
void ProtectNegativeKeys(std::vector<std::string>* arguments);

}  // namespace espial::cli

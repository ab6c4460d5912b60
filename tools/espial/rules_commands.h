// The subcommands of `espial rules`, each in a file of its own.
#pragma once

#include <CLI/CLI.hpp>

#include "tools/espial/command.h"

namespace espial::cli {

Command AddRulesCapture(CLI::App* rules);
Command AddRulesCompile(CLI::App* rules);
Command AddRulesCoverage(CLI::App* rules);
Command AddRulesList(CLI::App* rules);
Command AddRulesShow(CLI::App* rules);
Command AddRulesLint(CLI::App* rules);
Command AddRulesNew(CLI::App* rules);
Command AddRulesTest(CLI::App* rules);
Command AddRulesConvert(CLI::App* rules);

}  // namespace espial::cli

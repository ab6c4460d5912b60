// Sigma rules that the command line names.
#pragma once

#include <espial/core/executor.h>
#include <espial/rules/sigma.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace espial::cli {

struct SigmaFiles {
  std::vector<std::string> rules;
  std::vector<std::string> placeholders;
  std::vector<std::string> log_sources;
};

// Adds --rules, and --placeholders with --logsources.
void AddSigmaRulesOption(CLI::App* app, SigmaFiles* files);
void AddSigmaSettings(CLI::App* app, SigmaFiles* files);

// The rules of the files, or of the one file that is a compiled pack. Every
// problem with them is printed, few of many unless `verbose`. Nothing when no
// rule is left.
std::optional<rules::SigmaRules> LoadSigma(const SigmaFiles& files,
                                           Executor* executor, bool verbose);

}  // namespace espial::cli

// The options and messages that all commands share that read a bundle.
#pragma once

#include <espial/model/case.h>
#include <espial/rules/ruleset.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/espial/redact_options.h"

namespace espial::cli {

struct Input {
  std::vector<std::string> paths;
  std::string output;    // "" is standard output
  uint32_t threads = 0;  // 0: as many as the machine has
  bool verbose = false;
  RedactOptions redact;
};

// Adds PATH..., -o, --threads, --verbose, --redact and --key to `app`.
void AddInputOptions(CLI::App* app, Input* input);
// The same without PATH....
void AddReadOptions(CLI::App* app, Input* input);

// Reads the bundle; `rules` null reads without judging, else findings are told
// in `language`. What comes back is redacted where that was asked for. Prints
// why where it fails.
std::optional<Case> Read(const Input& input, const rules::RuleSet* rules,
                         const std::string& language = "en");

// What was read, as it is, and what redacts it where that was asked for.
struct RawCase {
  Case the_case;
  std::optional<report::Redactor> redactor;  // has learned
};
// As Read(), but the case is not redacted yet: rules must see what is there.
std::optional<RawCase> ReadRaw(const Input& input, const rules::RuleSet* rules,
                               const std::string& language = "en");

// Prints damage on standard error: the first of it, or all when verbose.
void PrintDamage(const Case& the_case, bool verbose);

}  // namespace espial::cli

#include "tools/espial/sigma_files.h"

#include <algorithm>
#include <utility>

#include "tools/espial/rule_files.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr size_t kShownProblems = 20;

void TellProblems(const rules::SigmaRules& rules, bool verbose) {
  size_t shown = 0;
  for (const rules::Diagnostic& error : rules.errors()) {
    if (++shown <= kShownProblems || verbose) Complain(error.ToString());
  }
  for (const rules::Diagnostic& warning : rules.warnings()) {
    if (++shown <= kShownProblems || verbose) {
      Complain("warning: " + warning.ToString());
    }
  }
  if (shown > kShownProblems && !verbose) {
    Complain("and " + std::to_string(shown - kShownProblems) +
             " more; --verbose shows all");
  }
  if (verbose) {
    for (const rules::SigmaOtherSource& other : rules.other_sources()) {
      Complain(other.file + ": not about Windows event logs (" +
               other.log_source + ")");
    }
  }
  Complain(std::to_string(rules.rules().size()) + " rules, " +
           std::to_string(rules.errors().size()) + " problems, " +
           std::to_string(rules.other_sources().size()) +
           " rules not about Windows event logs");
}

std::optional<rules::SigmaRules> ReadPack(
    const std::vector<rules::RuleFile>& rules, const SigmaFiles& files,
    const rules::RuleFile& pack) {
  if (rules.size() > 1) {
    Complain(pack.name +
             ": a compiled pack cannot be used together with other rules");
    return std::nullopt;
  }
  if (!files.placeholders.empty() || !files.log_sources.empty()) {
    Complain(pack.name +
             ": placeholders and log sources are part of a compiled pack; give "
             "them to 'espial rules compile'");
    return std::nullopt;
  }
  auto loaded = rules::SigmaRules::FromPack(pack.text);
  if (loaded) return std::move(loaded).value();
  Complain(pack.name + ": " + Sentence(loaded.error()));
  return std::nullopt;
}

}  // namespace

void AddSigmaRulesOption(CLI::App* app, SigmaFiles* files) {
  app->add_option("--rules", files->rules,
                  "Sigma rules, filters and correlations: files, or folders "
                  "with *.yml below them; may be given again. Or one file that "
                  "'espial rules compile' wrote")
      ->required()
      ->allow_extra_args(false)
      ->type_name("DIR|FILE");
}

void AddSigmaSettings(CLI::App* app, SigmaFiles* files) {
  app->add_option("--placeholders", files->placeholders,
                  "YAML or JSON with the values of %name% in rules: "
                  "{ name: [value, ...] }")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app->add_option("--logsources", files->log_sources,
                  "YAML with channels of services and places of categories "
                  "beside the built-in ones")
      ->allow_extra_args(false)
      ->type_name("FILE");
}

std::optional<rules::SigmaRules> LoadSigma(const SigmaFiles& files,
                                           Executor* executor, bool verbose) {
  const auto rule_files = ReadRuleFiles(files.rules);
  const auto placeholders = ReadRuleFiles(files.placeholders);
  const auto log_sources = ReadRuleFiles(files.log_sources);
  for (const auto* read : {&rule_files, &placeholders, &log_sources}) {
    if (*read) continue;
    Complain(Sentence(read->error()));
    return std::nullopt;
  }
  const auto pack = std::find_if(rule_files->begin(), rule_files->end(),
                                 [](const rules::RuleFile& file) {
                                   return rules::SigmaRules::IsPack(file.text);
                                 });
  std::optional<rules::SigmaRules> rules;
  if (pack != rule_files->end()) {
    rules = ReadPack(*rule_files, files, *pack);
    if (!rules) return std::nullopt;
  } else {
    rules::SigmaOptions loading;
    loading.placeholders = *placeholders;
    loading.log_sources = *log_sources;
    loading.executor = executor;
    rules = rules::SigmaRules::Load(*rule_files, loading);
  }
  TellProblems(*rules, verbose);
  if (!rules->rules().empty()) return rules;
  Complain("no rule could be loaded");
  return std::nullopt;
}

}  // namespace espial::cli

// espial scan: Sigma rules over event logs.
#include <espial/core/text.h>
#include <espial/rules/sigma.h>
#include <espial/scan.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/evtx_clients.h"
#include "tools/espial/log_files.h"
#include "tools/espial/scan_format.h"
#include "tools/espial/sigma_files.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr uint32_t kMaxThreads = 256;
const std::vector<std::string> kFormats = {"text", "jsonl", "sarif", "csv"};
const std::vector<std::string> kLevels = {"informational", "low", "medium",
                                          "high", "critical"};

struct ScanOptions {
  SigmaFiles sigma;
  std::vector<std::string> paths;
  std::vector<std::string> tags;
  std::string format = "text";
  std::string level;
  uint32_t threads = 0;
  bool stats = false;
  bool verbose = false;
};

size_t IndexOf(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<size_t>(std::find(names.begin(), names.end(), name) -
                             names.begin());
}

class Client : public ScanClient {
 public:
  Client(const rules::SigmaRules& rules, ScanFormat format,
         std::vector<bool> wanted, LogFiles* files, LogOutput* output)
      : rules_(rules),
        format_(format),
        wanted_(std::move(wanted)),
        files_(*files),
        output_(*output) {}

  std::shared_ptr<const Source> NextLog() override { return files_.Next(); }
  [[nodiscard]] bool Wants(uint32_t rule) const override {
    return wanted_[rule];
  }
  [[nodiscard]] std::string Describe(const Source& log, const Event& event,
                                     uint32_t rule) const override {
    return FormatMatch(format_, rules_, rule, log, event);
  }
  bool OnMatch(uint32_t /*rule*/, std::string match) override {
    return Put(std::move(match));
  }
  bool OnCorrelation(const rules::CorrelationMatch& match) override {
    return Put(FormatCorrelation(format_, rules_, match));
  }
  void OnDamage(const Source& log, const Damage& damage) override {
    output_.OnDamage(log, damage);
  }

 private:
  bool Put(std::string text) {
    if (format_ == ScanFormat::kSarif && !first_) text.insert(0, ",");
    first_ = false;
    return output_.Write(text);
  }

  const rules::SigmaRules& rules_;
  ScanFormat format_;
  std::vector<bool> wanted_;
  LogFiles& files_;
  LogOutput& output_;
  bool first_ = true;
};

std::vector<bool> WantedRules(const rules::SigmaRules& rules,
                              const ScanOptions& options) {
  const size_t least =
      options.level.empty() ? 0 : IndexOf(kLevels, options.level);
  std::vector<bool> wanted;
  for (const rules::SigmaRule& rule : rules.rules()) {
    const bool tagged =
        options.tags.empty() ||
        std::any_of(options.tags.begin(), options.tags.end(),
                    [&](const std::string& pattern) {
                      return std::any_of(rule.tags.begin(), rule.tags.end(),
                                         [&](const std::string& tag) {
                                           return MatchesGlob(pattern, tag);
                                         });
                    });
    wanted.push_back(tagged && static_cast<size_t>(rule.level) >= least);
  }
  return wanted;
}

ExitCode Run(const ScanOptions& options) {
  Executor executor(
      options.threads != 0
          ? options.threads
          : std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads));
  const auto loaded = LoadSigma(options.sigma, &executor, options.verbose);
  if (!loaded) return kUsage;
  const rules::SigmaRules& rules = *loaded;
  Result<LogFiles> files = LogFiles::Find(options.paths, false);
  if (!files) {
    Complain(Sentence(files.error()));
    return kFailed;
  }
  const auto format =
      static_cast<ScanFormat>(IndexOf(kFormats, options.format));
  LogOutput output(options.verbose, false, nullptr);
  output.Write(ScanHeader(format, rules));
  Client client(rules, format, WantedRules(rules, options), &*files, &output);
  const ScanCounts counts = ScanLogs(rules, executor, &client);
  output.Write(ScanFooter(format));
  output.Flush();
  for (const std::string& trouble : files->troubles()) output.Tell(trouble);
  if (counts.dropped > 0) {
    Complain("correlations are incomplete: " + std::to_string(counts.dropped) +
             " matches were more than they can hold");
  }
  for (const rules::Diagnostic& broken : rules.broken()) {
    Complain(broken.message);
  }
  if (options.stats) {
    Complain(std::to_string(counts.logs) + " logs, " +
             std::to_string(counts.records) + " records (" +
             std::to_string(counts.irregular) + " decoded whole), " +
             std::to_string(counts.matches) + " matches");
  }
  if (!output.status()) {
    Complain(Sentence(output.status().error()));
    return kFailed;
  }
  return files->opened() > 0 ? kAnalysed : kFailed;
}

}  // namespace

Command AddScan(CLI::App* root) {
  auto options = std::make_shared<ScanOptions>();
  CLI::App* app = root->add_subcommand(
      "scan", "Find what Sigma rules describe in event logs");
  app->add_option("PATH", options->paths,
                  "Event logs, folders with *.evtx below them, bundles, or "
                  "'-' for standard input")
      ->required()
      ->type_name("");
  AddSigmaRulesOption(app, &options->sigma);
  app->add_option("--format", options->format,
                  "text (default); jsonl: a JSON object a match; sarif: SARIF "
                  "2.1.0; csv: columns of Espial")
      ->type_name("text|jsonl|sarif|csv")
      ->check(CLI::IsMember(kFormats).description(""));
  app->add_option("--level", options->level,
                  "Rules of this level or above: informational, low, medium, "
                  "high, critical")
      ->type_name("LEVEL")
      ->check(CLI::IsMember(kLevels).description(""));
  app->add_option("--tags", options->tags,
                  "Rules with a tag that fits one of these; '*' and '?' are "
                  "wildcards")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("TAG,...");
  AddSigmaSettings(app, &options->sigma);
  app->add_option("--threads", options->threads,
                  "Threads to use (default: as many as the machine has); the "
                  "result does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, kMaxThreads).description(""));
  app->add_flag("--stats", options->stats,
                "Count logs, records and matches on standard error");
  app->add_flag("-v,--verbose", options->verbose,
                "Show all damage, and every rule that does not apply");
  app->footer(
      "Matches stand in the order of the files and of their records, those of "
      "correlations behind\nall others. Rules that do not load are listed on "
      "standard error; the others are used. Every\nmatch names the author of "
      "its rule, as the Detection Rule License of SigmaHQ's rules asks.\n\n"
      "Exit codes: 0 scanned, 2 wrong command line or no rule that loads, 3 "
      "nothing could be\nopened, or the result could not be written.\n\n"
      "Examples:\n"
      "  espial scan --rules sigma/rules/windows Logs --format jsonl\n"
      "  espial scan --rules my.yml Security.evtx --level high\n"
      "  espial scan --rules sigma.pack Logs");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

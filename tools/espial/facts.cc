// espial facts: what held when the bundle was taken.
#include <espial/core/text.h>
#include <espial/report/report.h>

#include <memory>
#include <string>

#include "tools/espial/command.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 18U;

struct FactsOptions {
  Input input;
  std::string key;
};

bool Matches(const std::string& glob, const Fact& fact) {
  if (glob.empty() || MatchesGlob(glob, fact.key)) return true;
  std::string whole(fact.key);
  whole.append("\\").append(fact.name);
  return MatchesGlob(glob, whole);
}

Status WriteFacts(const Case& the_case, const FactsOptions& options,
                  Output* output) {
  ESPIAL_TRY(output->Open());
  const report::TextOptions text_options =
      TextOptionsFor(output->is_file(), options.input.verbose);
  std::string text;
  for (const Fact& fact : the_case.timeline.facts()) {
    if (!Matches(options.key, fact)) continue;
    report::AppendFactText(the_case, fact, text_options, &text);
    if (text.size() < kChunkBytes) continue;
    ESPIAL_TRY(output->Write(text));
    if (output->reader_gone()) return {};
    text.clear();
  }
  ESPIAL_TRY(output->Write(text));
  return output->Finish();
}

ExitCode Run(const FactsOptions& options) {
  const auto the_case = Read(options.input, nullptr);
  if (!the_case) return kFailed;
  PrintDamage(*the_case, options.input.verbose);
  Output output(options.input.output);
  const Status status = WriteFacts(*the_case, options, &output);
  if (!status) {
    Complain(Sentence(status.error()));
    return kFailed;
  }
  return kAnalysed;
}

}  // namespace

Command AddFacts(CLI::App* root) {
  auto options = std::make_shared<FactsOptions>();
  CLI::App* app = root->add_subcommand(
      "facts",
      "Print what held when the bundle was taken: registry, JSON, reports, "
      "printed output");
  app->add_option("--key", options->key,
                  "Only facts whose key, or key\\name, fits this pattern ('*' "
                  "any run, '?' one character; case does not matter)")
      ->type_name("GLOB");
  AddInputOptions(app, &options->input);
  app->footer(
      "Exit codes: 0 printed, 2 wrong command line, 3 nothing could be "
      "opened.\n\n"
      "Examples:\n"
      "  espial facts DiagLogs-PC1.zip --key '*\\Enrollments\\*'\n"
      "  espial facts mdmlogs.cab --key '*SyncFailureTimeout'");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

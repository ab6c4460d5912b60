// espial why: how the result of a signature came about.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/terminal.h"
#include "tools/espial/why_format.h"

namespace espial::cli {
namespace {

struct WhyOptions {
  Input input;
  std::vector<std::string> arguments;  // bundles, and last the code
  std::string directory;
  std::string format = "text";
};

// Everything of the answer that comes out of the bundle.
void Redact(const report::Redactor& redactor, rules::WhyNode* node) {
  for (Evidence& piece : node->evidence) {
    piece.text = redactor.Text(piece.text);
  }
  for (rules::WhyNode& child : node->children) Redact(redactor, &child);
}

ExitCode Run(WhyOptions options) {
  if (options.arguments.size() < 2) {
    Complain("CODE is required behind BUNDLE");
    Complain("see espial why --help");
    return kUsage;
  }
  const std::string code = std::move(options.arguments.back());
  options.arguments.pop_back();
  options.input.paths = std::move(options.arguments);
  const auto rules = Rules::Load(options.directory);
  if (!rules) return kUsage;
  // A mistake is found before the input is read.
  if (const auto known = rules->set().Describe(code); !known) {
    Complain(Sentence(known.error()));
    return kUsage;
  }
  auto raw = ReadRaw(options.input, nullptr);
  if (!raw) return kFailed;
  Result<rules::Why> why = rules->set().AskWhy(raw->the_case, code);
  if (!why) {
    Complain(Sentence(why.error()));
    return kUsage;
  }
  if (raw->redactor) {
    Redact(*raw->redactor, &why->tree);
    raw->redactor->Redact(&raw->the_case);
  }
  PrintDamage(raw->the_case, options.input.verbose);
  const bool to_file = Output(options.input.output).is_file();
  const std::string text =
      options.format == "json"
          ? WhyJson(raw->the_case, *why)
          : WhyText(raw->the_case, *why,
                    TextOptionsFor(to_file, options.input.verbose));
  return WriteAll(options.input.output, text) ? kAnalysed : kFailed;
}

}  // namespace

Command AddWhy(CLI::App* root) {
  auto options = std::make_shared<WhyOptions>();
  CLI::App* app = root->add_subcommand(
      "why", "Say why a signature holds of a bundle, or why not");
  app->add_option("BUNDLE CODE", options->arguments,
                  "Bundles, folders or logs of one device, and last the code "
                  "of a signature: HYB-001")
      ->required()
      ->type_name("");
  AddRulesOption(app, &options->directory);
  app->add_option("--format", options->format,
                  "text, or json in the schema espial.why/1 (default: text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  AddReadOptions(app, &options->input);
  app->footer(
      "Every part of the condition is true, false or unknown. What is true "
      "stands with its evidence,\nwhat is false with where it was looked for, "
      "what is unknown with what is missing.\n\n"
      "Exit codes: 0 answered, 2 wrong command line, unknown code or rules "
      "that do not load, 3\nnothing could be opened or the result could not be "
      "written.\n\n"
      "Examples:\n"
      "  espial why DiagLogs-PC1.zip HYB-001\n"
      "  espial why mdmlogs.cab Security.evtx LOG-004 --format json");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

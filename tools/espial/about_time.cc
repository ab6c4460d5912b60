// espial clock and espial coverage: what the times of a bundle are worth.
#include <espial/report/report.h>

#include <memory>
#include <string>
#include <string_view>

#include "tools/espial/command.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

struct ReportOptions {
  Input input;
  std::string format = "text";
};

using TextReport = std::string (*)(const Case&, const report::TextOptions&);
using JsonReport = std::string (*)(const Case&);

ExitCode Run(const ReportOptions& options, TextReport text, JsonReport json) {
  const auto the_case = Read(options.input, nullptr);
  if (!the_case) return kFailed;
  PrintDamage(*the_case, options.input.verbose);
  const Output output(options.input.output);
  const std::string out =
      options.format == "json"
          ? json(*the_case)
          : text(*the_case,
                 TextOptionsFor(output.is_file(), options.input.verbose));
  return WriteAll(options.input.output, out) ? kAnalysed : kFailed;
}

Command Add(CLI::App* root, const std::string& name,
            const std::string& description, const std::string& examples,
            TextReport text, JsonReport json) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* app = root->add_subcommand(name, description);
  AddInputOptions(app, &options->input);
  app->add_option("--format", options->format, "text or json (default: text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  app->footer(
      "Exit codes: 0 printed, 2 wrong command line, 3 nothing could be "
      "opened.\n\nExamples:\n" +
      examples);
  return {app, [options, text, json] { return Run(*options, text, json); }};
}

}  // namespace

Command AddClock(CLI::App* root) {
  return Add(root, "clock",
             "Print the device's time zone and what proves it, the steps of "
             "its clock, and what stays assumed",
             "  espial clock DiagLogs-PC1.zip\n"
             "  espial clock mdmlogs.cab --format json",
             report::ClockText, report::ClockJson);
}

Command AddCoverage(CLI::App* root) {
  return Add(root, "coverage",
             "Print from when to when each log speaks, its holes, and what is "
             "absent",
             "  espial coverage DiagLogs-PC1.zip\n"
             "  espial coverage mdmlogs.cab --format json",
             report::CoverageText, report::CoverageJson);
}

}  // namespace espial::cli

// espial rules capture: a finding as a test.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "tools/capture/capture.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostJudgements = 1'000'000;

struct CaptureOptions {
  Input input;
  std::vector<std::string> arguments;  // bundles, and last the code
  std::string folder = ".";
  std::string name;
  std::string directory;
  uint64_t judgements = capture::kJudgements;
};

// Names of scenarios are those of files and of tests.
bool IsName(std::string_view name) {
  return !name.empty() && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string AmountText(const capture::Amount& before,
                       const capture::Amount& after) {
  return fmt::format(
      "events {} -> {}, registry and JSON values {} -> {}, event logs {} -> "
      "{}\n",
      before.events, after.events, before.facts, after.facts, before.logs,
      after.logs);
}

std::string Report(const std::string& path, const std::string& code,
                   const capture::Captured& captured,
                   const CaptureOptions& options) {
  std::string out = path + "\n" + AmountText(captured.before, captured.after) +
                    fmt::format(
                        "{} judgements; forged and read back it gives "
                        "{} matched\n",
                        captured.judged, code);
  if (captured.confidence != captured.captured_confidence) {
    out += fmt::format("the confidence is {} in the bundle and {} here\n",
                       ConfidenceName(captured.confidence),
                       ConfidenceName(captured.captured_confidence));
  }
  for (const std::string& note : captured.notes) out += note + "\n";
  out += "run it: espial rules test" +
         (options.directory.empty() ? "" : " " + options.directory) +
         " --expect " + path + "\n";
  out += fmt::format(
      "or among the tests of {}: - {{ scenario: {}, expect: matched }}\n", code,
      fs::path(path).stem().string());
  return out;
}

// The reason, and where to read more; the exit code that fits it.
ExitCode Refuse(const Error& error, const CaptureOptions& options) {
  std::string paths;
  for (const std::string& path : options.input.paths) paths += " " + path;
  Complain(error.what + " " + error.detail);
  if (error.code == Errc::kNotFound || error.code == Errc::kUnsupported) {
    Complain("see espial why" + paths + " " + error.what);
  }
  return error.code == Errc::kIo ? kFailed : kFound;
}

ExitCode Run(CaptureOptions options) {
  if (options.arguments.size() < 2) {
    Complain("CODE is required behind BUNDLE");
    Complain("see espial rules capture --help");
    return kUsage;
  }
  const std::string wanted = std::move(options.arguments.back());
  options.arguments.pop_back();
  options.input.paths = std::move(options.arguments);
  const auto rules = Rules::Load(options.directory);
  if (!rules) return kUsage;
  // Mistakes are found before the input is read.
  const auto known = rules->set().Describe(wanted);
  if (!known) {
    Complain(Sentence(known.error()));
    return kUsage;
  }
  if (options.name.empty()) options.name = Fold(known->code) + "-captured";
  if (!IsName(options.name)) {
    Complain("--name: expected small letters, digits and '-', found \"" +
             options.name + "\"");
    return kUsage;
  }
  const fs::path path = fs::path(options.folder) / (options.name + ".yml");
  std::error_code error;
  if (fs::exists(path, error)) {
    Complain(path.string() + ": exists already");
    return kUsage;
  }
  const auto catalog =
      forge::EventCatalog::Parse(EventCatalogOf(options.directory));
  if (!catalog) {
    Complain(Sentence(catalog.error()));
    return kUsage;
  }
  options.input.redact.redact = true;
  auto raw = ReadRaw(options.input, &rules->set());
  if (!raw) return kFailed;
  const auto captured = [&] {
    const Progress progress("Capturing");
    return capture::Capture(
        raw->the_case, *raw->redactor, rules->set(), *catalog,
        {known->code, options.name, static_cast<size_t>(options.judgements)});
  }();
  if (!raw->the_case.damage.empty()) {
    raw->redactor->Redact(&raw->the_case);
    PrintDamage(raw->the_case, options.input.verbose);
  }
  if (!captured) return Refuse(captured.error(), options);
  fs::create_directories(options.folder, error);
  if (!WriteAll(path.string(), captured->text)) return kFailed;
  return WriteAll("", Report(path.string(), known->code, *captured, options))
             ? kAnalysed
             : kFailed;
}

}  // namespace

Command AddRulesCapture(CLI::App* rules) {
  auto options = std::make_shared<CaptureOptions>();
  CLI::App* app = rules->add_subcommand(
      "capture", "Write the smallest scenario that gives a finding, redacted");
  app->add_option("BUNDLE CODE", options->arguments,
                  "Bundles, folders or logs of one device, and last the code "
                  "of a signature that is matched there: HYB-001")
      ->required()
      ->type_name("");
  app->add_option("-o,--output", options->folder,
                  "The folder for NAME.yml (default: here)")
      ->type_name("DIR");
  app->add_option("--name", options->name,
                  "What the scenario is called (default: hyb-001-captured)")
      ->type_name("NAME");
  app->add_option("--judgements", options->judgements,
                  fmt::format("Try at most N smaller scenarios (default: {})",
                              capture::kJudgements))
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, kMostJudgements).description(""));
  app->add_option("--key", options->input.redact.key_file,
                  "Make pseudonyms with the bytes of FILE, so that they are "
                  "the same in every run (default: a new key each run)")
      ->type_name("FILE");
  AddRulesOption(app, &options->directory);
  app->add_option("--threads", options->input.threads,
                  "Threads to read the bundle with (default: as many as the "
                  "machine has)")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, uint32_t{256}).description(""));
  app->add_flag("-v,--verbose", options->input.verbose, "Show all damage");
  app->footer(
      "The scenario holds the events, registry and JSON values and logs "
      "without "
      "any one of which\nthe signature is not matched at its stage; forged "
      "into "
      "a bundle and read back it gives\nCODE, or nothing is written. People, "
      "devices, tenants, addresses and tokens are\npseudonyms, and the story "
      "begins on 2025-01-06: intervals stay, dates do not.\n\n"
      "Exit codes: 0 written, 1 the signature is not matched there or no "
      "scenario gives it, 2\nwrong command line, unknown code, rules that do "
      "not load or a file that is there already,\n3 nothing could be opened or "
      "the file could not be written.\n\n"
      "Examples:\n"
      "  espial rules capture DiagLogs-PC1.zip HYB-001 -o my-scenarios\n"
      "  espial rules test --expect my-scenarios/hyb-001-captured.yml");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

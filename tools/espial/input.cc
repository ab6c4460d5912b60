#include "tools/espial/input.h"

#include <espial/espial.h>
#include <espial/report/report.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <thread>

#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr uint32_t kMaxThreads = 256;
constexpr size_t kDamageLines = 10;

uint32_t ThreadsOf(const Input& input) {
  if (input.threads != 0) return input.threads;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
}

}  // namespace

void AddInputOptions(CLI::App* app, Input* input) {
  app->add_option("PATH", input->paths,
                  "Bundles, folders or single logs of one device")
      ->required()
      ->type_name("");
  AddReadOptions(app, input);
}

void AddReadOptions(CLI::App* app, Input* input) {
  app->add_option("-o,--output", input->output,
                  "Write to FILE; it appears when it is whole ('-' is "
                  "standard output)")
      ->type_name("FILE");
  app->add_option("--threads", input->threads,
                  "Threads to use (default: as many as the machine has); the "
                  "result does not depend on it")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, kMaxThreads).description(""));
  app->add_flag("-v,--verbose", input->verbose,
                "Show everything: all evidence, all damage, every signature "
                "that could not be judged");
  AddRedactOptions(app, &input->redact);
}

std::optional<RawCase> ReadRaw(const Input& input, const rules::RuleSet* rules,
                               const std::string& language) {
  auto redactor = MakeRedactor(input.redact);
  if (!redactor) {
    Complain(Sentence(redactor.error()));
    return std::nullopt;
  }
  Options options;
  options.threads = ThreadsOf(input);
  options.rules = rules;
  options.judge = rules != nullptr;
  options.language = language;
  Result<Case> result = [&] {
    const Progress progress("Reading");
    return Analyze(input.paths, options);
  }();
  if (!result) {
    Complain(Sentence(result.error()));
    return std::nullopt;
  }
  RawCase raw;
  raw.the_case = std::move(result).value();
  if (redactor->has_value()) {
    const Progress progress("Redacting");
    (*redactor)->Learn(raw.the_case);
    raw.redactor = std::move(*redactor);
  }
  return raw;
}

std::optional<Case> Read(const Input& input, const rules::RuleSet* rules,
                         const std::string& language) {
  std::optional<RawCase> raw = ReadRaw(input, rules, language);
  if (!raw) return std::nullopt;
  if (raw->redactor) {
    const Progress progress("Redacting");
    raw->redactor->Redact(&raw->the_case);
  }
  return std::move(raw->the_case);
}

void PrintDamage(const Case& the_case, bool verbose) {
  report::TextOptions options;
  options.color = WantsColor(STDERR_FILENO);
  options.width = 0;
  const std::string text = report::DamageText(the_case, options);
  size_t end = text.size();
  if (!verbose && the_case.damage.size() > kDamageLines) {
    end = 0;
    for (size_t line = 0; line < kDamageLines; ++line) {
      end = text.find('\n', end) + 1;
    }
  }
  std::fwrite(text.data(), 1, end, stderr);
  if (end != text.size()) {
    const std::string more =
        "and " + std::to_string(the_case.damage.size() - kDamageLines) +
        " more; --verbose shows all\n";
    std::fwrite(more.data(), 1, more.size(), stderr);
  }
}

}  // namespace espial::cli

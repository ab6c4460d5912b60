// espial explain: what the catalogue knows of a code, signature or event.
#include <espial/core/text.h>
#include <espial/report/layout.h>
#include <espial/rules/ruleset.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tools/espial/command.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

using report::AppendWrapped;
using report::Paint;
using report::Safe;
using report::Tone;

void AppendExplanation(const rules::Explanation& explanation,
                       const report::TextOptions& options, std::string* out) {
  std::string head = Safe(explanation.title);
  if (!explanation.area.empty()) head += " (" + Safe(explanation.area) + ')';
  AppendWrapped(Paint(Safe(explanation.key), Tone::kStrong, options) + "  ",
                head, options.width, out);
  if (!explanation.meaning.empty()) {
    AppendWrapped("  ", Safe(explanation.meaning), options.width, out);
  }
  size_t number = 0;
  for (const std::string& advice : explanation.advice) {
    AppendWrapped("  " + std::to_string(++number) + ". ", Safe(advice),
                  options.width, out);
  }
  for (const std::string& detail : explanation.details) {
    AppendWrapped("  - ", Safe(detail), options.width, out);
  }
  out->push_back('\n');
}

ExitCode Run(const std::vector<std::string>& keys) {
  const report::TextOptions options = TextOptionsFor(false, false);
  std::string text;
  bool all_known = true;
  for (const std::string& raw_key : keys) {
    const std::string key(Trim(raw_key));
    const auto explanations = rules::RuleSet::BuiltIn().Explain(key);
    if (explanations.empty()) {
      all_known = false;
      Complain("nothing known about \"" + key +
               "\"; expected an error code (0x801c03f2, -2145647630, "
               "AADSTS50034), a signature (HYB-001) or an event "
               "(provider:id)");
    }
    for (const rules::Explanation& explanation : explanations) {
      AppendExplanation(explanation, options, &text);
    }
  }
  // One blank line between explanations, none behind the last.
  if (text.ends_with("\n\n")) text.pop_back();
  if (!text.empty() && !WriteAll("", text)) return kFailed;
  return all_known ? kAnalysed : kUsage;
}

bool IsNegativeNumber(const std::string& text) {
  return text.size() > 1 && text[0] == '-' &&
         std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void ProtectNegativeKeys(std::vector<std::string>* arguments) {
  if (arguments->empty() || arguments->front() != "explain") return;
  for (std::string& argument : *arguments) {
    // Behind a space it does not look like an option; Run() takes it off.
    if (IsNegativeNumber(argument)) argument.insert(0, 1, ' ');
  }
}

Command AddExplain(CLI::App* root) {
  auto keys = std::make_shared<std::vector<std::string>>();
  CLI::App* app = root->add_subcommand(
      "explain", "Say what an error code, a signature or an event means");
  app->add_option("KEY", *keys,
                  "0x801c03f2, -2145647630, AADSTS50034, HYB-001, or "
                  "provider:id")
      ->required()
      ->type_name("");
  app->footer(
      "Exit codes: 0 explained, 2 wrong command line or nothing known.\n\n"
      "Examples:\n"
      "  espial explain 0x801c03f2 -2145647630\n"
      "  espial explain AADSTS50034 HYB-001\n"
      "  espial explain 'Microsoft-Windows-AAD:1098'");
  return {app, [keys] { return Run(*keys); }};
}

}  // namespace espial::cli

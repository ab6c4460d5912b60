// espial rules list: the signatures, a line each.
#include <espial/core/text.h>
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"

namespace espial::cli {
namespace {

using report::JsonWriter;
using rules::SignatureInfo;

struct ListOptions {
  std::string directory;
  std::string area;
  std::string severity;
  std::string stage;
  std::string format = "text";
};

std::string AreaOf(const SignatureInfo& signature) {
  return signature.code.substr(0, signature.code.find('-'));
}

bool Wanted(const SignatureInfo& signature, const ListOptions& options) {
  if (!options.area.empty() && !EqualsFold(options.area, AreaOf(signature))) {
    return false;
  }
  if (!options.severity.empty() &&
      options.severity != SeverityName(signature.severity)) {
    return false;
  }
  return options.stage.empty() ||
         std::any_of(signature.stages.begin(), signature.stages.end(),
                     [&](const std::string& stage) {
                       return MatchesGlob(options.stage, stage);
                     });
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += text;
  }
  return out;
}

std::string AsText(const std::vector<SignatureInfo>& list) {
  size_t code = 0;
  size_t stage = 0;
  for (const SignatureInfo& one : list) {
    code = std::max(code, report::DisplayWidth(report::Safe(one.code)));
    stage =
        std::max(stage, report::DisplayWidth(report::Safe(Joined(one.stages))));
  }
  constexpr size_t kSeverity = 7;  // "warning"
  std::string out;
  for (const SignatureInfo& one : list) {
    const std::string lead =
        report::PadRight(report::Safe(one.code), code) + "  " +
        report::PadRight(SeverityName(one.severity), kSeverity) + "  " +
        report::PadRight(report::Safe(Joined(one.stages)), stage) + "  ";
    out += lead + report::Safe(one.title) + '\n';
  }
  return out;
}

std::string AsJson(const std::vector<SignatureInfo>& list) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("schema").String("espial.rules/1");
  json.Key("signatures").BeginArray();
  for (const SignatureInfo& one : list) {
    json.BeginObject();
    json.Key("code").String(one.code);
    json.Key("name").String(one.name);
    json.Key("severity").String(SeverityName(one.severity));
    json.Key("stages").BeginArray();
    for (const std::string& stage : one.stages) json.String(stage);
    json.EndArray();
    json.Key("title").String(one.title);
    json.Key("file").String(one.file);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

ExitCode Run(const ListOptions& options) {
  const auto rules = Rules::Load(options.directory);
  if (!rules) return kUsage;
  std::vector<SignatureInfo> list = rules->set().Signatures();
  std::erase_if(list, [&](const SignatureInfo& signature) {
    return !Wanted(signature, options);
  });
  return WriteAll("", options.format == "json" ? AsJson(list) : AsText(list))
             ? kAnalysed
             : kFailed;
}

}  // namespace

Command AddRulesList(CLI::App* rules) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* app = rules->add_subcommand(
      "list", "List signatures: code, severity, stage, title");
  AddRulesOption(app, &options->directory);
  app->add_option("--area", options->area,
                  "Only codes of this area: HYB, ENT, ...")
      ->type_name("AREA");
  app->add_option("--severity", options->severity,
                  "Only signatures of this severity")
      ->type_name("info|warning|error")
      ->check(CLI::IsMember({"info", "warning", "error"}).description(""));
  app->add_option("--stage", options->stage,
                  "Only signatures with a stage that fits ('*' any run, '?' "
                  "one character)")
      ->type_name("GLOB");
  app->add_option("--format", options->format,
                  "text, or json in the schema espial.rules/1 (default: text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  app->footer(
      "Exit codes: 0 listed, 2 wrong command line or rules that do not load, 3 "
      "the result could\nnot be written.\n\n"
      "Examples:\n"
      "  espial rules list --area HYB --severity error\n"
      "  espial rules list --stage 'user.*' --format json");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

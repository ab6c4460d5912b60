// espial rules lint: what is wrong, or most likely not meant, in rule files.
#include <espial/espial.h>
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>
#include <espial/rules/lint.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

using report::JsonWriter;
using rules::LintFinding;

struct LintOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  bool strict = false;
};

std::string_view SeverityOf(const LintFinding& finding) {
  return finding.error ? "error" : "warning";
}

std::string AsText(const std::vector<LintFinding>& findings) {
  std::string out;
  for (const LintFinding& finding : findings) {
    const rules::Diagnostic& where = finding.where;
    out += report::Safe(where.file) + ':' + std::to_string(where.line) + ':' +
           std::to_string(where.column) + ": " +
           std::string(SeverityOf(finding)) + ' ' + where.code + ": " +
           report::Safe(where.message) + '\n';
  }
  return out;
}

std::string AsJson(const std::vector<LintFinding>& findings) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("schema").String("espial.lint/1");
  json.Key("findings").BeginArray();
  for (const LintFinding& finding : findings) {
    json.BeginObject();
    json.Key("file").String(finding.where.file);
    json.Key("line").Number(uint64_t{finding.where.line});
    json.Key("column").Number(uint64_t{finding.where.column});
    json.Key("severity").String(SeverityOf(finding));
    json.Key("code").String(finding.where.code);
    json.Key("message").String(finding.where.message);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

// The rules of the driver: what is found, and all of lint's own.
void WriteSarifRules(const std::vector<LintFinding>& findings,
                     JsonWriter* json) {
  json->Key("rules").BeginArray();
  std::set<std::string_view> own;
  for (const rules::LintRule& rule : rules::LintRules()) {
    own.insert(rule.code);
    json->BeginObject().Key("id").String(rule.code);
    json->Key("shortDescription").BeginObject();
    json->Key("text").String(rule.title).EndObject();
    json->Key("defaultConfiguration").BeginObject();
    json->Key("level").String(rule.error ? "error" : "warning").EndObject();
    json->EndObject();
  }
  for (const LintFinding& finding : findings) {
    if (!own.insert(finding.where.code).second) continue;
    json->BeginObject().Key("id").String(finding.where.code).EndObject();
  }
  json->EndArray();
}

std::string AsSarif(const std::vector<LintFinding>& findings) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("version").String("2.1.0");
  json.Key("$schema").String("https://json.schemastore.org/sarif-2.1.0.json");
  json.Key("runs").BeginArray().BeginObject();
  json.Key("tool").BeginObject().Key("driver").BeginObject();
  json.Key("name").String("espial");
  json.Key("version").String(Version());
  WriteSarifRules(findings, &json);
  json.EndObject().EndObject();
  json.Key("results").BeginArray();
  for (const LintFinding& finding : findings) {
    json.BeginObject().Key("ruleId").String(finding.where.code);
    json.Key("level").String(SeverityOf(finding));
    json.Key("message").BeginObject();
    json.Key("text").String(finding.where.message).EndObject();
    json.Key("locations").BeginArray().BeginObject();
    json.Key("physicalLocation").BeginObject();
    json.Key("artifactLocation").BeginObject();
    json.Key("uri").String(UriOf(finding.where.file)).EndObject();
    json.Key("region").BeginObject();
    json.Key("startLine").Number(uint64_t{finding.where.line});
    json.Key("startColumn").Number(uint64_t{finding.where.column});
    json.EndObject().EndObject().EndObject().EndArray().EndObject();
  }
  json.EndArray().EndObject().EndArray().EndObject();
  return out + '\n';
}

ExitCode Run(const LintOptions& options) {
  std::vector<rules::RuleFile> files;
  for (const std::string& path : options.paths) {
    auto some = ReadPackFiles(path);
    if (!some) {
      Complain(Sentence(some.error()));
      return kFailed;
    }
    files.insert(files.end(), std::make_move_iterator(some->begin()),
                 std::make_move_iterator(some->end()));
  }
  if (files.empty()) {
    Complain("no rule file was found");
    return kUsage;
  }
  const std::vector<LintFinding> findings = rules::Lint(files);
  const std::string text = options.format == "json"    ? AsJson(findings)
                           : options.format == "sarif" ? AsSarif(findings)
                                                       : AsText(findings);
  if (!text.empty() && !WriteAll("", text)) return kFailed;
  const auto errors = static_cast<size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [](const LintFinding& finding) { return finding.error; }));
  Complain(std::to_string(files.size()) + " files, " + std::to_string(errors) +
           " errors, " + std::to_string(findings.size() - errors) +
           " warnings");
  const bool bad = options.strict ? !findings.empty() : errors > 0;
  return bad ? kFound : kAnalysed;
}

}  // namespace

Command AddRulesLint(CLI::App* rules) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* app = rules->add_subcommand(
      "lint", "Say what is wrong, or most likely not meant, in rules");
  app->add_option("DIR|FILE", options->paths,
                  "Signatures, flows and Sigma rules: files, or folders with "
                  "*.yml below them")
      ->required()
      ->type_name("");
  app->add_option("--format", options->format,
                  "text: a line each; json in the schema espial.lint/1; sarif: "
                  "SARIF 2.1.0 (default: text)")
      ->type_name("text|json|sarif")
      ->check(CLI::IsMember({"text", "json", "sarif"}).description(""));
  app->add_flag("--strict", options->strict,
                "Warnings make the exit code 1 as well");
  std::string codes;
  for (const rules::LintRule& rule : rules::LintRules()) {
    codes += "  " + std::string(rule.code) + "  " +
             (rule.error ? "error    " : "warning  ") +
             std::string(rule.title) + '\n';
  }
  app->footer("Codes, beside those of rules that do not load (E0xx, W0xx):\n" +
              codes +
              "\nExit codes: 0 no error, 1 an error was found, 2 wrong command "
              "line, 3 nothing could be\nread or the result not be "
              "written.\n\n"
              "Examples:\n"
              "  espial rules lint my-rules\n"
              "  espial rules lint sigma/rules/windows --format sarif");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

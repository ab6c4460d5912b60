// espial rules show: everything a signature says.
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

using report::AppendWrapped;
using report::JsonWriter;
using report::Paint;
using report::Safe;
using report::Tone;
using rules::PartInfo;
using rules::SignatureInfo;

struct ShowOptions {
  std::string directory;
  std::vector<std::string> codes;
  std::string format = "text";
};

constexpr size_t kLabel = 14;

class TextPage {
 public:
  explicit TextPage(report::TextOptions options) : options_(options) {}

  void Add(const SignatureInfo& one) {
    AppendWrapped(
        Paint(Safe(one.code), Tone::kStrong, options_) + "  ",
        Safe(one.title) + " (" + std::string(SeverityName(one.severity)) + ')',
        options_.width, &out_);
    Line("name", one.name);
    Line("id", one.id);
    Line("file", one.file);
    Line("stage", Joined(one.stages));
    Line("applies to",
         one.applies_to.empty() ? "every scenario" : Joined(one.applies_to));
    for (const auto& [when, is] : one.confidence) {
      std::string text(ConfidenceName(is));
      if (!when.empty()) text.append(" when ").append(when);
      Line("confidence", text);
    }
    Line("when", one.when);
    Line("unless", one.unless);
    Line("suspect", one.suspect);
    for (const auto& options : one.needs) {
      Line("needs", Joined(options, " or "));
    }
    Line("explains", Joined(one.explains));
    Line("explained by", Joined(one.explained_by));
    Line("shows", Joined(one.evidence));
    Section("Cause");
    AppendWrapped("  ", Safe(one.cause), options_.width, &out_);
    if (!one.remedy.empty()) Section("Remedy");
    size_t number = 0;
    for (const std::string& step : one.remedy) {
      AppendWrapped("  " + std::to_string(++number) + ". ", Safe(step),
                    options_.width, &out_);
    }
    Parts("Detections", one.detections);
    Parts("Correlations", one.correlations);
    Tests(one);
    if (!one.links.empty()) Section("Links");
    for (const std::string& link : one.links) out_ += "  " + Safe(link) + '\n';
  }

  void Gap() { out_ += '\n'; }
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  static std::string Joined(const std::vector<std::string>& texts,
                            std::string_view with = ", ") {
    std::string out;
    for (const std::string& text : texts) {
      if (!out.empty()) out += with;
      out += text;
    }
    return out;
  }

  void Line(std::string_view label, const std::string& text) {
    if (text.empty()) return;
    AppendWrapped("  " + report::PadRight(label, kLabel), Safe(text),
                  options_.width, &out_);
  }

  void Section(std::string_view title) {
    out_ += '\n' + Paint(title, Tone::kStrong, options_) + '\n';
  }

  // The block as written, and above it what it looks at.
  void Parts(std::string_view title, const std::vector<PartInfo>& parts) {
    if (!parts.empty()) Section(title);
    for (const PartInfo& part : parts) {
      std::string head = part.kind;
      if (!part.logs.empty()) head += " in " + Joined(part.logs);
      if (!part.ids.empty()) {
        std::vector<std::string> ids;
        for (const uint32_t id : part.ids) ids.push_back(std::to_string(id));
        head += ", id " + Joined(ids);
      }
      if (!part.in_part.empty()) head += ", " + part.in_part + " part";
      AppendWrapped(
          "  " + Paint(Safe(part.name), Tone::kStrong, options_) + "  ",
          Safe(head), options_.width, &out_);
      std::string_view rest = part.text;
      rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()));
      while (!rest.empty()) {
        const size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        const size_t indent =
            std::min(line.find_first_not_of(' '), line.size());
        if (!line.empty())
          out_ += "    " + std::string(indent, ' ') +
                  Paint(Safe(line.substr(indent)), Tone::kFaint, options_);
        out_ += '\n';
        rest.remove_prefix(end + 1);
      }
    }
  }

  void Tests(const SignatureInfo& one) {
    if (!one.tests.empty()) Section("Tests");
    for (const rules::SignatureTest& test : one.tests) {
      std::string text = test.scenario;
      if (!test.without.empty()) text += " without " + Joined(test.without);
      AppendWrapped("  " + report::PadRight(VerityName(test.expect), kLabel),
                    Safe(text), options_.width, &out_);
    }
  }

  report::TextOptions options_;
  std::string out_;
};

void Texts(std::string_view key, const std::vector<std::string>& texts,
           JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void Parts(std::string_view key, const std::vector<PartInfo>& parts,
           JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const PartInfo& part : parts) {
    json->BeginObject();
    json->Key("name").String(part.name);
    json->Key("line").Number(uint64_t{part.line});
    json->Key("kind").String(part.kind);
    json->Key("part").StringOrNull(part.in_part);
    Texts("logs", part.logs, json);
    json->Key("ids").BeginArray();
    for (const uint32_t id : part.ids) json->Number(uint64_t{id});
    json->EndArray();
    Texts("fields", part.fields, json);
    json->Key("text").String(part.text);
    json->EndObject();
  }
  json->EndArray();
}

void Write(const SignatureInfo& one, JsonWriter* json) {
  json->BeginObject();
  json->Key("code").String(one.code);
  json->Key("name").String(one.name);
  json->Key("title").String(one.title);
  json->Key("id").String(one.id);
  json->Key("file").String(one.file);
  json->Key("severity").String(SeverityName(one.severity));
  json->Key("confidence").BeginArray();
  for (const auto& [when, is] : one.confidence) {
    json->BeginObject().Key("when").StringOrNull(when);
    json->Key("is").String(ConfidenceName(is)).EndObject();
  }
  json->EndArray();
  Texts("stages", one.stages, json);
  Texts("applies_to", one.applies_to, json);
  json->Key("needs").BeginArray();
  for (const auto& options : one.needs) {
    json->BeginArray();
    for (const std::string& option : options) json->String(option);
    json->EndArray();
  }
  json->EndArray();
  json->Key("when").String(one.when);
  json->Key("unless").StringOrNull(one.unless);
  json->Key("suspect").StringOrNull(one.suspect);
  Texts("explains", one.explains, json);
  Texts("explained_by", one.explained_by, json);
  Texts("evidence", one.evidence, json);
  json->Key("cause").String(one.cause);
  Texts("remedy", one.remedy, json);
  Texts("links", one.links, json);
  Parts("detections", one.detections, json);
  Parts("correlations", one.correlations, json);
  json->Key("tests").BeginArray();
  for (const rules::SignatureTest& test : one.tests) {
    json->BeginObject().Key("scenario").String(test.scenario);
    Texts("without", test.without, json);
    json->Key("expect").String(VerityName(test.expect)).EndObject();
  }
  json->EndArray().EndObject();
}

ExitCode Run(const ShowOptions& options) {
  const auto rules = Rules::Load(options.directory);
  if (!rules) return kUsage;
  std::vector<SignatureInfo> found;
  bool all_known = true;
  for (const std::string& code : options.codes) {
    auto one = rules->set().Describe(code);
    if (!one) {
      Complain(Sentence(one.error()));
      all_known = false;
      continue;
    }
    found.push_back(std::move(*one));
  }
  std::string text;
  if (options.format == "json") {
    JsonWriter json(&text, JsonWriter::Style::kIndented);
    json.BeginObject().Key("schema").String("espial.signatures/1");
    json.Key("signatures").BeginArray();
    for (const SignatureInfo& one : found) Write(one, &json);
    json.EndArray().EndObject();
    text += '\n';
  } else {
    TextPage page(TextOptionsFor(false, false));
    for (const SignatureInfo& one : found) {
      if (!page.text().empty()) page.Gap();
      page.Add(one);
    }
    text = page.text();
  }
  if (!found.empty() && !WriteAll("", text)) return kFailed;
  return all_known ? kAnalysed : kUsage;
}

}  // namespace

Command AddRulesShow(CLI::App* rules) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* app =
      rules->add_subcommand("show", "Show everything that a signature says");
  app->add_option("CODE", options->codes, "HYB-001, or the name of a signature")
      ->required()
      ->type_name("");
  AddRulesOption(app, &options->directory);
  app->add_option("--format", options->format,
                  "text, or json in the schema espial.signatures/1 (default: "
                  "text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  app->footer(
      "Exit codes: 0 shown, 2 wrong command line, rules that do not load or an "
      "unknown code, 3\nthe result could not be written.\n\n"
      "Examples:\n"
      "  espial rules show HYB-001\n"
      "  espial rules show HYB-001 ESP-010 --format json");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

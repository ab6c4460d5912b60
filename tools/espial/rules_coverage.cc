// espial rules coverage: what the rules make of a bundle.
#include <espial/report/json_writer.h>
#include <espial/report/layout.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/rule_files.h"
#include "tools/espial/rules_commands.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

using report::AppendWrapped;
using report::JsonWriter;
using report::PadLeft;
using report::PadRight;
using report::Safe;
using rules::EventKind;
using rules::MissingInput;
using rules::RuleCoverage;

constexpr size_t kMissingShown = 10;
constexpr size_t kKindsShown = 20;

struct CoverageOptions {
  Input input;
  std::string directory;
  std::string format = "text";
};

std::string Joined(const std::vector<std::string>& codes) {
  std::string out;
  for (const std::string& code : codes) {
    if (!out.empty()) out += ", ";
    out += code;
  }
  return out;
}

class TextPage {
 public:
  explicit TextPage(const report::TextOptions& options) : options_(options) {}

  std::string Write(const RuleCoverage& coverage) {
    Heading("Signatures");
    List("matched", coverage.matched, true);
    List("not matched", coverage.not_matched, options_.verbose);
    List("inconclusive", coverage.inconclusive, true);
    List("other scenarios", coverage.not_applicable, options_.verbose);
    Missing(coverage.missing);
    Heading("Events");
    Count("matched", coverage.matched_events);
    Count("read, no match", coverage.read_events);
    Count("no rule asks", coverage.unseen_events);
    Unseen(coverage);
    return std::move(out_);
  }

 private:
  static constexpr size_t kLabel = 17;
  static constexpr size_t kNumber = 8;

  void Heading(std::string_view text) {
    if (!out_.empty()) out_ += '\n';
    out_ += Paint(text, report::Tone::kStrong, options_) + '\n';
  }

  void Count(std::string_view label, uint64_t count) {
    out_ += "  " + PadRight(label, kLabel) +
            PadLeft(std::to_string(count), kNumber) + '\n';
  }

  void List(std::string_view label, const std::vector<std::string>& codes,
            bool name) {
    const std::string lead = "  " + PadRight(label, kLabel) +
                             PadLeft(std::to_string(codes.size()), kNumber) +
                             "  ";
    if (codes.empty() || !name) {
      out_ += lead.substr(0, lead.size() - 2) + '\n';
    } else {
      AppendWrapped(lead, Safe(Joined(codes)), options_.width, &out_);
    }
  }

  void Missing(const std::vector<MissingInput>& missing) {
    if (missing.empty()) return;
    Heading("What leaves signatures open");
    const size_t shown = options_.verbose
                             ? missing.size()
                             : std::min(missing.size(), kMissingShown);
    for (size_t i = 0; i < shown; ++i) {
      std::string text = Safe(missing[i].sentence);
      if (options_.verbose) text += " (" + Safe(Joined(missing[i].codes)) + ')';
      AppendWrapped(
          "  " + PadLeft(std::to_string(missing[i].codes.size()), 3) + "  ",
          text, options_.width, &out_);
    }
    More(missing.size() - shown);
  }

  void Unseen(const RuleCoverage& coverage) {
    if (coverage.unseen.empty()) return;
    Heading("Events that no rule asks about");
    const size_t shown = options_.verbose
                             ? coverage.unseen.size()
                             : std::min(coverage.unseen.size(), kKindsShown);
    size_t level = 0;
    size_t count = 0;
    for (size_t i = 0; i < shown; ++i) {
      const EventKind& kind = coverage.unseen[i];
      level = std::max(level, EventLevelName(kind.level).size());
      count = std::max(count, std::to_string(kind.count).size());
    }
    for (size_t i = 0; i < shown; ++i) {
      const EventKind& kind = coverage.unseen[i];
      std::string text = Safe(kind.provider) + ' ' + std::to_string(kind.id);
      if (!kind.channel.empty() && !kind.channel.starts_with(kind.provider)) {
        text += " (" + Safe(kind.channel) + ')';
      }
      if (!kind.title.empty()) text += ": " + Safe(kind.title);
      AppendWrapped("  " + PadLeft(std::to_string(kind.count), count) + "  " +
                        PadRight(EventLevelName(kind.level), level) + "  ",
                    text, options_.width, &out_);
    }
    More(coverage.unseen.size() - shown);
    if (coverage.unlisted > 0) {
      AppendWrapped("  ",
                    std::to_string(coverage.unlisted) +
                        " events are not listed: more kinds than are told "
                        "apart.",
                    options_.width, &out_);
    }
  }

  void More(size_t hidden) {
    if (hidden == 0) return;
    out_ += "  and " + std::to_string(hidden) + " more (--verbose)\n";
  }

  const report::TextOptions& options_;
  std::string out_;
};

void Texts(std::string_view key, const std::vector<std::string>& texts,
           JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void WriteKind(const Case& the_case, const EventKind& kind, JsonWriter* json) {
  json->BeginObject();
  json->Key("channel").StringOrNull(kind.channel);
  json->Key("provider").StringOrNull(kind.provider);
  json->Key("id").Number(uint64_t{kind.id});
  json->Key("title").StringOrNull(kind.title);
  json->Key("level").String(EventLevelName(kind.level));
  json->Key("count").Number(kind.count);
  json->Key("first");
  if (kind.first.known()) {
    json->String(FormatUtc(kind.first.ticks));
  } else {
    json->Null();
  }
  json->Key("artifact")
      .StringOrNull(kind.source.value < the_case.artifacts.size()
                        ? std::string_view(
                              the_case.artifacts[kind.source.value].provenance)
                        : std::string_view());
  json->Key("record").Number(kind.record);
  json->EndObject();
}

std::string AsJson(const Case& the_case, const RuleCoverage& coverage) {
  std::string out;
  JsonWriter json(&out, JsonWriter::Style::kIndented);
  json.BeginObject().Key("schema").String("espial.rule-coverage/1");
  json.Key("signatures").BeginObject();
  Texts("matched", coverage.matched, &json);
  Texts("not_matched", coverage.not_matched, &json);
  Texts("inconclusive", coverage.inconclusive, &json);
  Texts("not_applicable", coverage.not_applicable, &json);
  json.EndObject();
  json.Key("missing").BeginArray();
  for (const MissingInput& input : coverage.missing) {
    json.BeginObject().Key("sentence").String(input.sentence);
    Texts("codes", input.codes, &json);
    Texts("alone", input.alone, &json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("events").BeginObject();
  json.Key("total").Number(coverage.events);
  json.Key("matched").Number(coverage.matched_events);
  json.Key("read").Number(coverage.read_events);
  json.Key("unseen").Number(coverage.unseen_events);
  json.Key("unlisted").Number(coverage.unlisted);
  json.EndObject();
  json.Key("unseen").BeginArray();
  for (const EventKind& kind : coverage.unseen) {
    WriteKind(the_case, kind, &json);
  }
  json.EndArray().EndObject();
  return out + '\n';
}

ExitCode Run(const CoverageOptions& options) {
  const auto rules = Rules::Load(options.directory);
  if (!rules) return kUsage;
  auto raw = ReadRaw(options.input, nullptr);
  if (!raw) return kFailed;
  RuleCoverage coverage = rules->set().Cover(raw->the_case);
  if (raw->redactor) {
    for (EventKind& kind : coverage.unseen) {
      kind.channel = raw->redactor->Text(kind.channel);
      kind.provider = raw->redactor->Text(kind.provider);
    }
    for (MissingInput& input : coverage.missing) {
      input.sentence = raw->redactor->Text(input.sentence);
    }
    raw->redactor->Redact(&raw->the_case);
  }
  PrintDamage(raw->the_case, options.input.verbose);
  const bool to_file = Output(options.input.output).is_file();
  const auto text_options = TextOptionsFor(to_file, options.input.verbose);
  const std::string text = options.format == "json"
                               ? AsJson(raw->the_case, coverage)
                               : TextPage(text_options).Write(coverage);
  return WriteAll(options.input.output, text) ? kAnalysed : kFailed;
}

}  // namespace

Command AddRulesCoverage(CLI::App* rules) {
  auto options = std::make_shared<CoverageOptions>();
  CLI::App* app = rules->add_subcommand(
      "coverage",
      "Say what the signatures decide of a bundle, what keeps others open, "
      "and which events no rule asks about");
  AddInputOptions(app, &options->input);
  AddRulesOption(app, &options->directory);
  app->add_option("--format", options->format,
                  "text, or json in the schema espial.rule-coverage/1 "
                  "(default: text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  app->footer(
      "The text names the first of what is missing and of the events, the "
      "most severe first;\n--verbose and json name all.\n\n"
      "Exit codes: 0 printed, 2 wrong command line or rules that do not load, "
      "3 nothing could\nbe opened or the result could not be written.\n\n"
      "Examples:\n"
      "  espial rules coverage DiagLogs-PC1.zip\n"
      "  espial rules coverage mdmlogs.cab --rules mine/ --format json");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

// espial timeline: all events of a bundle in one order.
#include <espial/report/report.h>
#include <espial/rules/ruleset.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tools/espial/command.h"
#include "tools/espial/event_filter.h"
#include "tools/espial/filter_options.h"
#include "tools/espial/input.h"
#include "tools/espial/output.h"
#include "tools/espial/terminal.h"

namespace espial::cli {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 18U;

struct TimelineOptions {
  Input input;
  std::string format = "text";
  EventFilterOptions filter;
};

// Titles by provider and id. A log has few kinds of events, and the catalogue
// folds case at every look-up.
class Titles {
 public:
  std::string_view Of(const Event& event) {
    const auto [found, is_new] = known_.try_emplace({event.provider, event.id});
    if (is_new) found->second = rules_.EventTitle(event.provider, event.id);
    return found->second;
  }

 private:
  const rules::RuleSet& rules_ = rules::RuleSet::BuiltIn();
  std::map<std::pair<std::string_view, uint32_t>, std::string_view> known_;
};

Status WriteEvents(const Case& the_case, const TimelineOptions& options,
                   const EventFilter& filter, Output* output) {
  ESPIAL_TRY(output->Open());
  Titles titles;
  const report::TextOptions text_options =
      TextOptionsFor(output->is_file(), options.input.verbose);
  const bool as_text = options.format == "text";
  // What is searched has no colours between its words.
  report::TextOptions plain = text_options;
  plain.color = false;

  std::string text;
  std::string line;
  for (const Event& event : the_case.timeline.events()) {
    if (!filter.Matches(event)) continue;
    const std::string_view title = titles.Of(event);
    if (filter.has_grep()) {
      line.clear();
      report::AppendEventText(the_case, event, title, plain, &line);
      line.pop_back();
      if (!filter.MatchesLine(line)) continue;
    }
    if (as_text) {
      report::AppendEventText(the_case, event, title, text_options, &text);
    } else {
      report::AppendEventJson(the_case, event, title, &text);
    }
    if (text.size() < kChunkBytes) continue;
    ESPIAL_TRY(output->Write(text));
    if (output->reader_gone()) return {};
    text.clear();
  }
  ESPIAL_TRY(output->Write(text));
  return output->Finish();
}

ExitCode Run(const TimelineOptions& options) {
  const Result<EventFilter> filter = EventFilter::Parse(options.filter);
  if (!filter) {
    Complain(Sentence(filter.error()));
    return kUsage;
  }
  const auto the_case = Read(options.input, nullptr);
  if (!the_case) return kFailed;
  PrintDamage(*the_case, options.input.verbose);
  Output output(options.input.output);
  const Status status = WriteEvents(*the_case, options, *filter, &output);
  if (!status) {
    Complain(Sentence(status.error()));
    return kFailed;
  }
  return kAnalysed;
}

}  // namespace

Command AddTimeline(CLI::App* root) {
  auto options = std::make_shared<TimelineOptions>();
  CLI::App* app = root->add_subcommand(
      "timeline", "Print all events of a bundle in the order of their time");
  AddInputOptions(app, &options->input);
  app->add_option("--format", options->format,
                  "text, or jsonl: one JSON object a line (default: text)")
      ->type_name("text|jsonl")
      ->check(CLI::IsMember({"text", "jsonl"}).description(""));
  AddFilterOptions(app, &options->filter);
  app->footer(
      "Exit codes: 0 printed, 2 wrong command line, 3 nothing could be "
      "opened.\n\n"
      "Examples:\n"
      "  espial timeline DiagLogs-PC1.zip --level warning\n"
      "  espial timeline mdmlogs.cab --provider '*ModernDeployment*' --id "
      "100,105-110\n"
      "  espial timeline mdmlogs.cab --from 2024-07-23T10:00:00Z --grep "
      "'(?i)0x8018\\w+'\n"
      "  espial timeline DiagLogs-PC1.zip --format jsonl -o events.jsonl");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

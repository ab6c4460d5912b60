// espial timeline: all events of a bundle in one order.
#include <espial/report/timeline.h>
#include <espial/report/trace.h>
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
#include "tools/espial/timeline_filter.h"

namespace espial::cli {
namespace {

struct TimelineOptions {
  Input input;
  std::string format = "text";
  EventFilterOptions filter;
  TimelineFilterOptions case_filter;
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

// Everything that decides whether an event is shown.
struct Filters {
  const EventFilter& events;
  const TimelineFilter& in_case;
};

class Printer {
 public:
  Printer(const Case& the_case, const Filters& filters, Output* output,
          report::TimelineFormat format, bool verbose)
      : case_(the_case),
        filters_(filters),
        plain_(TextOptionsFor(output->is_file(), verbose)),
        writer_(the_case, format, plain_,
                [this, output](std::string_view text) {
                  status_ = output->Write(text);
                  return status_.has_value() && !output->reader_gone();
                }) {
    // What is searched has no colours between its words.
    plain_.color = false;
  }

  // Events whose time is not known come last, in the order of their places.
  Status Print() {
    const bool more = PrintIf(true) && PrintIf(false) && writer_.Finish();
    return more ? Status() : status_;
  }
  [[nodiscard]] uint64_t left_out() const { return writer_.left_out(); }

 private:
  bool PrintIf(bool time_known) {
    for (const Event& event : case_.timeline.events()) {
      if (event.time.known() != time_known) continue;
      if (!filters_.events.Matches(event)) continue;
      if (!filters_.in_case.Matches(event)) continue;
      const std::string_view title = titles_.Of(event);
      if (filters_.events.has_grep() && !MatchesGrep(event, title)) continue;
      if (!writer_.Write(event, title)) return false;
    }
    return true;
  }

  bool MatchesGrep(const Event& event, std::string_view title) {
    line_.clear();
    report::AppendEventText(case_, event, title, plain_, &line_);
    line_.pop_back();
    return filters_.events.MatchesLine(line_);
  }

  const Case& case_;
  Filters filters_;
  Titles titles_;
  Status status_;
  report::TextOptions plain_;
  report::TimelineWriter writer_;
  std::string line_;
};

Status WriteEvents(const Case& the_case, const TimelineOptions& options,
                   const Filters& filters, Output* output) {
  ESPIAL_TRY(output->Open());
  const auto format = report::TimelineFormatOf(options.format);
  Printer printer(the_case, filters, output,
                  format.value_or(report::TimelineFormat::kText),
                  options.input.verbose);
  ESPIAL_TRY(printer.Print());
  ESPIAL_TRY(output->Finish());
  if (const uint64_t count = printer.left_out(); count != 0) {
    Complain(std::to_string(count) + (count == 1 ? " event" : " events") +
             " left out: their time is not known, and " + options.format +
             " cannot hold an event without one");
  }
  return {};
}

constexpr std::string_view kTrace = "chrome-trace";

Status WriteTrace(const Case& the_case, Output* output) {
  ESPIAL_TRY(output->Open());
  Status status;
  const report::TraceCounts counts =
      report::WriteChromeTrace(the_case, [&](std::string_view text) {
        status = output->Write(text);
        return status.has_value() && !output->reader_gone();
      });
  if (!status) return status;
  ESPIAL_TRY(output->Finish());
  if (counts.left_out != 0) {
    Complain(std::to_string(counts.left_out) +
             " steps, spans and findings left out: nothing tells their time");
  }
  return {};
}

bool ChoosesEvents(const TimelineOptions& options, const EventFilter& filter) {
  const TimelineFilterOptions& in_case = options.case_filter;
  return !filter.accepts_all() || !in_case.sources.empty() ||
         !in_case.kinds.empty() || !in_case.states.empty() ||
         !in_case.steps.empty() || !in_case.around.empty();
}

ExitCode Run(const TimelineOptions& options) {
  const Result<EventFilter> filter = EventFilter::Parse(options.filter);
  if (!filter) {
    Complain(Sentence(filter.error()));
    return kUsage;
  }
  if (const Status status = TimelineFilter::Check(options.case_filter);
      !status) {
    Complain(Sentence(status.error()));
    return kUsage;
  }
  const bool as_trace = options.format == kTrace;
  if (as_trace && ChoosesEvents(options, *filter)) {
    Complain(
        "--format chrome-trace shows spans and findings, and takes no option "
        "that chooses events");
    return kUsage;
  }
  const bool judge = as_trace || options.case_filter.needs_findings();
  const auto the_case =
      Read(options.input, judge ? &rules::RuleSet::BuiltIn() : nullptr);
  if (!the_case) return kFailed;
  PrintDamage(*the_case, options.input.verbose);
  const Result<TimelineFilter> in_case =
      TimelineFilter::Make(options.case_filter, *the_case);
  if (!in_case) {
    Complain(Sentence(in_case.error()));
    return kUsage;
  }
  Output output(options.input.output);
  const Status status =
      as_trace ? WriteTrace(*the_case, &output)
               : WriteEvents(*the_case, options, {*filter, *in_case}, &output);
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
  app->add_option(
         "--format", options->format,
         "text: a line for people (default); jsonl: one JSON object a "
         "line, without loss; csv: for spreadsheets; timesketch: "
         "JSONL that Timesketch imports; l2tcsv: the columns of "
         "log2timeline; ecs: JSONL in the Elastic Common Schema; chrome-trace: "
         "boots, sessions, steps and findings for ui.perfetto.dev")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "jsonl", "csv", "timesketch", "l2tcsv",
                             "ecs", "chrome-trace"})
                  .description(""));
  AddFilterOptions(app, &options->filter);
  AddTimelineFilterOptions(app, &options->case_filter);
  app->footer(
      "The options of one name widen the choice, different options narrow it. "
      "Events whose\ntime is not known come last; timesketch, l2tcsv and ecs "
      "leave them out and say how many.\n\n"
      "Exit codes: 0 printed, 2 wrong command line, or no such step or finding "
      "in the bundle,\n3 nothing could be opened.\n\n"
      "Examples:\n"
      "  espial timeline DiagLogs-PC1.zip --level warning\n"
      "  espial timeline mdmlogs.cab --provider '*ModernDeployment*' --id "
      "100,105-110\n"
      "  espial timeline mdmlogs.cab --from 2024-07-23T10:00:00Z --grep "
      "'(?i)0x8018\\w+'\n"
      "  espial timeline DiagLogs-PC1.zip --around HYB-001 --window 2m\n"
      "  espial timeline DiagLogs-PC1.zip --step user/network --level warning\n"
      "  espial timeline DiagLogs-PC1.zip --format timesketch -o pc1.jsonl");
  return {app, [options] { return Run(*options); }};
}

}  // namespace espial::cli

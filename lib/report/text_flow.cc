#include <espial/report/layout.h>

#include <algorithm>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

struct Mark {
  std::string_view text;
  Tone tone;
};

// ASCII, so that any console and any log can show it.
Mark MarkOf(StepStatus status) {
  switch (status) {
    case StepStatus::kPassed:
      return {"[ok]", Tone::kGood};
    case StepStatus::kFailed:
      return {"[FAIL]", Tone::kBad};
    case StepStatus::kRunning:
      return {"[..]", Tone::kCaution};
    case StepStatus::kSkipped:
      return {"[skip]", Tone::kFaint};
    case StepStatus::kNotReached:
      return {"[    ]", Tone::kFaint};
    case StepStatus::kUnknown:
      break;
  }
  return {"[?]", Tone::kPlain};
}

// Titles wider than this do not push the times of all steps to the right.
constexpr size_t kMaxTitleColumns = 48;

std::string DurationOf(const Step& step) {
  if (!step.start.known() || !step.end.known()) return "";
  return FormatDuration(TicksBetween(step.start.ticks, step.end.ticks));
}

}  // namespace

void AppendFlow(const Page& page) {
  const Case& the_case = page.the_case;
  const Scenario& scenario = the_case.scenario;
  if (the_case.flow.steps.empty() && scenario.title.empty()) return;

  // The flow is named after its scenario; where it is not, both are said.
  const std::string title = Safe(the_case.flow.title);
  const std::string scenario_title = Safe(scenario.title);
  std::string heading = "Flow";
  if (!title.empty() && title != scenario_title) heading += ": " + title;
  if (!scenario_title.empty()) {
    heading += ": " + scenario_title + " (" +
               std::string(ConfidenceName(scenario.confidence)) +
               " confidence)";
  }
  AppendHeading(heading, page);
  if (page.options.verbose) {
    for (const Evidence& evidence : scenario.evidence) {
      AppendEvidence(evidence, 2, page);
    }
  }

  size_t title_columns = 0;
  size_t start_columns = 0;
  for (const Step& step : the_case.flow.steps) {
    const size_t columns = DisplayWidth(Safe(step.title));
    if (step.start.known() && columns <= kMaxTitleColumns) {
      title_columns = std::max(title_columns, columns);
    }
    start_columns =
        std::max(start_columns, TimePhrase(the_case, step.start).size());
  }
  for (const Step& step : the_case.flow.steps) {
    const Mark mark = MarkOf(step.status);
    const std::string lead =
        "  " + PadRight(Paint(mark.text, mark.tone, page.options), 7);
    const std::string start = TimePhrase(the_case, step.start);
    const std::string duration = DurationOf(step);
    std::string line = lead + PadRight(Safe(step.title), title_columns);
    if (!start.empty() || !duration.empty()) {
      line += "  " + PadRight(start, start_columns);
      if (!duration.empty()) line += "  " + duration;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    // A row of the table stays whole where it fits; a narrow terminal gets the
    // times on a line of their own.
    const size_t indent = DisplayWidth(lead);
    if (page.options.width == 0 || DisplayWidth(line) <= page.options.width) {
      page.out->append(line).push_back('\n');
    } else {
      AppendWrapped(lead, Safe(step.title), page.options.width, page.out);
      std::string times = start;
      if (!duration.empty()) times += (times.empty() ? "" : ", ") + duration;
      if (!times.empty()) {
        AppendWrapped(std::string(indent, ' '), times, page.options.width,
                      page.out);
      }
    }
    if (!step.note.empty()) {
      AppendWrapped(std::string(indent, ' '), Safe(step.note),
                    page.options.width, page.out);
    }
    if (page.options.verbose) {
      for (const Evidence& evidence : step.evidence) {
        AppendEvidence(evidence, indent, page);
      }
    }
  }
  page.out->push_back('\n');
}

}  // namespace espial::report

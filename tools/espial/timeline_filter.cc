#include "tools/espial/timeline_filter.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <array>
#include <limits>

namespace espial::cli {
namespace {

constexpr std::array<RecordState, 4> kStates = {
    RecordState::kActive, RecordState::kLive, RecordState::kResidue,
    RecordState::kRecovered};

Error Expected(std::string_view option, std::string_view expected,
               std::string_view found) {
  std::string detail("expected ");
  detail.append(expected).append(", found \"").append(found).append("\"");
  return Error{Errc::kInvalidArgument, std::string(option), 0,
               std::move(detail)};
}

// A pattern, or a part of the text.
bool FitsSource(const std::string& wanted, const Artifact& artifact) {
  return MatchesGlob(wanted, artifact.provenance) ||
         MatchesGlob(wanted, ProvenanceName(artifact.provenance)) ||
         MatchesGlob(wanted, artifact.format) ||
         ContainsFold(artifact.provenance, wanted);
}

// Steps are written "user.network" in rules and "user/network" by people.
std::string StepName(std::string_view text) {
  std::string name = Fold(text);
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

std::string StepNames(const Case& the_case) {
  std::string names;
  for (const Step& step : the_case.flow.steps) {
    names += (names.empty() ? "" : ", ") + step.id;
  }
  return names.empty() ? "none: no flow fits this bundle" : names;
}

bool Holds(const Finding& finding) {
  return finding.result == Verity::kMatched;
}

std::string FindingCodes(const Case& the_case) {
  std::string codes;
  for (const Finding& finding : the_case.findings) {
    if (!Holds(finding) || !finding.first.known()) continue;
    codes += (codes.empty() ? "" : ", ") + finding.code;
  }
  return codes.empty() ? "none" : codes;
}

template <typename Fits>
void Choose(const std::vector<std::string>& wanted, const Case& the_case,
            const Fits& fits, std::vector<bool>* chosen) {
  if (wanted.empty()) return;
  for (const Artifact& artifact : the_case.artifacts) {
    if (std::none_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
          return fits(one, artifact);
        })) {
      (*chosen)[artifact.id.value] = false;
    }
  }
}

}  // namespace

bool TimelineFilterOptions::needs_findings() const {
  // A time can be told from a code, but a mistake should name the codes.
  return !steps.empty() ||
         std::any_of(around.begin(), around.end(), [](const std::string& what) {
           return !ParseIso8601(what);
         });
}

void AddTimelineFilterOptions(CLI::App* app, TimelineFilterOptions* options) {
  app->add_option("--source", options->sources,
                  "Only events of artifacts whose path or name fits this "
                  "pattern, or whose path contains it; may be given again")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app->add_option("--kind", options->kinds,
                  "Only events of artifacts that 'espial ls' calls this: evtx, "
                  "'registry/*'; may be given again")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app->add_option("--state", options->states,
                  "Only records in these states: active, live, residue (left "
                  "over from another log), recovered")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  app->add_option("--step", options->steps,
                  "Only events within this step of the enrolment, and its "
                  "evidence: user/network, 'technician.*'; may be given again")
      ->type_name("STEP")
      ->allow_extra_args(false);
  app->add_option("--around", options->around,
                  "Only events near a time, or near a finding (HYB-001: from "
                  "its first to its last evidence); may be given again")
      ->type_name("TIME|FINDING")
      ->allow_extra_args(false);
  app->add_option("--window", options->window,
                  "How near --around is: 90s, 5m, 1h30m (default: 5m)")
      ->type_name("DURATION");
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  struct Unit {
    std::string_view name;
    int64_t ticks;
  };
  // "ms" before "m": the longer name first.
  constexpr std::array<Unit, 5> kUnits = {
      {{"ms", kTicksPerSecond / 1000},
       {"s", kTicksPerSecond},
       {"m", kTicksPerMinute},
       {"h", int64_t{60} * kTicksPerMinute},
       {"d", int64_t{1440} * kTicksPerMinute}}};
  // A hundred years: sums stay far from what 64 bits hold.
  constexpr int64_t kMost = int64_t{36'525} * 1440 * kTicksPerMinute;
  int64_t sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const size_t digits =
        std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = ParseUnsigned(text.substr(0, digits));
    text.remove_prefix(digits);
    const auto* const unit = std::find_if(
        kUnits.begin(), kUnits.end(),
        [&](const Unit& one) { return text.starts_with(one.name); });
    if (!number || unit == kUnits.end()) return std::nullopt;
    if (*number > static_cast<uint64_t>(kMost / unit->ticks)) {
      return std::nullopt;
    }
    sum += static_cast<int64_t>(*number) * unit->ticks;
    if (sum > kMost) return std::nullopt;
    text.remove_prefix(unit->name.size());
  }
  return sum;
}

Status TimelineFilter::Check(const TimelineFilterOptions& options) {
  if (!ParseDuration(options.window)) {
    return Expected("--window", "a duration (90s, 5m, 1h30m, 2d)",
                    options.window);
  }
  for (const std::string& state : options.states) {
    if (std::none_of(kStates.begin(), kStates.end(), [&](RecordState known) {
          return EqualsFold(RecordStateName(known), state);
        })) {
      return Expected("--state", "active, live, residue or recovered", state);
    }
  }
  return {};
}

Result<TimelineFilter> TimelineFilter::Make(
    const TimelineFilterOptions& options, const Case& the_case) {
  ESPIAL_TRY(Check(options));
  TimelineFilter filter;
  filter.by_artifact_ = !options.sources.empty() || !options.kinds.empty();
  filter.artifacts_.assign(the_case.artifacts.size(), true);
  Choose(options.sources, the_case, FitsSource, &filter.artifacts_);
  Choose(
      options.kinds, the_case,
      [](const std::string& kind, const Artifact& artifact) {
        return MatchesGlob(kind, artifact.format);
      },
      &filter.artifacts_);
  if (!options.states.empty()) {
    for (const RecordState state : kStates) {
      filter.states_.push_back(
          std::any_of(options.states.begin(), options.states.end(),
                      [&](const std::string& wanted) {
                        return EqualsFold(RecordStateName(state), wanted);
                      }));
    }
  }
  filter.by_step_ = !options.steps.empty();
  for (const std::string& step : options.steps) {
    ESPIAL_TRY(filter.AddStep(step, the_case));
  }
  filter.by_window_ = !options.around.empty();
  const int64_t window = ParseDuration(options.window).value_or(0);
  for (const std::string& what : options.around) {
    ESPIAL_TRY(filter.AddAround(what, window, the_case));
  }
  return filter;
}

Status TimelineFilter::AddStep(const std::string& name, const Case& the_case) {
  const std::string wanted = StepName(name);
  bool found = false;
  for (const Step& step : the_case.flow.steps) {
    if (!MatchesGlob(wanted, step.id)) continue;
    found = true;
    Ticks last = step.start.ticks;
    for (const Evidence& piece : step.evidence) {
      step_evidence_.insert({piece.source, piece.offset});
      if (piece.time.known()) last = std::max(last, piece.time.ticks);
    }
    if (!step.start.known()) continue;
    if (step.end.known()) last = step.end.ticks;
    // What runs still runs when the logs end.
    if (step.status == StepStatus::kRunning) {
      last = Ticks{std::numeric_limits<uint64_t>::max()};
    }
    step_spans_.push_back({step.start.ticks, last});
  }
  if (found) return {};
  return Expected("--step", "a step of the flow (" + StepNames(the_case) + ")",
                  name);
}

Status TimelineFilter::AddAround(const std::string& what, int64_t window,
                                 const Case& the_case) {
  const auto add = [&](Ticks first, Ticks last) {
    windows_.push_back({AddTicks(first, -window), AddTicks(last, window)});
  };
  if (const auto time = ParseIso8601(what)) {
    add(time->ticks, time->ticks);
    return {};
  }
  bool found = false;
  for (const Finding& finding : the_case.findings) {
    if (!Holds(finding) || !EqualsFold(finding.code, what)) continue;
    if (!finding.first.known()) continue;
    found = true;
    add(finding.first.ticks,
        finding.last.known() ? finding.last.ticks : finding.first.ticks);
  }
  if (found) return {};
  return Expected("--around",
                  "an ISO 8601 time, or a finding that holds and has a time (" +
                      FindingCodes(the_case) + ")",
                  what);
}

bool TimelineFilter::Contains(const std::vector<Span>& spans,
                              const Event& event) {
  if (!event.time.known()) return false;
  return std::any_of(spans.begin(), spans.end(), [&](const Span& span) {
    return span.first <= event.corrected && event.corrected <= span.last;
  });
}

bool TimelineFilter::Matches(const Event& event) const {
  if (by_artifact_ && (event.source.value >= artifacts_.size() ||
                       !artifacts_[event.source.value])) {
    return false;
  }
  if (!states_.empty() && !states_[static_cast<size_t>(event.state)]) {
    return false;
  }
  if (by_window_ && !Contains(windows_, event)) return false;
  if (!by_step_ || Contains(step_spans_, event)) return true;
  return step_evidence_.count({event.source, event.offset}) != 0;
}

}  // namespace espial::cli

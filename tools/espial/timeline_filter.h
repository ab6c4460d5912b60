// Which events the timeline shows, as far as the case must be asked: where an
// event comes from, what it is part of, what it is near to.
#pragma once

#include <espial/core/result.h>
#include <espial/model/case.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espial::cli {

// As written on the command line; empty means no restriction. The values of one
// option widen the choice, options narrow it.
struct TimelineFilterOptions {
  std::vector<std::string> sources;
  std::vector<std::string> kinds;
  std::vector<std::string> states;
  std::vector<std::string> steps;
  std::vector<std::string> around;
  std::string window = "5m";

  // Whether the case must be judged before it can be filtered.
  [[nodiscard]] bool needs_findings() const;
};

// Adds them to `app`; `options` must live as long.
void AddTimelineFilterOptions(CLI::App* app, TimelineFilterOptions* options);

// "90s", "5m", "1h30m", "2d", "250ms" in ticks.
std::optional<int64_t> ParseDuration(std::string_view text);

// Immutable once made.
class TimelineFilter {
 public:
  // Checks what can be checked without a case.
  static Status Check(const TimelineFilterOptions& options);
  // The error names the option, what was expected and what was found.
  // `the_case` must outlive the filter.
  static Result<TimelineFilter> Make(const TimelineFilterOptions& options,
                                     const Case& the_case);

  [[nodiscard]] bool Matches(const Event& event) const;

 private:
  // Both ends belong to it.
  struct Span {
    Ticks first;
    Ticks last;
  };

  Status AddStep(const std::string& name, const Case& the_case);
  Status AddAround(const std::string& what, int64_t window,
                   const Case& the_case);

  static bool Contains(const std::vector<Span>& spans, const Event& event);

  bool by_artifact_ = false;
  std::vector<bool> artifacts_;  // by SourceId
  std::vector<bool> states_;     // by RecordState; empty: all
  bool by_step_ = false;
  std::vector<Span> step_spans_;
  std::set<std::pair<SourceId, uint64_t>> step_evidence_;  // source, offset
  bool by_window_ = false;
  std::vector<Span> windows_;
};

}  // namespace espial::cli

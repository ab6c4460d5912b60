#include <espial/report/layout.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lib/report/text_parts.h"
#include "lib/report/words.h"

namespace espial::report {
namespace {

// Lines of each kind unless everything is asked for.
constexpr size_t kDamageShown = 5;
constexpr size_t kRefusedShown = 5;
constexpr size_t kStepsShown = 5;

void AppendMore(size_t hidden, std::string_view noun, const Page& page) {
  if (hidden == 0) return;
  page.out->append("  and " + Counted(hidden, "more " + std::string(noun)) +
                   '\n');
}

size_t ShownOf(size_t all, size_t most, const Page& page) {
  return page.options.verbose ? all : std::min(all, most);
}

std::string CoverageName(const Coverage& coverage, const Page& page) {
  if (!coverage.channel.empty()) return Safe(coverage.channel);
  if (!coverage.file_stem.empty()) return Safe(coverage.file_stem);
  return ArtifactPhrase(page.the_case, coverage.source);
}

bool HasHole(const Coverage& coverage) {
  return coverage.missing_records != 0 || coverage.starts_late ||
         coverage.damaged;
}

std::string CoverageState(const Coverage& coverage, const Page& page) {
  std::string out = TimePhrase(page.the_case, coverage.first) + " to " +
                    TimePhrase(page.the_case, coverage.last) + ", " +
                    Counted(coverage.events, "event");
  if (coverage.missing_records != 0) {
    out += ", " + Counted(coverage.missing_records, "record") + " missing";
  }
  if (coverage.starts_late) {
    out += ", starts late at record " + std::to_string(coverage.first_record);
  }
  if (coverage.damaged) out += ", damaged";
  return out;
}

}  // namespace

void AppendDamage(const Page& page) {
  const Case& the_case = page.the_case;
  const DamageTotal total = SumDamage(the_case);
  if (total.pieces != 0) {
    AppendHeading("Damaged: " + Counted(total.pieces, "place") + ", " +
                      Counted(total.bytes_lost, "byte") + " lost",
                  page);
    // What cost events or facts comes before oddities.
    std::vector<const Damage*> order;
    for (const Damage& damage : the_case.damage) order.push_back(&damage);
    std::stable_partition(order.begin(), order.end(),
                          [](const Damage* damage) { return damage->lossy; });
    const size_t shown = ShownOf(order.size(), kDamageShown, page);
    for (size_t i = 0; i < shown; ++i) {
      AppendWrapped("  ", DamagePhrase(the_case, *order[i]), page.options.width,
                    page.out);
    }
    AppendMore(order.size() - shown, "place", page);
    page.out->push_back('\n');
  }

  std::vector<const Artifact*> refused;
  for (const Artifact& artifact : the_case.artifacts) {
    if (artifact.state == ArtifactState::kRefused) refused.push_back(&artifact);
  }
  if (refused.empty()) return;
  AppendHeading("Not read: " + Counted(refused.size(), "artifact"), page);
  const size_t shown = ShownOf(refused.size(), kRefusedShown, page);
  for (size_t i = 0; i < shown; ++i) {
    std::string text = Safe(refused[i]->provenance);
    if (!refused[i]->note.empty()) text += " (" + Safe(refused[i]->note) + ')';
    AppendWrapped("  ", text, page.options.width, page.out);
  }
  AppendMore(refused.size() - shown, "artifact", page);
  page.out->push_back('\n');
}

void AppendCoverage(const Page& page) {
  const auto& coverage = page.the_case.coverage;
  if (coverage.empty()) return;
  AppendHeading("Coverage: " + Counted(coverage.size(), "log"), page);
  std::vector<std::string> silent;
  std::vector<const Coverage*> whole;
  for (const Coverage& log : coverage) {
    if (log.events == 0 && !HasHole(log)) {
      silent.push_back(CoverageName(log, page));
      continue;
    }
    if (!HasHole(log) && !page.options.verbose) {
      whole.push_back(&log);
      continue;
    }
    AppendWrapped("  ", CoverageName(log, page), page.options.width, page.out);
    AppendWrapped("      ",
                  log.events == 0 ? std::string("no events, damaged")
                                  : CoverageState(log, page),
                  page.options.width, page.out);
  }
  if (!whole.empty()) {
    Ticks first = whole.front()->first;
    Ticks last = whole.front()->last;
    std::string names;
    for (const Coverage* log : whole) {
      first = std::min(first, log->first);
      last = std::max(last, log->last);
      if (!names.empty()) names += ", ";
      names += CoverageName(*log, page);
    }
    AppendWrapped("  ",
                  "Without holes, between " + TimePhrase(page.the_case, first) +
                      " and " + TimePhrase(page.the_case, last) + ": " + names,
                  page.options.width, page.out);
  }
  if (!silent.empty()) {
    std::string names;
    for (const std::string& name : silent) {
      if (!names.empty()) names += ", ";
      names += name;
    }
    AppendWrapped("  ", "Without events: " + names, page.options.width,
                  page.out);
  }
  page.out->push_back('\n');
}

void AppendClock(const Page& page) {
  const Clock& clock = page.the_case.clock;
  if (clock.steps.empty()) return;
  AppendHeading("Clock: set " + Counted(clock.steps.size(), "time"), page);
  const size_t shown = ShownOf(clock.steps.size(), kStepsShown, page);
  for (size_t i = 0; i < shown; ++i) {
    const ClockStep& step = clock.steps[i];
    AppendWrapped("  ",
                  TimePhrase(page.the_case, step.from) + " became " +
                      TimePhrase(page.the_case, step.to) + ", by " +
                      FormatDuration(step.delta()) + " (" +
                      Safe(step.evidence) + ", " +
                      ArtifactPhrase(page.the_case, step.source) + ", record " +
                      std::to_string(step.record) + ')',
                  page.options.width, page.out);
  }
  AppendMore(clock.steps.size() - shown, "time", page);
  page.out->push_back('\n');
}

void AppendTotals(const Page& page) {
  const Case& the_case = page.the_case;
  const auto not_understood = static_cast<uint64_t>(
      std::count_if(the_case.artifacts.begin(), the_case.artifacts.end(),
                    [](const Artifact& artifact) {
                      return artifact.state == ArtifactState::kNotUnderstood;
                    }));
  std::string text = Counted(the_case.artifacts.size(), "artifact");
  if (not_understood != 0) {
    text += " (" + Grouped(not_understood) + " listed, not understood)";
  }
  text += ", " + Counted(the_case.timeline.events().size(), "event") + ", " +
          Counted(the_case.timeline.facts().size(), "fact") + ", " +
          Counted(the_case.duplicate_events, "duplicate event") + " left out.";
  AppendWrapped("", Paint(text, Tone::kFaint, page.options), page.options.width,
                page.out);
}

}  // namespace espial::report

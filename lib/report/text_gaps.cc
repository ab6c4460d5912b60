#include <espial/report/layout.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
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

// "FIRST to LAST, ", or nothing when no time of the log is known.
std::string CoverageTimes(const Coverage& coverage, const Page& page) {
  if (coverage.quality == TimeQuality::kNone) return {};
  const auto phrase = [&](Ticks ticks) {
    return TimePhrase(page.the_case, Time{ticks, coverage.quality, {}});
  };
  return phrase(coverage.first) + " to " + phrase(coverage.last) + ", ";
}

std::string CoverageState(const Coverage& coverage, const Page& page) {
  std::string out =
      CoverageTimes(coverage, page) + Counted(coverage.events, "event");
  if (coverage.missing_records != 0) {
    out += ", " + Counted(coverage.missing_records, "record") + " missing";
  }
  if (coverage.starts_late) {
    out += ", starts late at record " + std::to_string(coverage.first_record);
  }
  if (coverage.damaged) out += ", damaged";
  return out;
}

void AppendNames(const std::string& lead, const std::vector<std::string>& names,
                 const Page& page) {
  if (names.empty()) return;
  std::string text = lead;
  for (const std::string& name : names) {
    text += (&name == names.data() ? " " : ", ") + name;
  }
  AppendWrapped("  ", text, page.options.width, page.out);
}

// Logs without holes, told together.
class WholeLogs {
 public:
  void Add(const Coverage& log, std::string name) {
    if (log.quality == TimeQuality::kNone) {
      timeless_.push_back(std::move(name));
      return;
    }
    if (log.quality == TimeQuality::kAssumed) {
      local_.push_back(std::move(name));
      return;
    }
    first_ = timed_.empty() ? log.first : std::min(first_, log.first);
    last_ = timed_.empty() ? log.last : std::max(last_, log.last);
    timed_.push_back(std::move(name));
  }

  void Append(const Page& page) const {
    AppendNames("Without holes, between " + TimePhrase(page.the_case, first_) +
                    " and " + TimePhrase(page.the_case, last_) + ":",
                timed_, page);
    AppendNames("Without holes, in local time whose zone nothing proves:",
                local_, page);
    AppendNames("Without holes and without times:", timeless_, page);
  }

 private:
  Ticks first_;
  Ticks last_;
  std::vector<std::string> timed_;
  std::vector<std::string> local_;
  std::vector<std::string> timeless_;
};

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
  WholeLogs whole;
  for (const Coverage& log : coverage) {
    if (log.events == 0 && !HasHole(log)) {
      silent.push_back(CoverageName(log, page));
      continue;
    }
    if (!HasHole(log) && !page.options.verbose) {
      whole.Add(log, CoverageName(log, page));
      continue;
    }
    AppendWrapped("  ", CoverageName(log, page), page.options.width, page.out);
    AppendWrapped("      ",
                  log.events == 0 ? std::string("no events, damaged")
                                  : CoverageState(log, page),
                  page.options.width, page.out);
  }
  whole.Append(page);
  AppendNames("Without events:", silent, page);
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

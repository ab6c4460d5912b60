#include "tools/capture/capture.h"

#include <espial/core/text.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tools/capture/assembly.h"
#include "tools/capture/candidates.h"
#include "tools/capture/loss.h"
#include "tools/capture/oracle.h"
#include "tools/capture/piece_reader.h"
#include "tools/capture/shrink.h"
#include "tools/capture/verify.h"
#include "tools/forge/scenario_writer.h"

namespace espial::capture {
namespace {

// A story begins on this day: Monday, 2025-01-06T08:00:00Z.
constexpr Ticks kBegin{133'806'240'000'000'000};
constexpr int64_t kTicksPerDay = int64_t{24} * 60 * kTicksPerMinute;
// Times so far from those of the bundle are not its own.
constexpr int64_t kNear = 400 * kTicksPerDay;

// Of the candidates, those that grow with the evidence and not with the bundle.
constexpr size_t kSmallSets = 2;

// Moves the first event to kBegin; by whole days only, where asked.
TimeShift ShiftOf(const Case& the_case, bool whole_days) {
  std::optional<Ticks> first;
  std::optional<Ticks> last = the_case.clock.captured;
  for (const Event& event : the_case.timeline.events()) {
    if (!event.time.known()) continue;
    if (!first) first = event.corrected;
    last = std::max(last, std::optional(event.corrected));
  }
  if (!first) first = last;
  if (!first) return {};
  TimeShift shift;
  shift.ticks = TicksBetween(*first, kBegin);
  if (whole_days) shift.ticks -= shift.ticks % kTicksPerDay;
  shift.from = AddTicks(*first, -kNear);
  shift.to = AddTicks(*last, kNear);
  return shift;
}

Amount AmountOf(const Pieces& pieces, const Kept& kept,
                const forge::Scenario& scenario) {
  Amount out;
  for (const size_t index : kept) {
    out.events += pieces.list[index].IsEvent() ? 1U : 0U;
    out.facts += pieces.list[index].IsFact() ? 1U : 0U;
  }
  out.logs = scenario.bundle.channels.size();
  return out;
}

Kept AllOf(const Pieces& pieces) {
  Kept all(pieces.list.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

const Finding* FindingOf(const Case& the_case, std::string_view code) {
  for (const Finding& finding : the_case.findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

Error NotMatched(const std::string& code, const Finding* finding) {
  if (finding == nullptr) {
    return {Errc::kNotFound, code, 0, "is not_matched in this bundle"};
  }
  return {Errc::kNotFound, code, 0,
          fmt::format("is {} in this bundle: {}", VerityName(finding->result),
                      fmt::join(finding->missing, " "))};
}

class Capturer {
 public:
  Capturer(const Case& the_case, const report::Redactor& redactor,
           const rules::RuleSet& rules, const forge::EventCatalog& catalog,
           const Request& request, rules::Why why)
      : case_(the_case),
        redactor_(redactor),
        rules_(rules),
        catalog_(catalog),
        request_(request),
        why_(std::move(why)),
        oracle_(rules, catalog, why_.code, why_.stage),
        budget_(request.judgements) {
    options_.name = request.name;
    options_.title = why_.title;
    options_.code = why_.code;
  }

  Result<Captured> Run() {
    for (const bool whole_days : {false, true}) {
      const TimeShift shift = ShiftOf(case_, whole_days);
      options_.shift = shift.ticks;
      pieces_ = ReadPieces(case_, catalog_, Cleaner(&redactor_, shift));
      if (auto kept = FirstThatHolds(pieces_)) {
        if (whole_days) {
          out_.notes.emplace_back(
              "The rule looks at the time of day, which was kept.");
        }
        return Finish(std::move(*kept));
      }
      if (shift.ticks == 0) break;
    }
    return WhyNot();
  }

 private:
  bool Holds(const Pieces& pieces, const Kept& kept) {
    return oracle_.Holds(Assemble(pieces, kept, options_));
  }

  // These are few, and stand beside the bound. Behind the small ones all is
  // asked for: what it does not give, no part of it is likely to.
  std::optional<Kept> FirstThatHolds(const Pieces& pieces) {
    std::vector<Kept> sets = Candidates(pieces, case_, why_);
    const auto holds = [&](const Kept& kept) {
      ++out_.judged;
      return Holds(pieces, kept);
    };
    const size_t last = sets.size() - 1;
    const size_t small = std::min(kSmallSets, last);
    for (size_t i = 0; i < small; ++i) {
      if (holds(sets[i])) return std::move(sets[i]);
    }
    if (!holds(sets[last])) return std::nullopt;
    for (size_t i = small; i < last; ++i) {
      if (holds(sets[i])) return std::move(sets[i]);
    }
    return std::move(sets[last]);
  }

  Kept ShrinkFrom(const Pieces& pieces, Kept kept) {
    const size_t before = budget_;
    Shrunk shrunk = Shrink(std::move(kept), &budget_, [&](const Kept& rest) {
      return Holds(pieces, rest);
    });
    out_.judged += before - budget_;
    out_.minimal = shrunk.minimal;
    return std::move(shrunk.kept);
  }

  Result<Captured> Finish(Kept kept) {
    kept = ShrinkFrom(pieces_, std::move(kept));
    // Whole seconds are easier to read, where they do.
    AssemblyOptions seconds = options_;
    seconds.grain = kTicksPerSecond;
    ++out_.judged;
    if (oracle_.Holds(Assemble(pieces_, kept, seconds))) options_ = seconds;
    const forge::Scenario scenario = Assemble(pieces_, kept, options_);
    out_.text = Comment() + forge::WriteScenario(scenario);
    out_.after = AmountOf(pieces_, kept, scenario);
    const Kept all = AllOf(pieces_);
    out_.before = AmountOf(pieces_, all, Assemble(pieces_, all, options_));
    for (const auto& [what, count] : pieces_.left_out) {
      out_.notes.push_back(fmt::format(
          "{} {} cannot be said in a scenario, and were not needed.", count,
          what));
    }
    if (!out_.minimal) {
      out_.notes.push_back(fmt::format(
          "The bound of {} judgements was reached: smaller ones may do.",
          request_.judgements));
    }
    ESPIAL_TRY_ASSIGN(const Finding finding,
                      Verify(out_.text, request_.name, why_.code, why_.stage,
                             rules_, catalog_));
    out_.confidence = FindingOf(case_, why_.code)->confidence;
    out_.captured_confidence = finding.confidence;
    return std::move(out_);
  }

  [[nodiscard]] std::string Comment() const {
    return fmt::format(
        "# Captured by espial rules capture: the least that gives {}. Names "
        "and dates\n# are not those of the device.\n",
        why_.code);
  }

  // Nothing held with what may be written.
  Error WhyNot() {
    const Pieces raw = ReadPieces(case_, catalog_, Cleaner());
    options_.shift = 0;
    auto kept = FirstThatHolds(raw);
    if (!kept) {
      return ExplainForgeLoss(
          why_, oracle_.Ask(Assemble(raw, AllOf(raw), options_)), raw.left_out);
    }
    const Kept needed = ShrinkFrom(raw, std::move(*kept));
    return ExplainRedactionLoss(
        why_.code, raw, pieces_, needed,
        [&](const Pieces& mixed) { return Holds(mixed, AllOf(mixed)); });
  }

  const Case& case_;
  const report::Redactor& redactor_;
  const rules::RuleSet& rules_;
  const forge::EventCatalog& catalog_;
  const Request& request_;
  const rules::Why why_;
  const Oracle oracle_;
  size_t budget_;
  AssemblyOptions options_;
  Pieces pieces_;
  Captured out_;
};

}  // namespace

Result<Captured> Capture(const Case& the_case, const report::Redactor& redactor,
                         const rules::RuleSet& rules,
                         const forge::EventCatalog& catalog,
                         const Request& request) {
  ESPIAL_TRY_ASSIGN(rules::Why why, rules.AskWhy(the_case, request.code));
  const Finding* finding = FindingOf(the_case, why.code);
  if (finding == nullptr || finding->result != Verity::kMatched) {
    return NotMatched(why.code, finding);
  }
  return Capturer(the_case, redactor, rules, catalog, request, std::move(why))
      .Run();
}

}  // namespace espial::capture

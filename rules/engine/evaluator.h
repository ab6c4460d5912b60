// The three-valued state of detections, correlations and conditions over one
// case.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "rules/engine/coverage_index.h"
#include "rules/engine/document.h"
#include "rules/engine/match_index.h"
#include "rules/engine/parts.h"
#include "rules/engine/sequence.h"

namespace espial::rules {

// State of one name of a unit.
struct OperandState {
  Tri value = Tri::kUnknown;
  bool facts = false;  // items are facts, else events
  // What proves it, ascending: indices into the timeline. Belongs to the
  // evaluator or the match index.
  std::span<const uint32_t> items;
  // Facts of a comparison whose items are events.
  std::span<const uint32_t> more_facts;
  // Why it is unknown, in sentences.
  std::vector<std::string> missing;
  // What to know of it beside its items, in sentences: what was compared, a
  // bound that was reached.
  std::vector<std::string> notes;
  // The confidence that it bears where it is true: medium where it rests on
  // times and nothing proves the zone of those.
  Confidence bears = Confidence::kHigh;
};

// State of a condition.
struct ExprState {
  Tri value = Tri::kFalse;
  // Operands that are true and speak for the condition, each once. Belong to
  // the evaluator.
  std::vector<const OperandState*> proof;
  // Where it is true: what the weakest operand bears that it needs. Of
  // alternatives the strongest counts; an absence bears all.
  Confidence bears = Confidence::kHigh;
  // What would decide it, sorted, each once; empty when it is decided.
  std::vector<std::string> missing;
};

// How a step of the flow went, for values that measure it.
struct StepSpan {
  std::string id;
  StepStatus status = StepStatus::kUnknown;
  Time start;
  Time end;
};

// Judges conditions of units; remembers what it has judged. Everything given
// to it must outlive it. Not thread-safe.
class Evaluator {
 public:
  Evaluator(const Case& the_case, const MatchIndex& matches,
            const CoverageIndex& coverage);

  // What is known of the parts from here on; forgets what was judged before.
  void SetParts(const Parts& parts);
  [[nodiscard]] const Parts& parts() const { return parts_; }
  [[nodiscard]] const CoverageIndex& coverage() const { return coverage_; }
  // The steps of the flow, which durations are of; forgets what was judged of
  // comparisons before. Empty: no flow fits.
  void SetSteps(std::vector<StepSpan> steps);

  // Judges a condition of `unit`. Detections without a part of their own see
  // the events of `part`; logs must cover `window`.
  ExprState Evaluate(const Unit& unit, const Expr& expr, Part part,
                     Part window);
  // The window of a part, for needs.
  [[nodiscard]] Window WindowOf(Part part) const;

 private:
  struct Items {
    std::span<const uint32_t> sure;    // in the part
    std::span<const uint32_t> likely;  // these, and those that may be in it
  };
  using Key = std::tuple<const Unit*, uint32_t, Part, Part>;
  // Whom the question is about: a unit, its part and its window.
  struct Scope {
    const Unit& unit;
    Part part;
    Part window;
  };
  // Where an operand lies in time.
  struct Points {
    std::vector<TimePoint> sure;    // it surely occurs there
    std::vector<TimePoint> likely;  // these, and where it may
    bool overflow = false;          // more than are kept
  };
  // What the logs must show for a sequence to be judged.
  struct Doubts {
    std::vector<std::string> absences;  // of absent steps and `until`
    std::vector<std::string> boots;
  };
  // A search over all groups.
  struct Search {
    bool found = false;
    Chains chains;
    bool overflow = false;   // more groups or points than are kept
    bool ungrouped = false;  // an event that ends a chain lacks its field

    [[nodiscard]] bool incomplete() const {
      return overflow || chains.overflow;
    }
  };
  // What is known of a value.
  struct ValueState {
    enum class Kind : uint8_t { kNone, kUnknown, kKnown };
    Kind kind = Kind::kUnknown;
    // Of a known one: between the two; no bound where one is not set.
    std::optional<Quantity> least;
    std::optional<Quantity> most;
    bool timed = false;
    std::vector<uint32_t> events;  // ascending
    std::vector<uint32_t> facts;
    std::vector<std::string> missing;
  };

  const OperandState& StateOf(const Unit& unit, uint32_t operand, Part part,
                              Part window);
  // The same before later successes make failures void.
  const OperandState& RawStateOf(const Unit& unit, uint32_t operand, Part part,
                                 Part window);
  OperandState JudgeDetection(const Scope& scope, uint32_t index);
  OperandState JudgeSequence(const Scope& scope,
                             const Correlation& correlation);
  OperandState JudgeCount(const Scope& scope, const Correlation& correlation);
  OperandState JudgeComparison(const Scope& scope,
                               const ValueComparison& comparison);
  std::vector<std::string> LacksBehind(const Scope& scope,
                                       const Cancellation& rule,
                                       const TimePoint& failure);
  // `state` of a failure without what later successes make void.
  void Cancel(const Scope& scope, uint32_t operand, OperandState* state);

  Items ItemsOf(const Unit& unit, uint32_t detection, Part part);
  std::vector<std::string> MissingOf(const Unit& unit, uint32_t detection,
                                     Part window) const;
  // What an operand lacks to be absent where it was not found.
  std::vector<std::string> LacksOf(const Scope& scope, uint32_t operand);
  void AppendLeaves(const Scope& scope, const Correlation& correlation,
                    std::vector<std::string>* out);
  std::vector<TimePoint> ToPoints(std::span<const uint32_t> events) const;
  Points PointsOf(const Scope& scope, uint32_t operand);
  const Points& ChainsOf(const Scope& scope, uint32_t operand);
  Doubts DoubtsOf(const Scope& scope, const Correlation& correlation);
  const std::vector<TimePoint>& Boots();
  Search Find(const Scope& scope, const Correlation& correlation, Rigor rigor,
              bool boots_known, bool chains);
  Search Count(const Scope& scope, const Correlation& correlation, Rigor rigor);

  ValueState ValueOf(const Scope& scope, const NamedValue& value);
  ValueState ReadField(const Scope& scope, const NamedValue& value);
  ValueState ReadMatches(const Scope& scope, const NamedValue& value);
  ValueState ReadDuration(const NamedValue& value) const;
  ValueState ReadGap(const Scope& scope, const NamedValue& value);
  ValueState ReadInstant(const Scope& scope, const Instant& instant);

  Confidence BearsOf(std::span<const uint32_t> events, bool all) const;
  std::span<const uint32_t> Keep(std::vector<uint32_t> items);
  void Collect(const Unit& unit, const Expr& expr, uint32_t index,
               bool positive, Part part, Part window, ExprState* out);

  const Case& case_;
  const MatchIndex& matches_;
  const CoverageIndex& coverage_;
  Parts parts_;
  std::vector<StepSpan> steps_;
  std::map<Key, OperandState> states_;
  std::map<Key, OperandState> cancelled_;
  std::map<Key, Points> chains_;
  std::map<std::tuple<uint32_t, Part>, Items> items_;
  std::optional<std::vector<TimePoint>> boots_;
  std::deque<std::vector<uint32_t>> kept_;
};

}  // namespace espial::rules

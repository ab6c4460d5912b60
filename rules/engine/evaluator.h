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
  // Why it is unknown, in sentences.
  std::vector<std::string> missing;
};

// State of a condition.
struct ExprState {
  Tri value = Tri::kFalse;
  // Operands that are true and speak for the condition, each once. Belong to
  // the evaluator.
  std::vector<const OperandState*> proof;
  // What would decide it, sorted, each once; empty when it is decided.
  std::vector<std::string> missing;
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

  const OperandState& StateOf(const Unit& unit, uint32_t operand, Part part,
                              Part window);
  OperandState JudgeDetection(const Unit& unit, uint32_t index, Part part,
                              Part window);
  OperandState JudgeSequence(const Unit& unit, const Correlation& correlation,
                             Part part, Part window);
  OperandState JudgeCount(const Unit& unit, const Correlation& correlation,
                          Part part, Part window);
  Items ItemsOf(const Unit& unit, uint32_t detection, Part part);
  std::vector<std::string> MissingOf(const Unit& unit, uint32_t detection,
                                     Part window) const;
  std::vector<TimePoint> Points(std::span<const uint32_t> events) const;
  SequenceQuery MakeQuery(const Unit& unit, const Correlation& correlation,
                          Part part, Rigor rigor);
  std::span<const uint32_t> Keep(std::vector<uint32_t> items);
  void Collect(const Unit& unit, const Expr& expr, uint32_t index,
               bool positive, Part part, Part window, ExprState* out);

  const Case& case_;
  const MatchIndex& matches_;
  const CoverageIndex& coverage_;
  Parts parts_;
  std::map<Key, OperandState> states_;
  std::map<std::tuple<uint32_t, Part>, Items> items_;
  std::deque<std::vector<uint32_t>> kept_;
};

}  // namespace espial::rules

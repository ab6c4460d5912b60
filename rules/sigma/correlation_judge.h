// Judges one correlation over what its rules matched.
#pragma once

#include <espial/rules/sigma_correlator.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/sigma/correlation_window.h"
#include "rules/sigma/sigma_document.h"

namespace espial::rules {

class CorrelationJudge {
 public:
  // `number` and `rule` are of the correlation, and `named` whether others name
  // it. The rule must outlive the judge.
  CorrelationJudge(uint32_t number, const CorrelationRule& rule, bool named,
                   const CorrelationLimits& limits);

  // The next match of a rule that the correlation names, in their order.
  void Take(const CorrelationFact& fact);
  // Judges the windows that are still open.
  void Finish();

  [[nodiscard]] std::vector<CorrelationMatch>& matches() { return matches_; }
  // By match: what stands for it in the correlations that name this one.
  [[nodiscard]] std::vector<CorrelationFact>& facts() { return facts_; }
  // Facts of groups, and matches, that were too many.
  [[nodiscard]] uint64_t dropped() const { return dropped_; }

 private:
  using Group = std::vector<std::string>;

  [[nodiscard]] const std::string* ValueOf(const CorrelationFact& fact,
                                           const std::string& field) const;
  // A window, and how often it stands in `expiring_`.
  struct Slot {
    CorrelationWindow window;
    size_t waiting = 0;
  };
  using Slots = std::map<Group, Slot>;

  // Where a timespan begins that ends then.
  [[nodiscard]] Ticks BeginningOf(Ticks end) const;
  // Lets go of what can no longer count.
  void Expire(Ticks now);
  void Decide(CorrelationWindow* window);
  void Emit(CorrelationWindow* window);

  uint32_t number_;
  const CorrelationRule& rule_;
  bool named_;
  CorrelationLimits limits_;
  uint64_t span_;
  std::vector<std::pair<CorrelationRule::Op, long double>> conditions_;
  // Whether windows can be judged only when they are over.
  bool whole_ = false;
  // Groups of which an event lies in the timespan before the latest one.
  Slots slots_;
  // When windows are over that are judged whole, else when events leave them;
  // in the order of time.
  std::deque<std::pair<Ticks, Slots::iterator>> expiring_;
  std::vector<CorrelationMatch> matches_;
  std::vector<CorrelationFact> facts_;
  uint64_t dropped_ = 0;
};

}  // namespace espial::rules

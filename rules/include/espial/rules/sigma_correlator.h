// Correlations of Sigma rules, over what a whole scan matched.
//
// Windows slide: an event belongs to every window of the timespan around it,
// whose two ends are part of it. With gt and gte alone a correlation matches at
// the event that makes its condition true, and begins anew behind it, so that
// no event is part of two matches. With an upper bound (lt, lte, eq, neq)
// nothing can be said before the window is over: the first begins at the first
// event, the next at the first event behind it, and each is judged whole.
// Events without one of the group-by fields or of the condition's take no part;
// neither do values that are no numbers where numbers are needed. temporal
// wants all of its rules unless a condition says how many. Equal times are
// ordered by log and record. A correlation within another stands for an event
// at the time of its last one, with the fields of that event and its own
// group-by. An event that several of the rules describe counts for each, in the
// order of the rules.
#pragma once

#include <espial/core/time.h>
#include <espial/model/event.h>
#include <espial/rules/sigma.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace espial::rules {

// A match of a rule that some correlation names.
struct CorrelationFact {
  uint32_t rule = 0;
  Ticks time;
  uint64_t log = 0;  // in the order of the logs
  uint64_t record = 0;
  // Fields that correlations look at, folded names; absent ones left out.
  std::map<std::string, std::string> values;
};

struct CorrelationMatch {
  uint32_t rule = 0;
  Ticks first;
  Ticks last;
  uint64_t events = 0;
  double value = 0;  // what the condition looked at
  std::vector<MatchedField> group;
};

// What correlations hold at most. What goes beyond is counted, not judged.
struct CorrelationLimits {
  size_t facts = 5'000'000;            // matches of rules, and of correlations
  uint64_t bytes = uint64_t{1} << 30;  // of their values, about
  size_t groups = 1'000'000;  // of one correlation, within its timespan
  size_t matches = 1'000'000;
  // Over all correlations, each with the facts that it looks at.
  uint64_t looks = 100'000'000;
};

// Collects facts, then judges. Not thread-safe but where it says so.
class SigmaCorrelator {
 public:
  // The rules must outlive it.
  explicit SigmaCorrelator(const SigmaRules& rules,
                           const CorrelationLimits& limits = {});

  // Whether a correlation names this rule. Any thread.
  [[nodiscard]] bool Names(uint32_t rule) const { return named_[rule]; }
  // What correlations must know of a match. Any thread. The event must have a
  // time.
  [[nodiscard]] CorrelationFact Take(uint32_t rule, const Event& event) const;
  void Add(CorrelationFact fact);

  // All matches, by last time and rule. Forgets the facts.
  std::vector<CorrelationMatch> Finish();
  // Facts and matches beyond the limits: the result is incomplete when there
  // are any.
  [[nodiscard]] uint64_t dropped() const { return dropped_; }

 private:
  // Facts of one rule, in their order.
  using Ordered = std::vector<const CorrelationFact*>;
  [[nodiscard]] std::vector<uint32_t> InOrderOfNeed() const;
  void JudgeOne(uint32_t number, std::vector<Ordered>* by_rule,
                std::vector<CorrelationMatch>* matches);

  const SigmaRules& rules_;
  CorrelationLimits limits_;
  std::vector<bool> named_;
  std::vector<std::string> fields_;    // folded
  std::deque<CorrelationFact> facts_;  // stay where they are
  uint64_t bytes_ = 0;
  uint64_t looks_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace espial::rules

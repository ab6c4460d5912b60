// Failures that a later success of the same thing makes void.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "rules/engine/evaluator.h"
#include "rules/engine/grouping.h"
#include "rules/engine/sentences.h"

namespace espial::rules {
namespace {

constexpr size_t kMostTried = 100;

// Surely later: in time, or in the same log.
bool IsAfter(const TimePoint& later, const TimePoint& than) {
  if (later.time != than.time) return later.time > than.time;
  return later.mark == than.mark && later.source == than.source &&
         later.record > than.record;
}

// Not surely at the same place or earlier.
bool MayBeAfter(const TimePoint& later, const TimePoint& than) {
  if (later.time != than.time) return later.time > than.time;
  return later.source != than.source || later.mark != than.mark ||
         later.record > than.record;
}

// Successes of one kind, by what links them to failures.
class Successes {
 public:
  Successes(const Case& the_case, const Cancellation& rule)
      : case_(the_case), rule_(rule) {}

  void Add(const std::vector<TimePoint>& points, bool sure) {
    std::vector<std::string> fields;
    for (const auto& link : rule_.same) fields.push_back(link.second);
    for (const TimePoint& point : points) {
      const auto key = Key(point, fields);
      if (sure) {
        if (key) sure_[*key].push_back(point);
        continue;
      }
      all_.push_back(point);
      key ? likely_[*key].push_back(point) : unlinked_.push_back(point);
    }
  }

  struct Answer {
    bool surely = false;
    bool maybe = false;
    bool unlinked = false;  // `maybe` only because a link field is missing
  };
  [[nodiscard]] Answer After(const TimePoint& failure) const {
    std::vector<std::string> fields;
    for (const auto& link : rule_.same) fields.push_back(link.first);
    const auto key = Key(failure, fields);
    Answer out;
    if (!key) {
      out.maybe = out.unlinked = Any(all_, failure, MayBeAfter);
      return out;
    }
    const auto sure = sure_.find(*key);
    out.surely = sure != sure_.end() && Any(sure->second, failure, IsAfter);
    const auto likely = likely_.find(*key);
    out.maybe = out.surely || (likely != likely_.end() &&
                               Any(likely->second, failure, MayBeAfter));
    if (!out.maybe) {
      out.maybe = out.unlinked = Any(unlinked_, failure, MayBeAfter);
    }
    return out;
  }

 private:
  [[nodiscard]] std::optional<std::string> Key(
      const TimePoint& point, const std::vector<std::string>& fields) const {
    return KeyOf(case_, point, fields);
  }

  // Whether one of `points` (by time) is after `failure`.
  template <typename Test>
  static bool Any(const std::vector<TimePoint>& points,
                  const TimePoint& failure, const Test& test) {
    if (points.empty()) return false;
    if (points.back().time > failure.time) return true;
    const auto from = std::lower_bound(
        points.begin(), points.end(), failure.time,
        [](const TimePoint& a, Ticks time) { return a.time < time; });
    return std::any_of(from, points.end(), [&](const TimePoint& point) {
      return test(point, failure);
    });
  }

  const Case& case_;
  const Cancellation& rule_;
  std::map<std::string, std::vector<TimePoint>> sure_;
  std::map<std::string, std::vector<TimePoint>> likely_;
  std::vector<TimePoint> all_;
  std::vector<TimePoint> unlinked_;
};

std::string LinkNames(const Cancellation& rule) {
  std::string out;
  for (const auto& [failure, success] : rule.same) {
    out += (out.empty() ? "" : ", ") + failure;
    if (failure != success) out += "/" + success;
  }
  return out;
}

}  // namespace

// What the log of successes lacks behind a failure.
std::vector<std::string> Evaluator::LacksBehind(const Scope& scope,
                                                const Cancellation& rule,
                                                const TimePoint& failure) {
  const bool plain =
      rule.success < scope.unit.detections.size() && failure.event != kNoEvent;
  if (!plain) return LacksOf(scope, rule.success);
  const bool same_channel =
      std::any_of(rule.same.begin(), rule.same.end(), [](const auto& link) {
        return EqualsFold(link.first, "Channel") &&
               EqualsFold(link.second, "Channel");
      });
  return coverage_.MissingBehind(scope.unit.first_detection + rule.success,
                                 case_.timeline.events()[failure.event],
                                 same_channel);
}

void Evaluator::Cancel(const Scope& scope, uint32_t operand,
                       OperandState* state) {
  const Points failures = PointsOf(scope, operand);
  std::vector<Successes> kinds;
  std::vector<const Cancellation*> rules;
  bool overflow = failures.overflow;
  for (const Cancellation& rule : scope.unit.cancellations) {
    if (rule.failure != operand) continue;
    const Points points = PointsOf(scope, rule.success);
    overflow = overflow || points.overflow;
    kinds.emplace_back(case_, rule);
    kinds.back().Add(points.sure, true);
    kinds.back().Add(points.likely, false);
    rules.push_back(&rule);
  }
  std::vector<std::string> doubts;
  std::vector<TimePoint> stand;  // no success that is there makes these void
  bool open = false;
  size_t cancelled = 0;
  for (const TimePoint& failure : failures.likely) {
    bool surely = false;
    bool maybe = false;
    for (size_t i = 0; i < kinds.size(); ++i) {
      const Successes::Answer answer = kinds[i].After(failure);
      surely = surely || answer.surely;
      maybe = maybe || answer.maybe;
      if (answer.unlinked && doubts.size() < rules.size()) {
        doubts.push_back(fmt::format(
            "Whether a later {} is of the same {} is not known: a field that "
            "links them is missing.",
            Quoted(scope.unit.NameOf(rules[i]->success)),
            LinkNames(*rules[i])));
      }
    }
    cancelled += surely ? 1 : 0;
    open = open || !surely;
    const bool sure = std::binary_search(
        failures.sure.begin(), failures.sure.end(), failure, PointBefore);
    if (sure && !maybe) stand.push_back(failure);
  }
  // One failure that surely stands is enough; the last ones need the least.
  bool stands = false;
  const size_t tried = std::min(stand.size(), kMostTried);
  for (size_t i = 0; i < tried && !stands; ++i) {
    const TimePoint& failure = stand[stand.size() - 1 - i];
    std::vector<std::string> lacks;
    for (const Cancellation* rule : rules) {
      Append(LacksBehind(scope, *rule, failure), &lacks);
    }
    stands = lacks.empty();
    if (!stands && i == 0) Append(lacks, &doubts);
  }
  if (overflow) {
    stands = false;
    doubts.push_back(fmt::format("More than {} events make up {}.",
                                 kMaxChainEvents,
                                 Quoted(scope.unit.NameOf(operand))));
  }
  if (stands) {
    state->value = Tri::kTrue;
    state->missing.clear();
    std::vector<uint32_t> events;
    for (const TimePoint& failure : stand) {
      if (failure.event != kNoEvent) events.push_back(failure.event);
    }
    SortUnique(&events);
    state->items = Keep(std::move(events));
    if (cancelled > 0) {
      state->notes.push_back(fmt::format(
          "{} more of {} do not count: a later success of the same {} "
          "followed.",
          cancelled, Quoted(scope.unit.NameOf(operand)),
          LinkNames(*rules.front())));
    }
    return;
  }
  state->items = {};
  if (open) {
    state->value = Tri::kUnknown;
    Append(doubts, &state->missing);
    if (state->missing.empty()) state->missing.emplace_back(kUnknownOrder);
    return;
  }
  // All that is there is void; more may stand in what is not.
  state->missing = LacksOf(scope, operand);
  state->value = state->missing.empty() ? Tri::kFalse : Tri::kUnknown;
}

}  // namespace espial::rules

#include "rules/engine/sequence.h"

#include <algorithm>
#include <cstddef>
#include <queue>
#include <tuple>

namespace espial::rules {
namespace {

constexpr size_t kNone = SIZE_MAX;
constexpr Ticks kNever = {UINT64_MAX};

void SortUnique(std::vector<uint32_t>* events) {
  std::sort(events->begin(), events->end());
  events->erase(std::unique(events->begin(), events->end()), events->end());
}

// A point that ends a chain of the steps so far. Of all such chains the one
// that began last is kept, because it leaves most of the timespan.
struct Reached {
  size_t point;           // in the step's points
  Ticks start;            // of the chain
  size_t before = kNone;  // in the Reached list of the step before
};

class Finder {
 public:
  Finder(const SequenceQuery& query, Rigor rigor)
      : query_(query), rigor_(rigor) {}

  bool Run(Chains* chains) {
    levels_.resize(query_.steps.size());
    const auto& first = query_.steps[0].points;
    for (size_t i = 0; i < first.size(); ++i) {
      levels_[0].push_back({i, first[i].time});
    }
    for (size_t step = 1; step < query_.steps.size(); ++step) Advance(step);
    bool found = false;
    for (const Reached& last : levels_.back()) {
      if (!QuietAfter(last)) continue;
      found = true;
      if (chains == nullptr) return true;
      Collect(last, chains);
      if (chains->overflow) break;
    }
    if (chains == nullptr) return found;
    SortUnique(&chains->events);
    if (chains->events.size() > kMaxChainEvents) {
      chains->events.resize(kMaxChainEvents);
      chains->overflow = true;
    }
    return found;
  }

 private:
  // A chain that waits for its next step, until something ends the wait.
  struct Waiting {
    Ticks start;
    size_t index;      // in the level before
    Ticks until;       // later points are too late
    Ticks blocked_at;  // time of the first event that breaks the absence

    // For a heap that yields the latest start.
    friend bool operator<(const Waiting& a, const Waiting& b) {
      return std::tie(a.start, a.index) < std::tie(b.start, b.index);
    }
  };

  [[nodiscard]] const TimePoint& PointOf(size_t step,
                                         const Reached& reached) const {
    return query_.steps[step].points[reached.point];
  }

  // Time of the first point of `absent` that comes after `p`, within its
  // bound: any that may be after it when certainty is asked for, else only one
  // that is.
  [[nodiscard]] Ticks FirstBreak(const AbsentStep& absent,
                                 const TimePoint& p) const {
    const auto& points = absent.points;
    const auto group = std::lower_bound(
        points.begin(), points.end(), p.time,
        [](const TimePoint& a, Ticks time) { return a.time < time; });
    const auto group_end = std::upper_bound(
        group, points.end(), p.time,
        [](Ticks time, const TimePoint& a) { return time < a.time; });
    if (group != group_end && BreaksAtSameTime(group, group_end, p)) {
      return p.time;
    }
    if (group_end == points.end()) return kNever;
    if (absent.within &&
        TicksBetween(p.time, group_end->time) > *absent.within) {
      return kNever;
    }
    return group_end->time;
  }

  // Whether a group of absent events at the time of `p` comes after it. The
  // group is sorted by source and record, so its ends tell.
  template <typename It>
  [[nodiscard]] bool BreaksAtSameTime(It group, It group_end,
                                      const TimePoint& p) const {
    if (p.mark) return true;
    if (rigor_ == Rigor::kCertain) {
      const TimePoint& last = *(group_end - 1);
      return group->source != p.source || last.source != p.source ||
             last.record > p.record;
    }
    const auto later = std::upper_bound(
        group, group_end, p, [](const TimePoint& a, const TimePoint& b) {
          return std::tie(a.source, a.record) < std::tie(b.source, b.record);
        });
    return later != group_end && later->source == p.source;
  }

  // Whether an absent event at the very time of `e` may come before it.
  [[nodiscard]] bool BrokenByTie(const PresentStep& step,
                                 const TimePoint& e) const {
    if (rigor_ == Rigor::kPossible || e.mark) return false;
    for (const AbsentStep& absent : step.absent_before) {
      const auto& points = absent.points;
      const auto group = std::lower_bound(
          points.begin(), points.end(), e.time,
          [](const TimePoint& a, Ticks time) { return a.time < time; });
      const auto group_end = std::upper_bound(
          group, points.end(), e.time,
          [](Ticks time, const TimePoint& a) { return time < a.time; });
      if (group == group_end) continue;
      const TimePoint& last = *(group_end - 1);
      if (group->source != e.source || last.source != e.source ||
          group->record < e.record) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] Waiting MakeWaiting(size_t step, size_t index) const {
    const Reached& reached = levels_[step - 1][index];
    const TimePoint& p = PointOf(step - 1, reached);
    Waiting waiting = {reached.start, index, kNever, kNever};
    for (const AbsentStep& absent : query_.steps[step].absent_before) {
      waiting.blocked_at = std::min(waiting.blocked_at, FirstBreak(absent, p));
    }
    if (query_.steps[step].within) {
      waiting.until = AddTicks(p.time, *query_.steps[step].within);
    }
    waiting.until = std::min(waiting.until, waiting.blocked_at);
    return waiting;
  }

  // Fills levels_[step]: points in order of time; every chain of the level
  // before that ends earlier waits in a heap until it is too late for it.
  void Advance(size_t step) {
    const PresentStep& rule = query_.steps[step];
    const auto& before = levels_[step - 1];
    std::priority_queue<Waiting> heap;
    size_t next = 0;
    for (size_t i = 0; i < rule.points.size();) {
      const Ticks time = rule.points[i].time;
      for (; next < before.size(); ++next) {
        const TimePoint& p = PointOf(step - 1, before[next]);
        if (p.time > time || (p.time == time && !p.mark)) break;
        heap.push(MakeWaiting(step, next));
      }
      size_t tie_end = next;
      while (tie_end < before.size() &&
             PointOf(step - 1, before[tie_end]).time == time) {
        ++tie_end;
      }
      size_t end = i;
      while (end < rule.points.size() && rule.points[end].time == time) ++end;
      while (!heap.empty() && heap.top().until < time) heap.pop();
      ReachGroup(step, i, end, next, tie_end,
                 heap.empty() ? nullptr : &heap.top());
      i = end;
    }
  }

  // Reaches points [begin, end) of `step`, all at one time, from the waiting
  // chain `top` or from chains [tie_begin, tie_end) that end at that time too.
  void ReachGroup(size_t step, size_t begin, size_t end, size_t tie_begin,
                  size_t tie_end, const Waiting* top) {
    const PresentStep& rule = query_.steps[step];
    const Ties ties = ReadTies(step, tie_begin, tie_end);
    size_t tie = tie_begin;
    std::optional<Waiting> in_log;
    SourceId log;
    for (size_t i = begin; i < end; ++i) {
      const TimePoint& e = rule.points[i];
      std::optional<Waiting> best;
      const auto offer = [&](const Waiting& waiting) {
        if (waiting.until < e.time) return;
        if (waiting.blocked_at == e.time && BrokenByTie(rule, e)) return;
        if (!best || *best < waiting) best = waiting;
      };
      if (top != nullptr) offer(*top);
      if (!e.mark) {
        // Chains of the same log, up to this record.
        if (!in_log || log != e.source) {
          in_log.reset();
          log = e.source;
        }
        for (; tie < tie_end; ++tie) {
          const TimePoint& p = PointOf(step - 1, levels_[step - 1][tie]);
          if (p.source > e.source ||
              (p.source == e.source && p.record >= e.record)) {
            break;
          }
          if (p.source != e.source) continue;
          const Waiting waiting = MakeWaiting(step, tie);
          if (!in_log || *in_log < waiting) in_log = waiting;
        }
        if (in_log) offer(*in_log);
        if (rigor_ == Rigor::kPossible) {
          const Waiting* other = ties.best && ties.best_source != e.source
                                     ? &*ties.best
                                 : ties.second ? &*ties.second
                                               : nullptr;
          if (other != nullptr && ties.best) offer(*other);
        }
      }
      if (!best) continue;
      if (query_.timespan &&
          TicksBetween(best->start, e.time) > *query_.timespan) {
        continue;
      }
      levels_[step].push_back({i, best->start, best->index});
    }
  }

  // The best chains that end at one time, in two different logs.
  struct Ties {
    std::optional<Waiting> best;
    SourceId best_source;
    std::optional<Waiting> second;
  };

  [[nodiscard]] Ties ReadTies(size_t step, size_t begin, size_t end) const {
    Ties ties;
    if (rigor_ == Rigor::kCertain) return ties;
    for (size_t i = begin; i < end; ++i) {
      const SourceId source = PointOf(step - 1, levels_[step - 1][i]).source;
      const Waiting waiting = MakeWaiting(step, i);
      if (!ties.best || *ties.best < waiting) {
        if (ties.best && ties.best_source != source) ties.second = ties.best;
        ties.best = waiting;
        ties.best_source = source;
      } else if (source != ties.best_source &&
                 (!ties.second || *ties.second < waiting)) {
        ties.second = waiting;
      }
    }
    return ties;
  }

  // When the wait behind `p` is over: the first of the stops that surely comes
  // after it, or that may, as the rigor wants it.
  [[nodiscard]] Ticks StopAfter(const TimePoint& p) const {
    auto stop = std::lower_bound(
        query_.stops.begin(), query_.stops.end(), p.time,
        [](const TimePoint& a, Ticks t) { return a.time < t; });
    for (; stop != query_.stops.end() && stop->time == p.time; ++stop) {
      const bool same_log = !p.mark && stop->source == p.source;
      if (p.mark ||
          (same_log ? stop->record > p.record : rigor_ == Rigor::kPossible)) {
        break;
      }
    }
    return stop == query_.stops.end() ? kNever : stop->time;
  }

  // Whether nothing that must be absent comes after the end of a chain.
  [[nodiscard]] bool QuietAfter(const Reached& last) const {
    const TimePoint& p = PointOf(query_.steps.size() - 1, last);
    const Ticks stop = query_.absent_after.empty() ? kNever : StopAfter(p);
    return std::all_of(query_.absent_after.begin(), query_.absent_after.end(),
                       [&](const AbsentStep& absent) {
                         if (rigor_ == Rigor::kCertain && absent.within &&
                             std::min(AddTicks(p.time, *absent.within), stop) >
                                 query_.end_of_logs) {
                           return false;
                         }
                         const Ticks first = FirstBreak(absent, p);
                         if (first == kNever) return true;
                         return rigor_ == Rigor::kCertain ? first > stop
                                                          : first >= stop;
                       });
  }

  // Where the chain that ends at `p` was complete; nothing when the end of the
  // logs completes it.
  [[nodiscard]] std::optional<TimePoint> EndOf(const TimePoint& p) const {
    if (query_.absent_after.empty()) return p;
    Ticks over = p.time;
    for (const AbsentStep& absent : query_.absent_after) {
      over = std::max(
          over, absent.within ? AddTicks(p.time, *absent.within + 1) : kNever);
    }
    over = std::min(over, StopAfter(p));
    if (over == kNever) return std::nullopt;
    TimePoint end = p;
    end.time = over;
    end.mark = true;
    return end;
  }

  void Collect(const Reached& last, Chains* chains) const {
    const TimePoint& end_point = PointOf(query_.steps.size() - 1, last);
    if (chains->ends.size() >= kMaxChainEvents) {
      chains->overflow = true;
      return;
    }
    // Chains share events: what was collected may be much less than it seems.
    if (chains->events.size() > 2 * kMaxChainEvents) {
      SortUnique(&chains->events);
      chains->overflow = chains->events.size() > kMaxChainEvents;
      if (chains->overflow) return;
    }
    const Reached* at = &last;
    uint32_t head = kNoEvent;
    for (size_t step = query_.steps.size(); step-- > 0;) {
      const TimePoint& point = PointOf(step, *at);
      if (!point.mark) chains->events.push_back(point.event);
      if (point.event != kNoEvent) head = point.event;
      if (step > 0) at = &levels_[step - 1][at->before];
    }
    if (auto end = EndOf(end_point)) {
      end->head = head;
      chains->ends.push_back(*end);
    }
  }

  const SequenceQuery& query_;
  Rigor rigor_;
  std::vector<std::vector<Reached>> levels_;
};

}  // namespace

bool PointBefore(const TimePoint& a, const TimePoint& b) {
  return std::tie(a.time, b.mark, a.source, a.record, a.event, a.head) <
         std::tie(b.time, a.mark, b.source, b.record, b.event, b.head);
}

bool FindSequence(const SequenceQuery& query, Rigor rigor, Chains* chains) {
  if (query.steps.empty()) return false;
  return Finder(query, rigor).Run(chains);
}

}  // namespace espial::rules

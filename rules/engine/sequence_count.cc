// Counting events in a window of time.
#include <algorithm>

#include "rules/engine/sequence.h"

namespace espial::rules {

bool FindCount(const std::vector<TimePoint>& points, uint64_t at_least,
               int64_t timespan, Chains* chains) {
  if (at_least == 0 || points.size() < at_least) return false;
  const size_t count = static_cast<size_t>(at_least);
  bool found = false;
  size_t taken = 0;  // points before this one are in `chains` already
  for (size_t i = 0; i + count <= points.size(); ++i) {
    const size_t last = i + count - 1;
    if (TicksBetween(points[i].time, points[last].time) > timespan) continue;
    found = true;
    if (chains == nullptr) return true;
    for (size_t j = std::max(i, taken); j <= last; ++j) {
      chains->overflow =
          chains->overflow || chains->events.size() == kMaxChainEvents;
      if (chains->overflow) break;
      if (!points[j].mark) chains->events.push_back(points[j].event);
    }
    taken = last + 1;
    if (chains->overflow || chains->ends.size() == kMaxChainEvents) {
      chains->overflow = true;
      break;
    }
    chains->ends.push_back(points[last]);
    chains->ends.back().head = points[i].event;
  }
  return found;
}

}  // namespace espial::rules

#include "rules/engine/match_index.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace espial::rules {
namespace {

// Events of one source, channel, provider and id share their candidates. The
// Timeline keeps such texts once an artifact, so their addresses tell them
// apart; equal texts at two addresses only cost a second entry.
struct Origin {
  uint32_t source;
  uint32_t id;
  std::string_view channel;
  std::string_view provider;

  friend bool operator==(const Origin& a, const Origin& b) {
    return a.source == b.source && a.id == b.id &&
           a.channel.data() == b.channel.data() &&
           a.channel.size() == b.channel.size() &&
           a.provider.data() == b.provider.data() &&
           a.provider.size() == b.provider.size();
  }
};

struct OriginHash {
  size_t operator()(const Origin& origin) const {
    constexpr uint64_t kMix = 0x9E3779B97F4A7C15;
    uint64_t hash = (uint64_t{origin.source} << 32U | origin.id) * kMix;
    hash ^=
        std::hash<const void*>()(origin.channel.data()) + origin.channel.size();
    hash *= kMix;
    hash ^= std::hash<const void*>()(origin.provider.data()) +
            origin.provider.size();
    hash *= kMix;
    return static_cast<size_t>(hash ^ hash >> 29U);
  }
};

// Hostile logs may have as many origins as events; forgetting keeps memory
// bounded.
constexpr size_t kMaxOrigins = 65'536;

}  // namespace

MatchIndex::MatchIndex(const Case& the_case, const Routing& routing)
    : matches_(routing.detections().size()) {
  ReadEvents(the_case, routing);
  ReadFacts(the_case, routing);
}

void MatchIndex::ReadEvents(const Case& the_case, const Routing& routing) {
  std::unordered_map<Origin, std::vector<uint32_t>, OriginHash> origins;
  const std::vector<Event>& events = the_case.timeline.events();
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (!IsEvidence(event)) continue;
    if (!first_) first_ = event.corrected;
    last_ = event.corrected;
    const Origin origin = {event.source.value, event.id, event.channel,
                           event.provider};
    auto found = origins.find(origin);
    if (found == origins.end()) {
      if (origins.size() >= kMaxOrigins) origins.clear();
      found = origins
                  .emplace(origin, routing.EventCandidates(
                                       event.channel, event.provider, event.id))
                  .first;
      // Events come in order of time, so the first one seen is the earliest.
      first_times_.emplace(std::pair(event.source.value, Fold(event.channel)),
                           event.corrected);
    }
    for (const uint32_t candidate : found->second) {
      if (routing.detections()[candidate]->Matches(event)) {
        matches_[candidate].push_back(static_cast<uint32_t>(i));
      }
    }
  }
}

void MatchIndex::ReadFacts(const Case& the_case, const Routing& routing) {
  const std::vector<Fact>& facts = the_case.timeline.facts();
  std::vector<uint32_t> candidates;
  const Fact* before = nullptr;
  for (size_t i = 0; i < facts.size(); ++i) {
    const Fact& fact = facts[i];
    const std::optional<Subject> subject = SubjectOf(fact);
    if (!subject) continue;
    if (before == nullptr || before->kind != fact.kind ||
        before->name != fact.name) {
      candidates = routing.FactCandidates(*subject, fact.name);
    }
    before = &fact;
    for (const uint32_t candidate : candidates) {
      if (routing.detections()[candidate]->Matches(fact)) {
        matches_[candidate].push_back(static_cast<uint32_t>(i));
      }
    }
  }
}

}  // namespace espial::rules

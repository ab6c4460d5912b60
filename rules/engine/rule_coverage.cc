#include "rules/engine/rule_coverage.h"

#include <espial/core/text.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "rules/engine/evidence.h"
#include "rules/engine/finding_judge.h"

namespace espial::rules {
namespace {

constexpr size_t kMaxKinds = 65'536;

// Severity as Windows counts, but for 0 (log always), which says nothing of
// severity and comes behind errors, warnings and critical ones.
int Mildness(EventLevel level) {
  constexpr int kInformation = 4;
  return level == 0 ? kInformation : level;
}

void CoverSignatures(const Judgement& judgement, RuleCoverage* out) {
  std::map<std::string, MissingInput, std::less<>> missing;
  for (const Signature& signature : judgement.pack().signatures) {
    if (!AppliesTo(signature, judgement.scenario())) {
      out->not_applicable.push_back(signature.code);
      continue;
    }
    const Finding finding = judgement.Judge(signature);
    switch (finding.result) {
      case Verity::kMatched:
        out->matched.push_back(finding.code);
        break;
      case Verity::kNotMatched:
        out->not_matched.push_back(finding.code);
        break;
      case Verity::kInconclusive:
        out->inconclusive.push_back(finding.code);
        for (const std::string& sentence : finding.missing) {
          MissingInput& input = missing[sentence];
          input.codes.push_back(finding.code);
          if (finding.missing.size() == 1) input.alone.push_back(finding.code);
        }
        break;
    }
  }
  for (auto* list : {&out->matched, &out->not_matched, &out->inconclusive,
                     &out->not_applicable}) {
    std::sort(list->begin(), list->end());
  }
  for (auto& [sentence, input] : missing) {
    input.sentence = sentence;
    std::sort(input.codes.begin(), input.codes.end());
    std::sort(input.alone.begin(), input.alone.end());
    out->missing.push_back(std::move(input));
  }
  std::stable_sort(out->missing.begin(), out->missing.end(),
                   [](const MissingInput& a, const MissingInput& b) {
                     return std::pair(a.codes.size(), a.alone.size()) >
                            std::pair(b.codes.size(), b.alone.size());
                   });
}

// Which events some detection matches, by their place in the timeline.
std::vector<bool> MatchedEvents(const Judgement& judgement) {
  std::vector<bool> matched(judgement.the_case().timeline.events().size());
  const auto& detections = judgement.routing().detections();
  for (uint32_t i = 0; i < detections.size(); ++i) {
    if (detections[i]->subject != Subject::kEvent) continue;
    for (const uint32_t event : judgement.matches().Matches(i)) {
      matched[event] = true;
    }
  }
  return matched;
}

// Events of one kind, and whether any detection asks about them.
struct Kind {
  bool asked = false;
  EventKind unseen;
};

void CoverEvents(const Judgement& judgement, RuleCoverage* out) {
  const std::vector<bool> matched = MatchedEvents(judgement);
  using Key = std::tuple<std::string, std::string, uint32_t>;  // folded
  std::map<Key, Kind> kinds;
  const std::vector<Event>& events = judgement.the_case().timeline.events();
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (!IsEvidence(event)) continue;
    ++out->events;
    if (matched[i]) {
      ++out->matched_events;
      continue;
    }
    Key key(Fold(event.channel), Fold(event.provider), event.id);
    auto found = kinds.find(key);
    if (found == kinds.end()) {
      Kind kind;
      kind.asked =
          !judgement.routing()
               .EventCandidates(event.channel, event.provider, event.id)
               .empty();
      if (kinds.size() >= kMaxKinds) {
        if (kind.asked) {
          ++out->read_events;
        } else {
          ++out->unlisted;
        }
        continue;
      }
      found = kinds.emplace(std::move(key), std::move(kind)).first;
    }
    if (found->second.asked) {
      ++out->read_events;
      continue;
    }
    EventKind& unseen = found->second.unseen;
    // Events come in order of time, so the first one seen is the earliest.
    if (unseen.count++ == 0) {
      unseen.channel = event.channel;
      unseen.provider = event.provider;
      unseen.id = event.id;
      unseen.level = event.level;
      unseen.first = event.time;
      unseen.source = event.source;
      unseen.record = event.record;
      unseen.title =
          judgement.pack().catalog.EventTitle(event.provider, event.id);
    } else if (Mildness(event.level) < Mildness(unseen.level)) {
      unseen.level = event.level;
    }
  }
  out->unseen_events = out->events - out->matched_events - out->read_events;
  for (auto& [key, kind] : kinds) {
    if (kind.unseen.count > 0) out->unseen.push_back(std::move(kind.unseen));
  }
  std::stable_sort(out->unseen.begin(), out->unseen.end(),
                   [](const EventKind& a, const EventKind& b) {
                     return std::tuple(Mildness(a.level), b.count) <
                            std::tuple(Mildness(b.level), a.count);
                   });
}

}  // namespace

RuleCoverage CoverCase(const Judgement& judgement) {
  RuleCoverage out;
  CoverSignatures(judgement, &out);
  CoverEvents(judgement, &out);
  return out;
}

}  // namespace espial::rules

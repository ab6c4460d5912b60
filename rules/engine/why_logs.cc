#include "rules/engine/why_logs.h"

#include <espial/core/text.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace espial::rules {
namespace {

void Cover(std::optional<std::string> missing, WhyLog* log) {
  log->covered = !missing;
  log->why_not = std::move(missing).value_or("");
}

void CountEvents(const Case& the_case, const Routes& routes, WhyLog* log) {
  if (routes.ids) {
    for (const uint64_t id : *routes.ids) {
      log->ids.push_back(static_cast<uint32_t>(id));
    }
  }
  for (const Event& event : the_case.timeline.events()) {
    if (!IsEvidence(event) || !EqualsFold(event.channel, log->name)) continue;
    if (log->records++ == 0) {
      log->first.ticks = event.corrected;
      log->first.quality = event.time.quality;
    }
    const bool wanted =
        log->ids.empty() ||
        std::find(log->ids.begin(), log->ids.end(), event.id) != log->ids.end();
    const bool ours =
        !routes.providers ||
        std::binary_search(routes.providers->begin(), routes.providers->end(),
                           Fold(event.provider));
    log->of_ids += wanted && ours ? 1U : 0U;
  }
}

// Facts of a kind under a key or of a file.
void CountFacts(const Case& the_case, Subject subject, WhyLog* log) {
  const std::string wanted = Fold(log->name);
  for (const Fact& fact : the_case.timeline.facts()) {
    if (SubjectOf(fact) != subject) continue;
    bool inside = false;
    if (subject == Subject::kRegistry) {
      const std::string key = Fold(NormaliseKey(fact.key));
      inside = wanted.empty() || key == wanted ||
               (key.starts_with(wanted) && key[wanted.size()] == '\\');
    } else {
      inside = EqualsFold(fact.key, wanted) ||
               EqualsFold(FileNameOf(fact.key), wanted);
    }
    log->records += inside ? 1U : 0U;
  }
  log->of_ids = log->records;
}

}  // namespace

std::vector<WhyLog> LookedAt(const Judgement& judgement, uint32_t index,
                             const Window& window) {
  const Detection& detection = *judgement.routing().detections()[index];
  const DetectionSources& sources = judgement.routing().sources(index);
  const CoverageIndex& coverage = judgement.evaluator().coverage();
  std::vector<WhyLog> out;
  const auto add = [&](std::string name) -> WhyLog& {
    out.emplace_back();
    out.back().name = std::move(name);
    return out.back();
  };
  switch (detection.subject) {
    case Subject::kEvent:
      for (const std::string& channel : sources.channels) {
        WhyLog& log = add(channel);
        Cover(coverage.MissingChannel(channel, window), &log);
        CountEvents(judgement.the_case(), detection.routes, &log);
      }
      break;
    case Subject::kRegistry:
      for (const std::string& key : sources.key_parents) {
        WhyLog& log = add(key);
        Cover(coverage.MissingRegistry({key}), &log);
        CountFacts(judgement.the_case(), detection.subject, &log);
      }
      break;
    case Subject::kJson:
    case Subject::kXml:
    case Subject::kOutput:
      for (const std::string& file : sources.files) {
        WhyLog& log = add(file);
        Cover(detection.subject == Subject::kJson
                  ? coverage.MissingJson(file)
                  : coverage.MissingReport(file),
              &log);
        CountFacts(judgement.the_case(), detection.subject, &log);
      }
      break;
  }
  if (out.empty()) {
    // No log, key or file could be named; what is missing says why.
    const std::vector<std::string> missing = coverage.MissingFor(index, window);
    WhyLog& log = add({});
    log.covered = missing.empty();
    if (!missing.empty()) log.why_not = missing.front();
    if (detection.subject == Subject::kRegistry) {
      CountFacts(judgement.the_case(), detection.subject, &log);
    }
  }
  return out;
}

}  // namespace espial::rules

#include "rules/engine/routing.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace espial::rules {
namespace {

// Calls f(predicate) for every comparison of `field`.
template <typename F>
void VisitPredicates(const Detection& detection, FieldKind field, const F& f) {
  for (const Selection& selection : detection.selections) {
    for (const Group& group : selection.groups) {
      for (const Predicate& predicate : group.predicates) {
        if (predicate.test == Predicate::Test::kMatch &&
            predicate.field == field) {
          f(predicate);
        }
      }
    }
  }
}

bool Contains(const std::vector<std::string>& sorted, const std::string& text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

// The channels of the routes in the rule's own spelling.
std::vector<std::string> SpelledChannels(const Detection& detection) {
  std::vector<std::string> out;
  std::vector<std::string> seen;
  const auto add = [&](const std::string& spelled) {
    std::string folded = Fold(spelled);
    if (!Contains(*detection.routes.channels, folded) ||
        std::find(seen.begin(), seen.end(), folded) != seen.end()) {
      return;
    }
    seen.push_back(std::move(folded));
    out.push_back(spelled);
  };
  for (const std::string& channel : detection.service_channels) add(channel);
  VisitPredicates(detection, FieldKind::kChannel, [&](const Predicate& p) {
    for (const std::string& value : p.values) add(value);
  });
  // Values with escapes are spelled otherwise than they compare.
  for (const std::string& folded : *detection.routes.channels) {
    if (std::find(seen.begin(), seen.end(), folded) == seen.end()) {
      out.push_back(folded);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

void FillChannels(const Detection& detection, const Catalog& catalog,
                  DetectionSources* out) {
  if (detection.routes.channels) {
    out->channels = SpelledChannels(detection);
    return;
  }
  if (!detection.routes.providers) {
    out->unknown_log = "A rule looks at all logs, and not all can be there.";
    return;
  }
  const std::span<const uint64_t> ids =
      detection.routes.ids ? std::span<const uint64_t>(*detection.routes.ids)
                           : std::span<const uint64_t>();
  for (const std::string& provider : *detection.routes.providers) {
    const auto channels = catalog.ChannelsOf(provider, ids);
    if (channels.empty()) {
      out->channels.clear();
      out->unknown_log = fmt::format(
          "The catalogue does not say which log {} writes to.", provider);
      return;
    }
    out->channels.insert(out->channels.end(), channels.begin(), channels.end());
  }
  std::sort(out->channels.begin(), out->channels.end());
  out->channels.erase(std::unique(out->channels.begin(), out->channels.end()),
                      out->channels.end());
}

// The key that holds what a pattern of keys names: what stands before the last
// backslash of its literal beginning.
void FillKeyParents(const Detection& detection, DetectionSources* out) {
  VisitPredicates(detection, FieldKind::kKey, [&](const Predicate& predicate) {
    for (const Pattern& pattern : predicate.patterns) {
      std::string prefix = pattern.LiteralPrefix();
      const size_t cut = prefix.rfind('\\');
      if (cut == std::string::npos) continue;
      prefix.resize(cut);
      // A whole hive proves nothing about one key.
      if (prefix.find('\\') == std::string::npos) continue;
      out->key_parents.push_back(std::move(prefix));
    }
  });
}

DetectionSources SourcesOf(const Detection& detection, const Catalog& catalog) {
  DetectionSources out;
  switch (detection.subject) {
    case Subject::kEvent:
      FillChannels(detection, catalog, &out);
      break;
    case Subject::kRegistry:
      FillKeyParents(detection, &out);
      break;
    case Subject::kJson:
    case Subject::kXml:
    case Subject::kOutput:
      VisitPredicates(detection, FieldKind::kKey, [&](const Predicate& p) {
        out.files.insert(out.files.end(), p.values.begin(), p.values.end());
      });
      break;
  }
  return out;
}

bool Allows(const std::optional<std::vector<std::string>>& limit,
            const std::string& folded) {
  return !limit || Contains(*limit, folded);
}

std::vector<uint32_t> Merged(const std::vector<uint32_t>& a,
                             const std::vector<uint32_t>& b) {
  std::vector<uint32_t> out;
  out.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

const std::vector<uint32_t>& ListOf(const auto& map, const auto& key) {
  static const std::vector<uint32_t> none;
  const auto found = map.find(key);
  return found == map.end() ? none : found->second;
}

}  // namespace

Routing::Routing(std::vector<const Detection*> detections,
                 const Catalog& catalog)
    : detections_(std::move(detections)) {
  for (uint32_t i = 0; i < detections_.size(); ++i) {
    const Detection& detection = *detections_[i];
    sources_.push_back(SourcesOf(detection, catalog));
    if (detection.subject == Subject::kEvent) {
      if (!detection.routes.ids) {
        any_id_.push_back(i);
        continue;
      }
      for (const uint64_t id : *detection.routes.ids) by_id_[id].push_back(i);
    } else if (detection.routes.names) {
      for (const std::string& name : *detection.routes.names) {
        by_name_[name].push_back(i);
      }
    } else {
      any_name_.push_back(i);
    }
  }
}

std::vector<uint32_t> Routing::EventCandidates(std::string_view channel,
                                               std::string_view provider,
                                               uint32_t id) const {
  const std::string folded_channel = Fold(channel);
  const std::string folded_provider = Fold(provider);
  std::vector<uint32_t> out =
      Merged(ListOf(by_id_, CanonicalNumber(uint64_t{id})), any_id_);
  std::erase_if(out, [&](uint32_t index) {
    const Routes& routes = detections_[index]->routes;
    return !Allows(routes.channels, folded_channel) ||
           !Allows(routes.providers, folded_provider);
  });
  return out;
}

std::vector<uint32_t> Routing::FactCandidates(Subject subject,
                                              std::string_view name) const {
  std::vector<uint32_t> out = Merged(ListOf(by_name_, Fold(name)), any_name_);
  std::erase_if(out, [&](uint32_t index) {
    return detections_[index]->subject != subject;
  });
  return out;
}

}  // namespace espial::rules

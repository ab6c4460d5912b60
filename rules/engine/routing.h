// Which detections an event or fact is worth testing against, and where the
// events of a detection come from. Made once per rule set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/engine/catalog.h"
#include "rules/engine/detection.h"

namespace espial::rules {

// Logs, keys and files that a detection reads.
struct DetectionSources {
  std::vector<std::string> channels;
  // Registry keys, folded and normalised, under which any fact proves that the
  // registry was collected there.
  std::vector<std::string> key_parents;
  std::vector<std::string> files;
  // What to say when `channels` is empty because no log could be named.
  std::string unknown_log;
};

// Immutable; any number of threads may use it. Keeps no pointer to `catalog`.
class Routing {
 public:
  // The detections must outlive the routing.
  Routing(std::vector<const Detection*> detections, const Catalog& catalog);

  [[nodiscard]] std::span<const Detection* const> detections() const {
    return detections_;
  }
  [[nodiscard]] const DetectionSources& sources(uint32_t detection) const {
    return sources_[detection];
  }

  // Detections that an event of that origin may match, ascending.
  [[nodiscard]] std::vector<uint32_t> EventCandidates(std::string_view channel,
                                                      std::string_view provider,
                                                      uint32_t id) const;
  // Detections that a fact of that kind and name may match, ascending.
  [[nodiscard]] std::vector<uint32_t> FactCandidates(
      Subject subject, std::string_view name) const;

 private:
  std::vector<const Detection*> detections_;
  std::vector<DetectionSources> sources_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_id_;
  std::vector<uint32_t> any_id_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_name_;
  std::vector<uint32_t> any_name_;
};

}  // namespace espial::rules

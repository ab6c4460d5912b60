// One pass over a case: which events and facts each detection matches.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/routing.h"

namespace espial::rules {

// The case and the routing must outlive the index.
class MatchIndex {
 public:
  MatchIndex(const Case& the_case, const Routing& routing);

  // Indices into timeline.events() or facts(), ascending.
  [[nodiscard]] std::span<const uint32_t> Matches(uint32_t detection) const {
    return matches_[detection];
  }
  // Corrected time of the first event that counts as evidence, by source and
  // folded channel.
  [[nodiscard]] const std::map<std::pair<uint32_t, std::string>, Ticks>&
  first_times() const {
    return first_times_;
  }
  // Corrected time of the first and last event that counts as evidence.
  [[nodiscard]] std::optional<Ticks> first() const { return first_; }
  [[nodiscard]] std::optional<Ticks> last() const { return last_; }

 private:
  void ReadEvents(const Case& the_case, const Routing& routing);
  void ReadFacts(const Case& the_case, const Routing& routing);

  std::vector<std::vector<uint32_t>> matches_;
  std::map<std::pair<uint32_t, std::string>, Ticks> first_times_;
  std::optional<Ticks> first_;
  std::optional<Ticks> last_;
};

}  // namespace espial::rules

// What the facts of a case say of the device's zone.
#pragma once

#include <espial/model/timeline.h>
#include <espial/model/zone_rule.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/clock_parts.h"

namespace espial {

// TIME_ZONE_INFORMATION piece by piece. Biases are minutes, UTC = local + bias.
struct ZoneRuleParts {
  std::optional<int64_t> bias;
  std::optional<int64_t> standard_bias;
  std::optional<int64_t> daylight_bias;
  std::optional<ZoneSwitch> to_standard;
  std::optional<ZoneSwitch> to_daylight;

  // Nothing without a bias, or with one that no zone has. Without switches the
  // zone does not switch.
  [[nodiscard]] std::optional<ZoneRule> Make() const;
};

// Appends what the registry says, the current control set first, and what
// commands printed.
void ReadZoneFacts(const Timeline& timeline, std::vector<ZoneSample>* samples);

}  // namespace espial

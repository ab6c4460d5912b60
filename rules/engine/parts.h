// Where the technician part of an enrolment ends and the user part begins.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>

#include "rules/engine/coverage_index.h"
#include "rules/engine/detection.h"

namespace espial::rules {

// What is known of the parts. A value type.
struct Parts {
  // False: no flow tells parts apart, and everything belongs to every part.
  bool told_apart = false;
  // The beginning of the user part; nothing when it is not in the logs.
  std::optional<Ticks> user_start;
  // Whether the logs that would show another beginning are all there.
  bool certain = false;
  // The last instant that surely belongs to the technician part.
  std::optional<Ticks> technician_until;
  // Whether a reseal tells that instant; else it is the last mark of the part.
  bool resealed = false;
  // The first mark of the technician part.
  std::optional<Ticks> technician_start;

  enum class Membership : uint8_t { kNo, kMaybe, kYes };
  // Whether an event at `time` belongs to `part`.
  [[nodiscard]] Membership Of(Ticks time, Part part) const;
  // From when on a log must speak for `part`; `first` is the time of the first
  // event of the case.
  [[nodiscard]] Window WindowOf(Part part, std::optional<Ticks> first) const;
};

}  // namespace espial::rules

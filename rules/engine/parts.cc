#include "rules/engine/parts.h"

namespace espial::rules {

Parts::Membership Parts::Of(Ticks time, Part part) const {
  if (part == Part::kAll || !told_apart) return Membership::kYes;
  const bool user = part == Part::kUser;
  if (user_start && time >= *user_start) {
    return user ? Membership::kYes : Membership::kNo;
  }
  if (certain || (technician_until && time <= *technician_until)) {
    return user ? Membership::kNo : Membership::kYes;
  }
  return Membership::kMaybe;
}

Window Parts::WindowOf(Part part, std::optional<Ticks> first) const {
  if (part == Part::kUser && told_apart && user_start) {
    return {user_start, "the user flow began", std::nullopt};
  }
  if (part != Part::kAll && technician_start) {
    const bool technician = part == Part::kTechnician && told_apart;
    return {technician_start, "the technician flow began",
            technician ? technician_until : std::nullopt};
  }
  return {first, "other logs do", std::nullopt};
}

}  // namespace espial::rules

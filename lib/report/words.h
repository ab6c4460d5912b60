// The phrases that several reports share: times, places, counts.
#pragma once

#include <espial/model/case.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::report {

// "2024-07-23 10:04:05Z", with local time beside it where the case proves a
// zone: "2024-07-23 10:04:05Z (12:04 +02:00)". A time whose zone is not
// known has no Z: "2024-07-23 10:04:05 (zone unknown)". "" when not known.
std::string TimePhrase(const Case& the_case, const Time& time);
// The same for a time that is UTC for certain.
std::string TimePhrase(const Case& the_case, Ticks ticks);

// Name of an artifact, safe for a terminal; "?" for an id that no artifact
// has.
std::string ArtifactPhrase(const Case& the_case, SourceId source);
// The provenance as it is; empty for an id that no artifact has.
std::string_view Provenance(const Case& the_case, SourceId source);

// "1,234,567"
std::string Grouped(uint64_t number);
// "1 event", "1,234 events"
std::string Counted(uint64_t number, std::string_view noun);

// All damage together.
struct DamageTotal {
  uint64_t pieces = 0;
  uint64_t lossy = 0;
  uint64_t bytes_lost = 0;  // saturates
};
DamageTotal SumDamage(const Case& the_case);

// One damage as one line, without line feed.
std::string DamagePhrase(const Case& the_case, const Damage& damage);

}  // namespace espial::report

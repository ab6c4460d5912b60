// The outside of compiled packs: SigmaRules::ToPack() and FromPack() do the
// rest.
#pragma once

#include <string>
#include <string_view>

namespace espial::rules {

// A pack with this body: what a test breaks on purpose gets its checksum.
std::string SealPack(std::string_view body);

// Bytes in front of the body.
inline constexpr size_t kPackHeader = 32;

}  // namespace espial::rules

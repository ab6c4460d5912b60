// ASCII text eight bytes at a time.
//
//   uint64_t eight = LoadEight(text.data());      // at least eight bytes
//   if (IsAsciiEight(eight)) ... LowerEight(eight) ...
#pragma once

#include <cstdint>
#include <cstring>

namespace espial {

// The next eight bytes, in whatever order the machine has them: only for what
// looks at each byte alike. REQUIRES: there are so many.
inline uint64_t LoadEight(const char* at) {
  uint64_t eight = 0;
  std::memcpy(&eight, at, sizeof(eight));
  return eight;
}

constexpr bool IsAsciiEight(uint64_t eight) {
  return (eight & 0x8080808080808080) == 0;
}

// Eight ASCII bytes with 'A' to 'Z' in lower case. Of others the result has no
// meaning. Adding to a byte below 0x80 what it lacks sets its highest bit where
// it is no less than a letter.
constexpr uint64_t LowerEight(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t from_a = eight + kOnes * (0x80 - 'A');
  const uint64_t past_z = eight + kOnes * (0x80 - 'Z' - 1);
  return eight | ((from_a & ~past_z & (kOnes * 0x80)) >> 2U);
}

}  // namespace espial

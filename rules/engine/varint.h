// Numbers of seven bits a byte, the lowest first; the highest bit of a byte
// says that more follow (LEB128). Compiled packs and images of YAML have them.
#pragma once

#include <cstdint>
#include <string>

namespace espial::rules {

inline void AppendVarint(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7U) {
    *out += static_cast<char>(number | 0x80U);
  }
  *out += static_cast<char>(number);
}

// `next()` gives a byte each time, and 0 where there is none. False when the
// number does not fit in 64 bits.
template <typename NextByte>
bool ReadVarint(const NextByte& next, uint64_t* out) {
  uint64_t number = 0;
  for (uint32_t shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = next();
    if (shift == 63 && byte > 1) return false;
    number |= static_cast<uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) break;
  }
  *out = number;
  return true;
}

}  // namespace espial::rules

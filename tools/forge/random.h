// Numbers at random that are the same everywhere: SplitMix64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace espial::forge {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    uint64_t z = state_;
    z = (z ^ z >> 30U) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27U) * 0x94D049BB133111EBU;
    return z ^ z >> 31U;
  }
  // Of [0, end). REQUIRES: end > 0.
  uint64_t Below(uint64_t end) { return Next() % end; }

  template <typename T, size_t n>
  const T& Pick(const T (&items)[n]) {
    return items[Below(n)];
  }

 private:
  uint64_t state_;
};

}  // namespace espial::forge

#include "parsers/registry/hive/marvin32.h"

#include <bit>

namespace espial::registry_hive {
namespace {

struct State {
  // The seed 0x82EF4D887A4E55C5.
  uint32_t low = 0x7A4E55C5U;
  uint32_t high = 0x82EF4D88U;

  void Mix(uint32_t value) {
    low += value;
    high ^= low;
    low = std::rotl(low, 20) + high;
    high = std::rotl(high, 9) ^ low;
    low = std::rotl(low, 27) + high;
    high = std::rotl(high, 19);
  }
};

}  // namespace

uint64_t Marvin32(Bytes bytes) {
  State state;
  size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) state.Mix(LoadU32(&bytes[i]));
  // What is left of the last four bytes, with 0x80 behind it.
  uint32_t last = 0x80;
  for (size_t k = bytes.size(); k > i; --k) {
    last = last << 8U | std::to_integer<uint32_t>(bytes[k - 1]);
  }
  state.Mix(last);
  state.Mix(0);
  return uint64_t{state.high} << 32U | state.low;
}

}  // namespace espial::registry_hive

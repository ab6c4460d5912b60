// How much an input may cost. Hostile bundles are normal input: every limit
// that is reached is reported as damage (a part) or as an error (the whole),
// and never passed over in silence.
#pragma once

#include <atomic>
#include <cstdint>

namespace espial {

// Passed down explicitly; the defaults are those of the design.
struct Limits {
  // Bytes that all containers of one analysis may yield together.
  uint64_t total_bytes_out = uint64_t{8} << 30U;
  // Bytes that one member may inflate to.
  uint64_t member_bytes = uint64_t{2} << 30U;
  // Members, over all containers.
  uint64_t members = 100'000;
  // Containers within containers; the bundle itself is depth 0.
  uint32_t nesting = 8;
  // Bytes out for a byte in, judged once ratio_free_bytes have come out.
  uint64_t ratio = 1000;
  uint64_t ratio_free_bytes = uint64_t{50} << 20U;
  // One line and one value of a text format, in bytes.
  uint64_t text_line_bytes = uint64_t{16} << 20U;
  uint64_t text_value_bytes = uint64_t{64} << 20U;
  // Nested objects and arrays of a JSON document.
  uint32_t json_depth = 128;
  // Nested elements and nested binary XML of an event.
  uint32_t binxml_depth = 64;
  // Events and facts of one artifact.
  uint64_t artifact_events = 20'000'000;
  uint64_t artifact_facts = 5'000'000;
  // Damage entries that one artifact keeps; the rest is summed into one.
  uint64_t artifact_damages = 200;
};

// What is left of the limits that all containers of one analysis share.
// Thread-safe.
class Budget {
 public:
  explicit Budget(const Limits& limits)
      : bytes_left_(limits.total_bytes_out), members_left_(limits.members) {}

  // Takes `bytes` of output; false when the total is used up, and from then on.
  bool TakeBytes(uint64_t bytes) { return Take(&bytes_left_, bytes); }
  // Takes one member; false when there were too many.
  bool TakeMember() { return Take(&members_left_, 1); }

 private:
  // A demand that cannot be met uses up what is left: whoever comes later must
  // not get what an earlier one was denied.
  static bool Take(std::atomic<uint64_t>* left, uint64_t amount) {
    uint64_t have = left->load();
    while (
        !left->compare_exchange_weak(have, have < amount ? 0 : have - amount)) {
    }
    return have >= amount;
  }

  std::atomic<uint64_t> bytes_left_;
  std::atomic<uint64_t> members_left_;
};

}  // namespace espial

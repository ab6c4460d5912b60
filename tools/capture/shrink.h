// Makes a set smaller as long as something holds of it.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace espial::capture {

struct Shrunk {
  std::vector<size_t> kept;  // ascending
  // The bound was not reached: without any one of `kept` it would not hold.
  bool minimal = false;
};

// `all`, ascending, of which `holds` is true, without what it does not need.
// Leaves out halves first, then ever smaller runs, in the end one by one, until
// no single one can go; asks at most `*budget` times, and takes off it what was
// asked.
Shrunk Shrink(std::vector<size_t> all, size_t* budget,
              const std::function<bool(const std::vector<size_t>&)>& holds);

}  // namespace espial::capture

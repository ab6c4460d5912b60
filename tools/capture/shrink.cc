#include "tools/capture/shrink.h"

#include <algorithm>
#include <utility>

namespace espial::capture {
namespace {

std::vector<size_t> Without(const std::vector<size_t>& all, size_t begin,
                            size_t size) {
  std::vector<size_t> out(all.begin(),
                          all.begin() + static_cast<std::ptrdiff_t>(begin));
  out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(begin + size),
             all.end());
  return out;
}

}  // namespace

Shrunk Shrink(std::vector<size_t> all, size_t* budget,
              const std::function<bool(const std::vector<size_t>&)>& holds) {
  Shrunk out{std::move(all), false};
  size_t run = std::max<size_t>(1, out.kept.size() / 2);
  while (!out.kept.empty()) {
    bool smaller = false;
    // From the end: what comes last is what is needed least often.
    for (size_t end = out.kept.size(); end > 0;) {
      const size_t size = std::min(run, end);
      if (*budget == 0) return out;
      --*budget;
      std::vector<size_t> rest = Without(out.kept, end - size, size);
      if (holds(rest)) {
        out.kept = std::move(rest);
        smaller = true;
      }
      end -= size;
    }
    // One pass of single ones that changes nothing is the proof.
    if (run == 1 && !smaller) break;
    run = std::max<size_t>(1, std::min(run / 2, out.kept.size() / 2));
  }
  out.minimal = true;
  return out;
}

}  // namespace espial::capture

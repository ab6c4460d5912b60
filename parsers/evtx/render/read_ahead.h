// Has the processor fetch the chunk that is read next while this one is worked
// on: from record to record it could not know where to go on in time.
#pragma once

#include <espial/core/bytes.h>

#include <algorithm>
#include <cstddef>

namespace espial::evtx {

class ReadAhead {
 public:
  void Begin(Bytes next) {
    next_ = next;
    done_ = 0;
  }
  // This chunk has been read up to `until`.
  void Fetch(size_t until) {
    constexpr size_t kLine = 64;
    constexpr int kForReading = 0;
    constexpr int kSecondLevel = 2;
    const size_t end = std::min(until, next_.size());
    for (; done_ < end; done_ += kLine) {
      __builtin_prefetch(next_.data() + done_, kForReading, kSecondLevel);
    }
  }

 private:
  Bytes next_;
  size_t done_ = 0;
};

}  // namespace espial::evtx

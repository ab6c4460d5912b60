// Memory that rendered text is written to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace espial::evtx {

// Grows by copying; never shrinks, so that it is allocated once and then
// reused. Not thread-safe.
class OutBuffer {
 public:
  // Bytes behind what is asked for that writers may touch: vector stores write
  // whole registers.
  static constexpr size_t kSlack = 64;

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::string_view text() const { return {memory_.get(), size_}; }
  void Clear() { size_ = 0; }

  // Room for `most` bytes and kSlack behind them, at the end of the text.
  char* Reserve(size_t most) {
    if (capacity_ - size_ < most + kSlack) Grow(most + kSlack);
    return memory_.get() + size_;
  }
  // The text now ends at `end`, within what Reserve() gave last.
  void Commit(const char* end) {
    size_ = static_cast<size_t>(end - memory_.get());
  }

  void Append(std::string_view text) {
    char* out = Reserve(text.size());
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    size_ += text.size();
  }

 private:
  void Grow(size_t more) {
    const size_t capacity = std::max(size_ + more, capacity_ * 2);
    // Not value-initialised: what is not written is never read.
    std::unique_ptr<char[]> memory(new char[capacity]);
    if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> memory_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace espial::evtx

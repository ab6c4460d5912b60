// A small hash map from offsets in a chunk to pointers, cleared in the time
// that its entries took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace espial::evtx {

template <typename T>
class OffsetMap {
 public:
  // Null when `offset` has no entry.
  [[nodiscard]] T* Find(uint32_t offset) const {
    if (slots_.empty()) return nullptr;
    for (size_t i = Home(offset);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].value == nullptr) return nullptr;
      if (slots_[i].offset == offset) return slots_[i].value;
    }
  }

  // REQUIRES: no entry of that offset yet; `value` not null.
  void Insert(uint32_t offset, T* value) {
    if (used_ * 2 >= slots_.size()) Grow();
    Place({offset, value});
    ++used_;
  }

  void Clear() {
    if (used_ > 0) slots_.assign(slots_.size(), {});
    used_ = 0;
  }

 private:
  struct Slot {
    uint32_t offset = 0;
    T* value = nullptr;
  };

  [[nodiscard]] size_t Home(uint32_t offset) const {
    return static_cast<size_t>((offset * 0x9e3779b1U) >> 8U) &
           (slots_.size() - 1);
  }
  void Place(Slot slot) {
    size_t i = Home(slot.offset);
    while (slots_[i].value != nullptr) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }
  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 256 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.value != nullptr) Place(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two; at most half full
  size_t used_ = 0;
};

}  // namespace espial::evtx

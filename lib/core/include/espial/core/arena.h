// Memory that is given back all at once.
//
// An Arena hands out pieces of large blocks and frees them together when it is
// destroyed or Reset(). What it holds must be trivially destructible: no
// destructor ever runs. Pieces never move. Not thread-safe; one owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace espial {

class Arena {
 public:
  Arena() = default;
  // The arena moved from is empty, and as good as new.
  Arena(Arena&& other) noexcept { *this = std::move(other); }
  Arena& operator=(Arena&& other) noexcept;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes aligned to `align` (a power of two). Never null; may throw
  // std::bad_alloc.
  void* Allocate(size_t size, size_t align = alignof(std::max_align_t));

  // A copy of `text` that lives as long as the arena.
  std::string_view Copy(std::string_view text);

  // `count` value-initialised objects.
  template <typename T>
  std::span<T> NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    // A product that does not fit must not wrap around to a small one.
    constexpr size_t kMost = std::numeric_limits<size_t>::max();
    void* memory = Allocate(
        count > kMost / sizeof(T) ? kMost : count * sizeof(T), alignof(T));
    T* first = static_cast<T*>(memory);
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }

  // A copy of `items` that lives as long as the arena.
  template <typename T>
  std::span<const T> CopyArray(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    void* memory = Allocate(items.size_bytes(), alignof(T));
    std::memcpy(memory, items.data(), items.size_bytes());
    return {static_cast<const T*>(memory), items.size()};
  }

  // Forgets every piece and keeps one block for reuse.
  void Reset();

  // Bytes held, whether handed out or not.
  [[nodiscard]] size_t bytes_reserved() const { return reserved_; }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    size_t size = 0;
  };
  void AddBlock(size_t least);

  std::vector<Block> blocks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0;
  size_t reserved_ = 0;
};

}  // namespace espial

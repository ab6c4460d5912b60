#include <espial/core/arena.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace espial {
namespace {

// The first block serves the many artifacts that hold a handful of facts;
// later ones double up to a size at which the block header is noise.
constexpr size_t kFirstBlock = size_t{4} << 10U;
constexpr size_t kLargestBlock = size_t{2} << 20U;

}  // namespace

Arena& Arena::operator=(Arena&& other) noexcept {
  if (this == &other) return *this;
  blocks_ = std::exchange(other.blocks_, {});
  next_ = std::exchange(other.next_, nullptr);
  left_ = std::exchange(other.left_, 0);
  reserved_ = std::exchange(other.reserved_, 0);
  return *this;
}

void Arena::AddBlock(size_t least) {
  size_t size = blocks_.empty()
                    ? kFirstBlock
                    : std::min(blocks_.back().size * 2, kLargestBlock);
  size = std::max(size, least);
  blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
  next_ = blocks_.back().memory.get();
  left_ = size;
  reserved_ += size;
}

void* Arena::Allocate(size_t size, size_t align) {
  const auto misaligned = reinterpret_cast<uintptr_t>(next_) & (align - 1);
  size_t padding = misaligned == 0 ? 0 : align - misaligned;
  if (next_ == nullptr || padding > left_ || size > left_ - padding) {
    // A size that leaves no room for the padding cannot be had: let new say so.
    constexpr size_t kMost = std::numeric_limits<size_t>::max();
    AddBlock(size > kMost - align ? kMost : size + align);
    const auto fresh = reinterpret_cast<uintptr_t>(next_) & (align - 1);
    padding = fresh == 0 ? 0 : align - fresh;
  }
  std::byte* piece = next_ + padding;
  next_ = piece + size;
  left_ -= padding + size;
  return piece;
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) return {};
  auto* memory = static_cast<char*>(Allocate(text.size(), 1));
  std::memcpy(memory, text.data(), text.size());
  return {memory, text.size()};
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  // The last block is the largest that growth made; a giant single piece is
  // not worth keeping.
  auto keep = std::find_if(
      blocks_.rbegin(), blocks_.rend(),
      [](const Block& block) { return block.size <= kLargestBlock; });
  if (keep == blocks_.rend()) {
    blocks_.clear();
    next_ = nullptr;
    left_ = 0;
    reserved_ = 0;
    return;
  }
  Block block = std::move(*keep);
  blocks_.clear();
  blocks_.push_back(std::move(block));
  next_ = blocks_.back().memory.get();
  left_ = blocks_.back().size;
  reserved_ = left_;
}

}  // namespace espial

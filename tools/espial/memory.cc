// Large pages for large blocks.
//
// An analysis touches as much fresh memory as its input has bytes, and more;
// by pages of 4 KiB the kernel spends a sixth of the time on handing them out.
// Blocks of 2 MiB and more are aligned here, and the kernel is asked for pages
// of that size; where it has none, nothing changes. Only the program does so:
// who links the library chooses an allocator.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ESPIAL_OTHER_ALLOCATOR
#endif
#endif
#ifndef ESPIAL_OTHER_ALLOCATOR

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

constexpr size_t kLargePage = size_t{2} << 20U;

void* AllocateLarge(size_t size) {
  void* block = nullptr;
  if (posix_memalign(&block, kLargePage, size) != 0) return nullptr;
  madvise(block, size, MADV_HUGEPAGE);
  return block;
}

void* Allocate(size_t size) {
  return size < kLargePage ? std::malloc(size == 0 ? 1 : size)
                           : AllocateLarge(size);
}

}  // namespace

void* operator new(size_t size) {
  for (;;) {
    if (void* block = Allocate(size)) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}
void* operator new[](size_t size) { return operator new(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t /*size*/) noexcept {
  std::free(block);
}
void operator delete[](void* block, size_t /*size*/) noexcept {
  std::free(block);
}

#endif
#endif

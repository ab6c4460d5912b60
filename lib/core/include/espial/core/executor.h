// Threads, as many as the caller said and no more.
//
// One Executor serves a whole analysis. ParallelFor may be called from within
// a task of another ParallelFor: the calling thread always works on its own
// loop, so nesting cannot deadlock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace espial {

class Executor {
 public:
  // `threads` counts the caller's own: 1 starts none. 0 is taken as 1.
  explicit Executor(uint32_t threads);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Calls body(0) ... body(count - 1), each once, in any order and from any
  // thread, and returns when all have ended. An exception (std::bad_alloc) of
  // a body is rethrown here after the others have ended.
  void ParallelFor(size_t count, const std::function<void(size_t)>& body);

  [[nodiscard]] uint32_t threads() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace espial

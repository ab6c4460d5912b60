#include <espial/core/executor.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace espial {

class Executor::Impl {
 public:
  explicit Impl(uint32_t threads) {
    // The system may not have that many to give. Fewer do as well, and the
    // caller's own thread is always there.
    try {
      for (uint32_t i = 1; i < threads; ++i) {
        workers_.emplace_back([this] { Work(); });
      }
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void ParallelFor(size_t count, const std::function<void(size_t)>& body) {
    const auto loop = std::make_shared<Loop>(count, &body);
    std::unique_lock lock(mutex_);
    open_.push_back(loop);
    lock.unlock();
    wake_.notify_all();

    lock.lock();
    while (loop->next < loop->count) RunOne(loop, &lock);
    wake_.wait(lock, [&] { return loop->ended == loop->count; });
    if (loop->failure) std::rethrow_exception(loop->failure);
  }

  [[nodiscard]] uint32_t threads() const {
    return static_cast<uint32_t>(workers_.size()) + 1;
  }

 private:
  // A ParallelFor under way. Its members are guarded by mutex_.
  struct Loop {
    Loop(size_t n, const std::function<void(size_t)>* b) : count(n), body(b) {}
    size_t count;
    const std::function<void(size_t)>* body;
    size_t next = 0;   // the next index that nobody has taken
    size_t ended = 0;  // indices whose body has returned
    std::exception_ptr failure;
  };

  // Takes one index of `loop` and runs it without the lock.
  void RunOne(const std::shared_ptr<Loop>& loop,
              std::unique_lock<std::mutex>* lock) {
    const size_t index = loop->next++;
    if (loop->next == loop->count) std::erase(open_, loop);
    lock->unlock();
    std::exception_ptr failure;
    try {
      (*loop->body)(index);
    } catch (...) {
      failure = std::current_exception();
    }
    lock->lock();
    if (failure && !loop->failure) loop->failure = failure;
    if (++loop->ended == loop->count) wake_.notify_all();
  }

  void Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return ending_ || !open_.empty(); });
      if (open_.empty()) return;
      // The loop opened last is the innermost one: finishing it first lets the
      // thread that waits for it go on.
      const std::shared_ptr<Loop> loop = open_.back();
      RunOne(loop, &lock);
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Loop>> open_;  // loops with indices to take
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

Executor::Executor(uint32_t threads) {
  if (threads > 1) impl_ = std::make_unique<Impl>(threads);
}

Executor::~Executor() = default;

void Executor::ParallelFor(size_t count,
                           const std::function<void(size_t)>& body) {
  if (impl_ == nullptr || count < 2) {
    std::exception_ptr failure;
    for (size_t i = 0; i < count; ++i) {
      try {
        body(i);
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    return;
  }
  impl_->ParallelFor(count, body);
}

uint32_t Executor::threads() const {
  return impl_ == nullptr ? 1 : impl_->threads();
}

}  // namespace espial

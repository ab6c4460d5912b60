#include <espial/core/executor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/sanitizers.h"

namespace espial {
namespace {

class ExecutorTest : public testing::TestWithParam<uint32_t> {};

INSTANTIATE_TEST_SUITE_P(Threads, ExecutorTest, testing::Values(1, 2, 8));

TEST_P(ExecutorTest, SaysHowManyThreadsItUses) {
  EXPECT_EQ(Executor(GetParam()).threads(), GetParam());
}

TEST_P(ExecutorTest, CallsEachIndexOnce) {
  Executor executor(GetParam());
  for (const size_t count : {0U, 1U, 2U, 7U, 1000U}) {
    std::vector<std::atomic<int>> calls(count);
    executor.ParallelFor(count, [&](size_t i) { ++calls.at(i); });
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(calls[i], 1) << i;
  }
}

TEST_P(ExecutorTest, ReturnsOnlyWhenAllHaveEnded) {
  Executor executor(GetParam());
  std::atomic<int> ended{0};
  executor.ParallelFor(16, [&](size_t i) {
    if (i % 4 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ++ended;
  });
  EXPECT_EQ(ended, 16);
}

TEST_P(ExecutorTest, Nests) {
  Executor executor(GetParam());
  std::atomic<int> leaves{0};
  executor.ParallelFor(12, [&](size_t) {
    executor.ParallelFor(
        5, [&](size_t) { executor.ParallelFor(4, [&](size_t) { ++leaves; }); });
  });
  EXPECT_EQ(leaves, 12 * 5 * 4);
}

TEST_P(ExecutorTest, RethrowsAndStillCallsTheOthers) {
  Executor executor(GetParam());
  std::atomic<int> calls{0};
  std::string caught;
  try {
    executor.ParallelFor(20, [&](size_t i) {
      ++calls;
      if (i == 3) throw std::runtime_error("from the body");
    });
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
  EXPECT_EQ(caught, "from the body");
  EXPECT_EQ(calls, 20);
  // It goes on working.
  calls = 0;
  executor.ParallelFor(20, [&](size_t) { ++calls; });
  EXPECT_EQ(calls, 20);
}

TEST_P(ExecutorTest, RethrowsThroughNesting) {
  Executor executor(GetParam());
  std::atomic<int> inner{0};
  EXPECT_THROW(executor.ParallelFor(6,
                                    [&](size_t i) {
                                      executor.ParallelFor(6, [&](size_t k) {
                                        ++inner;
                                        if (i == 2 && k == 5) {
                                          throw std::bad_alloc();
                                        }
                                      });
                                    }),
               std::bad_alloc);
  EXPECT_EQ(inner, 36);
}

TEST(Executor, ZeroThreadsIsOne) { EXPECT_EQ(Executor(0).threads(), 1U); }

TEST(Executor, OneThreadStartsNone) {
  Executor executor(1);
  std::set<std::thread::id> ids;
  executor.ParallelFor(100,
                       [&](size_t) { ids.insert(std::this_thread::get_id()); });
  EXPECT_THAT(ids, testing::ElementsAre(std::this_thread::get_id()));
}

TEST(Executor, SeveralThreadsWorkAtOnce) {
  Executor executor(4);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  std::atomic<int> arrived{0};
  executor.ParallelFor(4, [&](size_t) {
    {
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    }
    // Nobody leaves before all are here: that takes four threads.
    ++arrived;
    while (arrived < 4) std::this_thread::yield();
  });
  EXPECT_EQ(ids.size(), 4U);
}

TEST(Executor, ManyShortLoopsDoNotHang) {
  Executor executor(8);
  std::atomic<int> calls{0};
  for (int i = 0; i < 2000; ++i) {
    executor.ParallelFor(3, [&](size_t) { ++calls; });
  }
  EXPECT_EQ(calls, 6000);
}

TEST(Executor, MakesDoWithTheThreadsItCanHave) {
  if (kAddressSanitizer || kThreadSanitizer) {
    GTEST_SKIP() << "a sanitizer needs more address space than is left here";
  }
  // In a process of its own whose address space has room for a few stacks
  // only, so that starting threads fails half way.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit limit = {};
    limit.rlim_cur = limit.rlim_max = rlim_t{512} << 20U;
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
    std::atomic<int> calls{0};
    {
      Executor executor(4096);
      if (executor.threads() >= 4096) _exit(2);
      executor.ParallelFor(100, [&](size_t) { ++calls; });
    }
    _exit(calls == 100 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == 2) {
    GTEST_SKIP() << "the address space cannot be limited here";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace espial

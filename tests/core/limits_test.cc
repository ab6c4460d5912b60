#include <espial/core/limits.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

namespace espial {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

TEST(Limits, DefaultsAreThoseOfTheDesign) {
  const Limits limits;
  EXPECT_EQ(limits.total_bytes_out, 8589934592U);
  EXPECT_EQ(limits.member_bytes, 2147483648U);
  EXPECT_EQ(limits.members, 100'000U);
  EXPECT_EQ(limits.nesting, 8U);
  EXPECT_EQ(limits.ratio, 1000U);
  EXPECT_EQ(limits.ratio_free_bytes, 52428800U);
}

TEST(Budget, TakesExactlyTheBytesOfTheLimit) {
  Limits limits;
  limits.total_bytes_out = 10;
  Budget budget(limits);
  EXPECT_TRUE(budget.TakeBytes(0));
  EXPECT_TRUE(budget.TakeBytes(7));
  EXPECT_TRUE(budget.TakeBytes(3));
  EXPECT_TRUE(budget.TakeBytes(0));
  EXPECT_FALSE(budget.TakeBytes(1));
}

TEST(Budget, OnceOverdrawnItStaysUsedUp) {
  Limits limits;
  limits.total_bytes_out = 10;
  Budget budget(limits);
  EXPECT_FALSE(budget.TakeBytes(11));
  EXPECT_FALSE(budget.TakeBytes(1));
}

TEST(Budget, TakesExactlyTheMembersOfTheLimit) {
  Limits limits;
  limits.members = 2;
  Budget budget(limits);
  EXPECT_TRUE(budget.TakeMember());
  EXPECT_TRUE(budget.TakeMember());
  EXPECT_FALSE(budget.TakeMember());
  EXPECT_FALSE(budget.TakeMember());
  // Bytes are counted apart.
  EXPECT_TRUE(budget.TakeBytes(1));
}

TEST(Budget, HugeAmountsDoNotWrapAround) {
  Limits limits;
  limits.total_bytes_out = 10;
  // A declared size may be anything; many of them must not add up to a budget.
  for (const uint64_t amount :
       {kMax, kMax - 1, uint64_t{1} << 63U, uint64_t{1} << 62U}) {
    Budget budget(limits);
    for (int i = 0; i < 9; ++i) EXPECT_FALSE(budget.TakeBytes(amount));
    EXPECT_FALSE(budget.TakeBytes(1));
  }
}

TEST(Budget, UnlimitedMeansUnlimited) {
  Limits limits;
  limits.total_bytes_out = kMax;
  limits.members = kMax;
  Budget budget(limits);
  EXPECT_TRUE(budget.TakeBytes(uint64_t{1} << 40U));
  EXPECT_TRUE(budget.TakeMember());
}

TEST(Budget, ThreadsShareIt) {
  constexpr uint64_t kTotal = 50'000;
  Limits limits;
  limits.total_bytes_out = kTotal;
  limits.members = kTotal;
  Budget budget(limits);
  std::atomic<uint64_t> bytes{0};
  std::atomic<uint64_t> members{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (uint64_t i = 0; i < kTotal; ++i) {
        if (budget.TakeBytes(1)) ++bytes;
        if (budget.TakeMember()) ++members;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bytes, kTotal);
  EXPECT_EQ(members, kTotal);
}

}  // namespace
}  // namespace espial

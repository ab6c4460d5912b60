#include "tools/capture/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace espial::capture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<size_t> Numbers(size_t count) {
  std::vector<size_t> out(count);
  for (size_t i = 0; i < count; ++i) out[i] = i;
  return out;
}

bool HasAll(const std::vector<size_t>& set, const std::vector<size_t>& part) {
  return std::includes(set.begin(), set.end(), part.begin(), part.end());
}

TEST(ShrinkTest, KeepsWhatIsNeeded) {
  size_t budget = 1000;
  const Shrunk shrunk = Shrink(Numbers(500), &budget, [](const auto& set) {
    return HasAll(set, {3, 250, 499});
  });
  EXPECT_THAT(shrunk.kept, ElementsAre(3, 250, 499));
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_GT(budget, 900U);
}

TEST(ShrinkTest, NothingMayBeNeeded) {
  size_t budget = 10;
  const Shrunk shrunk =
      Shrink(Numbers(8), &budget, [](const auto&) { return true; });
  EXPECT_THAT(shrunk.kept, IsEmpty());
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_TRUE(Shrink({}, &budget, [](const auto&) { return true; }).minimal);
}

TEST(ShrinkTest, TheBoundIsKeptAndSaid) {
  size_t budget = 5;
  size_t asked = 0;
  const Shrunk shrunk = Shrink(Numbers(64), &budget, [&](const auto& set) {
    ++asked;
    return HasAll(set, {1, 60});
  });
  EXPECT_EQ(asked, 5U);
  EXPECT_EQ(budget, 0U);
  EXPECT_FALSE(shrunk.minimal);
  EXPECT_TRUE(HasAll(shrunk.kept, {1, 60}));
}

// Any of several sets will do, whose parts are needed together: in the end none
// of what is left can go.
TEST(ShrinkTest, NoSingleOneCanGo) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<size_t>> enough(1 + random() % 4);
    for (auto& one : enough) {
      for (size_t i = 0; i < 1 + random() % 5; ++i) {
        one.push_back(random() % 40);
      }
      std::sort(one.begin(), one.end());
      one.erase(std::unique(one.begin(), one.end()), one.end());
    }
    const auto holds = [&](const std::vector<size_t>& set) {
      return std::any_of(
          enough.begin(), enough.end(),
          [&](const std::vector<size_t>& one) { return HasAll(set, one); });
    };
    size_t budget = 10'000;
    const Shrunk shrunk = Shrink(Numbers(40), &budget, holds);
    EXPECT_TRUE(shrunk.minimal);
    EXPECT_TRUE(holds(shrunk.kept));
    for (size_t i = 0; i < shrunk.kept.size(); ++i) {
      std::vector<size_t> less = shrunk.kept;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(holds(less));
    }
  }
}

}  // namespace
}  // namespace espial::capture

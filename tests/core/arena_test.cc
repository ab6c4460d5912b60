#include <espial/core/arena.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/sanitizers.h"

namespace espial {
namespace {

bool IsAligned(const void* p, size_t align) {
  return reinterpret_cast<uintptr_t>(p) % align == 0;
}

TEST(Arena, AlignsEveryPiece) {
  Arena arena;
  for (const size_t align : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 256U, 4096U}) {
    for (const size_t size : {0U, 1U, 3U, 17U, 1000U}) {
      EXPECT_TRUE(IsAligned(arena.Allocate(size, align), align))
          << size << " at " << align;
      arena.Allocate(1, 1);  // puts the next piece off its alignment
    }
  }
}

// Fills pieces of random sizes with their own pattern, and looks whether any
// of them was written by another.
TEST(Arena, PiecesNeitherMoveNorOverlap) {
  struct Piece {
    unsigned char* data;
    size_t size;
    unsigned char fill;
  };
  std::mt19937 random(7);
  Arena arena;
  std::vector<Piece> pieces;
  for (int i = 0; i < 3000; ++i) {
    // Mostly small ones, now and then one that is larger than any block.
    const size_t size =
        i % 500 == 499 ? (size_t{3} << 20U) + random() % 77 : random() % 700;
    const size_t align = size_t{1} << (random() % 6);
    auto* data = static_cast<unsigned char*>(arena.Allocate(size, align));
    ASSERT_NE(data, nullptr);
    const auto fill = static_cast<unsigned char>(random());
    std::memset(data, fill, size);
    pieces.push_back({data, size, fill});
  }
  for (const Piece& piece : pieces) {
    EXPECT_TRUE(
        std::all_of(piece.data, piece.data + piece.size,
                    [&piece](unsigned char c) { return c == piece.fill; }));
  }
}

TEST(Arena, SmallUseReservesLittle) {
  Arena arena;
  EXPECT_EQ(arena.bytes_reserved(), 0U);
  EXPECT_TRUE(arena.Copy("").empty());
  EXPECT_TRUE(arena.NewArray<int>(0).empty());
  EXPECT_EQ(arena.bytes_reserved(), 0U);
  arena.Copy("abc");
  EXPECT_GT(arena.bytes_reserved(), 0U);
  EXPECT_LE(arena.bytes_reserved(), 8192U);
}

TEST(Arena, ReservesNotMuchMoreThanIsUsed) {
  Arena arena;
  size_t used = 0;
  for (int i = 0; i < 20'000; ++i) {
    arena.Allocate(997, 1);
    used += 997;
  }
  EXPECT_GE(arena.bytes_reserved(), used);
  EXPECT_LE(arena.bytes_reserved(), used + used / 4);
}

TEST(Arena, CopiesText) {
  std::string text = "text that changes";
  Arena arena;
  const std::string_view copy = arena.Copy(text);
  text.assign(text.size(), '!');
  EXPECT_EQ(copy, "text that changes");
  const std::string big(5'000'000, 'x');
  EXPECT_EQ(arena.Copy(big), big);
  EXPECT_EQ(copy, "text that changes");
}

TEST(Arena, MakesAndCopiesArrays) {
  Arena arena;
  arena.Allocate(1, 1);
  const std::span<uint64_t> zeros = arena.NewArray<uint64_t>(100);
  ASSERT_EQ(zeros.size(), 100U);
  EXPECT_TRUE(IsAligned(zeros.data(), alignof(uint64_t)));
  EXPECT_THAT(zeros, testing::Each(0U));

  const std::vector<uint16_t> source = {1, 2, 3};
  arena.Allocate(1, 1);
  const auto copy = arena.CopyArray(std::span<const uint16_t>(source));
  EXPECT_TRUE(IsAligned(copy.data(), alignof(uint16_t)));
  EXPECT_THAT(copy, testing::ElementsAre(1, 2, 3));
  EXPECT_NE(copy.data(), source.data());
  EXPECT_TRUE(arena.CopyArray(std::span<const uint16_t>()).empty());
}

TEST(Arena, ResetKeepsOneBlockForReuse) {
  Arena arena;
  arena.Reset();  // of an empty one
  EXPECT_EQ(arena.bytes_reserved(), 0U);
  for (int i = 0; i < 1000; ++i) arena.Allocate(1000);
  const size_t before = arena.bytes_reserved();
  arena.Reset();
  const size_t kept = arena.bytes_reserved();
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, before);
  // What fits into the block that was kept costs nothing new.
  auto* data = static_cast<char*>(arena.Allocate(kept / 2));
  std::memset(data, 1, kept / 2);
  EXPECT_EQ(arena.bytes_reserved(), kept);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(8), static_cast<void*>(data));
}

TEST(Arena, ResetGivesGiantPiecesBack) {
  Arena arena;
  arena.Allocate(size_t{64} << 20U);
  arena.Reset();
  EXPECT_LE(arena.bytes_reserved(), size_t{1} << 20U);
  EXPECT_EQ(arena.Copy("alive"), "alive");
}

TEST(Arena, MoveTakesThePiecesAlong) {
  Arena first;
  const std::string_view text = first.Copy("kept");
  const size_t reserved = first.bytes_reserved();
  Arena second = std::move(first);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(second.bytes_reserved(), reserved);

  // The one moved from is empty: it must not hand out memory of the other.
  EXPECT_EQ(first.bytes_reserved(), 0U);  // NOLINT(bugprone-use-after-move)
  const std::string_view other = first.Copy("mine");
  const std::string_view more = second.Copy("more");
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(other, "mine");
  EXPECT_EQ(more, "more");
  EXPECT_NE(static_cast<const void*>(other.data()),
            static_cast<const void*>(more.data()));

  Arena third;
  third.Copy("dropped");
  third = std::move(second);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(second.bytes_reserved(), 0U);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(third.Copy("again"), "again");
}

TEST(Arena, SizesThatCannotBeThrow) {
  if (kAddressSanitizer || kThreadSanitizer) {
    GTEST_SKIP() << "a sanitizer ends the program on such sizes";
  }
  constexpr size_t kMax = std::numeric_limits<size_t>::max();
  Arena arena;
  const std::string_view text = arena.Copy("kept");
  EXPECT_THROW(arena.Allocate(kMax), std::bad_alloc);
  EXPECT_THROW(arena.Allocate(kMax - 4, 1), std::bad_alloc);
  EXPECT_THROW(arena.NewArray<uint64_t>(kMax / 8 + 2), std::bad_alloc);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(arena.Copy("alive"), "alive");
}

}  // namespace
}  // namespace espial

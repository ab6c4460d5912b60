#include "tools/forge/huffman.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace espial::forge {
namespace {

// The sum of 2^-length over all codes, in units of 2^-16: 65536 when every
// sequence of bits means something and no code begins another.
uint32_t Kraft(const std::vector<uint8_t>& lengths) {
  uint32_t sum = 0;
  for (const uint8_t length : lengths) {
    if (length != 0) sum += 65536U >> length;
  }
  return sum;
}

TEST(HuffmanTest, OftenSeenSymbolsGetShortCodes) {
  const std::vector<uint32_t> counts = {50, 0, 20, 10, 5};
  const auto lengths = HuffmanLengths(counts, 16);
  EXPECT_EQ(lengths, (std::vector<uint8_t>{1, 0, 2, 3, 3}));
  EXPECT_EQ(HuffmanCodes(lengths),
            (std::vector<uint16_t>{0b0, 0, 0b10, 0b110, 0b111}));
}

TEST(HuffmanTest, FewerThanTwoSymbolsAreFilledUp) {
  for (const std::vector<uint32_t>& counts :
       {std::vector<uint32_t>{0, 0, 0}, {0, 0, 9}, {9, 0, 0}}) {
    const auto lengths = HuffmanLengths(counts, 16);
    EXPECT_EQ(Kraft(lengths), 65536U);
    EXPECT_EQ(std::count(lengths.begin(), lengths.end(), 1), 2);
  }
}

TEST(HuffmanTest, TheLimitHoldsAndTheCodeStaysComplete) {
  // Fibonacci numbers make the longest codes.
  std::vector<uint32_t> counts = {1, 1};
  while (counts.size() < 40) {
    counts.push_back(counts.back() + counts[counts.size() - 2]);
  }
  for (const uint8_t longest : std::array<uint8_t, 3>{7, 15, 16}) {
    const auto lengths = HuffmanLengths(counts, longest);
    EXPECT_LE(*std::max_element(lengths.begin(), lengths.end()), longest);
    EXPECT_EQ(Kraft(lengths), 65536U) << int{longest};
  }
}

}  // namespace
}  // namespace espial::forge

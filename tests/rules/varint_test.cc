// Numbers of seven bits a byte: every length, both ends of each, and too long.
#include "rules/engine/varint.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace espial::rules {
namespace {

std::optional<uint64_t> Read(const std::string& bytes) {
  size_t at = 0;
  uint64_t number = 0;
  const bool fits = ReadVarint(
      [&] {
        return at < bytes.size() ? static_cast<uint8_t>(bytes[at++])
                                 : uint8_t{0};
      },
      &number);
  EXPECT_EQ(at, bytes.size());
  return fits ? std::optional(number) : std::nullopt;
}

TEST(VarintTest, ComesBack) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const uint64_t power = uint64_t{1} << bits;
    for (const uint64_t number : {power - 1, power, power + 1}) {
      std::string bytes;
      AppendVarint(number, &bytes);
      EXPECT_EQ(Read(bytes), number);
    }
  }
  std::string most;
  AppendVarint(UINT64_MAX, &most);
  EXPECT_EQ(most.size(), 10U);
  EXPECT_EQ(Read(most), UINT64_MAX);
}

TEST(VarintTest, HasNoMoreThan64Bits) {
  const std::string nine(9, '\xff');
  EXPECT_EQ(Read(nine + '\x01'), UINT64_MAX);
  EXPECT_EQ(Read(nine + '\x02'), std::nullopt);
  EXPECT_EQ(Read(nine + '\x81'), std::nullopt);
  // Cut: nothing follows.
  EXPECT_EQ(Read("\xff"), 127U);
}

}  // namespace
}  // namespace espial::rules

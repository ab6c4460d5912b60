#include <espial/core/codepage.h>
#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/core/matchers.h"

namespace espial {
namespace {

using ::testing::HasSubstr;

// What the code page makes of `bytes`, and how often it had nothing for them.
std::string Decode(uint32_t number, std::string_view bytes,
                   uint64_t* replaced = nullptr) {
  const Result<Codepage> codepage = Codepage::Load(number);
  EXPECT_TRUE(codepage) << codepage.error().ToString();
  if (!codepage) return {};
  EXPECT_EQ(codepage->number(), number);
  std::string text;
  const uint64_t count = codepage->Append(AsBytes(bytes), &text);
  if (replaced != nullptr) *replaced = count;
  return text;
}

TEST(CodepageTest, SingleBytes) {
  EXPECT_EQ(Decode(1252, "a\x80\xe9"), "a\xe2\x82\xac\xc3\xa9");
  EXPECT_EQ(Decode(1251, "\xcf\xf0\xe8"), "\xd0\x9f\xd1\x80\xd0\xb8");
  EXPECT_EQ(Decode(437, "\x81"), "\xc3\xbc");
  EXPECT_EQ(Decode(850, "\x84"), "\xc3\xa4");
  EXPECT_EQ(Decode(28592, "\xb1"), "\xc4\x85");
  EXPECT_EQ(Decode(20866, "\xc1"), "\xd0\xb0");
}

TEST(CodepageTest, PairsOfBytes) {
  EXPECT_EQ(Decode(932, "A\x93\xfa\x96{\xb1"),
            "A\xe6\x97\xa5\xe6\x9c\xac\xef\xbd\xb1");
  EXPECT_EQ(Decode(936, "\xd6\xd0"), "\xe4\xb8\xad");
  EXPECT_EQ(Decode(949, "\xb0\xa1"), "\xea\xb0\x80");
  EXPECT_EQ(Decode(950, "\xa4\xa4"), "\xe4\xb8\xad");
}

TEST(CodepageTest, WhatIsNoCharacterIsReplacedAndCounted) {
  uint64_t replaced = 0;
  // A pair that the end cuts, and one whose second byte begins another text.
  EXPECT_EQ(Decode(932, "a\x93", &replaced), "a\xef\xbf\xbd");
  EXPECT_EQ(replaced, 1U);
  EXPECT_EQ(Decode(932, "\x93 b", &replaced), "\xef\xbf\xbd b");
  EXPECT_EQ(replaced, 1U);
  EXPECT_EQ(Decode(1253, "\xaa", &replaced), "\xef\xbf\xbd");
  EXPECT_EQ(replaced, 1U);
  EXPECT_EQ(Decode(65001, "\xc3\xa9\xff", &replaced), "\xc3\xa9\xef\xbf\xbd");
  EXPECT_EQ(replaced, 1U);
}

// Both ways to read windows-1252 agree on what it defines.
TEST(CodepageTest, SameAsTheBuiltInTable) {
  const Result<Codepage> codepage = Codepage::Load(1252);
  ASSERT_TRUE(codepage);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    std::string by_table;
    std::string by_codepage;
    const uint64_t open = AppendCp1252(AsBytes(one), &by_table);
    EXPECT_EQ(codepage->Append(AsBytes(one), &by_codepage), open) << byte;
    EXPECT_EQ(by_codepage, by_table) << byte;
  }
}

TEST(CodepageTest, OthersAreRefused) {
  // None, EBCDIC, UTF-16, UTF-7, and one with characters of four bytes.
  for (const uint32_t number : {0U, 7U, 37U, 1200U, 65000U, 54936U}) {
    const Result<Codepage> codepage = Codepage::Load(number);
    ASSERT_FALSE(codepage) << number;
    EXPECT_EQ(codepage.error().code, Errc::kUnsupported);
    EXPECT_THAT(codepage.error().ToString(),
                HasSubstr("found " + std::to_string(number)));
  }
}

}  // namespace
}  // namespace espial

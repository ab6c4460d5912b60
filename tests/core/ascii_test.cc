// Eight bytes at once do what one after the other does.
#include <espial/core/ascii.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace espial {
namespace {

TEST(AsciiTest, LowersEveryByteAtEveryPlace) {
  for (size_t place = 0; place < 8; ++place) {
    for (int c = 0; c < 0x80; ++c) {
      std::string text = "aZ[@`{z~";
      text[place] = static_cast<char>(c);
      std::string lower = text;
      for (char& one : lower) {
        if (one >= 'A' && one <= 'Z') one = static_cast<char>(one + 32);
      }
      const uint64_t eight = LowerEight(LoadEight(text.data()));
      EXPECT_EQ(std::memcmp(&eight, lower.data(), 8), 0) << c;
    }
  }
}

TEST(AsciiTest, TellsWhatIsNotAscii) {
  EXPECT_TRUE(IsAsciiEight(LoadEight("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f")));
  for (size_t place = 0; place < 8; ++place) {
    std::string text(8, '\x7f');
    text[place] = '\x80';
    EXPECT_FALSE(IsAsciiEight(LoadEight(text.data())));
  }
}

}  // namespace
}  // namespace espial

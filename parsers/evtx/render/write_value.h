// Text of numbers, GUIDs, SIDs and times, straight into a buffer whose room
// the caller has computed. Every function returns the end of what it wrote.
#pragma once

#include <espial/core/bytes.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>

namespace espial::evtx {

// Bytes that any of these writes at most, SIDs aside.
inline constexpr size_t kFixedText = 48;

struct DigitPairs {
  std::array<char, 200> text{};
  constexpr DigitPairs() {
    for (size_t i = 0; i < 100; ++i) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
};
inline constexpr DigitPairs kDigitPairs;

// The two digits of each byte: upper case, lower case.
struct HexPairs {
  std::array<char, 512> text{};
  constexpr explicit HexPairs(bool upper) {
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (size_t i = 0; i < 256; ++i) {
      text[2 * i] = digits[i >> 4U];
      text[2 * i + 1] = digits[i & 15U];
    }
  }
};
inline constexpr HexPairs kUpperHex{true};
inline constexpr HexPairs kLowerHex{false};

inline char* PutPair(const char* pairs, size_t index, char* out) {
  std::memcpy(out, pairs + 2 * index, 2);
  return out + 2;
}

inline char* PutTwoDigits(uint32_t value, char* out) {
  return PutPair(kDigitPairs.text.data(), value, out);
}

// Powers of ten; the last is the highest that fits.
inline constexpr std::array<uint64_t, 20> kPowersOfTen = [] {
  std::array<uint64_t, 20> powers{};
  uint64_t power = 1;
  for (size_t i = 0; i < powers.size(); ++i, power *= 10) powers[i] = power;
  return powers;
}();

// How many decimal digits a number has.
inline size_t DigitCount(uint64_t value) {
  // 1233 / 4096 is a little more than the logarithm of 2; at most one too many.
  const auto bits = static_cast<size_t>(64 - std::countl_zero(value | 1U));
  const size_t guess = bits * 1233 >> 12U;
  return guess + (value >= kPowersOfTen[guess] ? 1 : 0);
}

inline char* PutUnsigned(uint64_t value, char* out) {
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  // From the right, two digits at once, each where it belongs: digits that are
  // moved in one piece must first have left the processor's store buffer.
  char* const end = out + DigitCount(value);
  char* at = end;
  while (value >= 100) {
    at -= 2;
    PutPair(kDigitPairs.text.data(), value % 100, at);
    value /= 100;
  }
  if (value >= 10) {
    PutPair(kDigitPairs.text.data(), value, out);
  } else {
    *out = static_cast<char>('0' + value);
  }
  return end;
}

inline char* PutSigned(int64_t value, char* out) {
  auto size = static_cast<uint64_t>(value);
  if (value < 0) {
    *out++ = '-';
    size = ~size + 1;
  }
  return PutUnsigned(size, out);
}

// 0x and as many digits as there are.
inline char* PutHex(uint64_t value, char* out) {
  *out++ = '0';
  *out++ = 'x';
  const int bits = 64 - std::countl_zero(value | 1U);
  const int digits = (bits + 3) / 4;
  // The digits to the front; 16 are written, whatever is kept.
  value <<= 64 - 4 * digits;
  for (size_t i = 0; i < 8; ++i) {
    PutPair(kLowerHex.text.data(), value >> (56 - 8 * i) & 0xffU, out + 2 * i);
  }
  return out + digits;
}

inline char* PutHexBytes(const std::byte* bytes, size_t size, char* out) {
  for (size_t i = 0; i < size; ++i) {
    out =
        PutPair(kUpperHex.text.data(), std::to_integer<size_t>(bytes[i]), out);
  }
  return out;
}

// 36 characters, no braces.
inline char* PutGuid(const std::byte* guid, const HexPairs& pairs, char* out) {
  const auto put = [&](size_t byte, size_t place) {
    PutPair(pairs.text.data(), std::to_integer<size_t>(guid[byte]),
            out + place);
  };
  put(3, 0);
  put(2, 2);
  put(1, 4);
  put(0, 6);
  out[8] = '-';
  put(5, 9);
  put(4, 11);
  out[13] = '-';
  put(7, 14);
  put(6, 16);
  out[18] = '-';
  put(8, 19);
  put(9, 21);
  out[23] = '-';
  for (size_t i = 10; i < 16; ++i) put(i, 24 + 2 * (i - 10));
  return out + 36;
}

// The ticks of a SYSTEMTIME of 16 bytes; all zeros stand for 1601. Nothing
// where it is no time, or has a year of five digits.
std::optional<uint64_t> SystemTimeTicks(const std::byte* time);

// Times of one log are close to each other: the date and the second are kept.
class TimeWriter {
 public:
  // Times from here on have years of five digits.
  static constexpr uint64_t kEnd = 2'650'467'744'000'000'000ULL;

  // "2016-07-08T18:12:51.6816408Z". REQUIRES: ticks < kEnd.
  char* Put(uint64_t ticks, bool microseconds, char* out) {
    const uint64_t second = ticks / 10'000'000;
    if (second != second_) SetSecond(second);
    std::memcpy(out, head_.data(), 20);
    auto rest = static_cast<uint32_t>(ticks - second * 10'000'000);
    out += 20;
    PutTwoDigits(rest / 100'000, out);
    PutTwoDigits(rest / 1000 % 100, out + 2);
    PutTwoDigits(rest / 10 % 100, out + 4);
    out += 6;
    if (!microseconds) *out++ = static_cast<char>('0' + rest % 10);
    *out++ = 'Z';
    return out;
  }

 private:
  void SetSecond(uint64_t second);

  uint64_t second_ = ~uint64_t{0};
  std::array<char, 20> head_{};  // "2016-07-08T18:12:51."
};

// SIDs repeat, too.
class SidWriter {
 public:
  // Bytes of text that a SID of `size` bytes takes at most.
  static constexpr size_t Bound(size_t size) { return 32 + 3 * size; }

  // Whether the bytes are a SID.
  static bool Fits(const std::byte* sid, size_t size) {
    return size >= 8 && (size - 8) / 4 >= std::to_integer<size_t>(sid[1]);
  }
  // REQUIRES: Fits(). `hex_authority`: authorities of 2^32 and above in
  // hexadecimal, as Windows prints them.
  char* Put(const std::byte* sid, size_t size, bool hex_authority, char* out);

 private:
  struct Known {
    std::array<std::byte, 32> sid{};
    size_t size = 0;
    std::array<char, 64> text{};
    size_t text_size = 0;
  };
  std::array<Known, 8> known_;
};

}  // namespace espial::evtx

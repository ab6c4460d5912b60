#include <espial/core/text.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "tests/core/matchers.h"

namespace espial {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string Utf8(uint32_t code_point) {
  std::string out;
  AppendUtf8(code_point, &out);
  return out;
}

// UTF-16 with the two bytes of each unit swapped.
std::string Swapped(std::string utf16) {
  for (size_t i = 0; i + 1 < utf16.size(); i += 2) {
    std::swap(utf16[i], utf16[i + 1]);
  }
  return utf16;
}

TEST(EncodingName, Names) {
  EXPECT_EQ(EncodingName(Encoding::kUtf8), "UTF-8");
  EXPECT_EQ(EncodingName(Encoding::kUtf16Le), "UTF-16LE");
  EXPECT_EQ(EncodingName(Encoding::kUtf16Be), "UTF-16BE");
  EXPECT_EQ(EncodingName(Encoding::kCp1252), "cp1252");
}

TEST(AppendUtf8, EdgesOfEachLength) {
  EXPECT_EQ(Utf8(0), "\0"sv);
  EXPECT_EQ(Utf8(0x7F), "\x7F");
  EXPECT_EQ(Utf8(0x80), "\xC2\x80");
  EXPECT_EQ(Utf8(0x7FF), "\xDF\xBF");
  EXPECT_EQ(Utf8(0x800), "\xE0\xA0\x80");
  EXPECT_EQ(Utf8(0xD7FF), "\xED\x9F\xBF");
  EXPECT_EQ(Utf8(0xE000), "\xEE\x80\x80");
  EXPECT_EQ(Utf8(0xFFFF), "\xEF\xBF\xBF");
  EXPECT_EQ(Utf8(0x10000), "\xF0\x90\x80\x80");
  EXPECT_EQ(Utf8(0x10FFFF), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(Utf8(0xD800), kReplacement);
  EXPECT_EQ(Utf8(0xDFFF), kReplacement);
  EXPECT_EQ(Utf8(0x110000), kReplacement);
  EXPECT_EQ(Utf8(0xFFFFFFFF), kReplacement);
}

TEST(IsValidUtf8, AcceptsEveryCodePoint) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    ASSERT_TRUE(IsValidUtf8(Utf8(c))) << c;
  }
  EXPECT_TRUE(IsValidUtf8(""));
}

TEST(IsValidUtf8, Rejects) {
  const struct {
    const char* why;
    std::string_view text;
    uint64_t bad_bytes;  // each invalid byte is replaced alone
  } cases[] = {
      {"continuation alone", "\x80", 1},
      {"continuation alone", "\xBF", 1},
      {"two continuations", "\x80\xBF", 2},
      {"lead alone", "\xC2", 1},
      {"lead before ASCII", "\xC2z", 1},
      {"lead before lead", "\xC2\xC3\xA9", 1},
      {"cut sequence of three", "\xE2\x82", 2},
      {"cut sequence of four", "\xF0\x9F\x98", 3},
      {"overlong NUL", "\xC0\x80", 2},
      {"overlong slash", "\xC1\xAF", 2},
      {"overlong of three", "\xE0\x80\xAF", 3},
      {"longest overlong of three", "\xE0\x9F\xBF", 3},
      {"overlong of four", "\xF0\x80\x80\xAF", 4},
      {"longest overlong of four", "\xF0\x8F\xBF\xBF", 4},
      {"first surrogate", "\xED\xA0\x80", 3},
      {"last surrogate", "\xED\xBF\xBF", 3},
      {"pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80", 6},
      {"above the last code point", "\xF4\x90\x80\x80", 4},
      {"lead F5", "\xF5\x80\x80\x80", 4},
      {"five bytes", "\xF8\x88\x80\x80\x80", 5},
      {"FE", "\xFE", 1},
      {"FF", "\xFF", 1},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(IsValidUtf8(c.text)) << c.why;
    // Between sound characters, which must come through.
    const std::string text = "a\xC3\xA9" + std::string(c.text) + "\xC3\xA9z";
    EXPECT_FALSE(IsValidUtf8(text)) << c.why;
    std::string middle = Repeat(kReplacement, c.bad_bytes);
    if (c.text == "\xC2z") middle += "z";
    if (c.text == "\xC2\xC3\xA9") middle += "\xC3\xA9";
    const std::string want = "a\xC3\xA9" + middle + "\xC3\xA9z";
    EXPECT_EQ(RepairUtf8(text), want) << c.why;
    const DecodedText decoded = DecodeText(AsBytes(text), Encoding::kUtf8);
    EXPECT_EQ(decoded.text, want) << c.why;
    EXPECT_EQ(decoded.replaced, c.bad_bytes) << c.why;
    EXPECT_EQ(decoded.first_replaced_offset, 3U) << c.why;
    EXPECT_TRUE(IsValidUtf8(decoded.text)) << c.why;
  }
}

TEST(RepairUtf8, LeavesValidTextAlone) {
  constexpr std::string_view kText =
      "a\0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"sv;
  EXPECT_TRUE(IsValidUtf8(kText));
  EXPECT_EQ(RepairUtf8(kText), kText);
  EXPECT_EQ(RepairUtf8(""), "");
}

TEST(RepairUtf8, MakesAnyBytesValid) {
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 12, '\0');
    for (char& c : text) c = static_cast<char>(random() | 0x80U);
    const std::string repaired = RepairUtf8(text);
    ASSERT_TRUE(IsValidUtf8(repaired));
    if (IsValidUtf8(text)) {
      EXPECT_EQ(repaired, text);
    }
    EXPECT_TRUE(IsValidUtf8(DecodeText(AsBytes(text)).text));
    EXPECT_TRUE(
        IsValidUtf8(DecodeText(AsBytes(text), Encoding::kUtf16Be).text));
    // And back: what is written as UTF-16 reads as the repaired text.
    std::string again;
    EXPECT_EQ(AppendUtf16Le(AsBytes(ToUtf16Le(text)), &again), 0U);
    EXPECT_EQ(again, repaired);
  }
}

TEST(Utf16, RoundTripsEveryCodePoint) {
  std::string all;
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c < 0xD800 || c > 0xDFFF) AppendUtf8(c, &all);
  }
  const std::string utf16 = ToUtf16Le(all);
  EXPECT_EQ(utf16.size(), 2 * (0x10000U - 0x800U) + 4 * 0x100000U);
  std::string back;
  EXPECT_EQ(AppendUtf16Le(AsBytes(utf16), &back), 0U);
  EXPECT_EQ(back, all);
  const DecodedText big =
      DecodeText(AsBytes(Swapped(utf16)), Encoding::kUtf16Be);
  EXPECT_EQ(big.replaced, 0U);
  EXPECT_EQ(big.text, all);
}

TEST(Utf16, LoneSurrogatesAndOddBytes) {
  const std::string r(kReplacement);
  const struct {
    const char* why;
    std::string_view units;  // little-endian
    std::string want;
    uint64_t replaced;
    uint64_t first;
  } cases[] = {
      {"nothing", "", "", 0, 0},
      {"pair", "\x3D\xD8\x00\xDE"sv, "\xF0\x9F\x98\x80", 0, 0},
      {"first pair", "\x00\xD8\x00\xDC"sv, "\xF0\x90\x80\x80", 0, 0},
      {"last pair", "\xFF\xDB\xFF\xDF"sv, "\xF4\x8F\xBF\xBF", 0, 0},
      {"high at the end", "a\0\x3D\xD8"sv, "a" + r, 1, 2},
      {"high before a letter", "\x3D\xD8z\0"sv, r + "z", 1, 0},
      {"two highs, then a low", "\x3D\xD8\x3D\xD8\x00\xDE"sv,
       r + "\xF0\x9F\x98\x80", 1, 0},
      {"low first", "a\0\x00\xDEz\0"sv, "a" + r + "z", 1, 2},
      {"low, then high", "\x00\xDE\x3D\xD8"sv, r + r, 2, 0},
      {"odd byte", "a\0z"sv, "a" + r, 1, 2},
      {"one byte", "a", r, 1, 0},
      {"half a pair", "\x3D\xD8\x00"sv, r + r, 2, 0},
  };
  for (const auto& c : cases) {
    const DecodedText little = DecodeText(AsBytes(c.units), Encoding::kUtf16Le);
    EXPECT_EQ(little.text, c.want) << c.why;
    EXPECT_EQ(little.replaced, c.replaced) << c.why;
    EXPECT_EQ(little.first_replaced_offset, c.first) << c.why;
    EXPECT_EQ(little.encoding, Encoding::kUtf16Le);
    const std::string swapped = Swapped(std::string(c.units));
    const DecodedText big = DecodeText(AsBytes(swapped), Encoding::kUtf16Be);
    EXPECT_EQ(big.text, c.want) << c.why;
    EXPECT_EQ(big.replaced, c.replaced) << c.why;
    EXPECT_EQ(big.first_replaced_offset, c.first) << c.why;
    std::string appended = "before ";
    EXPECT_EQ(AppendUtf16Le(AsBytes(c.units), &appended), c.replaced) << c.why;
    EXPECT_EQ(appended, "before " + c.want) << c.why;
  }
}

TEST(ToUtf16Le, WritesUnitsAndReplacesInvalidBytes) {
  EXPECT_EQ(ToUtf16Le(""), "");
  EXPECT_EQ(ToUtf16Le("a\xE2\x82\xAC"), "a\0\xAC\x20"sv);
  EXPECT_EQ(ToUtf16Le("\xF0\x9F\x98\x80"), "\x3D\xD8\x00\xDE"sv);
  EXPECT_EQ(ToUtf16Le("\xFFz"), "\xFD\xFFz\0"sv);
  EXPECT_EQ(ToUtf16Le("\xED\xA0\x80"), "\xFD\xFF\xFD\xFF\xFD\xFF"sv);
}

TEST(Cp1252, EveryByte) {
  // The code points of 0x80 to 0x9F after the Unicode Consortium's table.
  constexpr uint32_t kUnassigned = 0xFFFD;
  constexpr uint32_t kHigh[32] = {
      0x20AC, kUnassigned, 0x201A,      0x0192, 0x201E, 0x2026, 0x2020,
      0x2021, 0x02C6,      0x2030,      0x0160, 0x2039, 0x0152, kUnassigned,
      0x017D, kUnassigned, kUnassigned, 0x2018, 0x2019, 0x201C, 0x201D,
      0x2022, 0x2013,      0x2014,      0x02DC, 0x2122, 0x0161, 0x203A,
      0x0153, kUnassigned, 0x017E,      0x0178};
  std::string all;
  std::string want;
  for (unsigned value = 0; value < 256; ++value) {
    const uint32_t code_point =
        value >= 0x80 && value < 0xA0 ? kHigh[value - 0x80] : value;
    const std::string byte(1, static_cast<char>(value));
    std::string text;
    EXPECT_EQ(AppendCp1252(AsBytes(byte), &text),
              code_point == kUnassigned ? 1U : 0U)
        << value;
    EXPECT_EQ(text, Utf8(code_point)) << value;
    all += byte;
    want += text;
  }
  const DecodedText decoded = DecodeText(AsBytes(all), Encoding::kCp1252);
  EXPECT_EQ(decoded.text, want);
  EXPECT_EQ(decoded.replaced, 5U);
  EXPECT_EQ(decoded.first_replaced_offset, 0x81U);
  EXPECT_EQ(DecodeText(AsBytes("caf\xE9"), Encoding::kCp1252).replaced, 0U);
}

TEST(DetectEncoding, Table) {
  const struct {
    const char* why;
    std::string bytes;
    Encoding encoding;
    uint32_t bom;
  } cases[] = {
      {"nothing", "", Encoding::kUtf8, 0},
      {"one letter", "a", Encoding::kUtf8, 0},
      {"ASCII", "plain text\r\n", Encoding::kUtf8, 0},
      {"UTF-8 mark", "\xEF\xBB\xBFtext", Encoding::kUtf8, 3},
      {"UTF-8 mark alone", "\xEF\xBB\xBF", Encoding::kUtf8, 3},
      {"half a UTF-8 mark", "\xEF\xBB", Encoding::kCp1252, 0},
      {"UTF-8", "caf\xC3\xA9", Encoding::kUtf8, 0},
      {"UTF-16LE mark",
       "\xFF\xFE"
       "a"s +
           '\0',
       Encoding::kUtf16Le, 2},
      {"UTF-16LE mark alone", "\xFF\xFE", Encoding::kUtf16Le, 2},
      {"UTF-16BE mark", "\xFE\xFF\0a"s, Encoding::kUtf16Be, 2},
      {"half a UTF-16 mark", "\xFF", Encoding::kCp1252, 0},
      {"UTF-16LE without mark", ToUtf16Le("Windows Registry Editor"),
       Encoding::kUtf16Le, 0},
      {"UTF-16BE without mark", Swapped(ToUtf16Le("Windows Registry Editor")),
       Encoding::kUtf16Be, 0},
      {"one unit", ToUtf16Le("a"), Encoding::kUtf16Le, 0},
      {"one unit, big", Swapped(ToUtf16Le("a")), Encoding::kUtf16Be, 0},
      {"UTF-16LE, half of it not Latin",
       ToUtf16Le("abcdefgh\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"
                 "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"),
       Encoding::kUtf16Le, 0},
      {"UTF-16LE, odd length", ToUtf16Le("abcdef") + "x", Encoding::kUtf16Le,
       0},
      {"cp1252", "Ger\xE4t", Encoding::kCp1252, 0},
      {"a cut sequence in a short text", "caf\xC3", Encoding::kCp1252, 0},
      {"text with one NUL at its end", "abcdefghijklmnopqrstuvwxyz\0"s,
       Encoding::kUtf8, 0},
      {"zeros only", std::string(64, '\0'), Encoding::kUtf8, 0},
  };
  for (const auto& c : cases) {
    const DetectedEncoding found = DetectEncoding(AsBytes(c.bytes));
    EXPECT_EQ(found.encoding, c.encoding) << c.why;
    EXPECT_EQ(found.bom_bytes, c.bom) << c.why;
  }
}

TEST(DetectEncoding, ACutInsideASequenceIsNoReasonForCp1252) {
  constexpr size_t kWindow = size_t{64} << 10U;
  // Every length of sequence, at every place across the end of the window.
  for (const std::string_view sequence :
       {"\xC3\xA9"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x98\x80"sv}) {
    for (size_t before = 0; before <= sequence.size() + 1; ++before) {
      const std::string text =
          std::string(kWindow - before, 'a') + Repeat(sequence, 3) + "tail";
      const DetectedEncoding found = DetectEncoding(AsBytes(text));
      EXPECT_EQ(found.encoding, Encoding::kUtf8)
          << sequence.size() << " bytes, " << before << " before the end";
    }
  }
  // An invalid byte well within the window still tells.
  std::string bad(kWindow + 10, 'a');
  bad[kWindow - 10] = '\xE9';
  EXPECT_EQ(DetectEncoding(AsBytes(bad)).encoding, Encoding::kCp1252);
  // One behind the window does not.
  std::string late(kWindow + 10, 'a');
  late[kWindow + 5] = '\xE9';
  EXPECT_EQ(DetectEncoding(AsBytes(late)).encoding, Encoding::kUtf8);
}

TEST(DecodeText, RemovesTheMarkAndCountsItInOffsets) {
  const struct {
    const char* why;
    std::string bytes;
    Encoding encoding;
    std::string text;
    uint64_t replaced;
    uint64_t first;
  } cases[] = {
      {"UTF-8",
       "\xEF\xBB\xBF"
       "ab\xFF\xFE"s,
       Encoding::kUtf8, "ab" + Repeat(kReplacement, 2), 2, 5},
      {"UTF-8, sound",
       "\xEF\xBB\xBF"
       "ab"s,
       Encoding::kUtf8, "ab", 0, 0},
      {"UTF-16LE",
       "\xFF\xFE"
       "a\0\0\xDC"s,
       Encoding::kUtf16Le, "a" + std::string(kReplacement), 1, 4},
      {"UTF-16BE", "\xFE\xFF\0a\xDC\0"s, Encoding::kUtf16Be,
       "a" + std::string(kReplacement), 1, 4},
      {"no mark", "ab\xE9\x81"s, Encoding::kCp1252,
       "ab\xC3\xA9" + std::string(kReplacement), 1, 3},
      {"empty", "", Encoding::kUtf8, "", 0, 0},
      {"a second mark is text", "\xEF\xBB\xBF\xEF\xBB\xBF", Encoding::kUtf8,
       "\xEF\xBB\xBF", 0, 0},
  };
  for (const auto& c : cases) {
    const DecodedText decoded = DecodeText(AsBytes(c.bytes));
    EXPECT_EQ(decoded.encoding, c.encoding) << c.why;
    EXPECT_EQ(decoded.text, c.text) << c.why;
    EXPECT_EQ(decoded.replaced, c.replaced) << c.why;
    EXPECT_EQ(decoded.first_replaced_offset, c.first) << c.why;
  }
}

}  // namespace
}  // namespace espial

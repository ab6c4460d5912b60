#include <espial/core/bytes.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/matchers.h"

namespace espial {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

TEST(Loads, AreLittleEndian) {
  const auto bytes =
      ByteList({0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01, 0xFF});
  EXPECT_EQ(LoadU16(bytes.data()), 0xCDEFU);
  EXPECT_EQ(LoadU32(bytes.data()), 0x89ABCDEFU);
  EXPECT_EQ(LoadU64(bytes.data()), 0x0123456789ABCDEFU);
  // Unaligned, and with the highest bit set.
  EXPECT_EQ(LoadU16(bytes.data() + 7), 0xFF01U);
  EXPECT_EQ(LoadU32(bytes.data() + 5), 0xFF012345U);
  EXPECT_EQ(LoadU64(bytes.data() + 1), 0xFF0123456789ABCDU);
}

TEST(AsBytesAndAsChars, AreInverse) {
  constexpr std::string_view kText("a\0\xFFz", 4);
  EXPECT_EQ(AsBytes(kText).size(), 4U);
  EXPECT_EQ(AsBytes(kText)[2], std::byte{0xFF});
  EXPECT_EQ(AsChars(AsBytes(kText)), kText);
  EXPECT_TRUE(AsChars({}).empty());
  EXPECT_TRUE(AsBytes({}).empty());
}

TEST(SliceClamped, NeverLeavesTheBytes) {
  const Bytes bytes = AsBytes("0123456789");
  const struct {
    uint64_t offset;
    uint64_t size;
    std::string_view want;
  } cases[] = {
      {0, 10, "0123456789"},
      {0, 3, "012"},
      {3, 4, "3456"},
      {7, 3, "789"},
      {7, 4, "789"},
      {9, kMax, "9"},
      {0, kMax, "0123456789"},
      {10, 0, ""},
      {10, 1, ""},
      {11, 1, ""},
      {kMax, kMax, ""},
      {4, 0, ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(AsChars(SliceClamped(bytes, c.offset, c.size)), c.want)
        << c.offset << "+" << c.size;
  }
  EXPECT_TRUE(SliceClamped({}, 0, 1).empty());
}

// A structure of every width, as a parser would read it.
struct Header {
  uint8_t kind = 0;
  uint16_t count = 0;
  uint32_t size = 0;
  uint64_t first = 0;
  std::string_view name;
};

const std::vector<std::byte>& HeaderBytes() {
  static const auto kBytes =
      ByteList({0x11, 0x22, 0x23, 0x34, 0x35, 0x36, 0x37, 0x48, 0x49, 0x4A,
                0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0xEE, 'a', 'b', 'c'});
  return kBytes;
}

Status ReadHeader(Bytes bytes, uint64_t base, Header* header) {
  ByteReader reader(bytes, base);
  header->kind = reader.U8("kind");
  header->count = reader.U16("count");
  header->size = reader.U32("size");
  header->first = reader.U64("first");
  reader.Skip(1, "padding");
  header->name = AsChars(reader.ReadBytes(3, "name"));
  return reader.status();
}

TEST(ByteReader, ReadsEveryWidth) {
  Header header;
  ASSERT_THAT(ReadHeader(HeaderBytes(), 0, &header), IsOk());
  EXPECT_EQ(header.kind, 0x11U);
  EXPECT_EQ(header.count, 0x2322U);
  EXPECT_EQ(header.size, 0x37363534U);
  EXPECT_EQ(header.first, 0x4F4E4D4C4B4A4948U);
  EXPECT_EQ(header.name, "abc");
}

TEST(ByteReader, NamesTheFieldThatEveryCutHits) {
  struct Part {
    const char* name;
    uint64_t offset;
    uint64_t size;
  };
  constexpr Part kParts[] = {{"kind", 0, 1},     {"count", 1, 2},
                             {"size", 3, 4},     {"first", 7, 8},
                             {"padding", 15, 1}, {"name", 16, 3}};
  constexpr uint64_t kBase = 0x1000;
  const auto& whole = HeaderBytes();
  for (size_t length = 0; length < whole.size(); ++length) {
    // A block of the exact size, so that a sanitizer sees any overrun.
    const std::vector<std::byte> cut(
        whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const Part* hit = kParts;
    while (hit->offset + hit->size <= length) ++hit;
    Header header;
    const Status status = ReadHeader(cut, kBase, &header);
    EXPECT_THAT(status,
                HasError(Errc::kTruncated, hit->name, kBase + hit->offset))
        << length;
    EXPECT_EQ(status.error().detail, "need " + std::to_string(hit->size) +
                                         " bytes, have " +
                                         std::to_string(length - hit->offset))
        << length;
    EXPECT_TRUE(header.name.empty()) << length;
    if (length < 15) {
      EXPECT_EQ(header.first, 0U) << length;
    }
    if (length < 7) {
      EXPECT_EQ(header.size, 0U) << length;
    }
  }
}

TEST(ByteReader, ErrorSticks) {
  const auto bytes = ByteList({1, 2, 3});
  ByteReader reader(bytes, 100);
  EXPECT_EQ(reader.U8("a"), 1U);
  EXPECT_EQ(reader.U32("b"), 0U);
  // Two bytes are left and would fit; a failed reader does not touch them.
  EXPECT_EQ(reader.U8("c"), 0U);
  EXPECT_EQ(reader.U16("d"), 0U);
  EXPECT_EQ(reader.U64("e"), 0U);
  EXPECT_TRUE(reader.ReadBytes(1, "f").empty());
  reader.Skip(1, "g");
  reader.Seek(0, "h");
  reader.Fail(Errc::kBadValue, "i");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.position(), 1U);
  EXPECT_EQ(reader.offset(), 101U);
  EXPECT_EQ(reader.remaining(), 2U);
  EXPECT_THAT(reader.status(), HasError(Errc::kTruncated, "b", 101));
  EXPECT_EQ(reader.status().error().detail, "need 4 bytes, have 2");
}

TEST(ByteReader, HugeSizesDoNotWrapAround) {
  const auto bytes = ByteList({1, 2, 3, 4});
  for (const uint64_t size : {uint64_t{4}, kMax, kMax - 1, kMax / 2 + 1}) {
    ByteReader reader(bytes);
    reader.Skip(1, "first");
    EXPECT_TRUE(reader.ReadBytes(size, "blob").empty());
    EXPECT_THAT(reader.status(), HasError(Errc::kTruncated, "blob", 1));
    EXPECT_EQ(reader.status().error().detail,
              "need " + std::to_string(size) + " bytes, have 3");
    ByteReader skipper(bytes);
    skipper.Skip(1, "first");
    skipper.Skip(size, "gap");
    EXPECT_THAT(skipper.status(), HasError(Errc::kTruncated, "gap", 1));
  }
}

TEST(ByteReader, ZeroBytesAlwaysFit) {
  ByteReader reader({});
  EXPECT_TRUE(reader.ReadBytes(0, "nothing").empty());
  reader.Skip(0, "nothing");
  reader.Seek(0, "start");
  EXPECT_THAT(reader.status(), IsOk());
  EXPECT_EQ(reader.U8("first"), 0U);
  EXPECT_THAT(reader.status(), HasError(Errc::kTruncated, "first", 0));
}

TEST(ByteReader, SeeksBothWaysUpToTheEnd) {
  const auto bytes = ByteList({1, 2, 3, 4});
  ByteReader reader(bytes, 10);
  reader.Seek(3, "tail");
  EXPECT_EQ(reader.offset(), 13U);
  EXPECT_EQ(reader.U8("tail"), 4U);
  EXPECT_EQ(reader.remaining(), 0U);
  reader.Seek(1, "back");
  EXPECT_EQ(reader.rest().size(), 3U);
  EXPECT_EQ(reader.U8("back"), 2U);
  reader.Seek(4, "end");
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_THAT(reader.status(), IsOk());
}

TEST(ByteReader, SeekBehindTheEndSaysHowFarItMeantToGo) {
  const auto bytes = ByteList({1, 2, 3, 4});
  ByteReader reader(bytes, 10);
  reader.Skip(1, "kind");
  reader.Seek(9, "table");
  EXPECT_THAT(reader.status(), HasError(Errc::kTruncated, "table", 11));
  // From offset 1 to offset 9 there are 8 bytes to go and 3 bytes to have.
  EXPECT_EQ(reader.status().error().detail, "need 8 bytes, have 3");

  ByteReader far(bytes);
  far.Seek(kMax, "table");
  EXPECT_THAT(far.status(), HasError(Errc::kTruncated, "table", 0));
  EXPECT_EQ(far.status().error().detail,
            "need " + std::to_string(kMax) + " bytes, have 4");
}

TEST(ByteReader, FailMarksAValueThatCannotBeRight) {
  const auto bytes = ByteList({1, 2, 3, 4});
  ByteReader reader(bytes, 10);
  EXPECT_EQ(reader.U16("version"), 0x0201U);
  reader.Fail(Errc::kUnsupported, "version");
  EXPECT_EQ(reader.U16("next"), 0U);
  EXPECT_THAT(reader.status(), HasError(Errc::kUnsupported, "version", 12));
  EXPECT_EQ(reader.status().error().detail, "");
}

TEST(ByteReader, ACopyLooksAheadAlone) {
  const auto bytes = ByteList({1, 2});
  ByteReader reader(bytes);
  ByteReader ahead = reader;
  EXPECT_EQ(ahead.U16("both"), 0x0201U);
  ahead.Skip(1, "too far");
  EXPECT_FALSE(ahead.ok());
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.position(), 0U);
  EXPECT_EQ(reader.U8("first"), 1U);
}

}  // namespace
}  // namespace espial

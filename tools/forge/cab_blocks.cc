#include "tools/forge/cab_blocks.h"

#include <algorithm>
#include <utility>

#include "tools/forge/byte_writer.h"
#include "tools/forge/deflate.h"

namespace espial::forge {
namespace {

// A block may grow by no more than this, by [MS-CAB].
constexpr size_t kMszipMaxBytes = kCabBlockBytes + 12;

// "CK" and a deflate stream that may refer to the block before.
Result<std::vector<std::byte>> MszipBlock(Bytes block, Bytes before) {
  std::vector<std::byte> data;
  ByteWriter writer(&data);
  writer.Append("CK");
  ESPIAL_TRY_ASSIGN(const auto deflated, Deflate(block, before));
  if (deflated.size() + data.size() <= kMszipMaxBytes) {
    writer.Append(deflated);
    return data;
  }
  // One stored deflate block always fits: last-block bit, length and its
  // complement, the bytes.
  const auto size = static_cast<uint16_t>(block.size());
  writer.U8(1);
  writer.U16(size);
  writer.U16(static_cast<uint16_t>(~size));
  writer.Append(block);
  return data;
}

// One LZX block of type 3 (uncompressed). LZX reads bits from 16-bit words,
// the highest first, so that a header of 28 bits is one 32-bit number whose
// halves are written high first. The first header of the stream begins with
// the bit that says whether x86 calls were translated: 0.
std::vector<std::byte> LzxBlock(Bytes block, bool first) {
  constexpr uint32_t kUncompressed = 3;
  constexpr uint32_t kTypeShift = 24;
  const auto size = static_cast<uint32_t>(block.size());
  const uint32_t header = kUncompressed << kTypeShift | size;
  const uint32_t bits = header << (first ? 4U : 5U);
  std::vector<std::byte> data;
  ByteWriter writer(&data);
  writer.U16(static_cast<uint16_t>(bits >> 16U));
  writer.U16(static_cast<uint16_t>(bits & 0xFFFF));
  // The three most recent match offsets, as they are at the start.
  for (int i = 0; i < 3; ++i) writer.U32(1);
  writer.Append(block);
  if (block.size() % 2 != 0) writer.U8(0);
  return data;
}

}  // namespace

Result<std::vector<CabBlock>> MakeCabBlocks(Bytes folder,
                                            Compression compression) {
  std::vector<CabBlock> blocks;
  blocks.reserve(folder.size() / kCabBlockBytes + 1);
  Bytes before;
  while (!folder.empty()) {
    const Bytes block = folder.first(std::min(folder.size(), kCabBlockBytes));
    folder = folder.subspan(block.size());
    CabBlock made;
    made.uncompressed = static_cast<uint16_t>(block.size());
    switch (compression) {
      case Compression::kStored:
        made.data.assign(block.begin(), block.end());
        break;
      case Compression::kLzx:
        made.data = LzxBlock(block, blocks.empty());
        break;
      case Compression::kMszip: {
        ESPIAL_TRY_ASSIGN(made.data, MszipBlock(block, before));
        break;
      }
    }
    before = block;
    blocks.push_back(std::move(made));
  }
  return blocks;
}

uint32_t CabChecksum(Bytes bytes, uint32_t seed) {
  uint32_t sum = seed;
  while (bytes.size() >= 4) {
    sum ^= LoadU32(bytes.data());
    bytes = bytes.subspan(4);
  }
  // The bytes left over count the other way round.
  uint32_t rest = 0;
  for (const std::byte byte : bytes) {
    rest = rest << 8U | std::to_integer<uint32_t>(byte);
  }
  return sum ^ rest;
}

}  // namespace espial::forge

#include "tools/forge/cab_blocks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tools/forge/byte_writer.h"
#include "tools/forge/deflate.h"
#include "tools/forge/lzx.h"

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

}  // namespace

Result<std::vector<CabBlock>> MakeCabBlocks(Bytes folder,
                                            Compression compression) {
  std::vector<CabBlock> blocks;
  blocks.reserve(folder.size() / kCabBlockBytes + 1);
  std::optional<LzxEncoder> lzx;
  if (compression == Compression::kLzx) lzx.emplace(folder);
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
        made.data = lzx->NextFrame();
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

#include "parsers/evtx/chunk_header.h"

#include "parsers/evtx/crc32.h"
#include "parsers/evtx/layout.h"

namespace espial::evtx {

bool ChunkHeader::in_flight() const {
  return last_id == kNoId && free_offset <= kChunkHeaderSize;
}

bool ChunkHeader::free_offset_fits(uint64_t size) const {
  return free_offset >= kChunkHeaderSize && free_offset <= size;
}

ChunkHeader ReadChunkHeader(Bytes chunk) {
  const std::byte* p = chunk.data();
  ChunkHeader header;
  header.magic_fits = AsChars(chunk.first(8)) == kChunkMagic;
  header.first_id = LoadU64(p + 24);
  header.last_id = LoadU64(p + 32);
  header.header_size = LoadU32(p + 40);
  header.free_offset = LoadU32(p + 48);
  header.data_checksum = LoadU32(p + 52);
  header.flags = LoadU32(p + 120);
  header.checksum_fits = Crc32(chunk.subspan(128, 384),
                               Crc32(chunk.first(120))) == LoadU32(p + 124);
  header.trusted =
      header.magic_fits &&
      (header.checksum_fits || (header.flags & kChunkNoChecksum) != 0);
  return header;
}

bool PlausibleChunkHeader(const ChunkHeader& header) {
  return header.header_size == 128 && header.free_offset <= kChunkSize;
}

}  // namespace espial::evtx

// The 512 bytes at the head of a chunk.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>

namespace espial::evtx {

struct ChunkHeader {
  uint64_t first_id = 0;
  uint64_t last_id = 0;
  uint32_t header_size = 0;
  uint32_t free_offset = 0;
  uint32_t data_checksum = 0;
  uint32_t flags = 0;
  bool magic_fits = false;
  bool checksum_fits = false;
  // Whether the ids and offsets may be believed: magic and checksum fit, or
  // the chunk says that it has no checksum.
  bool trusted = false;

  // A buffer that the service had not flushed when the file was copied: the
  // header was written before any record was.
  [[nodiscard]] bool in_flight() const;
  // Whether free_offset lies within a chunk of `size` bytes.
  [[nodiscard]] bool free_offset_fits(uint64_t size) const;
};

// REQUIRES: at least 512 bytes.
ChunkHeader ReadChunkHeader(Bytes chunk);

// Whether the fields behind the magic can be those of a chunk.
bool PlausibleChunkHeader(const ChunkHeader& header);

}  // namespace espial::evtx

// Where the chunks of a file are, found from the bytes alone.
//
// Chunks follow each other every 64 KiB. A file with a destroyed header, with
// bytes in front, shifted, cut, or with a chunk whose magic is gone is read all
// the same: behind whatever is not a chunk, the next "ElfChnk" is looked for.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/damage.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "parsers/evtx/chunk_header.h"
#include "parsers/evtx/file_header.h"

namespace espial::evtx {

struct ChunkSpan {
  uint64_t offset = 0;
  // 65,536; less at the end of a file that was cut, or where another chunk
  // begins too early.
  uint64_t size = 0;
  ChunkHeader header;
};

struct ChunkMap {
  std::optional<FileHeader> file;
  uint64_t file_header_offset = 0;
  std::vector<ChunkSpan> chunks;
  // Places for chunks that hold only zeros: preallocated, or wiped.
  uint64_t zero_chunks = 0;
  std::vector<Damage> damage;
};

ChunkMap MapChunks(Bytes file);

// The offset of the first chunk in `file` at `from` or behind it, at any
// alignment, whose header is plausible; nothing when there is none.
std::optional<uint64_t> FindChunk(Bytes file, uint64_t from);

}  // namespace espial::evtx

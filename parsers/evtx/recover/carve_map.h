// Where chunks and single records are in bytes that need not be a log: an image
// of a disk or of memory, unallocated space, a file without any header.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_header.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/instance_walk.h"

namespace espial::evtx {

// One thing to read.
struct CarvedPiece {
  enum class Kind : uint8_t {
    kChunk,    // with its header
    kFramed,   // records of a chunk whose header is gone, but whose place is
               // known from a definition that says where it stands
    kStrayed,  // records that have lost their chunk
  };
  Kind kind = Kind::kChunk;
  // Of its first byte; of a kFramed, where the chunk would begin, which may be
  // in front of the image (then it wraps below zero).
  uint64_t offset = 0;
  uint64_t size = 0;
  ChunkHeader header;               // kChunk
  std::vector<RecordSpan> records;  // else; offsets count from `offset`
};

// Finds chunks at any offset, and single records at any offset outside of
// them. A chunk ends where the next one begins, unless its checksum says that
// those bytes are its own. Linear in the image.
std::vector<CarvedPiece> MapCarved(Bytes image);

// Appends the single records in [from, until). Linear in those bytes.
void FindStrayRecords(Bytes image, uint64_t from, uint64_t until,
                      std::vector<CarvedPiece>* pieces);

// The bytes of a piece: of the image, or put together in `buffer`: 64 KiB that
// hold what the image has of [from, until) of a chunk without a header.
Bytes PieceBytes(Bytes image, const CarvedPiece& piece,
                 std::vector<std::byte>* buffer);

}  // namespace espial::evtx

// The data blocks of one folder, gathered from one cabinet or from several.
//
//   CFDATA, 8 bytes, the cabinet's reserved bytes, then the data
//     0x00 csum u32   0x04 cbData u16   0x06 cbUncomp u16
//
// cbUncomp 0 means that the block goes on in the first block of the next
// cabinet of the set. Only headers are walked here and checksums verified;
// nothing is decompressed.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parsers/archive/cab/cab_format.h"

namespace espial::archive_cab {

// One block: its packed bytes lie in a few pieces, of one cabinet each.
struct Block {
  uint32_t first_piece = 0;
  uint32_t pieces = 0;
  uint32_t packed = 0;
  uint32_t unpacked = 0;         // as declared, 1 to 32,768
  uint64_t unpacked_before = 0;  // sum over the blocks before
  uint64_t offset = 0;           // of the CFDATA, in its Source
  bool bad_checksum = false;
  bool cut = false;  // the cabinet ends within it
};

// Where a folder's data lie in one cabinet.
struct Segment {
  const Cabinet* cabinet = nullptr;
  std::string cabinet_name;  // for reports; empty: the Source itself
  uint64_t data_offset = 0;  // in the cabinet
  uint16_t blocks = 0;
};

struct FolderData {
  std::vector<Bytes> pieces;
  std::vector<Block> blocks;
  uint64_t packed = 0;
  uint64_t unpacked = 0;  // sum of what the blocks declare
  // Why the walk ended before the last block.
  std::optional<Error> end;
  // Bytes between where the walk ended and the end of the cabinet.
  uint64_t bytes_lost = 0;
  std::vector<Error> bad_checksums;
  std::vector<Error> oddities;
};

// What is left of the bytes that the folders of one container may walk over.
// Sound folders lie one behind the other; a cabinet whose folders all point at
// the same blocks would otherwise be read once for each of them.
struct WalkAllowance {
  uint64_t bytes_left = 0;
};

// Walks the blocks of `segments`, which are in the order of the set. Linear in
// the number of blocks and in the bytes of their data.
FolderData GatherBlocks(const std::vector<Segment>& segments,
                        Compression compression, WalkAllowance* allowance);

// The checksum of CFDATA: the data as little-endian words, XORed, the tail
// bytes in reverse. `seed` chains it over several runs.
uint32_t Checksum(Bytes data, uint32_t seed);

}  // namespace espial::archive_cab

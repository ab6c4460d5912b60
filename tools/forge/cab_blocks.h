// The data blocks of a cabinet's folder.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::forge {

inline constexpr size_t kCabBlockBytes = 32768;

struct CabBlock {
  std::vector<std::byte> data;
  uint16_t uncompressed = 0;
};

// Cuts and compresses a folder's bytes.
Result<std::vector<CabBlock>> MakeCabBlocks(Bytes folder,
                                            Compression compression);

// The checksum of [MS-CAB] over `bytes`, going on from `seed`.
uint32_t CabChecksum(Bytes bytes, uint32_t seed);

}  // namespace espial::forge

// CRC-32 (the reflected polynomial 0xEDB88320), as EVTX headers store it.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>

namespace espial::evtx {

// The checksum of `bytes` behind what `crc` is the checksum of; 0 to begin.
uint32_t Crc32(Bytes bytes, uint32_t crc = 0);

}  // namespace espial::evtx

// The first 4 KiB of an EVTX file. Nothing in it bounds the reading of the
// chunks: it can be stale, damaged or absent.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <optional>

namespace espial::evtx {

struct FileHeader {
  uint64_t next_record_id = 0;
  uint16_t major = 0;
  uint16_t minor = 0;
  uint16_t block_size = 0;
  uint16_t chunk_count = 0;  // 16 bits: wraps in files above 4 GiB
  uint32_t flags = 0;
  bool checksum_fits = false;
  // Whether what it says may be used as a hint: the checksum fits, or the file
  // says that it has none.
  bool trusted = false;
};

// Nothing when `bytes` do not begin with a whole header.
std::optional<FileHeader> ReadFileHeader(Bytes bytes);

}  // namespace espial::evtx

// Writes cabinets as [MS-CAB] has them: one folder, its files one after the
// other, cut into blocks of 32 KiB with checksums.
#pragma once

#include <espial/core/result.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/forge/archive_member.h"
#include "tools/forge/scenario.h"

namespace espial::forge {

struct CabOptions {
  // kMszip: each block deflated with the 32 KiB before it as dictionary.
  // kLzx: LZX with a window of 2^21.
  Compression compression = Compression::kMszip;
  int32_t bias_minutes = 0;  // zone of the entries' times
  uint16_t set_id = 0;
};

// The whole cabinet. Names that are not ASCII get the flag that says UTF-8.
// Fails when the members do not fit into one folder (65,535 files or blocks,
// 0x7FFF8000 bytes) or a name is empty or longer than 255 bytes.
Result<std::vector<std::byte>> WriteCab(
    const std::vector<ArchiveMember>& members, const CabOptions& options = {});

}  // namespace espial::forge

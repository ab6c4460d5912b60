// Writes ZIP files as the Windows collectors do.
#pragma once

#include <espial/core/result.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/forge/archive_member.h"

namespace espial::forge {

struct ZipOptions {
  int32_t bias_minutes = 0;  // zone of the entries' times
  // The directory claims another version and other flags than the entries do,
  // as in the ZIPs that Intune collects. Readers that compare the two strictly
  // complain; the rest reads on.
  bool headers_differ = false;
};

// The whole ZIP. Members are deflated where that makes them smaller, else
// stored. No ZIP64: fails beyond 65,535 members or 4 GiB.
Result<std::vector<std::byte>> WriteZip(
    const std::vector<ArchiveMember>& members, const ZipOptions& options = {});

}  // namespace espial::forge

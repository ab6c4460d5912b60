// One folder: blocks in, members out, breaks bridged where the format allows.
#pragma once

#include <string>

#include "parsers/archive/cab/cab_folder.h"
#include "parsers/archive/cab/cab_members.h"

namespace espial::archive_cab {

// Decompresses the folder once, in order, up to its last member, and hands the
// output over. A break in an MSZIP folder costs its block: later ones are read
// on, with what they refer to replaced by zeros. A break in an LZX or Quantum
// folder ends it, for their blocks hold no start to resume at. Every loss is
// reported.
void ExtractFolder(const FolderData& data, const CabFolder& folder,
                   const std::string& folder_name, uint64_t wanted,
                   FolderOutput* output, archive::MemberWriter* writer);

}  // namespace espial::archive_cab

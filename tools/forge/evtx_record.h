// One record within a chunk.
#pragma once

#include "tools/forge/evtx_chunk_builder.h"
#include "tools/forge/evtx_encode.h"

namespace espial::forge {

// Writes `encoded` at the chunk's end, with the templates that the chunk does
// not hold yet. The chunk tells whether it overflowed.
void WriteRecord(EvtxChunkBuilder* chunk, const EncodedRecord& encoded);

}  // namespace espial::forge

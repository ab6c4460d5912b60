// Looks for what a sound log does not show.
//
// Fed with the chunks of a log and the records of each chain in the order of
// the file. Needs memory for one entry a chunk. What the limits are and why
// stands in FORMAT.md.
#pragma once

#include <espial/evtx_stats.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/records.h"

namespace espial::evtx {

class AnomalyWatch {
 public:
  // `stats` takes what is found.
  explicit AnomalyWatch(LogStats* stats) : stats_(*stats) {}

  // The file, before its chunks.
  void BeginFile(const ChunkMap& map);
  // One chunk: its bytes and its whole chain, as listed.
  void Chunk(Bytes chunk, const ChunkSpan& span, const RecordList& list,
             size_t live);
  // Behind the last chunk.
  void EndFile(const ChunkMap& map);

 private:
  struct Extent {
    uint64_t first_id;
    uint64_t last_id;
    uint64_t first_time;
    uint64_t last_time;
    uint64_t offset;
    bool damaged;  // records of it may be missing
  };

  void CheckChain(Bytes chunk, const ChunkSpan& span, const RecordList& list,
                  size_t count);
  void CheckHeader(const ChunkSpan& span, const Extent& extent);
  void CheckOrder();
  void CheckBetween();
  void Report(AnomalyKind kind, uint64_t offset, std::string detail);

  LogStats& stats_;
  std::vector<Extent> extents_;
  uint64_t first_number_ = 0;  // of the first record of the first chunk
  bool lossy_ = false;
};

}  // namespace espial::evtx

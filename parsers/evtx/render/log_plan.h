// Which records of a log there are to render: the chunks, and how much of each
// belongs to the log.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/damage.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/records.h"

namespace espial::evtx {

struct PlannedChunk {
  ChunkSpan span;
  // Records that begin here or behind belong to other logs: what an unflushed
  // chunk holds beside the live ones.
  uint32_t end = ~uint32_t{0};

  // Whether a record that ListRecords found in the chunk is part of the log.
  [[nodiscard]] bool Holds(const RecordSpan& record) const {
    return record.offset < end && record.region != Region::kBeside;
  }
};

struct LogPlan {
  std::vector<PlannedChunk> chunks;
  ClaimedIds claimed;
  std::vector<Damage> damage;
};

// Finds the chunks of `file`; `name` is its file name, which tells the channel
// where nothing else does. An error when there is neither a header nor a
// chunk. Costs about a microsecond a chunk; unflushed ones are decoded.
Result<LogPlan> PlanLog(Bytes file, std::string_view name, uint32_t max_depth);

}  // namespace espial::evtx

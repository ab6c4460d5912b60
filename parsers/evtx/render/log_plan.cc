#include "parsers/evtx/render/log_plan.h"

#include <utility>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/in_flight.h"

namespace espial::evtx {
namespace {

// Where the live records of an unflushed chunk end.
uint32_t LiveEnd(Bytes file, const ChunkSpan& span, const ClaimedIds& claimed,
                 uint32_t max_depth, LiveJudge* judge) {
  ChunkDecoder decoder;
  decoder.Decode(file, span, claimed, max_depth);
  const size_t live = judge->CountLive(decoder.records());
  return live == 0 ? 0 : decoder.records()[live - 1].span.offset + 1;
}

}  // namespace

Result<LogPlan> PlanLog(Bytes file, std::string_view name, uint32_t max_depth) {
  ChunkMap map = MapChunks(file);
  if (map.chunks.empty() && !map.file) {
    return Error{Errc::kBadMagic, "event log", 0,
                 "expected \"ElfFile\" or a chunk, found neither"};
  }
  LogPlan plan;
  plan.damage = std::move(map.damage);
  plan.claimed = CollectClaims(map);
  LiveJudge judge(file, name, map, plan.claimed, max_depth);
  for (const ChunkSpan& span : map.chunks) {
    const uint32_t end =
        span.header.in_flight()
            ? LiveEnd(file, span, plan.claimed, max_depth, &judge)
            : ~uint32_t{0};
    plan.chunks.push_back({span, end});
  }
  return plan;
}

}  // namespace espial::evtx

#include "parsers/evtx/render/log_plan.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/in_flight.h"
#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// Chunks that are asked for their channel before an unflushed one is judged.
constexpr size_t kChannelSamples = 16;

class Planner {
 public:
  Planner(Bytes file, std::string_view name, uint32_t max_depth)
      : file_(file), max_depth_(max_depth), map_(MapChunks(file)) {
    if (EndsWithFold(name, ".evtx")) name.remove_suffix(5);
    log_.file_stem = name;
  }

  Result<LogPlan> Run() && {
    if (map_.chunks.empty() && !map_.file) {
      return Error{Errc::kBadMagic, "event log", 0,
                   "expected \"ElfFile\" or a chunk, found neither"};
    }
    plan_.damage = std::move(map_.damage);
    CollectClaims();
    for (const ChunkSpan& span : map_.chunks) {
      const bool in_flight = span.header.in_flight();
      plan_.chunks.push_back({span, in_flight ? LiveEnd(span) : ~uint32_t{0}});
    }
    return std::move(plan_);
  }

 private:
  void CollectClaims() {
    for (const ChunkSpan& span : map_.chunks) {
      const ChunkHeader& header = span.header;
      if (header.trusted && !header.in_flight()) {
        plan_.claimed.Add(header.first_id, header.last_id);
      }
    }
    plan_.claimed.Close();
    log_.highest_id = plan_.claimed.highest();
    if (map_.file && map_.file->trusted) {
      log_.next_id = map_.file->next_record_id;
      const bool dirty = (map_.file->flags & kFileDirty) != 0;
      if (!dirty && *log_.next_id > log_.highest_id) {
        plan_.claimed.SetEnd(*log_.next_id);
      }
    }
  }

  // Where the live records of an unflushed chunk end.
  uint32_t LiveEnd(const ChunkSpan& span) {
    ChunkDecoder decoder;
    decoder.Decode(file_, span, plan_.claimed, max_depth_);
    if (decoder.records().empty()) return 0;
    SampleChannels();
    const size_t live = CountLive(decoder.records(), log_, plan_.claimed);
    uint32_t end = 0;
    for (size_t i = 0; i < live; ++i) {
      const RecordSpan& record = decoder.records()[i].span;
      log_.highest_id = std::max(log_.highest_id, record.id);
      end = record.offset + 1;
    }
    return end;
  }

  void SampleChannels() {
    if (sampled_) return;
    sampled_ = true;
    std::vector<const ChunkSpan*> flushed;
    for (const ChunkSpan& span : map_.chunks) {
      if (!span.header.in_flight()) flushed.push_back(&span);
    }
    const size_t count = std::min(kChannelSamples, flushed.size());
    ChunkDecoder decoder;
    for (size_t i = 0; i < count; ++i) {
      decoder.Decode(file_, *flushed[i * flushed.size() / count], plan_.claimed,
                     max_depth_, 1);
      for (const DecodedRecord& record : decoder.records()) {
        const std::string_view channel = record.event.channel;
        if (std::find(log_.channels.begin(), log_.channels.end(), channel) ==
            log_.channels.end()) {
          log_.channels.emplace_back(channel);
        }
      }
    }
  }

  Bytes file_;
  uint32_t max_depth_;
  ChunkMap map_;
  LogIdentity log_;
  LogPlan plan_;
  bool sampled_ = false;
};

}  // namespace

Result<LogPlan> PlanLog(Bytes file, std::string_view name, uint32_t max_depth) {
  return Planner(file, name, max_depth).Run();
}

}  // namespace espial::evtx

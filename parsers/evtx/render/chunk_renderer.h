// One chunk, from bytes to text. A chunk needs nothing but itself, so any
// number of them can be rendered at once, each by a renderer of its own.
#pragma once

#include <espial/core/bytes.h>
#include <espial/evtx_render.h>
#include <espial/model/damage.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "parsers/evtx/records.h"
#include "parsers/evtx/render/fast_renderer.h"
#include "parsers/evtx/render/log_plan.h"
#include "parsers/evtx/render/out_buffer.h"
#include "parsers/evtx/render/plain_renderer.h"
#include "parsers/evtx/render/read_ahead.h"

namespace espial::evtx {

class ChunkRenderer {
 public:
  // Called where a chunk gives more text than a buffer should hold; to write
  // the text and clear the buffer.
  using Drain = std::function<void(OutBuffer*)>;

  // `cache` must outlive this; null renders everything by way of trees.
  ChunkRenderer(const Style& style, Framing framing, ProgramCache* cache);

  // Appends the records of one chunk of `file`; `next`, where not null, is
  // the chunk that this will most likely be called with next.
  void Render(Bytes file, const PlannedChunk& planned,
              const ClaimedIds& claimed, uint32_t max_depth, OutBuffer* out,
              std::vector<Damage>* damage, const Drain& drain,
              const PlannedChunk* next = nullptr);

  // Over all chunks: records rendered, and those of them that were irregular.
  [[nodiscard]] uint64_t records() const { return records_; }
  [[nodiscard]] uint64_t irregular() const { return irregular_; }

 private:
  void RenderRecord(const RecordSpan& span, OutBuffer* out,
                    std::vector<Damage>* damage);

  Framing framing_;
  bool use_fast_;
  PlainRenderer plain_;
  FastRenderer fast_;
  Bytes chunk_;
  uint64_t base_ = 0;
  uint32_t max_depth_ = 0;
  bool plain_begun_ = false;
  RecordList list_;
  ReadAhead next_;
  std::string text_;
  uint64_t records_ = 0;
  uint64_t irregular_ = 0;
};

}  // namespace espial::evtx

// The records of a log, one after another, chunk by chunk.
#pragma once

#include <espial/core/bytes.h>
#include <espial/evtx.h>
#include <espial/model/damage.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/render/log_plan.h"
#include "parsers/evtx/render/read_ahead.h"

namespace espial::evtx {

class RecordWalk {
 public:
  // Both must outlive the walk.
  RecordWalk(Bytes file, const LogPlan& plan)
      : file_(file), plan_(plan), end_chunk_(plan.chunks.size()) {}

  [[nodiscard]] bool AtEndOfChunk() const {
    return next_record_ == list_.records.size();
  }
  // Goes to the next chunk that has records; false when there is none.
  bool NextChunk();
  // REQUIRES: !AtEndOfChunk(). Valid until the next call.
  const RecordView* Next();
  // Goes on with the chunk of that number, and ends `count` chunks later.
  void Seek(size_t chunk, size_t count);

  [[nodiscard]] Bytes chunk() const { return chunk_; }
  [[nodiscard]] uint64_t base() const { return base_; }
  // The record that Next() gave last, as the chunk lists it.
  [[nodiscard]] const RecordSpan& span() const {
    return list_.records[next_record_ - 1];
  }
  // The binary XML of a record of this chunk.
  [[nodiscard]] Range RangeOf(const RecordView& record) const {
    const auto offset = static_cast<uint32_t>(record.offset - base_);
    const auto size = static_cast<uint32_t>(record.bytes.size());
    return {offset + static_cast<uint32_t>(kRecordHeaderSize),
            offset + size - 4};
  }
  [[nodiscard]] std::vector<Damage>& damage() { return damage_; }

 private:
  Bytes file_;
  const LogPlan& plan_;
  size_t next_chunk_ = 0;
  size_t end_chunk_ = 0;
  Bytes chunk_;
  uint64_t base_ = 0;
  RecordList list_;
  size_t next_record_ = 0;
  ReadAhead following_;
  RecordView view_;
  std::vector<Damage> damage_;
};

}  // namespace espial::evtx

#include "parsers/evtx/render/record_walk.h"

#include <algorithm>
#include <utility>

namespace espial::evtx {

bool RecordWalk::NextChunk() {
  list_.records.clear();
  next_record_ = 0;
  while (next_chunk_ < end_chunk_) {
    const PlannedChunk& planned = plan_.chunks[next_chunk_++];
    chunk_ = SliceClamped(file_, planned.span.offset, planned.span.size);
    base_ = planned.span.offset;
    ListRecords(chunk_, planned.span.header, plan_.claimed, &list_);
    for (RecordTrouble& trouble : list_.troubles) {
      damage_.push_back({{},
                         {trouble.code, trouble.what, base_ + trouble.offset,
                          std::move(trouble.detail)},
                         trouble.bytes_lost,
                         trouble.lossy});
    }
    std::erase_if(list_.records, [&](const RecordSpan& record) {
      return !planned.Holds(record);
    });
    if (list_.records.empty()) continue;
    following_.Begin(next_chunk_ < end_chunk_
                         ? SliceClamped(file_,
                                        plan_.chunks[next_chunk_].span.offset,
                                        plan_.chunks[next_chunk_].span.size)
                         : Bytes());
    return true;
  }
  return false;
}

const RecordView* RecordWalk::Next() {
  const RecordSpan& span = list_.records[next_record_++];
  following_.Fetch(span.offset + span.size);
  view_ = {span.id, Ticks{span.file_time}, base_ + span.offset,
           chunk_.subspan(span.offset, span.size)};
  return &view_;
}

void RecordWalk::Seek(size_t chunk, size_t count) {
  const size_t chunks = plan_.chunks.size();
  next_chunk_ = std::min(chunk, chunks);
  end_chunk_ = next_chunk_ + std::min(count, chunks - next_chunk_);
  list_.records.clear();
  next_record_ = 0;
}

}  // namespace espial::evtx

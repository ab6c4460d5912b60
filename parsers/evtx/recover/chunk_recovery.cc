#include "parsers/evtx/recover/chunk_recovery.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/evtx/layout.h"

namespace espial::evtx {

void ChunkRecovery::Clear() {
  slack_.records.clear();
  slack_.torn.clear();
  slack_.remains = 0;
  records_.clear();
  damage_.clear();
  unreadable_ = 0;
  unreadable_bytes_ = 0;
}

void ChunkRecovery::Run(Bytes chunk, uint64_t base,
                        std::span<const RecordSpan> listed,
                        std::span<const RecordSpan> unread) {
  Clear();
  ScanSlack(chunk, listed, &slack_);
  for (const RecordSpan& record : listed) {
    FindHiddenRecords(chunk, record, &slack_.records);
  }
  slack_.records.insert(slack_.records.end(), unread.begin(), unread.end());
  std::sort(slack_.records.begin(), slack_.records.end(),
            [](const RecordSpan& a, const RecordSpan& b) {
              return a.offset < b.offset;
            });
  Rebuild(chunk, base, Frame::kChunk);
}

void ChunkRecovery::Read(Bytes bytes, uint64_t base, Frame frame,
                         std::span<const RecordSpan> records) {
  Clear();
  slack_.records.assign(records.begin(), records.end());
  Rebuild(bytes, base, frame);
}

void ChunkRecovery::Rebuild(Bytes chunk, uint64_t base, Frame frame) {
  rebuilder_.Reset(chunk, frame);
  for (const RecordSpan& span : slack_.records) {
    if (const auto rebuilt = rebuilder_.Rebuild(span)) {
      RecoveredRecord& record = records_.emplace_back();
      record.span = span;
      record.confidence = rebuilt->confidence;
      record.moved = rebuilt->moved;
      record.image = rebuilt->image;
      record.walk_span = rebuilt->span;
    } else {
      if (unreadable_++ == 0) first_unreadable_ = span.offset;
      unreadable_bytes_ += span.size;
    }
  }
  Decode(chunk, base);
  ReportTorn(base);
}

void ChunkRecovery::Decode(Bytes chunk, uint64_t base) {
  in_place_.Reset();
  in_place_.Open(chunk, base, max_depth_);
  in_image_.Reset();
  size_t kept = 0;
  size_t open = ~size_t{0};
  for (RecoveredRecord& record : records_) {
    // Records were written in their order, so images change rarely.
    if (record.moved && record.image != open) {
      open = record.image;
      in_image_.Open(rebuilder_.image(open), base, max_depth_);
    }
    RecordDecoder& decoder = record.moved ? in_image_ : in_place_;
    auto event = decoder.Decode(record.walk_span,
                                record.confidence == Confidence::kValuesOnly);
    if (!event) {
      if (unreadable_++ == 0) first_unreadable_ = record.span.offset;
      unreadable_bytes_ += record.span.size;
      continue;
    }
    record.event = *event;
    record.event.offset = base + record.span.offset;
    records_[kept++] = record;
  }
  records_.resize(kept);
}

void ChunkRecovery::ReportTorn(uint64_t base) {
  if (unreadable_ > 0) {
    damage_.push_back(
        {{},
         {Errc::kBadValue, "recovered record", base + first_unreadable_,
          std::to_string(unreadable_) +
              " records beside the log are whole, but what they "
              "hold cannot be read"},
         unreadable_bytes_,
         false});
  }
  if (slack_.torn.empty()) return;
  uint64_t bytes = 0;
  for (const TornRecord& torn : slack_.torn) bytes += torn.size;
  damage_.push_back(
      {{},
       {Errc::kTruncated, "recovered record", base + slack_.torn.front().offset,
        std::to_string(slack_.torn.size()) +
            " records beside the log are overwritten in part"},
       bytes,
       false});
}

}  // namespace espial::evtx

#include "parsers/evtx/recover/anomalies.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/slack_scan.h"

namespace espial::evtx {
namespace {

// Records of one log reach it out of order by seconds, and clocks are set by
// minutes when a machine first finds a time server.
constexpr uint64_t kTimeSlack = 3600 * uint64_t{10'000'000};

std::string Seconds(uint64_t ticks) {
  return std::to_string(ticks / 10'000'000) + " s";
}

}  // namespace

void AnomalyWatch::Report(AnomalyKind kind, uint64_t offset,
                          std::string detail) {
  stats_.AddAnomaly({kind, offset, std::move(detail)});
}

void AnomalyWatch::BeginFile(const ChunkMap& map) {
  if (!map.file) return;
  const FileHeader& header = *map.file;
  if (header.major != 3 || header.minor > 2) {
    Report(AnomalyKind::kUnknownVersion, map.file_header_offset + 36,
           "expected 3.0 to 3.2, found " + std::to_string(header.major) + "." +
               std::to_string(header.minor));
  }
}

void AnomalyWatch::Chunk(Bytes chunk, const ChunkSpan& span,
                         const RecordList& list, size_t live) {
  const size_t count = span.header.in_flight()
                           ? std::min(live, list.records.size())
                           : list.records.size();
  CheckChain(chunk, span, list, count);
}

void AnomalyWatch::CheckChain(Bytes chunk, const ChunkSpan& span,
                              const RecordList& list, size_t count) {
  const bool damaged = chunk.size() < kChunkSize || !span.header.trusted ||
                       std::any_of(list.troubles.begin(), list.troubles.end(),
                                   [](const RecordTrouble& trouble) {
                                     return trouble.bytes_lost > 0;
                                   });
  lossy_ = lossy_ || damaged;
  std::vector<RecordSpan> hidden;
  const RecordSpan* last = nullptr;
  Extent extent{};
  for (size_t i = 0; i < count; ++i) {
    const RecordSpan& record = list.records[i];
    if (record.region == Region::kBeside) continue;
    hidden.clear();
    FindHiddenRecords(chunk, record, &hidden);
    for (const RecordSpan& inner : hidden) {
      Report(AnomalyKind::kHiddenRecord, span.offset + inner.offset,
             "record " + std::to_string(inner.id) + " stands inside record " +
                 std::to_string(record.id));
    }
    if (last == nullptr) {
      extent = {record.id,        record.id,   record.file_time,
                record.file_time, span.offset, damaged};
    } else if (record.id <= last->id) {
      Report(AnomalyKind::kIdStepBack, span.offset + record.offset,
             "record " + std::to_string(record.id) + " behind record " +
                 std::to_string(last->id));
    } else if (record.id != last->id + 1 && !damaged) {
      Report(AnomalyKind::kIdGap, span.offset + record.offset,
             std::to_string(record.id - last->id - 1) +
                 " ids are missing between " + std::to_string(last->id) +
                 " and " + std::to_string(record.id));
    }
    if (last != nullptr && PlausibleRecordTime(record.file_time) &&
        PlausibleRecordTime(last->file_time) &&
        record.file_time < last->file_time &&
        last->file_time - record.file_time > kTimeSlack) {
      Report(AnomalyKind::kTimeStepBack, span.offset + record.offset,
             "record " + std::to_string(record.id) + " is " +
                 Seconds(last->file_time - record.file_time) +
                 " older than the one before it");
    }
    extent.last_id = std::max(extent.last_id, record.id);
    extent.first_id = std::min(extent.first_id, record.id);
    extent.last_time = record.file_time;
    last = &record;
  }
  if (last == nullptr) return;
  if (extents_.empty()) first_number_ = LoadU64(chunk.data() + 8);
  if (!damaged && !span.header.in_flight()) CheckHeader(span, extent);
  extents_.push_back(extent);
}

void AnomalyWatch::CheckHeader(const ChunkSpan& span, const Extent& extent) {
  if (span.header.first_id == extent.first_id &&
      span.header.last_id == extent.last_id) {
    return;
  }
  Report(AnomalyKind::kHeaderMismatch, span.offset + 24,
         "the chunk header names the records " +
             std::to_string(span.header.first_id) + " to " +
             std::to_string(span.header.last_id) + ", found " +
             std::to_string(extent.first_id) + " to " +
             std::to_string(extent.last_id));
}

// A log that wrapped has its oldest chunk behind its newest: one step back.
void AnomalyWatch::CheckOrder() {
  size_t steps = 0;
  uint64_t at = 0;
  for (size_t i = 1; i < extents_.size(); ++i) {
    if (extents_[i].first_id < extents_[i - 1].first_id) {
      if (steps++ == 0) at = extents_[i].offset;
    }
  }
  if (steps == 0) return;
  const bool wrapped =
      steps == 1 && extents_.back().first_id < extents_.front().first_id;
  Report(wrapped ? AnomalyKind::kWrappedOrder : AnomalyKind::kChunkOrder, at,
         wrapped ? "the log wrapped; its oldest record is " +
                       std::to_string(std::min_element(
                                          extents_.begin(), extents_.end(),
                                          [](const Extent& a, const Extent& b) {
                                            return a.first_id < b.first_id;
                                          })
                                          ->first_id)
                 : "ids fall between chunks at " + std::to_string(steps) +
                       " places");
}

// From chunk to chunk, in the order of their ids.
void AnomalyWatch::CheckBetween() {
  std::stable_sort(
      extents_.begin(), extents_.end(),
      [](const Extent& a, const Extent& b) { return a.first_id < b.first_id; });
  for (size_t i = 1; i < extents_.size(); ++i) {
    const Extent& last = extents_[i - 1];
    const Extent& next = extents_[i];
    if (next.first_id <= last.last_id) {
      Report(AnomalyKind::kIdStepBack, next.offset,
             "the chunk begins with record " + std::to_string(next.first_id) +
                 ", another holds " + std::to_string(last.first_id) + " to " +
                 std::to_string(last.last_id));
      continue;
    }
    if (next.first_id != last.last_id + 1 && !last.damaged && !next.damaged &&
        !lossy_) {
      Report(AnomalyKind::kIdGap, next.offset,
             std::to_string(next.first_id - last.last_id - 1) +
                 " ids are missing between " + std::to_string(last.last_id) +
                 " and " + std::to_string(next.first_id));
    }
    if (PlausibleRecordTime(next.first_time) &&
        PlausibleRecordTime(last.last_time) &&
        next.first_time < last.last_time &&
        last.last_time - next.first_time > kTimeSlack) {
      Report(AnomalyKind::kTimeStepBack, next.offset,
             "record " + std::to_string(next.first_id) + " is " +
                 Seconds(last.last_time - next.first_time) +
                 " older than the one before it");
    }
  }
}

void AnomalyWatch::EndFile(const ChunkMap& map) {
  if (extents_.empty()) return;
  CheckOrder();
  const bool first_is_oldest =
      std::all_of(extents_.begin(), extents_.end(), [&](const Extent& extent) {
        return extent.first_id >= extents_.front().first_id;
      });
  if (first_is_oldest && first_number_ == 1 && extents_.front().first_id > 1) {
    Report(AnomalyKind::kClearedLog, extents_.front().offset + 8,
           "the first record has the number 1 and the id " +
               std::to_string(extents_.front().first_id) +
               ": the log was cleared, or is an export of a part");
  }
  CheckBetween();
  uint64_t highest = 0;
  for (const Extent& extent : extents_) {
    highest = std::max(highest, extent.last_id);
  }
  if (map.file && map.file->trusted && !lossy_ &&
      (map.file->flags & kFileDirty) == 0 &&
      map.file->next_record_id != highest + 1) {
    Report(AnomalyKind::kHeaderMismatch, map.file_header_offset + 24,
           "the file header names " + std::to_string(map.file->next_record_id) +
               " as the next record id, the last record is " +
               std::to_string(highest));
  }
}

}  // namespace espial::evtx

#include "parsers/evtx/chunk_decoder.h"

#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/evtx/crc32.h"
#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// 10000-01-01: no log of this format was ever written behind it.
constexpr uint64_t kEndOfTime = 2'650'467'744'000'000'000ULL;

bool PlausibleTime(uint64_t ticks) { return ticks > 0 && ticks < kEndOfTime; }

}  // namespace

void ChunkDecoder::Decode(Bytes file, const ChunkSpan& span,
                          const ClaimedIds& claimed, uint32_t max_depth,
                          uint64_t most) {
  base_ = span.offset;
  arena_.Reset();
  records_.clear();
  damage_.clear();
  losses_.clear();
  const Bytes chunk = SliceClamped(file, span.offset, span.size);
  CheckChunk(chunk, span);
  xml_.Reset(chunk, base_, &arena_, max_depth);
  builder_.Reset(&arena_);
  ListRecords(chunk, span.header, claimed, &list_);
  for (RecordTrouble& trouble : list_.troubles) {
    Report(trouble.code, trouble.what, base_ + trouble.offset,
           std::move(trouble.detail), trouble.bytes_lost, trouble.lossy);
  }
  uint64_t left = most;
  for (const RecordSpan& record : list_.records) {
    if (left-- == 0) break;
    DecodeRecord(record);
  }
  ReportLosses();
}

// Checksums cost nothing but a note: the records say themselves whether they
// can be read.
void ChunkDecoder::CheckChunk(Bytes chunk, const ChunkSpan& span) {
  const ChunkHeader& header = span.header;
  if (chunk.size() < kChunkSize) {
    Report(Errc::kTruncated, "chunk", base_,
           "expected 65536 bytes, found " + std::to_string(chunk.size()), 0,
           true);
  }
  if (header.in_flight() || (header.flags & kChunkNoChecksum) != 0 ||
      !header.magic_fits) {
    return;
  }
  if (!header.checksum_fits) {
    Report(Errc::kBadChecksum, "chunk header checksum", base_ + 124,
           "the stored checksum does not fit the header", 0, false);
  }
  if (header.free_offset_fits(chunk.size()) &&
      Crc32(chunk.subspan(kChunkHeaderSize,
                          header.free_offset - kChunkHeaderSize)) !=
          header.data_checksum) {
    Report(Errc::kBadChecksum, "chunk data checksum", base_ + 52,
           "the stored checksum does not fit the records", 0, false);
  }
}

void ChunkDecoder::DecodeRecord(const RecordSpan& span) {
  xml_.BeginRecord();
  builder_.Begin();
  const uint32_t begin = span.offset + kRecordHeaderSize;
  const uint32_t end = span.offset + span.size - 4;
  const Status status = begin < end ? walker_.Fragment({begin, end}) : Status();
  // An event without its System section cannot be named; it is of no use to
  // anybody, and is counted as lost.
  const bool named = builder_.complete();
  if (!status) {
    AddLoss(span, status.error(), named);
  } else if (!named) {
    AddLoss(span,
            xml_.Wrong("record", span.offset,
                       "expected an event with a System section, found none"),
            false);
  }
  if (!named) return;

  DecodedRecord& record = records_.emplace_back();
  record.span = span;
  record.partial = !status;
  record.event = builder_.Finish();
  Event& event = record.event;
  event.offset = base_ + span.offset;
  if (span.region == Region::kBeside) event.state = RecordState::kRecovered;
  if (!builder_.has_record_id()) event.record = span.id;
  if (!event.time.known() || !PlausibleTime(event.time.ticks.value)) {
    event.time = PlausibleTime(span.file_time)
                     ? Time{{span.file_time}, TimeQuality::kUtc, {}}
                     : Time{};
    Report(Errc::kBadValue, "event time", event.offset,
           event.time.known()
               ? "TimeCreated is absent or impossible; taken from the record "
                 "header"
               : "neither TimeCreated nor the record header holds a time",
           0, false);
  }
  event.corrected = event.time.ticks;
}

void ChunkDecoder::AddLoss(const RecordSpan& span, Error error, bool partly) {
  // What lies in a buffer that was never flushed, or among records of another
  // time, may be overwritten in part; it is not this log's loss.
  const bool lossy =
      span.region != Region::kInFlight && span.region != Region::kBeside;
  const auto same =
      std::find_if(losses_.begin(), losses_.end(), [&](const Loss& loss) {
        return loss.error.offset == error.offset &&
               loss.error.what == error.what && loss.lossy == lossy &&
               loss.partly == partly;
      });
  Loss& loss = same != losses_.end() ? *same : losses_.emplace_back();
  if (loss.records == 0) {
    loss.error = std::move(error);
    loss.first_id = span.id;
    loss.lossy = lossy;
    loss.partly = partly;
  }
  ++loss.records;
  loss.bytes += span.size;
  loss.last_id = span.id;
}

void ChunkDecoder::ReportLosses() {
  for (Loss& loss : losses_) {
    std::string detail = std::move(loss.error.detail);
    detail += loss.records == 1
                  ? "; record " + std::to_string(loss.first_id)
                  : "; " + std::to_string(loss.records) + " records, " +
                        std::to_string(loss.first_id) + " to " +
                        std::to_string(loss.last_id);
    detail += loss.partly ? ", read in part" : ", not read";
    loss.error.detail = std::move(detail);
    damage_.push_back({{}, std::move(loss.error), loss.bytes, loss.lossy});
  }
  losses_.clear();
}

void ChunkDecoder::Report(Errc code, const char* what, uint64_t offset,
                          std::string detail, uint64_t lost, bool lossy) {
  damage_.push_back({{}, {code, what, offset, std::move(detail)}, lost, lossy});
}

}  // namespace espial::evtx

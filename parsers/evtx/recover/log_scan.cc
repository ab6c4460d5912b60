#include "parsers/evtx/recover/log_scan.h"

#include <espial/core/text.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/in_flight.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/anomalies.h"
#include "parsers/evtx/recover/carve_map.h"
#include "parsers/evtx/recover/chunk_recovery.h"
#include "parsers/evtx/recover/log_survey.h"
#include "parsers/evtx/recover/unread.h"

namespace espial::evtx {
namespace {

constexpr size_t kChunksPerThread = 4;
// What one thread uses for one chunk.
struct ChunkReader {
  ChunkReader(const TemplateLibrary* library, const ScanOptions& options)
      : decoder(options.codepage),
        recovery(library, options.max_depth, options.codepage) {}

  ChunkDecoder decoder;
  ChunkRecovery recovery;
  std::vector<RecordSpan> unread;
};

class Scanner {
 public:
  Scanner(Bytes file, std::string_view name, const ScanOptions& options,
          Executor& executor, ScanSink* sink)
      : file_(file),
        options_(options),
        executor_(executor),
        sink_(*sink),
        library_(options.library != nullptr ? options.library : &own_library_),
        name_(name),
        watch_(&stats_) {}

  Result<LogStats> Run() {
    map_ = MapChunks(file_);
    if (map_.chunks.empty() && !map_.file) {
      return Error{Errc::kBadMagic, "event log", 0,
                   "expected \"ElfFile\" or a chunk, found neither"};
    }
    for (Damage& damage : map_.damage) Report(std::move(damage));
    claimed_ = CollectClaims(map_);
    judge_.emplace(file_, name_, map_, claimed_, options_.max_depth);
    if (everything()) {
      SurveyLog(file_, map_, claimed_, options_.max_depth, executor_, library_,
                &active_);
      FindStrays();
      stats_.templates = library_->size();
    }
    CountChunks();
    watch_.BeginFile(map_);
    DecodeAll();
    EmitStraysBefore(file_.size());
    watch_.EndFile(map_);
    return std::move(stats_);
  }

 private:
  [[nodiscard]] bool everything() const {
    return options_.recover == Recover::kAll;
  }

  void Report(Damage damage) {
    stats_.AddDamage(damage);
    sink_.OnDamage(std::move(damage));
  }

  void CountChunks() {
    stats_.bytes = file_.size();
    stats_.chunks.empty = map_.zero_chunks;
    for (const ChunkSpan& span : map_.chunks) {
      ++stats_.chunks.total;
      stats_.chunks.in_flight += span.header.in_flight() ? 1 : 0;
      stats_.chunks.cut += span.size < kChunkSize ? 1 : 0;
    }
  }

  // Single records where no chunk could be made out.
  void FindStrays() {
    uint64_t at = map_.file ? map_.file_header_offset + kFileHeaderSize : 0;
    at = std::min<uint64_t>(at, file_.size());
    for (const ChunkSpan& span : map_.chunks) {
      if (at < span.offset) FindStrayRecords(file_, at, span.offset, &strays_);
      at = std::max(at, span.offset + span.size);
    }
    if (at < file_.size()) {
      FindStrayRecords(file_, at, file_.size(), &strays_);
    }
    std::vector<PortableTemplate> templates;
    for (const CarvedPiece& piece : strays_) {
      if (piece.kind != CarvedPiece::Kind::kFramed) continue;
      templates.clear();
      CollectTemplates(PieceBytes(file_, piece, &stray_buffer_), piece.records,
                       options_.max_depth, &templates);
      for (PortableTemplate& definition : templates) {
        library_->Add(std::move(definition));
      }
    }
  }

  void EmitStraysBefore(uint64_t end) {
    if (next_stray_ == strays_.size()) return;
    ChunkRecovery recovery(library_, options_.max_depth, options_.codepage);
    for (; next_stray_ < strays_.size(); ++next_stray_) {
      const CarvedPiece& piece = strays_[next_stray_];
      if (piece.offset + piece.records.front().offset >= end) return;
      const Bytes bytes = PieceBytes(file_, piece, &stray_buffer_);
      recovery.Read(bytes, piece.offset,
                    piece.kind == CarvedPiece::Kind::kFramed ? Frame::kChunk
                                                             : Frame::kUnknown,
                    piece.records);
      for (Damage& damage : recovery.damage()) Report(std::move(damage));
      for (const RecoveredRecord& record : recovery.records()) {
        EmitFound(piece.offset, bytes, recovery, record);
      }
    }
  }

  void DecodeAll() {
    const size_t batch =
        kChunksPerThread * std::max<size_t>(executor_.threads(), 1);
    std::vector<std::unique_ptr<ChunkReader>> readers;
    for (size_t i = 0; i < std::min(batch, map_.chunks.size()); ++i) {
      readers.push_back(std::make_unique<ChunkReader>(library_, options_));
    }
    for (size_t first = 0; first < map_.chunks.size(); first += batch) {
      const size_t count = std::min(batch, map_.chunks.size() - first);
      executor_.ParallelFor(count, [&](size_t i) {
        Read(map_.chunks[first + i], readers[i].get());
      });
      for (size_t i = 0; i < count; ++i) {
        Emit(map_.chunks[first + i], readers[i].get());
      }
    }
  }

  void Read(const ChunkSpan& span, ChunkReader* reader) const {
    reader->decoder.Decode(file_, span, claimed_, options_.max_depth);
    if (!everything()) return;
    ListUnread(reader->decoder, &reader->unread);
    reader->recovery.Run(SliceClamped(file_, span.offset, span.size),
                         span.offset, reader->decoder.list().records,
                         reader->unread);
  }

  void Emit(const ChunkSpan& span, ChunkReader* reader) {
    EmitStraysBefore(span.offset);
    for (Damage& damage : reader->decoder.damage()) {
      const bool checksum = damage.error.code == Errc::kBadChecksum;
      const bool header = damage.error.offset == span.offset + 124;
      stats_.chunks.bad_header_checksum += checksum && header ? 1 : 0;
      stats_.chunks.bad_data_checksum += checksum && !header ? 1 : 0;
      Report(std::move(damage));
    }
    const size_t live = span.header.in_flight()
                            ? judge_->CountLive(reader->decoder.records())
                            : 0;
    const Bytes chunk = SliceClamped(file_, span.offset, span.size);
    watch_.Chunk(chunk, span, reader->decoder.list(), live);

    const std::vector<DecodedRecord>& chain = reader->decoder.records();
    if (!everything()) {
      for (size_t i = 0; i < chain.size(); ++i) {
        EmitChain(span, chunk, chain[i], i < live);
      }
      return;
    }
    for (Damage& damage : reader->recovery.damage()) Report(std::move(damage));
    MergeRecords(
        chain, reader->recovery.records(),
        [&](const DecodedRecord& record) {
          const auto index = static_cast<size_t>(&record - chain.data());
          EmitChain(span, chunk, record, index < live);
        },
        [&](const RecoveredRecord& record) {
          EmitFound(span.offset, chunk, reader->recovery, record);
        });
  }

  void EmitChain(const ChunkSpan& span, Bytes chunk,
                 const DecodedRecord& record, bool live) {
    Event event = record.event;
    if (span.header.in_flight()) {
      event.state = live ? RecordState::kLive : RecordState::kResidue;
    }
    bool wanted = true;
    LogStats::Records& records = stats_.records;
    switch (event.state) {
      case RecordState::kActive:
        ++records.active;
        break;
      case RecordState::kLive:
        ++records.live;
        wanted = options_.recover != Recover::kNone;
        break;
      case RecordState::kResidue:
        ++records.residue;
        wanted = options_.leftovers || everything();
        break;
      case RecordState::kRecovered:
        ++records.own;
        wanted = options_.leftovers || everything();
        break;
    }
    if (!wanted) return;
    sink_.OnRecord({event,
                    event.state == RecordState::kRecovered
                        ? Confidence::kOwn
                        : Confidence::kCertain,
                    record.span, span.offset, chunk, record.span});
  }

  void EmitFound(uint64_t base, Bytes chunk, const ChunkRecovery& recovery,
                 const RecoveredRecord& record) {
    Event event = record.event;
    const Region region = record.span.region;
    if (region == Region::kActive || region == Region::kStale) {
      // It is part of the log, whoever's template says what it means.
      event.state = RecordState::kActive;
      ++stats_.records.active;
      ++stats_.records.active_rescued;
    } else if ((region == Region::kSlack || region == Region::kHidden) &&
               active_.Contains(record.span)) {
      ++stats_.records.duplicates;
      if (!options_.duplicates) return;
    } else {
      stats_.AddRecovered(record.confidence, !event.provider.empty());
    }
    sink_.OnRecord({event, record.confidence, record.span, base,
                    record.moved ? recovery.image(record.image) : chunk,
                    record.walk_span});
  }

  Bytes file_;
  ScanOptions options_;
  Executor& executor_;
  ScanSink& sink_;
  TemplateLibrary own_library_;
  TemplateLibrary* library_;
  ActiveRecords active_;
  ChunkMap map_;
  ClaimedIds claimed_;
  std::string_view name_;
  std::optional<LiveJudge> judge_;
  std::vector<CarvedPiece> strays_;
  size_t next_stray_ = 0;
  std::vector<std::byte> stray_buffer_;
  LogStats stats_;
  AnomalyWatch watch_;
};

}  // namespace

Result<LogStats> ScanLog(Bytes file, std::string_view name,
                         const ScanOptions& options, Executor& executor,
                         ScanSink* sink) {
  return Scanner(file, name, options, executor, sink).Run();
}

void AddTemplates(Bytes file, uint32_t max_depth, Executor& executor,
                  TemplateLibrary* library) {
  const ChunkMap map = MapChunks(file);
  SurveyLog(file, map, CollectClaims(map), max_depth, executor, library,
            nullptr);
}

}  // namespace espial::evtx

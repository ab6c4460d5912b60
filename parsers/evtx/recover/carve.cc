#include "parsers/evtx/recover/carve.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/carve_map.h"
#include "parsers/evtx/recover/chunk_recovery.h"
#include "parsers/evtx/recover/unread.h"

namespace espial::evtx {
namespace {

constexpr size_t kPiecesPerThread = 4;

struct PieceReader {
  PieceReader(const TemplateLibrary* library, const CarveOptions& options)
      : decoder(options.codepage),
        recovery(library, options.max_depth, options.codepage) {}

  std::vector<std::byte> buffer;
  Bytes bytes;
  ChunkDecoder decoder;
  ChunkRecovery recovery;
  std::vector<RecordSpan> unread;
  std::vector<PortableTemplate> templates;
};

class Carver {
 public:
  Carver(Bytes image, const CarveOptions& options, Executor& executor,
         ScanSink* sink)
      : image_(image),
        options_(options),
        executor_(executor),
        sink_(*sink),
        library_(options.library != nullptr ? options.library : &own_library_) {
    claimed_.Close();
  }

  LogStats Run() {
    stats_.bytes = image_.size();
    pieces_ = MapCarved(image_);
    const size_t batch =
        kPiecesPerThread * std::max<size_t>(executor_.threads(), 1);
    std::vector<std::unique_ptr<PieceReader>> readers;
    for (size_t i = 0; i < std::min(batch, pieces_.size()); ++i) {
      readers.push_back(std::make_unique<PieceReader>(library_, options_));
    }
    // Twice over the pieces: what a record lacks may stand behind it.
    InBatches(readers, &Carver::Collect, &Carver::Keep);
    stats_.templates = library_->size();
    InBatches(readers, &Carver::Read, &Carver::Emit);
    return std::move(stats_);
  }

 private:
  void InBatches(const std::vector<std::unique_ptr<PieceReader>>& readers,
                 void (Carver::*work)(const CarvedPiece&, PieceReader*) const,
                 void (Carver::*take)(const CarvedPiece&, PieceReader*)) {
    for (size_t first = 0; first < pieces_.size(); first += readers.size()) {
      const size_t count = std::min(readers.size(), pieces_.size() - first);
      executor_.ParallelFor(count, [&](size_t i) {
        (this->*work)(pieces_[first + i], readers[i].get());
      });
      for (size_t i = 0; i < count; ++i) {
        (this->*take)(pieces_[first + i], readers[i].get());
      }
    }
  }

  void Collect(const CarvedPiece& piece, PieceReader* reader) const {
    reader->templates.clear();
    if (piece.kind == CarvedPiece::Kind::kStrayed) return;
    const Bytes bytes = PieceBytes(image_, piece, &reader->buffer);
    if (piece.kind == CarvedPiece::Kind::kFramed) {
      CollectTemplates(bytes, piece.records, options_.max_depth,
                       &reader->templates);
      return;
    }
    RecordList list;
    ListRecords(bytes, piece.header, claimed_, &list);
    SlackList slack;
    ScanSlack(bytes, list.records, &slack);
    list.records.insert(list.records.end(), slack.records.begin(),
                        slack.records.end());
    CollectTemplates(bytes, list.records, options_.max_depth,
                     &reader->templates);
  }

  void Keep(const CarvedPiece& /*piece*/, PieceReader* reader) {
    for (PortableTemplate& definition : reader->templates) {
      library_->Add(std::move(definition));
    }
  }

  void Read(const CarvedPiece& piece, PieceReader* reader) const {
    reader->bytes = PieceBytes(image_, piece, &reader->buffer);
    if (piece.kind != CarvedPiece::Kind::kChunk) {
      reader->recovery.Read(reader->bytes, piece.offset,
                            piece.kind == CarvedPiece::Kind::kFramed
                                ? Frame::kChunk
                                : Frame::kUnknown,
                            piece.records);
      return;
    }
    reader->decoder.Decode(image_, {piece.offset, piece.size, piece.header},
                           claimed_, options_.max_depth);
    ListUnread(reader->decoder, &reader->unread);
    reader->recovery.Run(reader->bytes, piece.offset,
                         reader->decoder.list().records, reader->unread);
  }

  void Report(Damage damage) {
    stats_.AddDamage(damage);
    sink_.OnDamage(std::move(damage));
  }

  void Emit(const CarvedPiece& piece, PieceReader* reader) {
    const bool chunk = piece.kind == CarvedPiece::Kind::kChunk;
    if (chunk) {
      ++stats_.chunks.total;
      stats_.chunks.in_flight += piece.header.in_flight() ? 1 : 0;
      stats_.chunks.cut += piece.size < kChunkSize ? 1 : 0;
      for (Damage& damage : reader->decoder.damage()) {
        const bool checksum = damage.error.code == Errc::kBadChecksum;
        const bool header = damage.error.offset == piece.offset + 124;
        stats_.chunks.bad_header_checksum += checksum && header ? 1 : 0;
        stats_.chunks.bad_data_checksum += checksum && !header ? 1 : 0;
        Report(std::move(damage));
      }
    }
    for (Damage& damage : reader->recovery.damage()) Report(std::move(damage));
    MergeRecords(
        chunk ? std::span(reader->decoder.records())
              : std::span<const DecodedRecord>(),
        reader->recovery.records(),
        [&](const DecodedRecord& record) {
          Event event = record.event;
          event.state = RecordState::kRecovered;
          ++stats_.records.own;
          sink_.OnRecord({event, Confidence::kCertain, record.span,
                          piece.offset, reader->bytes, record.span});
        },
        [&](const RecoveredRecord& record) {
          stats_.AddRecovered(record.confidence,
                              !record.event.provider.empty());
          sink_.OnRecord({record.event, record.confidence, record.span,
                          piece.offset,
                          record.moved ? reader->recovery.image(record.image)
                                       : reader->bytes,
                          record.walk_span});
        });
  }

  Bytes image_;
  CarveOptions options_;
  Executor& executor_;
  ScanSink& sink_;
  TemplateLibrary own_library_;
  TemplateLibrary* library_;
  ClaimedIds claimed_;  // of nothing: a carved chunk stands for itself
  std::vector<CarvedPiece> pieces_;
  LogStats stats_;
};

}  // namespace

LogStats Carve(Bytes image, const CarveOptions& options, Executor& executor,
               ScanSink* sink) {
  return Carver(image, options, executor, sink).Run();
}

}  // namespace espial::evtx

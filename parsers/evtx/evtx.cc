// The EVTX parser: maps the chunks, decodes them in batches on all threads, and
// hands their events out in the order of the file.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/in_flight.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/log_coverage.h"

namespace espial::evtx {
namespace {

constexpr size_t kChunksPerThread = 4;
// Chunks that are asked for their channel before an unflushed one is judged.
constexpr size_t kChannelSamples = 16;
// How far a probe looks for a chunk where the file header is gone.
constexpr uint64_t kProbeSpan = uint64_t{128} << 10;
constexpr uint64_t kProbeStep = 512;

std::string_view FileStem(std::string_view name) {
  if (EndsWithFold(name, ".evtx")) name.remove_suffix(5);
  return name;
}

// One parse of one log.
class LogReader {
 public:
  LogReader(const Source& source, const ParseContext& context, Sink* sink)
      : file_(source.bytes()),
        context_(context),
        sink_(*sink),
        stem_(FileStem(source.name())),
        coverage_(stem_) {}

  Status Run() {
    map_ = MapChunks(file_);
    if (map_.chunks.empty() && !map_.file) {
      return Error{Errc::kBadMagic, "event log", 0,
                   "expected \"ElfFile\" or a chunk, found neither"};
    }
    for (Damage& damage : map_.damage) Report(std::move(damage));
    CollectClaims();
    DecodeAll();
    for (Coverage& coverage : coverage_.Finish(damaged_)) {
      sink_.OnCoverage(std::move(coverage));
    }
    Note();
    return {};
  }

 private:
  void Report(Damage damage) {
    damaged_ = damaged_ || damage.lossy;
    sink_.OnDamage(std::move(damage));
  }

  // Only headers whose checksum fits are believed about other chunks.
  void CollectClaims() {
    for (const ChunkSpan& span : map_.chunks) {
      const ChunkHeader& header = span.header;
      if (header.trusted && !header.in_flight()) {
        claimed_.Add(header.first_id, header.last_id);
      }
    }
    claimed_.Close();
    log_.highest_id = claimed_.highest();
    log_.file_stem = stem_;
    if (map_.file && map_.file->trusted) {
      log_.next_id = map_.file->next_record_id;
      const bool dirty = (map_.file->flags & kFileDirty) != 0;
      if (!dirty && *log_.next_id > log_.highest_id) {
        claimed_.SetEnd(*log_.next_id);
      }
    }
  }

  void DecodeAll() {
    const size_t batch =
        kChunksPerThread * std::max<size_t>(context_.executor.threads(), 1);
    std::vector<std::unique_ptr<ChunkDecoder>> decoders;
    for (size_t i = 0; i < std::min(batch, map_.chunks.size()); ++i) {
      decoders.push_back(std::make_unique<ChunkDecoder>());
    }
    for (size_t first = 0; first < map_.chunks.size(); first += batch) {
      const size_t count = std::min(batch, map_.chunks.size() - first);
      context_.executor.ParallelFor(count, [&](size_t i) {
        Decode(map_.chunks[first + i], decoders[i].get());
      });
      for (size_t i = 0; i < count; ++i) {
        Emit(map_.chunks[first + i], decoders[i].get());
      }
    }
  }

  void Decode(const ChunkSpan& span, ChunkDecoder* decoder,
              uint64_t most = ~uint64_t{0}) const {
    decoder->Decode(file_, span, claimed_, context_.limits.binxml_depth, most);
  }

  void Emit(const ChunkSpan& span, ChunkDecoder* decoder) {
    for (Damage& damage : decoder->damage()) Report(std::move(damage));
    size_t live = 0;
    const bool in_flight = span.header.in_flight();
    if (in_flight && !decoder->records().empty()) {
      SampleChannels();
      live = CountLive(decoder->records(), log_, claimed_);
      for (size_t i = 0; i < live; ++i) {
        log_.highest_id =
            std::max(log_.highest_id, decoder->records()[i].span.id);
      }
      live_ += live;
      residue_ += decoder->records().size() - live;
    }
    for (size_t i = 0; i < decoder->records().size(); ++i) {
      Event event = decoder->records()[i].event;
      if (in_flight) {
        event.state = i < live ? RecordState::kLive : RecordState::kResidue;
      }
      if (event.state == RecordState::kActive ||
          event.state == RecordState::kLive) {
        coverage_.Add(event);
      }
      sink_.OnEvent(event);
    }
  }

  // The channels of the flushed chunks, from the first record of some of them,
  // spread over the file: the same ones for any number of threads.
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
      Decode(*flushed[i * flushed.size() / count], &decoder, 1);
      for (const DecodedRecord& record : decoder.records()) {
        const std::string_view channel = record.event.channel;
        if (std::find(log_.channels.begin(), log_.channels.end(), channel) ==
            log_.channels.end()) {
          log_.channels.emplace_back(channel);
        }
      }
    }
  }

  void Note() {
    std::string note;
    if (live_ > 0) {
      note = std::to_string(live_) + " records were not flushed yet";
    }
    if (residue_ > 0) {
      if (!note.empty()) note += "; ";
      note += std::to_string(residue_) +
              " records in an unflushed buffer are left over from other logs";
    }
    if (!note.empty()) sink_.OnNote(std::move(note));
  }

  Bytes file_;
  const ParseContext& context_;
  Sink& sink_;
  std::string_view stem_;
  LogCoverage coverage_;
  ChunkMap map_;
  ClaimedIds claimed_;
  LogIdentity log_;
  bool sampled_ = false;
  bool damaged_ = false;
  uint64_t live_ = 0;
  uint64_t residue_ = 0;
};

bool Probe(const ProbeInput& input) {
  const std::string_view text = AsChars(input.bytes);
  if (text.starts_with(kFileMagic)) return true;
  for (uint64_t at = 0; at < kProbeSpan; at += kProbeStep) {
    const Bytes chunk = SliceClamped(input.bytes, at, kChunkHeaderSize);
    if (chunk.size() < kChunkHeaderSize) return false;
    const ChunkHeader header = ReadChunkHeader(chunk);
    if (header.magic_fits && PlausibleChunkHeader(header)) return true;
  }
  return false;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return LogReader(source, context, &sink).Run();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"evtx", "Windows event log", Probe, Parse};

}  // namespace espial::evtx

#include "parsers/evtx/in_flight.h"

#include <espial/core/text.h>
#include <espial/model/coverage.h>

#include <algorithm>
#include <vector>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// Chunks that are asked for their channel before an unflushed one is judged.
constexpr size_t kChannelSamples = 16;

// Records at the front whose ids follow each other and that stand in one
// piece.
size_t RunLength(std::span<const DecodedRecord> records) {
  size_t length = records.empty() ? 0 : 1;
  while (length < records.size()) {
    const RecordSpan& last = records[length - 1].span;
    const RecordSpan& next = records[length].span;
    if (next.id != last.id + 1 || next.offset != last.offset + last.size) break;
    ++length;
  }
  return length;
}

bool KnownChannel(const LogIdentity& log, std::string_view channel) {
  return std::any_of(
      log.channels.begin(), log.channels.end(),
      [&](const std::string& known) { return EqualsFold(known, channel); });
}

// Whether the channel speaks for the log, against it, or neither.
enum class Agreement : uint8_t { kNo, kUnknown, kYes };

Agreement Agrees(const LogIdentity& log, std::string_view channel) {
  if (!log.channels.empty()) {
    if (KnownChannel(log, channel)) return Agreement::kYes;
    // A log that collects several channels may see one for the first time.
    return log.channels.size() > 1 ? Agreement::kUnknown : Agreement::kNo;
  }
  return StemNamesChannel(log.file_stem, channel) ? Agreement::kYes
                                                  : Agreement::kUnknown;
}

size_t LengthOfLive(std::span<const DecodedRecord> records,
                    const LogIdentity& log, const ClaimedIds& claimed) {
  size_t run = RunLength(records);
  if (run == 0) return 0;
  const std::string_view channel = records.front().event.channel;
  // A run is of one log, hence of one channel.
  if (log.channels.size() < 2) {
    size_t same = 1;
    while (same < run && EqualsFold(records[same].event.channel, channel)) {
      ++same;
    }
    run = same;
  }
  const Agreement agreement = Agrees(log, channel);
  if (agreement == Agreement::kNo) return 0;
  const uint64_t first = records.front().span.id;
  const uint64_t last = first + run - 1;
  if (log.next_id && *log.next_id > first && *log.next_id - 1 <= last) {
    // The run meets the id that the header names: what is behind that id was
    // written after the header, or by another log.
    if (agreement == Agreement::kYes) return run;
    return static_cast<size_t>(*log.next_id - first);
  }
  // A run that fills a hole between flushed chunks to the id was theirs.
  if (agreement == Agreement::kYes && claimed.Contains(first - 1) &&
      claimed.Contains(last + 1) && !claimed.Contains(first)) {
    return run;
  }
  // A stale or absent header: the channel must agree, and the ids must rise
  // from what the file is known to hold.
  if (agreement != Agreement::kYes || first <= log.highest_id) return 0;
  if (log.next_id && first < *log.next_id) return 0;
  return run;
}

}  // namespace

ClaimedIds CollectClaims(const ChunkMap& map) {
  ClaimedIds claimed;
  // Only headers whose checksum fits are believed about other chunks.
  for (const ChunkSpan& span : map.chunks) {
    const ChunkHeader& header = span.header;
    if (header.trusted && !header.in_flight()) {
      claimed.Add(header.first_id, header.last_id);
    }
  }
  claimed.Close();
  if (map.file && map.file->trusted) {
    const bool dirty = (map.file->flags & kFileDirty) != 0;
    const uint64_t next = map.file->next_record_id;
    if (!dirty && next > claimed.highest()) claimed.SetEnd(next);
  }
  return claimed;
}

LiveJudge::LiveJudge(Bytes file, std::string_view name, const ChunkMap& map,
                     const ClaimedIds& claimed, uint32_t max_depth)
    : file_(file), map_(map), claimed_(claimed), max_depth_(max_depth) {
  if (EndsWithFold(name, ".evtx")) name.remove_suffix(5);
  log_.file_stem = name;
  log_.highest_id = claimed.highest();
  if (map.file && map.file->trusted) log_.next_id = map.file->next_record_id;
}

size_t LiveJudge::CountLive(std::span<const DecodedRecord> records) {
  if (records.empty()) return 0;
  SampleChannels();
  const size_t live = LengthOfLive(records, log_, claimed_);
  for (const DecodedRecord& record : records.first(live)) {
    log_.highest_id = std::max(log_.highest_id, record.span.id);
  }
  return live;
}

// The channels of the flushed chunks, from the first record of some of them,
// spread over the file: the same ones for any number of threads.
void LiveJudge::SampleChannels() {
  if (sampled_) return;
  sampled_ = true;
  std::vector<const ChunkSpan*> flushed;
  for (const ChunkSpan& span : map_.chunks) {
    if (!span.header.in_flight()) flushed.push_back(&span);
  }
  const size_t count = std::min(kChannelSamples, flushed.size());
  ChunkDecoder decoder;
  for (size_t i = 0; i < count; ++i) {
    decoder.Decode(file_, *flushed[i * flushed.size() / count], claimed_,
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

}  // namespace espial::evtx

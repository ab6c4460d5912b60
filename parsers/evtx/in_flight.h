// Which records of an unflushed chunk belong to the log.
//
// Windows hands buffers on from one log to another. What lies in a chunk whose
// header was never updated is either the newest part of this log, or was left
// there by another log that used the buffer before; the second may also follow
// the first. Taking it all for live would invent events.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/chunk_map.h"

namespace espial::evtx {

// What is known of the log without the chunk in question.
struct LogIdentity {
  // The id that the file header names as next; nothing when the header is
  // absent or cannot be trusted.
  std::optional<uint64_t> next_id;
  // The highest id of a flushed record; 0 when there is none.
  uint64_t highest_id = 0;
  // Channels of flushed records; several in a log of forwarded events.
  std::vector<std::string> channels;
  // The file name without ".evtx".
  std::string_view file_stem;
};

// Ids that the chunk headers of `map` claim, and where the file header ends
// them.
ClaimedIds CollectClaims(const ChunkMap& map);

// Judges the unflushed chunks of one log, one after another in the order of the
// file: what one holds says something of the next.
class LiveJudge {
 public:
  // `file`, `map` and `claimed`, the ids of the flushed chunks, must outlive
  // the judge, and so must `name`, the log's name with or without ".evtx".
  LiveJudge(Bytes file, std::string_view name, const ChunkMap& map,
            const ClaimedIds& claimed, uint32_t max_depth);

  // How many records at the front of `records`, all of one unflushed chunk in
  // the order of their offsets, are live.
  size_t CountLive(std::span<const DecodedRecord> records);

 private:
  void SampleChannels();

  Bytes file_;
  const ChunkMap& map_;
  const ClaimedIds& claimed_;
  uint32_t max_depth_;
  LogIdentity log_;
  bool sampled_ = false;
};

}  // namespace espial::evtx

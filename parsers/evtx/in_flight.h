// Which records of an unflushed chunk belong to the log.
//
// Windows hands buffers on from one log to another. What lies in a chunk whose
// header was never updated is either the newest part of this log, or was left
// there by another log that used the buffer before; the second may also follow
// the first. Taking it all for live would invent events.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"

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

// How many records at the front of `records`, all of one unflushed chunk in
// the order of their offsets, are live.
// `claimed` are the ids of the flushed chunks.
size_t CountLive(std::span<const DecodedRecord> records, const LogIdentity& log,
                 const ClaimedIds& claimed);

}  // namespace espial::evtx

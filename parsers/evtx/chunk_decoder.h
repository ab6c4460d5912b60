// One chunk, from bytes to events. A chunk needs nothing but itself, so any
// number of them can be decoded at once, each by a decoder of its own.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_map.h"
#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/event_builder.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/walker.h"

namespace espial::evtx {

// A record that was read, at least so far that it has a name.
struct DecodedRecord {
  Event event;
  RecordSpan span;       // as the chunk holds it
  bool partial = false;  // an error ended it behind its System section
};

class ChunkDecoder {
 public:
  // ANSI strings are of that code page; null is windows-1252.
  explicit ChunkDecoder(const Codepage* codepage = nullptr)
      : builder_(codepage), walker_(&xml_, &builder_) {}
  ChunkDecoder(const ChunkDecoder&) = delete;
  ChunkDecoder& operator=(const ChunkDecoder&) = delete;

  // Decodes the records of `span`, the first `most` of them. What records()
  // and damage() give is valid until the next call, and as long as `file`.
  // Event::state is not set for records in flight.
  void Decode(Bytes file, const ChunkSpan& span, const ClaimedIds& claimed,
              uint32_t max_depth, uint64_t most = ~uint64_t{0});

  [[nodiscard]] const std::vector<DecodedRecord>& records() const {
    return records_;
  }
  [[nodiscard]] std::vector<Damage>& damage() { return damage_; }
  // The chain of the chunk: records(), and those that could not be read.
  [[nodiscard]] const RecordList& list() const { return list_; }

 private:
  // Records that one damaged definition or one kind of error cost, reported
  // together.
  struct Loss {
    Error error;
    uint64_t records = 0;
    uint64_t bytes = 0;
    uint64_t first_id = 0;
    uint64_t last_id = 0;
    bool lossy = true;
    bool partly = true;  // every one of them was read in part
  };

  void CheckChunk(Bytes chunk, const ChunkSpan& span);
  void DecodeRecord(const RecordSpan& span);
  void AddLoss(const RecordSpan& span, Error error, bool partly);
  void ReportLosses();
  void Report(Errc code, const char* what, uint64_t offset, std::string detail,
              uint64_t lost, bool lossy);

  uint64_t base_ = 0;
  Arena arena_;
  ChunkXml xml_;
  EventBuilder builder_;
  Walker<EventBuilder> walker_;
  RecordList list_;
  std::vector<DecodedRecord> records_;
  std::vector<Damage> damage_;
  std::vector<Loss> losses_;
};

}  // namespace espial::evtx

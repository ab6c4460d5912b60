// What the plain decoder of a chunk left, and putting both halves together.
#pragma once

#include <span>
#include <vector>

#include "parsers/evtx/chunk_decoder.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/chunk_recovery.h"

namespace espial::evtx {

// The records of the chain that could not be read, wholly or in part.
inline void ListUnread(const ChunkDecoder& decoder,
                       std::vector<RecordSpan>* unread) {
  unread->clear();
  auto next = decoder.records().begin();
  for (const RecordSpan& record : decoder.list().records) {
    const bool read =
        next != decoder.records().end() && next->span.offset == record.offset;
    if (!read || next->partial) unread->push_back(record);
    if (read) ++next;
  }
}

// Calls on_chain or on_found for each record, in the order of their offsets. A
// record of the chain that was read in part gives way to the whole of it,
// unless that is without a name.
template <typename OnChain, typename OnFound>
void MergeRecords(std::span<const DecodedRecord> chain,
                  std::span<const RecoveredRecord> found, OnChain&& on_chain,
                  OnFound&& on_found) {
  size_t next = 0;
  for (const DecodedRecord& record : chain) {
    while (next < found.size() &&
           found[next].span.offset < record.span.offset) {
      on_found(found[next++]);
    }
    if (next < found.size() && found[next].span.offset == record.span.offset) {
      const RecoveredRecord& whole = found[next++];
      if (!whole.event.provider.empty()) {
        on_found(whole);
        continue;
      }
    }
    on_chain(record);
  }
  while (next < found.size()) on_found(found[next++]);
}

}  // namespace espial::evtx

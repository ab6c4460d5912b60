// Finds records where the chain of a chunk does not lead: behind its free
// space, in chunks that were emptied, among damage.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <span>
#include <vector>

#include "parsers/evtx/records.h"

namespace espial::evtx {

// A run of bytes that begins as a record does and does not end as one: the
// rest was overwritten.
struct TornRecord {
  uint32_t offset = 0;
  uint32_t size = 0;  // up to the next record, or the end of its place
  uint64_t id = 0;
};

struct SlackList {
  std::vector<RecordSpan> records;  // whole ones, in their order
  std::vector<TornRecord> torn;
  // Bytes that are not zero and belong to neither.
  uint64_t remains = 0;
};

// Whether the head of a record at `offset` can be that of a real one: a time of
// this format's age, a size, and binary XML behind it.
bool PlausibleRecordHead(Bytes bytes, uint64_t offset);

// Whether `ticks` can be the time of a record.
bool PlausibleRecordTime(uint64_t ticks);

// Scans all of `chunk` behind its header, in steps of 8 bytes, except what
// `listed` (in order, apart from each other) takes. Appends nothing that
// overlaps. Linear in the chunk.
void ScanSlack(Bytes chunk, std::span<const RecordSpan> listed,
               SlackList* slack);

// Appends the records that a listed one was grown over: each stands inside
// `outer` whole, or whole but for the copy of its size. Linear in `outer`.
void FindHiddenRecords(Bytes chunk, const RecordSpan& outer,
                       std::vector<RecordSpan>* hidden);

}  // namespace espial::evtx

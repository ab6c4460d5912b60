// Where the records of a chunk are.
//
// Records follow each other from offset 512, each with its size in front and
// again at its end. A record whose head or tail is damaged is kept when two
// independent marks agree on its extent; what stays unclear is skipped up to
// the next plausible record and reported with its size in bytes.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parsers/evtx/chunk_header.h"

namespace espial::evtx {

// What the place of a record says of it.
enum class Region : uint8_t {
  kActive,    // before the chunk's free space
  kStale,     // behind it, but continuing its ids: the header was not updated
  kInFlight,  // in a chunk whose header was written before any record
  kBeside,    // behind damage, with an id that the chunk does not claim: blocks
              // of another time, as in a shadow copy
  kSlack,     // outside the chain of the chunk; only recovery lists these
  kHidden,    // inside a record of the chain, which was grown over it; likewise
};

// A record, not yet decoded. Offsets count from the start of the chunk.
struct RecordSpan {
  uint32_t offset = 0;
  uint32_t size = 0;
  uint64_t id = 0;         // of the record header
  uint64_t file_time = 0;  // of the record header
  Region region = Region::kActive;
};

// Trouble between or around records; the offset counts from the chunk's start.
struct RecordTrouble {
  Errc code = Errc::kBadValue;
  const char* what = "";
  uint32_t offset = 0;
  std::string detail;
  uint32_t bytes_lost = 0;
  bool lossy = false;
};

struct RecordList {
  std::vector<RecordSpan> records;
  std::vector<RecordTrouble> troubles;
};

// Ids that the headers of all chunks claim, so that a record behind a chunk's
// free space is not taken for the next one when another chunk holds that.
class ClaimedIds {
 public:
  void Add(uint64_t first, uint64_t last);
  // To be called once, behind the last Add.
  void Close();
  [[nodiscard]] bool Contains(uint64_t id) const;
  // No record has an id at `end` or above: a clean file header says so.
  void SetEnd(uint64_t end) { end_ = end; }
  // Whether a record of this id may stand behind a chunk's free space and be
  // part of the log.
  [[nodiscard]] bool MayContinue(uint64_t id) const {
    return id < end_ && !Contains(id);
  }
  // The highest id claimed; 0 when there is none.
  [[nodiscard]] uint64_t highest() const { return highest_; }

 private:
  struct Range {
    uint64_t first;
    uint64_t last;
  };
  std::vector<Range> ranges_;  // sorted, apart from each other
  uint64_t highest_ = 0;
  uint64_t end_ = ~uint64_t{0};
};

// Whether a record with sound magic, size and size copy begins at `offset`;
// then its size.
std::optional<uint32_t> RecordSizeAt(Bytes chunk, uint64_t offset);

// The first offset in [from, until), in steps of 8 bytes, at which RecordSizeAt
// holds.
std::optional<uint32_t> FindRecord(Bytes chunk, uint64_t from, uint64_t until);

// Lists the records of a chunk. `chunk` may be shorter than 64 KiB; a record
// that it does not hold whole is not listed. Appends to `list`, which is
// cleared before.
void ListRecords(Bytes chunk, const ChunkHeader& header,
                 const ClaimedIds& claimed, RecordList* list);

}  // namespace espial::evtx

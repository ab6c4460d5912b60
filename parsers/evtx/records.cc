#include "parsers/evtx/records.h"

#include <algorithm>
#include <utility>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

bool AllZero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte b) { return b == std::byte{0}; });
}

class Lister {
 public:
  Lister(Bytes chunk, const ChunkHeader& header, const ClaimedIds& claimed,
         RecordList* list)
      : chunk_(chunk), header_(header), claimed_(claimed), list_(*list) {}

  void Run() {
    if (header_.in_flight()) {
      ListInFlight();
      return;
    }
    uint64_t end = chunk_.size();
    const bool bounded = header_.free_offset_fits(kChunkSize);
    if (bounded) end = std::min<uint64_t>(end, header_.free_offset);
    if (!bounded) {
      Report(
          Errc::kBadValue, "free space offset", 48,
          "expected 512 to 65536, found " + std::to_string(header_.free_offset),
          0, false);
    }
    const uint64_t stop = ListActive(end, bounded);
    ListStale(stop);
  }

 private:
  void Report(Errc code, const char* what, uint64_t offset, std::string detail,
              uint64_t lost, bool lossy) {
    list_.troubles.push_back({code, what, static_cast<uint32_t>(offset),
                              std::move(detail), static_cast<uint32_t>(lost),
                              lossy});
  }

  void Take(uint64_t offset, uint64_t size, Region region) {
    list_.records.push_back({static_cast<uint32_t>(offset),
                             static_cast<uint32_t>(size),
                             LoadU64(chunk_.data() + offset + 8),
                             LoadU64(chunk_.data() + offset + 16), region});
  }

  [[nodiscard]] uint32_t At32(uint64_t offset) const {
    return LoadU32(chunk_.data() + offset);
  }

  // Returns the offset behind the last thing looked at.
  uint64_t ListActive(uint64_t end, bool bounded) {
    uint64_t at = kChunkHeaderSize;
    while (at < end) {
      if (const auto size = RecordSizeAt(chunk_, at)) {
        if (!bounded && !Continues(at)) break;
        const uint64_t id = LoadU64(chunk_.data() + at + 8);
        const bool foreign = lost_ && header_.trusted &&
                             (id < header_.first_id || id > header_.last_id);
        Take(at, *size, foreign ? Region::kBeside : Region::kActive);
        at += *size;
        continue;
      }
      const uint64_t next = Repair(at, end, bounded);
      if (next == at) break;
      at = next;
    }
    return at;
  }

  // Deals with bytes at `at` that are no sound record, and returns where to go
  // on; `at` itself when nothing follows.
  uint64_t Repair(uint64_t at, uint64_t end, bool bounded) {
    if (end - at < kMinRecordSize || AllZero(chunk_.subspan(at, end - at))) {
      ReportShortage(at, end, bounded);
      return at;
    }
    const auto found = FindRecord(chunk_, at + kRecordAlignment, end);
    if (!bounded && !(found && Continues(*found))) {
      if (!HasAllClaimed()) ReportShortage(at, end, bounded);
      return at;
    }
    const uint64_t next = found ? *found : end;
    const bool next_known =
        found.has_value() || (bounded && end != chunk_.size());
    if (const char* mark = ExtentAgrees(at, next, next_known)) {
      Report(Errc::kBadValue, mark, at,
             "the rest of the record is sound; extent taken from what follows",
             0, false);
      Take(at, next - at, Region::kActive);
      return next;
    }
    if (const auto size = SizeAlone(at, next)) {
      Report(Errc::kBadMagic, "record magic", at,
             "expected 2a 2a 00 00; size and copy agree", 0, false);
      Take(at, *size, Region::kActive);
      return at + *size;
    }
    if (!found && IsCutRecord(at)) {
      Report(Errc::kTruncated, "record", at,
             "need " + std::to_string(At32(at + 4)) + " bytes, have " +
                 std::to_string(chunk_.size() - at),
             chunk_.size() - at, true);
      return chunk_.size();
    }
    if (!found && HasAllClaimed()) {
      Report(Errc::kBadValue, "free space offset", 48,
             "expected " + std::to_string(at) + ", found " +
                 std::to_string(header_.free_offset),
             0, false);
      return at;
    }
    Report(Errc::kBadMagic, "record", at,
           "expected a record, found " + std::to_string(next - at) +
               " bytes that are none",
           next - at, true);
    lost_ = true;
    return next;
  }

  // Whether the id of the record at `at` can stand behind the last one listed:
  // the only bound of a chunk whose free space offset is nonsense.
  [[nodiscard]] bool Continues(uint64_t at) const {
    if (list_.records.empty()) return true;
    const uint64_t id = LoadU64(chunk_.data() + at + 8);
    const uint64_t last = list_.records.back().id;
    return id > last && id - last <= kChunkSize / kMinRecordSize;
  }

  // Whether a record at `at` that ends where `next` begins is believable by a
  // second mark beside its place: then the name of the mark that failed.
  [[nodiscard]] const char* ExtentAgrees(uint64_t at, uint64_t next,
                                         bool next_known) const {
    const uint64_t size = next - at;
    if (!next_known || size < kMinRecordSize) return nullptr;
    const bool magic = At32(at) == kRecordMagic;
    const bool size_fits = At32(at + 4) == size;
    const bool copy_fits = At32(next - 4) == size;
    if (magic && size_fits) return "record size copy";
    if (magic && copy_fits) return "record size";
    if (size_fits && copy_fits) return "record magic";
    return nullptr;
  }

  // A record without its magic, in front of more damage: its size and the copy
  // agree, and its id follows the one before.
  [[nodiscard]] std::optional<uint32_t> SizeAlone(uint64_t at,
                                                  uint64_t next) const {
    const uint32_t size = At32(at + 4);
    if (list_.records.empty() || size < kMinRecordSize || size > next - at ||
        At32(at + size - 4) != size) {
      return std::nullopt;
    }
    const bool follows =
        LoadU64(chunk_.data() + at + 8) == list_.records.back().id + 1;
    return follows ? std::optional<uint32_t>(size) : std::nullopt;
  }

  // The last record of a chunk that the end of the file cut.
  [[nodiscard]] bool IsCutRecord(uint64_t at) const {
    return chunk_.size() < kChunkSize && At32(at) == kRecordMagic &&
           At32(at + 4) >= kMinRecordSize && At32(at + 4) > chunk_.size() - at;
  }

  // Whether the records seen reach the last id that the header names.
  [[nodiscard]] bool HasAllClaimed() const {
    return !list_.records.empty() && list_.records.back().id >= header_.last_id;
  }

  // Fewer bytes than a record, or only zeros, up to the free space.
  void ReportShortage(uint64_t at, uint64_t end, bool bounded) {
    const bool cut = chunk_.size() < kChunkSize && end == chunk_.size();
    const bool complete = HasAllClaimed();
    if (complete && !cut) {
      if (!bounded) return;
      Report(Errc::kBadValue, "free space offset", 48,
             "expected " + std::to_string(at) + ", found " +
                 std::to_string(header_.free_offset),
             0, false);
      return;
    }
    if (complete && AllZero(chunk_.subspan(at, end - at))) return;
    Report(cut ? Errc::kTruncated : Errc::kBadMagic, "record", at,
           "expected a record, found " + std::to_string(end - at) + " bytes " +
               (cut ? "before the end" : "of zeros"),
           end - at, true);
  }

  // Records of one log are not written in the exact order of their times;
  // those that an earlier use of the buffer left are older by more.
  static bool OlderThan(uint64_t time, uint64_t other) {
    constexpr uint64_t kSlack = 600 * uint64_t{10'000'000};
    return time < other && other - time > kSlack;
  }

  // Behind the free space only what continues the ids is part of the log.
  void ListStale(uint64_t at) {
    uint64_t count = 0;
    const uint64_t start = at;
    while (const auto size = RecordSizeAt(chunk_, at)) {
      const uint64_t id = LoadU64(chunk_.data() + at + 8);
      if (list_.records.empty()) break;
      const RecordSpan& last = list_.records.back();
      const uint64_t file_time = LoadU64(chunk_.data() + at + 16);
      if (last.region == Region::kBeside || id != last.id + 1 ||
          !claimed_.MayContinue(id) || OlderThan(file_time, last.file_time)) {
        break;
      }
      Take(at, *size, Region::kStale);
      at += *size;
      ++count;
    }
    if (count > 0) {
      Report(Errc::kBadValue, "free space offset", 48,
             "stale: " + std::to_string(count) +
                 " records behind it continue the ids, from offset " +
                 std::to_string(start),
             0, false);
    }
  }

  // All records up to the first break; which of them are live is judged when
  // their channels are known.
  void ListInFlight() {
    uint64_t at = kChunkHeaderSize;
    while (const auto size = RecordSizeAt(chunk_, at)) {
      Take(at, *size, Region::kInFlight);
      at += *size;
    }
  }

  Bytes chunk_;
  const ChunkHeader& header_;
  const ClaimedIds& claimed_;
  RecordList& list_;
  bool lost_ = false;  // bytes of this chunk were skipped
};

}  // namespace

void ClaimedIds::Add(uint64_t first, uint64_t last) {
  if (first == 0 || last == kNoId || first > last) return;
  ranges_.push_back({first, last});
  highest_ = std::max(highest_, last);
}

void ClaimedIds::Close() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  std::vector<Range> merged;
  for (const Range& range : ranges_) {
    if (merged.empty() || range.first > merged.back().last) {
      merged.push_back(range);
    } else {
      merged.back().last = std::max(merged.back().last, range.last);
    }
  }
  ranges_ = std::move(merged);
}

bool ClaimedIds::Contains(uint64_t id) const {
  const auto behind = std::upper_bound(
      ranges_.begin(), ranges_.end(), id,
      [](uint64_t value, const Range& range) { return value < range.first; });
  return behind != ranges_.begin() && id <= std::prev(behind)->last;
}

std::optional<uint32_t> RecordSizeAt(Bytes chunk, uint64_t offset) {
  if (offset > chunk.size() || chunk.size() - offset < kMinRecordSize) {
    return std::nullopt;
  }
  const std::byte* p = chunk.data() + offset;
  if (LoadU32(p) != kRecordMagic) return std::nullopt;
  const uint32_t size = LoadU32(p + 4);
  if (size < kMinRecordSize || size > chunk.size() - offset ||
      LoadU32(p + size - 4) != size) {
    return std::nullopt;
  }
  return size;
}

std::optional<uint32_t> FindRecord(Bytes chunk, uint64_t from, uint64_t until) {
  const uint64_t end = std::min<uint64_t>(until, chunk.size());
  const uint64_t aligned =
      (from + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
  for (uint64_t at = aligned; at < end; at += kRecordAlignment) {
    if (RecordSizeAt(chunk, at)) return static_cast<uint32_t>(at);
  }
  return std::nullopt;
}

void ListRecords(Bytes chunk, const ChunkHeader& header,
                 const ClaimedIds& claimed, RecordList* list) {
  list->records.clear();
  list->troubles.clear();
  Lister(chunk, header, claimed, list).Run();
}

}  // namespace espial::evtx

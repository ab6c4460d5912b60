#include "parsers/archive/cab/cab_folder.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial::archive_cab {
namespace {

constexpr uint64_t kBlockHeaderSize = 8;
constexpr size_t kMaxBlocks = 65535;

struct BlockHeader {
  uint32_t checksum = 0;
  uint16_t packed = 0;
  uint16_t unpacked = 0;
};

std::string InCabinet(const Segment& segment) {
  return segment.cabinet_name.empty() ? std::string()
                                      : " in " + segment.cabinet_name;
}

// The stored checksum covers the data and then the two sizes; writers that
// reserve bytes in each block differ in whether those count too.
bool ChecksumFits(uint32_t stored, Bytes header, Bytes reserve, Bytes data,
                  uint32_t* found) {
  const uint32_t over_data = Checksum(data, 0);
  *found = Checksum(header.subspan(4), over_data);
  if (*found == stored) return true;
  if (reserve.empty()) return false;
  std::vector<std::byte> joined(header.begin() + 4, header.end());
  joined.insert(joined.end(), reserve.begin(), reserve.end());
  return Checksum(joined, over_data) == stored;
}

class Gatherer {
 public:
  Gatherer(Compression compression, WalkAllowance* allowance)
      : compression_(compression), allowance_(*allowance) {}

  // False when the walk has to end.
  bool Walk(const Segment& segment, bool last_segment);
  FolderData Finish();

 private:
  // Ends the walk at block `number` (from 0), which stands at `at`.
  bool Stop(const Segment& segment, uint32_t number, uint64_t at, Errc code,
            const char* what, const std::string& detail);
  void CloseBlock(uint32_t unpacked, bool cut);

  Compression compression_;
  WalkAllowance& allowance_;
  FolderData data_;
  Block open_;            // the block that is being put together
  bool is_open_ = false;  // whether it waits for the next cabinet
};

std::string Number(const Segment& segment, uint32_t number) {
  return "block " + std::to_string(number + 1) + " of " +
         std::to_string(segment.blocks) + InCabinet(segment);
}

bool Gatherer::Stop(const Segment& segment, uint32_t number, uint64_t at,
                    Errc code, const char* what, const std::string& detail) {
  const uint64_t size = segment.cabinet->bytes.size();
  data_.end = Error{code, what, segment.cabinet->base + at,
                    Number(segment, number) + ": " + detail};
  data_.bytes_lost = at < size ? size - at : 0;
  return false;
}

void Gatherer::CloseBlock(uint32_t unpacked, bool cut) {
  // A stored block is what it holds: bytes that are there are output, so a cut
  // block or a lying size costs nothing.
  open_.unpacked =
      compression_ == Compression::kStored ? open_.packed : unpacked;
  open_.unpacked_before = data_.unpacked;
  open_.cut = cut;
  data_.unpacked += open_.unpacked;
  data_.blocks.push_back(open_);
  is_open_ = false;
}

bool Gatherer::Walk(const Segment& segment, bool last_segment) {
  const Bytes bytes = segment.cabinet->bytes;
  const uint64_t fixed = kBlockHeaderSize + segment.cabinet->block_reserve;
  uint64_t at = segment.data_offset;
  for (uint32_t i = 0; i < segment.blocks; ++i) {
    const uint64_t left = at <= bytes.size() ? bytes.size() - at : 0;
    if (left < fixed) {
      return Stop(segment, i, at, Errc::kTruncated, "block header",
                  "need " + std::to_string(fixed) + " bytes, have " +
                      std::to_string(left));
    }
    const Bytes header = SliceClamped(bytes, at, kBlockHeaderSize);
    const Bytes reserve = SliceClamped(bytes, at + kBlockHeaderSize,
                                       segment.cabinet->block_reserve);
    const uint32_t stored = LoadU32(header.data());
    const uint32_t packed = LoadU16(header.data() + 4);
    const uint32_t unpacked = LoadU16(header.data() + 6);
    const Bytes payload = SliceClamped(bytes, at + fixed, packed);

    if (allowance_.bytes_left < fixed + packed) {
      return Stop(segment, i, at, Errc::kLimitExceeded, "folder data",
                  "the folders lie over each other: their data are several "
                  "times the size of the cabinet");
    }
    allowance_.bytes_left -= fixed + packed;
    if (!is_open_) {
      if (data_.unpacked > kMaxFolderOut - kMaxBlockIn ||
          data_.blocks.size() >= kMaxBlocks) {
        return Stop(segment, i, at, Errc::kLimitExceeded, "folder size",
                    "a folder holds 65535 blocks at most");
      }
      open_ = Block();
      open_.first_piece = static_cast<uint32_t>(data_.pieces.size());
      open_.offset = segment.cabinet->base + at;
      is_open_ = true;
    }
    // These two bound what the decompressor is given and gives.
    if (unpacked > kMaxBlockOut) {
      return Stop(segment, i, at, Errc::kBadValue, "block unpacked size",
                  "expected at most " + std::to_string(kMaxBlockOut) +
                      ", found " + std::to_string(unpacked));
    }
    if (packed > kMaxBlockIn - open_.packed) {
      return Stop(segment, i, at, Errc::kBadValue, "block packed size",
                  "expected at most " +
                      std::to_string(kMaxBlockIn - open_.packed) + ", found " +
                      std::to_string(packed));
    }
    if (!payload.empty()) {
      data_.pieces.push_back(payload);
      ++open_.pieces;
    }
    open_.packed += static_cast<uint32_t>(payload.size());
    data_.packed += payload.size();
    if (payload.size() < packed) {
      Stop(segment, i, at, Errc::kTruncated, "block data",
           "need " + std::to_string(packed) + " bytes, have " +
               std::to_string(payload.size()));
      if (unpacked != 0 || compression_ == Compression::kStored) {
        CloseBlock(unpacked, true);
      }
      return false;
    }
    uint32_t found = 0;
    if (stored != 0 &&
        !ChecksumFits(stored, header, reserve, payload, &found)) {
      open_.bad_checksum = true;
      data_.bad_checksums.push_back(
          {Errc::kBadChecksum, "block checksum", segment.cabinet->base + at,
           Number(segment, i) + ": expected 0x" + ToHex(stored, 8) +
               ", found 0x" + ToHex(found, 8)});
    }
    const bool goes_on = unpacked == 0;
    if (!goes_on) {
      if (compression_ == Compression::kStored && unpacked != open_.packed) {
        data_.oddities.push_back(
            {Errc::kBadValue, "block unpacked size", segment.cabinet->base + at,
             Number(segment, i) + ": a stored block of " +
                 std::to_string(open_.packed) + " bytes declares " +
                 std::to_string(unpacked)});
      }
      CloseBlock(unpacked, false);
    } else if (last_segment || i + 1 != segment.blocks) {
      Stop(segment, i, at, Errc::kTruncated, "block continuation",
           "goes on in a cabinet that is not there");
      if (compression_ == Compression::kStored) CloseBlock(0, true);
      return false;
    }
    at += fixed + packed;
  }
  return true;
}

FolderData Gatherer::Finish() { return std::move(data_); }

}  // namespace

uint32_t Checksum(Bytes data, uint32_t seed) {
  uint32_t sum = seed;
  size_t i = 0;
  for (; data.size() - i >= 4; i += 4) sum ^= LoadU32(data.data() + i);
  uint32_t tail = 0;
  for (; i < data.size(); ++i) {
    tail = tail << 8U | std::to_integer<uint32_t>(data[i]);
  }
  return sum ^ tail;
}

FolderData GatherBlocks(const std::vector<Segment>& segments,
                        Compression compression, WalkAllowance* allowance) {
  Gatherer gatherer(compression, allowance);
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!gatherer.Walk(segments[i], i + 1 == segments.size())) break;
  }
  return gatherer.Finish();
}

}  // namespace espial::archive_cab

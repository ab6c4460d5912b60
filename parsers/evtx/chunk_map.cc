#include "parsers/evtx/chunk_map.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/records.h"

namespace espial::evtx {
namespace {

// How far into a file junk may push the file header.
constexpr uint64_t kHeaderSearch = uint64_t{128} << 10;

bool AllZero(Bytes bytes) {
  // Comparing the bytes with themselves, one place further, lets memcmp do it.
  return bytes.empty() ||
         (bytes[0] == std::byte{0} &&
          std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

class Mapper {
 public:
  explicit Mapper(Bytes file) : file_(file) {}

  ChunkMap Run() && {
    uint64_t at = ReadHeader();
    while (at < file_.size()) at = Step(at);
    CompareWithHeader();
    return std::move(map_);
  }

 private:
  void Report(Errc code, std::string what, uint64_t offset, std::string detail,
              uint64_t lost, bool lossy) {
    map_.damage.push_back(
        {{}, {code, std::move(what), offset, std::move(detail)}, lost, lossy});
  }

  // Returns where the first chunk is expected.
  uint64_t ReadHeader() {
    const size_t found =
        AsChars(SliceClamped(file_, 0, kHeaderSearch)).find(kFileMagic);
    const std::optional<uint64_t> chunk = FindChunk(file_, 0);
    if (found != std::string_view::npos && (!chunk || found < *chunk)) {
      map_.file_header_offset = found;
      map_.file = ReadFileHeader(file_.subspan(found));
    }
    if (!map_.file) {
      Report(Errc::kBadMagic, "file header", 0,
             "expected \"ElfFile\", found none before the first chunk", 0,
             false);
      return chunk.value_or(0);
    }
    if (map_.file_header_offset != 0) {
      Report(Errc::kBadValue, "file header", map_.file_header_offset,
             "expected at offset 0, found behind " +
                 std::to_string(map_.file_header_offset) + " other bytes",
             0, false);
    }
    CheckHeader();
    return map_.file_header_offset + kFileHeaderSize;
  }

  void CheckHeader() {
    const FileHeader& header = *map_.file;
    const uint64_t at = map_.file_header_offset;
    if (!header.trusted) {
      Report(Errc::kBadChecksum, "file header checksum", at + 124,
             "the stored checksum does not fit the header", 0, false);
    }
    if (header.major != 3) {
      Report(Errc::kUnsupported, "file version", at + 36,
             "expected 3.x, found " + std::to_string(header.major) + "." +
                 std::to_string(header.minor) + "; read as 3.x",
             0, false);
    }
    if (header.block_size != kFileHeaderSize) {
      Report(Errc::kBadValue, "header block size", at + 40,
             "expected 4096, found " + std::to_string(header.block_size), 0,
             false);
    }
  }

  // Looks at the place of one chunk and returns the next place.
  uint64_t Step(uint64_t at) {
    const Bytes place = SliceClamped(file_, at, kChunkSize);
    if (AllZero(place)) {
      ++map_.zero_chunks;
      return at + place.size();
    }
    if (place.size() >= kChunkHeaderSize) {
      const ChunkHeader header = ReadChunkHeader(place);
      if (header.magic_fits) return TakeChunk(at, header);
      if (HoldsRecords(place, header)) {
        Report(Errc::kBadMagic, "chunk magic", at,
               "expected \"ElfChnk\", found other bytes before records", 0,
               false);
        return TakeChunk(at, header);
      }
    }
    return SkipToChunk(at);
  }

  // Whether a chunk stands here although its magic does not: a record begins
  // exactly behind the header, or the rest of the header is sound and a record
  // is anywhere.
  static bool HoldsRecords(Bytes place, const ChunkHeader& header) {
    if (FindRecord(place, kChunkHeaderSize, kChunkHeaderSize + 1)) return true;
    return PlausibleChunkHeader(header) &&
           header.free_offset_fits(place.size()) &&
           FindRecord(place, kChunkHeaderSize, place.size()).has_value();
  }

  uint64_t TakeChunk(uint64_t at, const ChunkHeader& header) {
    const uint64_t whole = std::min<uint64_t>(kChunkSize, file_.size() - at);
    const uint64_t size = CutByNext(at, whole);
    map_.chunks.push_back({at, size, header});
    return at + size;
  }

  // Where bytes are missing from the middle of a file, the next chunk begins
  // within the 64 KiB of the one before it. It is looked for only when no
  // chunk stands where it should.
  uint64_t CutByNext(uint64_t at, uint64_t whole) {
    const Bytes after = SliceClamped(file_, at + whole, kChunkSize);
    if (after.empty() ||
        AllZero(after.first(std::min<size_t>(after.size(), 8))))
      return whole;
    if (AsChars(after).starts_with(kChunkMagic) ||
        (after.size() >= kChunkHeaderSize &&
         HoldsRecords(after, ReadChunkHeader(after)))) {
      return whole;
    }
    const std::optional<uint64_t> next = FindChunk(
        file_.first(static_cast<size_t>(at + whole)), at + kChunkHeaderSize);
    return next ? *next - at : whole;
  }

  uint64_t SkipToChunk(uint64_t at) {
    const std::optional<uint64_t> next = FindChunk(file_, at);
    const uint64_t end = next.value_or(file_.size());
    const Bytes gap = SliceClamped(file_, at, end - at);
    if (AllZero(gap)) {
      if (next) {
        Report(Errc::kBadValue, "chunk", at,
               "expected \"ElfChnk\", found it behind " +
                   std::to_string(end - at) + " zero bytes",
               0, false);
      }
      return end;
    }
    // Junk behind the chunks that the header counts holds nothing of the log.
    const bool lossy =
        next.has_value() || !map_.file ||
        map_.chunks.size() + map_.zero_chunks < map_.file->chunk_count;
    Report(Errc::kBadMagic, "chunk", at,
           "expected \"ElfChnk\", found " + std::to_string(end - at) +
               " bytes that are no chunk",
           end - at, lossy);
    return end;
  }

  void CompareWithHeader() {
    if (!map_.file || !map_.file->trusted) return;
    const uint64_t found = map_.chunks.size() + map_.zero_chunks;
    if (found >= map_.file->chunk_count) return;
    Report(Errc::kTruncated, "chunks", file_.size(),
           "expected " + std::to_string(map_.file->chunk_count) +
               " as the file header counts, found " + std::to_string(found),
           0, true);
  }

  Bytes file_;
  ChunkMap map_;
};

}  // namespace

std::optional<uint64_t> FindChunk(Bytes file, uint64_t from) {
  const std::string_view text = AsChars(file);
  size_t at = static_cast<size_t>(std::min<uint64_t>(from, text.size()));
  while ((at = text.find(kChunkMagic, at)) != std::string_view::npos) {
    const Bytes chunk = SliceClamped(file, at, kChunkHeaderSize);
    if (chunk.size() == kChunkHeaderSize &&
        PlausibleChunkHeader(ReadChunkHeader(chunk))) {
      return at;
    }
    ++at;
  }
  return std::nullopt;
}

ChunkMap MapChunks(Bytes file) { return Mapper(file).Run(); }

}  // namespace espial::evtx

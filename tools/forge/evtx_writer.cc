#include "tools/forge/evtx_writer.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "tools/forge/evtx_chunk_builder.h"
#include "tools/forge/evtx_encode.h"
#include "tools/forge/evtx_record.h"

namespace espial::forge {
namespace {

constexpr size_t kFileHeaderSize = 4096;
constexpr uint32_t kFileDirty = 1;

// Collects records into chunks.
class FileBuilder {
 public:
  Status Add(const EncodedRecord& encoded) {
    if (Place(encoded)) return {};
    if (count_ > 0) {
      CloseChunk();
      if (Place(encoded)) return {};
    }
    return Error{Errc::kInvalidArgument, "record", 0,
                 "record " + std::to_string(encoded.record->record_id) +
                     " does not fit into a chunk of 64 KiB"};
  }

  // The chunks, the last one as `in_flight` says.
  std::vector<std::byte> Finish(bool in_flight) && {
    if (in_flight || chunks_ + count_ == 0) {
      Append(chunk_.FinishInFlight(next_number_));
    } else if (count_ > 0) {
      CloseChunk();
    }
    return std::move(file_);
  }

 private:
  bool Place(const EncodedRecord& encoded) {
    chunk_.Mark();
    const size_t start = chunk_.position();
    WriteRecord(&chunk_, encoded);
    if (chunk_.overflowed()) {
      chunk_.Rollback();
      return false;
    }
    if (count_ == 0) first_id_ = encoded.record->record_id;
    last_id_ = encoded.record->record_id;
    last_offset_ = static_cast<uint32_t>(start);
    ++count_;
    return true;
  }
  void CloseChunk() {
    Append(chunk_.Finish({next_number_, next_number_ + count_ - 1, first_id_,
                          last_id_, last_offset_}));
    next_number_ += count_;
    count_ = 0;
    chunk_ = EvtxChunkBuilder();
  }
  void Append(const std::vector<std::byte>& chunk) {
    file_.insert(file_.end(), chunk.begin(), chunk.end());
    ++chunks_;
  }

  EvtxChunkBuilder chunk_;
  std::vector<std::byte> file_ = std::vector<std::byte>(kFileHeaderSize);
  uint64_t chunks_ = 0;
  uint64_t next_number_ = 1;
  uint64_t count_ = 0;
  uint64_t first_id_ = 0;
  uint64_t last_id_ = 0;
  uint32_t last_offset_ = 0;
};

void Store(std::vector<std::byte>* file, size_t offset, uint64_t value,
           size_t width) {
  for (size_t i = 0; i < width; ++i) {
    (*file)[offset + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}

void WriteFileHeader(const EvtxOptions& options, uint64_t chunks,
                     uint64_t next_id, std::vector<std::byte>* file) {
  std::memcpy(file->data(), "ElfFile", 8);
  Store(file, 8, 0, 8);
  Store(file, 16, chunks - 1, 8);
  Store(file, 24, next_id, 8);
  Store(file, 32, 128, 4);
  Store(file, 36, options.minor, 2);
  Store(file, 38, options.major, 2);
  Store(file, 40, kFileHeaderSize, 2);
  Store(file, 42, std::min<uint64_t>(chunks, 0xffff), 2);
  Store(file, 120, options.in_flight_last_chunk ? kFileDirty : 0, 4);
}

}  // namespace

Result<std::vector<std::byte>> WriteEvtx(const std::vector<EvtxRecord>& records,
                                         const EvtxOptions& options) {
  FileBuilder builder;
  for (const EvtxRecord& record : records) {
    ESPIAL_TRY_ASSIGN(const EncodedRecord encoded, Encode(record));
    ESPIAL_TRY(builder.Add(encoded));
  }
  std::vector<std::byte> file =
      std::move(builder).Finish(options.in_flight_last_chunk);
  const uint64_t chunks = (file.size() - kFileHeaderSize) / kEvtxChunkSize;
  const uint64_t next_id = options.next_record_id.value_or(
      records.empty() ? 1 : records.back().record_id + 1);
  WriteFileHeader(options, chunks, next_id, &file);
  if (options.file_bytes > file.size()) {
    if ((options.file_bytes - kFileHeaderSize) % kEvtxChunkSize != 0) {
      return Error{Errc::kInvalidArgument, "file_bytes", 0,
                   "expected 4096 plus whole chunks of 65536, found " +
                       std::to_string(options.file_bytes)};
    }
    file.resize(options.file_bytes);
  }
  FixEvtxChecksums(&file);
  return file;
}

void FixEvtxChecksums(std::vector<std::byte>* file) {
  const std::span<std::byte> bytes(*file);
  if (bytes.size() < kFileHeaderSize) return;
  Store(file, 124, EvtxCrc32(bytes.first(120)), 4);
  for (size_t at = kFileHeaderSize; bytes.size() - at >= kEvtxChunkSize;
       at += kEvtxChunkSize) {
    const std::span<std::byte> chunk = bytes.subspan(at, kEvtxChunkSize);
    if (std::memcmp(chunk.data(), "ElfChnk", 8) == 0) SealEvtxChunk(chunk);
  }
}

}  // namespace espial::forge

// One chunk of an EVTX file while it is being filled.
//
// Writes forward, as the Windows service does: an element name stands in full
// at its first use in the chunk and is linked into the name table, later uses
// name its offset; so with template definitions. What a record added can be
// taken back as one, for the record that turns out not to fit.
//
//   chunk.Mark();
//   chunk.Put...(...);
//   if (chunk.overflowed()) chunk.Rollback();
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/evtx_values.h"

namespace espial::forge {

inline constexpr size_t kEvtxChunkSize = 65536;
inline constexpr size_t kEvtxChunkHeaderSize = 512;

class EvtxChunkBuilder {
 public:
  EvtxChunkBuilder();

  // Offset in the chunk of the next byte written.
  [[nodiscard]] size_t position() const { return bytes_.size(); }
  // Windows never fills a chunk to its last byte, and some readers drop a
  // record that ends there.
  [[nodiscard]] bool overflowed() const {
    return bytes_.size() >= kEvtxChunkSize;
  }

  void Mark();
  void Rollback();

  void Put(uint64_t value, size_t width) {
    AppendLittle(value, width, &bytes_);
  }
  void PutBytes(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  // Length in characters, then UTF-16LE, no terminator.
  void PutString(std::string_view utf8);
  // The offset of `name`, and the name itself at its first use.
  void PutName(std::string_view name);
  // Overwrites `width` bytes at `offset`.
  void Patch(size_t offset, uint64_t value, size_t width);

  // Offset of the definition that `key` stands for; 0 when there is none yet.
  [[nodiscard]] size_t FindTemplate(const std::string& key) const;
  // Notes that the definition of `key`, with this GUID, begins here, writes
  // its head (chain link, GUID) and links it.
  void BeginTemplate(const std::string& key,
                     const std::array<std::byte, 16>& guid);

  // What the header says. Records are numbered and named by these.
  struct Header {
    uint64_t first_number = 0;
    uint64_t last_number = 0;
    uint64_t first_id = 0;
    uint64_t last_id = 0;
    uint32_t last_record_offset = 0;
  };
  // The 64 KiB with header, tables and checksums.
  [[nodiscard]] std::vector<std::byte> Finish(const Header& header) const;
  // The same as the service leaves it before its first flush: ids -1, free
  // space offset 512, empty tables, data checksum 0.
  [[nodiscard]] std::vector<std::byte> FinishInFlight(
      uint64_t first_number) const;

 private:
  struct Tables {
    std::array<uint32_t, 64> names{};
    std::array<uint32_t, 32> templates{};
  };

  std::vector<std::byte> bytes_;  // from the start of the chunk
  Tables tables_;
  std::map<std::string, uint32_t, std::less<>> names_;
  std::map<std::string, uint32_t, std::less<>> templates_;

  size_t marked_size_ = 0;
  Tables marked_tables_;
  std::vector<std::string> new_names_;
  std::vector<std::string> new_templates_;
};

// CRC-32 as the format uses it.
uint32_t EvtxCrc32(std::span<const std::byte> a,
                   std::span<const std::byte> b = {});

// Sets the two checksums of a chunk. REQUIRES: 64 KiB with a sound free space
// offset.
void SealEvtxChunk(std::span<std::byte> chunk);

}  // namespace espial::forge

// The base block: the first 4096 bytes of a hive, the first 512 of a log.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <string>

namespace espial::registry_hive {

inline constexpr uint64_t kBaseBlockBytes = 4096;  // of a hive
inline constexpr uint64_t kSectorBytes = 512;      // of a log's base block

struct BaseBlock {
  uint32_t sequence1 = 0;  // raised when a write begins
  uint32_t sequence2 = 0;  // set to sequence1 when it has ended
  uint64_t written = 0;    // FILETIME
  uint32_t major = 0;
  uint32_t minor = 0;
  uint32_t type = 0;       // 0 hive; 1, 2 log with bitmap; 6 log with entries
  uint32_t root = 0;       // cell offset of the root key
  uint32_t bins_size = 0;  // bytes of all bins
  uint32_t stored_checksum = 0;
  uint32_t computed_checksum = 0;
  // The end of the path of the file, as it was mounted; UTF-8.
  std::string file_name;

  [[nodiscard]] bool checksum_fits() const {
    return stored_checksum == computed_checksum;
  }
  // Whether a write had begun that did not end.
  [[nodiscard]] bool dirty() const {
    return !checksum_fits() || sequence1 != sequence2;
  }
  [[nodiscard]] bool is_bitmap_log() const { return type == 1 || type == 2; }
  [[nodiscard]] bool is_entry_log() const { return type == 6; }
};

// Whether `bytes` begin with the signature and a whole sector.
bool HasBaseBlock(Bytes bytes);

// REQUIRES: HasBaseBlock(bytes).
BaseBlock ReadBaseBlock(Bytes bytes);

}  // namespace espial::registry_hive

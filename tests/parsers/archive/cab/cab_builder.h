// Writes cabinets for tests: stored, MSZIP and LZX in uncompressed blocks,
// reserves, sets. Every field can be broken afterwards by offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace espial::archive_cab {

struct BuiltFile {
  std::string name;
  std::string content;
  uint16_t attributes = 0x20;
};

enum class BuiltCompression : uint16_t { kStored = 0, kMszip = 1, kLzx = 3 };

struct BuiltFolder {
  BuiltCompression compression = BuiltCompression::kStored;
  std::vector<BuiltFile> files;
};

struct CabOptions {
  uint8_t block_reserve = 0;
  uint8_t folder_reserve = 0;
  uint16_t header_reserve = 0;
  bool checksums = true;
};

// One cabinet that holds `folders`.
std::string BuildCab(const std::vector<BuiltFolder>& folders,
                     const CabOptions& options = {});

// A set of `names.size()` cabinets with one stored or MSZIP folder that goes
// through all of them; its blocks are split at every border.
std::vector<std::string> BuildCabSet(const BuiltFolder& folder,
                                     const std::vector<std::string>& names,
                                     uint16_t set_id = 77);

// Where things stand in what BuildCab wrote without reserves.
inline constexpr size_t kFolderAt = 36;
size_t FileEntryAt(const std::string& cab, size_t index);
size_t FirstBlockAt(const std::string& cab, size_t folder = 0);
// The offset of block `index` of a folder.
size_t BlockAtIndex(const std::string& cab, size_t folder, size_t index);

uint32_t GetU32(const std::string& bytes, size_t at);
uint16_t GetU16(const std::string& bytes, size_t at);
void SetU32(std::string* bytes, size_t at, uint32_t value);
void SetU16(std::string* bytes, size_t at, uint16_t value);

// Text that compresses, but not to nothing; the same for the same seed.
std::string SampleText(size_t size, uint32_t seed = 1);

// Bytes that do not compress.
std::string SampleNoise(size_t size, uint32_t seed = 1);

}  // namespace espial::archive_cab

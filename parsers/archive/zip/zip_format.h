// The directory of a ZIP archive, as APPNOTE 6.3 lays it out.
//
//   local header, 30 bytes, "PK\3\4", in front of each member's data
//     0x06 flags  0x08 method  0x0E crc  0x12 packed  0x16 unpacked
//     0x1A name length  0x1C extra length, name, extra, data
//   central header, 46 bytes, "PK\1\2", one a member
//     0x08 flags  0x0A method  0x10 crc  0x14 packed  0x18 unpacked
//     0x1C name length  0x1E extra length  0x20 comment length
//     0x26 attributes  0x2A local header offset, name, extra, comment
//   end of central directory, 22 bytes, "PK\5\6", and a comment
//     0x0A entries  0x0C directory size  0x10 directory offset
//   zip64: sizes and offsets of 0xFFFFFFFF stand in extra field 0x0001, and
//   the end record has a larger twin "PK\6\6", found by a locator "PK\6\7".
//
// The central directory is believed, with these exceptions: where it stands
// (programs may precede it), how many entries it has, and sizes. Local headers
// of archives that Windows writes differ from the central ones in flags and
// version; that is not looked at.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace espial::archive_zip {

inline constexpr uint16_t kMethodStored = 0;
inline constexpr uint16_t kMethodDeflate = 8;
inline constexpr uint16_t kFlagEncrypted = 1;
inline constexpr uint16_t kFlagDescriptor = 8;
inline constexpr uint16_t kFlagUtf8 = 0x800;

inline constexpr uint32_t kLocalSignature = 0x04034B50;
inline constexpr uint32_t kCentralSignature = 0x02014B50;
inline constexpr uint32_t kEndSignature = 0x06054B50;
inline constexpr uint32_t kDescriptorSignature = 0x08074B50;
inline constexpr uint64_t kLocalSize = 30;

struct ZipEntry {
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc = 0;
  uint64_t packed = 0;
  uint64_t unpacked = 0;
  Bytes raw_name;
  Bytes extra;
  bool folder_attribute = false;
  uint64_t header_offset = 0;  // of the header it was read from
  uint64_t local_offset = 0;   // of its local header, in the Source
  uint64_t data_offset = 0;    // of its data; 0: not looked up
  size_t index = 0;            // in the central directory

  [[nodiscard]] bool encrypted() const { return flags & kFlagEncrypted; }
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;
  // What precedes the archive in the Source: offsets count from here.
  uint64_t base = 0;
  uint64_t start = 0;  // of the central directory, in the Source
  uint64_t end = 0;    // behind the last entry read
  // Why entries are missing from the list.
  std::optional<Error> lost;
  std::vector<Error> oddities;
};

// Whether an end record stands near the end of `bytes` and a central directory
// where it says. Reads a bounded part.
bool HasDirectory(Bytes bytes);

// Reads the central directory. An error means that there is none to be read.
Result<ZipDirectory> ReadDirectory(Bytes bytes);

// Where the data of `entry` start, from its local header; an error when no
// local header stands there. `name_differs` tells whether that header names
// another file.
Result<uint64_t> LocateData(Bytes bytes, const ZipEntry& entry,
                            bool* name_differs);

// Reads the local header at `offset` as if it were an entry; nothing when no
// plausible one stands there.
std::optional<ZipEntry> ReadLocal(Bytes bytes, uint64_t offset);

// The next offset at or behind `from` with a local header's signature.
std::optional<uint64_t> FindLocal(Bytes bytes, uint64_t from);

// The name of an entry as UTF-8: the Unicode path extra field when it belongs
// to this name, the UTF-8 flag, else a guess.
std::string DecodeName(const ZipEntry& entry);

}  // namespace espial::archive_zip

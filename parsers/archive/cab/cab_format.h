// The headers of a cabinet, as [MS-CAB] lays them out.
//
//   CFHEADER, 36 bytes
//     0x00 signature "MSCF"      0x04 reserved1       0x08 cbCabinet
//     0x0C reserved2             0x10 coffFiles       0x14 reserved3
//     0x18 minor 3, major 1      0x1A cFolders u16    0x1C cFiles u16
//     0x1E flags u16             0x20 setID u16       0x22 iCabinet u16
//     flag 4: cbCFHeader u16, cbCFFolder u8, cbCFData u8, cbCFHeader bytes
//     flag 1: name and disk of the previous cabinet, each NUL-terminated
//     flag 2: name and disk of the next cabinet
//   CFFOLDER, 8 bytes and cbCFFolder reserved
//     0x00 coffCabStart u32      0x04 cCFData u16     0x06 typeCompress u16
//   CFFILE, 16 bytes and a NUL-terminated name, from coffFiles on
//     0x00 cbFile u32            0x04 uoffFolderStart u32
//     0x08 iFolder u16           0x0A date, time      0x0E attribs u16
//
// A "folder" is one stream of compressed blocks that holds files one behind
// the other; it has nothing to do with paths. Read here by our own code, and
// not by libmspack, because one bad entry must cost one entry, every loss
// needs an offset, and hostile tables must not cost quadratic time.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace espial::archive_cab {

inline constexpr uint64_t kHeaderSize = 36;
inline constexpr uint32_t kMaxBlockOut = 32768;
// Blocks of compressed formats may be larger than what they hold, by this.
inline constexpr uint32_t kMaxBlockIn = 32768 + 6144;
// What a folder may hold: 65,535 blocks.
inline constexpr uint64_t kMaxFolderOut = uint64_t{65535} * kMaxBlockOut;

inline constexpr uint16_t kFlagPrevious = 1;
inline constexpr uint16_t kFlagNext = 2;
inline constexpr uint16_t kFlagReserve = 4;

// CFFILE.iFolder of files that began in, or go on in, another cabinet.
inline constexpr uint16_t kFromPrevious = 0xFFFD;
inline constexpr uint16_t kToNext = 0xFFFE;
inline constexpr uint16_t kFromPreviousToNext = 0xFFFF;

inline constexpr uint16_t kAttributeUtf8Name = 0x80;

enum class Compression : uint8_t { kStored, kMszip, kQuantum, kLzx, kUnknown };

struct CabFolder {
  uint64_t data_offset = 0;  // of the first CFDATA, in the cabinet
  uint16_t blocks = 0;
  uint16_t type = 0;  // typeCompress as stored

  [[nodiscard]] Compression compression() const {
    const unsigned method = type & 0x0FU;
    return method <= 3 ? static_cast<Compression>(method)
                       : Compression::kUnknown;
  }
};

struct CabFile {
  uint32_t size = 0;
  uint32_t offset = 0;  // in the folder's output
  uint16_t folder = 0;  // iFolder as stored
  uint16_t attributes = 0;
  Bytes raw_name;
  uint64_t entry_offset = 0;  // of the CFFILE, in the cabinet

  [[nodiscard]] bool from_previous() const {
    return folder == kFromPrevious || folder == kFromPreviousToNext;
  }
  [[nodiscard]] bool to_next() const {
    return folder == kToNext || folder == kFromPreviousToNext;
  }
};

// One cabinet. Views into the bytes it was read from, which must outlive it.
struct Cabinet {
  Bytes bytes;        // from the signature to the end of the Source
  uint64_t base = 0;  // where the signature stands in the Source
  uint32_t declared_size = 0;
  uint16_t flags = 0;
  uint16_t set_id = 0;
  uint16_t index = 0;
  uint8_t block_reserve = 0;
  // Bare names of the neighbours in the set; empty when there is none.
  std::string_view previous_name;
  std::string_view next_name;
  std::vector<CabFolder> folders;
  std::vector<CabFile> files;
  // Entries of the file table that could not be read, and table oddities.
  std::vector<Error> lost_entries;
  std::vector<Error> oddities;
  // Behind the last table byte that was read, in the cabinet.
  uint64_t tables_end = 0;

  [[nodiscard]] bool has_previous() const { return flags & kFlagPrevious; }
  [[nodiscard]] bool has_next() const { return flags & kFlagNext; }
};

// Whether a CFHEADER that makes sense stands at the start of `bytes`. Strict:
// for telling a cabinet from four letters that happen to be "MSCF".
bool IsPlausibleHeader(Bytes bytes);

// The offset of the first plausible header at or behind `from` and before
// `end`.
std::optional<uint64_t> FindCabinet(Bytes bytes, uint64_t from, uint64_t end);

// Reads the header of the cabinet at `bytes`[0] without its tables.
Result<Cabinet> ReadHeader(Bytes bytes, uint64_t base);

// Reads the header and the tables. Entries that cannot be read
// are skipped and listed; an error means that not one file entry was read.
Result<Cabinet> ReadCabinet(Bytes bytes, uint64_t base);

}  // namespace espial::archive_cab

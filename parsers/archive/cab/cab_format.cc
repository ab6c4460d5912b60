#include "parsers/archive/cab/cab_format.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace espial::archive_cab {
namespace {

// Names of files, cabinets and disks: at most 255 bytes and a NUL.
constexpr uint64_t kMaxString = 256;
constexpr uint64_t kFolderEntrySize = 8;
constexpr uint64_t kFileEntrySize = 16;

// The NUL-terminated string at the reader, without its NUL.
Bytes ReadString(ByteReader* reader, const char* what) {
  if (!reader->ok()) return {};
  const Bytes rest = reader->rest();
  const Bytes window = SliceClamped(rest, 0, kMaxString);
  const auto end = std::find(window.begin(), window.end(), std::byte{0});
  if (end == window.end()) {
    // Distinguishes a cut string from one that is too long.
    reader->Fail(
        window.size() < kMaxString ? Errc::kTruncated : Errc::kBadValue, what,
        window.size() + 1);
    return {};
  }
  const auto size = static_cast<uint64_t>(end - window.begin());
  reader->Skip(size + 1, what);
  return window.first(static_cast<size_t>(size));
}

// The last part of a path: a set names its neighbours bare, and a name that
// comes with folders is not followed into them.
std::string_view BareName(Bytes raw) {
  std::string_view name = AsChars(raw);
  const size_t cut = name.find_last_of("/\\:");
  if (cut != std::string_view::npos) name.remove_prefix(cut + 1);
  if (name == "." || name == "..") return {};
  return name;
}

void ReadFileTable(ByteReader reader, uint32_t count, Cabinet* cabinet) {
  for (uint32_t i = 0; i < count; ++i) {
    CabFile file;
    file.entry_offset = reader.position();
    file.size = reader.U32("file size");
    file.offset = reader.U32("file offset in folder");
    file.folder = reader.U16("file folder index");
    reader.Skip(4, "file time");
    file.attributes = reader.U16("file attributes");
    file.raw_name = ReadString(&reader, "file name");
    if (!reader.ok()) {
      // The next entry starts behind this name, so the table ends here.
      Error error = reader.status().error();
      if (error.detail.empty()) error.detail = "not terminated";
      error.detail += "; file entry " + std::to_string(i + 1) + " and the " +
                      std::to_string(count - i - 1) +
                      " behind it were not read";
      cabinet->lost_entries.push_back(std::move(error));
      break;
    }
    cabinet->tables_end = reader.position();
    const uint64_t offset = cabinet->base + file.entry_offset;
    if (file.raw_name.empty()) {
      cabinet->lost_entries.push_back(
          {Errc::kBadValue, "file name", offset,
           "file entry " + std::to_string(i + 1) + " has no name"});
      continue;
    }
    if (file.folder < kFromPrevious && file.folder >= cabinet->folders.size()) {
      cabinet->lost_entries.push_back(
          {Errc::kBadValue, "file folder index", offset,
           "file entry " + std::to_string(i + 1) + ": expected less than " +
               std::to_string(cabinet->folders.size()) + ", found " +
               std::to_string(file.folder)});
      continue;
    }
    cabinet->files.push_back(file);
  }
}

// What the header says about the tables behind it.
struct TableSizes {
  uint32_t files_at = 0;
  uint16_t folders = 0;
  uint16_t files = 0;
  uint8_t folder_reserve = 0;
};

Result<Cabinet> ReadHeaderFields(ByteReader* in, Bytes bytes, uint64_t base,
                                 TableSizes* sizes) {
  Cabinet cabinet;
  cabinet.bytes = bytes;
  cabinet.base = base;

  ByteReader& reader = *in;
  const Bytes signature = reader.ReadBytes(4, "cabinet signature");
  if (reader.ok() && AsChars(signature) != "MSCF") {
    return Error{Errc::kBadMagic, "cabinet signature", base,
                 "expected \"MSCF\""};
  }
  reader.Skip(4, "cabinet header");
  cabinet.declared_size = reader.U32("cabinet size");
  reader.Skip(4, "cabinet header");
  sizes->files_at = reader.U32("file table offset");
  reader.Skip(4, "cabinet header");
  const uint16_t version = reader.U16("cabinet version");
  sizes->folders = reader.U16("folder count");
  sizes->files = reader.U16("file count");
  cabinet.flags = reader.U16("cabinet flags");
  cabinet.set_id = reader.U16("set id");
  cabinet.index = reader.U16("cabinet index");
  ESPIAL_TRY(reader.status());

  if (version != 0x0103) {
    cabinet.oddities.push_back({Errc::kBadValue, "cabinet version", base + 0x18,
                                "expected 1.3, found " +
                                    std::to_string(version >> 8U) + "." +
                                    std::to_string(version & 0xFFU)});
  }
  if (sizes->folders == 0) {
    return Error{Errc::kBadValue, "folder count", base + 0x1A,
                 "the cabinet has no folder"};
  }
  if (sizes->files == 0) {
    return Error{Errc::kBadValue, "file count", base + 0x1C,
                 "the cabinet has no file"};
  }

  if (cabinet.flags & kFlagReserve) {
    const uint16_t header_reserve = reader.U16("header reserve size");
    sizes->folder_reserve = reader.U8("folder reserve size");
    cabinet.block_reserve = reader.U8("block reserve size");
    reader.Skip(header_reserve, "header reserve");
  }
  if (cabinet.has_previous()) {
    cabinet.previous_name = BareName(ReadString(in, "previous cabinet"));
    ReadString(in, "previous disk");
  }
  if (cabinet.has_next()) {
    cabinet.next_name = BareName(ReadString(in, "next cabinet"));
    ReadString(in, "next disk");
  }
  ESPIAL_TRY(reader.status());
  cabinet.tables_end = reader.position();
  return cabinet;
}

}  // namespace

bool IsPlausibleHeader(Bytes bytes) {
  if (bytes.size() < kHeaderSize) return false;
  const std::byte* p = bytes.data();
  const uint32_t size = LoadU32(p + 8);
  const uint32_t files_at = LoadU32(p + 16);
  return std::memcmp(p, "MSCF", 4) == 0 && LoadU16(p + 24) == 0x0103 &&
         LoadU16(p + 26) != 0 && LoadU16(p + 28) != 0 && LoadU16(p + 30) <= 7 &&
         files_at >= kHeaderSize && files_at < size && files_at < bytes.size();
}

std::optional<uint64_t> FindCabinet(Bytes bytes, uint64_t from, uint64_t end) {
  const std::string_view text = AsChars(bytes);
  while (from < end) {
    const size_t found = text.find("MSCF", static_cast<size_t>(from));
    if (found == std::string_view::npos || found >= end) return std::nullopt;
    if (IsPlausibleHeader(bytes.subspan(found))) return found;
    from = found + 1;
  }
  return std::nullopt;
}

Result<Cabinet> ReadHeader(Bytes bytes, uint64_t base) {
  ByteReader reader(bytes, base);
  TableSizes sizes;
  return ReadHeaderFields(&reader, bytes, base, &sizes);
}

Result<Cabinet> ReadCabinet(Bytes bytes, uint64_t base) {
  ByteReader reader(bytes, base);
  TableSizes sizes;
  ESPIAL_TRY_ASSIGN(Cabinet cabinet,
                    ReadHeaderFields(&reader, bytes, base, &sizes));
  cabinet.folders.reserve(static_cast<size_t>(std::min<uint64_t>(
      sizes.folders, reader.remaining() / kFolderEntrySize)));
  for (uint32_t i = 0; i < sizes.folders && reader.ok(); ++i) {
    CabFolder folder;
    folder.data_offset = reader.U32("folder data offset");
    folder.blocks = reader.U16("folder block count");
    folder.type = reader.U16("folder compression");
    reader.Skip(sizes.folder_reserve, "folder reserve");
    cabinet.folders.push_back(folder);
  }
  ESPIAL_TRY(reader.status());
  cabinet.tables_end = reader.position();

  // The file table may stand anywhere behind the folders; a pointer that
  // cannot be right gives way to the place where there is no gap.
  if (sizes.files_at < reader.position() ||
      sizes.files_at >=
          std::max<uint64_t>(cabinet.declared_size, bytes.size())) {
    cabinet.oddities.push_back(
        {Errc::kBadValue, "file table offset", base + 0x10,
         "found " + std::to_string(sizes.files_at) +
             ", the folder table ends at " + std::to_string(reader.position()) +
             "; read from there"});
  } else {
    reader.Seek(sizes.files_at, "file table");
    ESPIAL_TRY(reader.status());
  }
  cabinet.files.reserve(static_cast<size_t>(
      std::min<uint64_t>(sizes.files, reader.remaining() / kFileEntrySize)));
  ReadFileTable(reader, sizes.files, &cabinet);
  if (cabinet.files.empty()) {
    // At least one entry was declared and none was read.
    return std::move(cabinet.lost_entries.front());
  }
  return cabinet;
}

}  // namespace espial::archive_cab

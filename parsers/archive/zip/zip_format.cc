#include "parsers/archive/zip/zip_format.h"

#include <espial/core/text.h>
#include <zlib.h>

#include <algorithm>

#include "parsers/support/archive_name.h"

namespace espial::archive_zip {
namespace {

constexpr uint64_t kEndSize = 22;
constexpr uint64_t kMaxComment = 65535;
constexpr uint64_t kLocatorSize = 20;
constexpr uint64_t kEnd64Size = 56;
constexpr uint32_t kLocatorSignature = 0x07064B50;
constexpr uint32_t kEnd64Signature = 0x06064B50;
constexpr uint16_t kExtraZip64 = 0x0001;
constexpr uint16_t kExtraUnicodePath = 0x7075;
constexpr uint32_t kDosFolder = 0x10;

bool SignatureAt(Bytes bytes, uint64_t offset, uint32_t signature) {
  const Bytes at = SliceClamped(bytes, offset, 4);
  return at.size() == 4 && LoadU32(at.data()) == signature;
}

// What an end record says, and where the directory has to end.
struct EndRecord {
  uint64_t offset = 0;         // of the record itself
  uint64_t directory_end = 0;  // the record, or its zip64 twin
  uint64_t entries = 0;
  uint64_t directory_size = 0;
  uint64_t directory_offset = 0;
  uint32_t disk = 0;
  // Resolved against the bytes.
  uint64_t start = 0;
  uint64_t base = 0;
};

void ReadEnd64(Bytes bytes, EndRecord* end) {
  if (end->offset < kLocatorSize) return;
  const uint64_t locator = end->offset - kLocatorSize;
  if (!SignatureAt(bytes, locator, kLocatorSignature)) return;
  uint64_t at = LoadU64(bytes.data() + locator + 8);
  if (!SignatureAt(bytes, at, kEnd64Signature)) {
    // Something precedes the archive: the record stands before its locator.
    if (locator < kEnd64Size) return;
    at = locator - kEnd64Size;
    if (!SignatureAt(bytes, at, kEnd64Signature)) return;
  }
  ByteReader reader(SliceClamped(bytes, at, kEnd64Size));
  reader.Skip(16, "zip64 end record");
  const uint32_t disk = reader.U32("disk");
  reader.Skip(12, "zip64 end record");
  const uint64_t entries = reader.U64("entries");
  const uint64_t size = reader.U64("directory size");
  const uint64_t offset = reader.U64("directory offset");
  if (!reader.ok()) return;
  end->disk = disk;
  end->entries = entries;
  end->directory_size = size;
  end->directory_offset = offset;
  end->directory_end = at;
}

// Whether a directory stands where the record says, give or take what precedes
// the archive.
bool Resolve(Bytes bytes, EndRecord* end) {
  const auto is_directory = [&](uint64_t at) {
    return end->entries == 0 ? at == end->directory_end
                             : at < end->directory_end &&
                                   SignatureAt(bytes, at, kCentralSignature);
  };
  if (end->directory_size <= end->directory_end) {
    const uint64_t start = end->directory_end - end->directory_size;
    // An archive that begins with a member has nothing in front of it: a
    // directory that says otherwise is that of an archive within this one,
    // whose own directory was cut off.
    if (start >= end->directory_offset && is_directory(start) &&
        (start == end->directory_offset ||
         !SignatureAt(bytes, 0, kLocalSignature))) {
      end->start = start;
      end->base = start - end->directory_offset;
      return true;
    }
  }
  if (is_directory(end->directory_offset)) {
    end->start = end->directory_offset;
    end->base = 0;
    return true;
  }
  return false;
}

std::optional<EndRecord> FindEnd(Bytes bytes) {
  if (bytes.size() < kEndSize) return std::nullopt;
  const uint64_t last = bytes.size() - kEndSize;
  const uint64_t first = last > kMaxComment ? last - kMaxComment : 0;
  // Every file that is no ZIP is searched, too: first forward, which is quick,
  // and the places found are tried from the last on.
  std::vector<uint64_t> places;
  const std::string_view tail =
      AsChars(bytes).substr(static_cast<size_t>(first));
  for (size_t at = tail.find('P'); at != std::string_view::npos;
       at = tail.find('P', at + 1)) {
    if (first + at > last) break;
    if (SignatureAt(bytes, first + at, kEndSignature)) {
      places.push_back(first + at);
    }
  }
  for (; !places.empty(); places.pop_back()) {
    const uint64_t at = places.back();
    const std::byte* p = bytes.data() + at;
    EndRecord end;
    end.offset = at;
    end.directory_end = at;
    end.disk = LoadU16(p + 4);
    end.entries = LoadU16(p + 10);
    end.directory_size = LoadU32(p + 12);
    end.directory_offset = LoadU32(p + 16);
    ReadEnd64(bytes, &end);
    if (Resolve(bytes, &end)) return end;
  }
  return std::nullopt;
}

// Calls `visit` with the id and the data of each extra field.
template <typename Visit>
void ForEachExtra(Bytes extra, Visit visit) {
  while (extra.size() >= 4) {
    const uint16_t id = LoadU16(extra.data());
    const uint16_t size = LoadU16(extra.data() + 2);
    extra = extra.subspan(4);
    if (size > extra.size()) return;
    visit(id, extra.first(size));
    extra = extra.subspan(size);
  }
}

// Replaces fields of 0xFFFFFFFF by what the zip64 extra field holds, which has
// only those, in this order.
void ApplyZip64(ZipEntry* entry, bool offset_too) {
  ForEachExtra(entry->extra, [&](uint16_t id, Bytes data) {
    if (id != kExtraZip64) return;
    ByteReader reader(data);
    const auto replace = [&reader](uint64_t* field) {
      if (*field != 0xFFFFFFFF) return;
      const uint64_t value = reader.U64("zip64 field");
      if (reader.ok()) *field = value;
    };
    replace(&entry->unpacked);
    replace(&entry->packed);
    if (offset_too) replace(&entry->local_offset);
  });
}

}  // namespace

bool HasDirectory(Bytes bytes) { return FindEnd(bytes).has_value(); }

Result<ZipDirectory> ReadDirectory(Bytes bytes) {
  const std::optional<EndRecord> end = FindEnd(bytes);
  if (!end) {
    return Error{Errc::kTruncated, "end of central directory", bytes.size(),
                 "not found"};
  }
  ZipDirectory directory;
  directory.base = end->base;
  directory.start = end->start;
  const Bytes table = SliceClamped(bytes, 0, end->directory_end);
  ByteReader reader(table.subspan(static_cast<size_t>(end->start)), end->start);
  const auto at_entry = [&] {
    return reader.remaining() >= 4 &&
           LoadU32(reader.rest().data()) == kCentralSignature;
  };
  while (at_entry()) {
    ZipEntry entry;
    entry.header_offset = reader.offset();
    entry.index = directory.entries.size();
    reader.Skip(8, "central header");
    entry.flags = reader.U16("flags");
    entry.method = reader.U16("method");
    reader.Skip(4, "time");
    entry.crc = reader.U32("crc");
    entry.packed = reader.U32("packed size");
    entry.unpacked = reader.U32("unpacked size");
    const uint16_t name_size = reader.U16("name length");
    const uint16_t extra_size = reader.U16("extra length");
    const uint16_t comment_size = reader.U16("comment length");
    reader.Skip(4, "disk");
    entry.folder_attribute = (reader.U32("attributes") & kDosFolder) != 0;
    entry.local_offset = reader.U32("local header offset");
    entry.raw_name = reader.ReadBytes(name_size, "member name");
    entry.extra = reader.ReadBytes(extra_size, "extra fields");
    reader.Skip(comment_size, "member comment");
    if (!reader.ok()) {
      directory.lost = reader.status().error();
      break;
    }
    ApplyZip64(&entry, true);
    directory.end = reader.offset();
    // Some makers of self-extracting programs correct the offsets.
    const bool shifted =
        entry.local_offset <= UINT64_MAX - end->base &&
        SignatureAt(bytes, entry.local_offset + end->base, kLocalSignature);
    if (shifted || !SignatureAt(bytes, entry.local_offset, kLocalSignature)) {
      entry.local_offset = entry.local_offset <= UINT64_MAX - end->base
                               ? entry.local_offset + end->base
                               : UINT64_MAX;
    }
    directory.entries.push_back(entry);
  }
  if (!directory.lost && directory.entries.size() != end->entries) {
    Error error{Errc::kBadValue, "central directory entries", end->offset,
                "the end record says " + std::to_string(end->entries) +
                    ", found " + std::to_string(directory.entries.size())};
    // 16 bits may have wrapped; what stands behind the last entry decides
    // whether the table was broken off.
    if (directory.entries.size() > end->entries || reader.remaining() == 0) {
      directory.oddities.push_back(std::move(error));
    } else {
      error.offset = reader.offset();
      directory.lost = std::move(error);
    }
  }
  if (end->disk != 0 && end->disk != 0xFFFF) {
    directory.oddities.push_back(
        {Errc::kUnsupported, "disk number", end->offset + 4,
         "this is disk " + std::to_string(end->disk + 1) +
             " of a split archive; only what lies in it is read"});
  }
  return directory;
}

Result<uint64_t> LocateData(Bytes bytes, const ZipEntry& entry,
                            bool* name_differs) {
  *name_differs = false;
  ByteReader reader(bytes);
  reader.Seek(entry.local_offset, "local header");
  const uint64_t at = reader.position();
  const uint32_t signature = reader.U32("local header");
  if (reader.ok() && signature != kLocalSignature) {
    return Error{Errc::kBadMagic, "local header", at,
                 "expected 0x04034b50, found 0x" + ToHex(signature, 8)};
  }
  reader.Skip(22, "local header");
  const uint16_t name_size = reader.U16("local name length");
  const uint16_t extra_size = reader.U16("local extra length");
  const Bytes name = reader.ReadBytes(name_size, "local name");
  reader.Skip(extra_size, "local extra fields");
  ESPIAL_TRY(reader.status());
  // Writers disagree with themselves about the separator; no harm in that.
  const auto same = [](std::byte a, std::byte b) {
    const auto fold = [](std::byte c) {
      return c == std::byte{'\\'} ? std::byte{'/'} : c;
    };
    return fold(a) == fold(b);
  };
  *name_differs = !std::equal(name.begin(), name.end(), entry.raw_name.begin(),
                              entry.raw_name.end(), same);
  return reader.position();
}

std::optional<ZipEntry> ReadLocal(Bytes bytes, uint64_t offset) {
  ByteReader reader(bytes);
  reader.Seek(offset, "local header");
  ZipEntry entry;
  entry.header_offset = offset;
  entry.local_offset = offset;
  const uint32_t signature = reader.U32("signature");
  const uint16_t version = reader.U16("version");
  entry.flags = reader.U16("flags");
  entry.method = reader.U16("method");
  reader.Skip(4, "time");
  entry.crc = reader.U32("crc");
  entry.packed = reader.U32("packed size");
  entry.unpacked = reader.U32("unpacked size");
  const uint16_t name_size = reader.U16("name length");
  const uint16_t extra_size = reader.U16("extra length");
  entry.raw_name = reader.ReadBytes(name_size, "name");
  entry.extra = reader.ReadBytes(extra_size, "extra");
  // Versions end at 6.3 and methods at 99; this tells a header from four bytes
  // of data.
  if (!reader.ok() || signature != kLocalSignature || (version & 0xFFU) > 63 ||
      entry.method > 99 || name_size == 0) {
    return std::nullopt;
  }
  ApplyZip64(&entry, false);
  entry.data_offset = reader.position();
  return entry;
}

std::optional<uint64_t> FindLocal(Bytes bytes, uint64_t from) {
  if (from >= bytes.size()) return std::nullopt;
  const size_t found = AsChars(bytes).find("PK\3\4", static_cast<size_t>(from));
  if (found == std::string_view::npos) return std::nullopt;
  return found;
}

std::string DecodeName(const ZipEntry& entry) {
  std::optional<std::string> unicode;
  ForEachExtra(entry.extra, [&](uint16_t id, Bytes data) {
    // Version 1, the CRC of the plain name, the name as UTF-8.
    if (id != kExtraUnicodePath || data.size() < 5 || data[0] != std::byte{1}) {
      return;
    }
    const auto crc = static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(entry.raw_name.data()),
              static_cast<uInt>(entry.raw_name.size())));
    if (LoadU32(data.data() + 1) == crc) {
      unicode = std::string(AsChars(data.subspan(5)));
    }
  });
  if (unicode) return *unicode;
  if (entry.flags & kFlagUtf8) return std::string(AsChars(entry.raw_name));
  return archive::DecodeZipName(entry.raw_name);
}

}  // namespace espial::archive_zip

#include "parsers/evtx/file_header.h"

#include "parsers/evtx/crc32.h"
#include "parsers/evtx/layout.h"

namespace espial::evtx {

std::optional<FileHeader> ReadFileHeader(Bytes bytes) {
  if (!AsChars(SliceClamped(bytes, 0, 8)).starts_with(kFileMagic)) {
    return std::nullopt;
  }
  FileHeader header;
  ByteReader r(bytes);
  r.Skip(24, "magic, first and last chunk");
  header.next_record_id = r.U64("next record id");
  r.Skip(4, "header size");
  header.minor = r.U16("minor version");
  header.major = r.U16("major version");
  header.block_size = r.U16("header block size");
  header.chunk_count = r.U16("chunk count");
  r.Skip(76, "unused");
  header.flags = r.U32("flags");
  const uint32_t checksum = r.U32("checksum");
  if (!r.ok()) return std::nullopt;
  header.checksum_fits = Crc32(bytes.first(120)) == checksum;
  header.trusted =
      header.checksum_fits || (header.flags & kFileNoChecksum) != 0;
  return header;
}

}  // namespace espial::evtx

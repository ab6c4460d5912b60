#include "tools/forge/cab_writer.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "tools/forge/byte_writer.h"
#include "tools/forge/cab_blocks.h"
#include "tools/forge/lzx.h"

namespace espial::forge {
namespace {

constexpr uint32_t kHeaderBytes = 36;  // CFHEADER
constexpr uint32_t kFolderBytes = 8;   // CFFOLDER
constexpr uint32_t kFileBytes = 16;    // CFFILE, before its name
constexpr uint64_t kMaxFolderBytes = 0x7FFF8000;
constexpr size_t kMaxCount = 65535;
constexpr size_t kMaxName = 255;

constexpr uint16_t kAttributeArchive = 0x20;
constexpr uint16_t kAttributeUtf8Name = 0x80;

Error TooLarge(std::string detail) {
  return {Errc::kLimitExceeded, "cabinet", 0, std::move(detail)};
}

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c & 0x80) == 0; });
}

Status Check(const std::vector<ArchiveMember>& members) {
  if (members.size() > kMaxCount) return TooLarge("more than 65535 files");
  uint64_t total = 0;
  for (const ArchiveMember& member : members) {
    if (member.name.empty() || member.name.size() > kMaxName ||
        member.name.find('\0') != std::string::npos) {
      return Error{Errc::kInvalidArgument, "cabinet", 0,
                   "'" + member.name + "' cannot name a file of a cabinet"};
    }
    if (member.bytes.size() > kMaxFolderBytes - total) {
      return TooLarge("more than 0x7fff8000 bytes");
    }
    total += member.bytes.size();
  }
  return {};
}

uint16_t TypeOf(Compression compression) {
  switch (compression) {
    case Compression::kStored:
      return 0;
    case Compression::kMszip:
      return 1;
    case Compression::kLzx:
      return static_cast<uint16_t>(3U | unsigned{kLzxWindowBits} << 8U);
  }
  return 0;
}

void WriteFiles(const std::vector<ArchiveMember>& members, int32_t bias_minutes,
                ByteWriter* writer) {
  uint32_t offset = 0;
  for (const ArchiveMember& member : members) {
    const auto size = static_cast<uint32_t>(member.bytes.size());
    const DosTime time = ToDosTime(member.time, bias_minutes);
    const bool ascii = IsAscii(member.name);
    writer->U32(size);
    writer->U32(offset);
    writer->U16(0);  // iFolder
    writer->U16(time.date);
    writer->U16(time.time);
    writer->U16(ascii ? kAttributeArchive
                      : kAttributeArchive | kAttributeUtf8Name);
    writer->Append(member.name);
    writer->U8(0);
    offset += size;
  }
}

void WriteBlock(const CabBlock& block, ByteWriter* writer) {
  std::vector<std::byte> sizes;
  ByteWriter size_writer(&sizes);
  size_writer.U16(static_cast<uint16_t>(block.data.size()));
  size_writer.U16(block.uncompressed);
  writer->U32(CabChecksum(sizes, CabChecksum(block.data, 0)));
  writer->Append(sizes);
  writer->Append(block.data);
}

}  // namespace

Result<std::vector<std::byte>> WriteCab(
    const std::vector<ArchiveMember>& members, const CabOptions& options) {
  ESPIAL_TRY(Check(members));
  std::vector<std::byte> folder;
  uint64_t names = 0;
  for (const ArchiveMember& member : members) {
    folder.insert(folder.end(), member.bytes.begin(), member.bytes.end());
    names += member.name.size() + 1;
  }
  ESPIAL_TRY_ASSIGN(const auto blocks,
                    MakeCabBlocks(folder, options.compression));
  if (blocks.size() > kMaxCount) return TooLarge("more than 65535 blocks");
  const uint64_t files_bytes = kFileBytes * members.size() + names;
  const uint64_t data_start = kHeaderBytes + kFolderBytes + files_bytes;
  uint64_t total = data_start;
  for (const CabBlock& block : blocks) total += 8 + block.data.size();
  if (total > std::numeric_limits<uint32_t>::max()) {
    return TooLarge("more than 4 GiB");
  }

  std::vector<std::byte> out;
  out.reserve(static_cast<size_t>(total));
  ByteWriter writer(&out);
  writer.Append("MSCF");
  writer.U32(0);
  writer.U32(static_cast<uint32_t>(total));  // cbCabinet
  writer.U32(0);
  writer.U32(kHeaderBytes + kFolderBytes);  // coffFiles
  writer.U32(0);
  writer.U8(3);                                       // versionMinor
  writer.U8(1);                                       // versionMajor
  writer.U16(1);                                      // cFolders
  writer.U16(static_cast<uint16_t>(members.size()));  // cFiles
  writer.U16(0);                                      // flags
  writer.U16(options.set_id);
  writer.U16(0);                                     // iCabinet
  writer.U32(static_cast<uint32_t>(data_start));     // coffCabStart
  writer.U16(static_cast<uint16_t>(blocks.size()));  // cCFData
  writer.U16(TypeOf(options.compression));
  WriteFiles(members, options.bias_minutes, &writer);
  for (const CabBlock& block : blocks) WriteBlock(block, &writer);
  return out;
}

}  // namespace espial::forge

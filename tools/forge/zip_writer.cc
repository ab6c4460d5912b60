#include "tools/forge/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "tools/forge/byte_writer.h"
#include "tools/forge/deflate.h"

namespace espial::forge {
namespace {

constexpr uint32_t kLocalMagic = 0x04034b50;
constexpr uint32_t kCentralMagic = 0x02014b50;
constexpr uint32_t kEndMagic = 0x06054b50;
constexpr uint16_t kVersion = 20;
constexpr uint16_t kFlagUtf8 = 0x0800;
constexpr uint16_t kFlagMaximum = 0x0002;  // how hard deflate tried; a hint
constexpr size_t kMaxCount = 65535;
constexpr uint64_t kMaxBytes = std::numeric_limits<uint32_t>::max();

Error TooLarge(std::string detail) {
  return {Errc::kLimitExceeded, "ZIP", 0, std::move(detail)};
}

// What the local header and the directory say alike.
struct Entry {
  uint16_t flags = 0;
  uint16_t method = 0;
  DosTime time;
  uint32_t crc = 0;
  uint32_t packed = 0;
  uint32_t size = 0;
  uint32_t offset = 0;
  const ArchiveMember* member = nullptr;
};

uint32_t Crc32Of(Bytes bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// The part that both headers share, from the flags to the length of the extra.
void WriteCommon(const Entry& entry, uint16_t version, uint16_t flags,
                 ByteWriter* writer) {
  writer->U16(version);
  writer->U16(flags);
  writer->U16(entry.method);
  writer->U16(entry.time.time);
  writer->U16(entry.time.date);
  writer->U32(entry.crc);
  writer->U32(entry.packed);
  writer->U32(entry.size);
  writer->U16(static_cast<uint16_t>(entry.member->name.size()));
  writer->U16(0);
}

Status WriteMember(const ArchiveMember& member, const ZipOptions& options,
                   std::vector<std::byte>* out, Entry* entry) {
  if (member.name.empty() || member.name.size() > 65535) {
    return Error{Errc::kInvalidArgument, "ZIP", 0,
                 "'" + member.name + "' cannot name a member"};
  }
  if (member.bytes.size() > kMaxBytes) return TooLarge("a member of 4 GiB");
  ESPIAL_TRY_ASSIGN(const auto deflated, Deflate(member.bytes));
  const bool smaller = deflated.size() < member.bytes.size();
  const Bytes data = smaller ? Bytes(deflated) : Bytes(member.bytes);
  const bool ascii = std::all_of(member.name.begin(), member.name.end(),
                                 [](char c) { return (c & 0x80) == 0; });
  entry->flags = ascii ? uint16_t{0} : kFlagUtf8;
  entry->method = smaller ? Z_DEFLATED : 0;
  entry->time = ToDosTime(member.time, options.bias_minutes);
  entry->crc = Crc32Of(member.bytes);
  entry->packed = static_cast<uint32_t>(data.size());
  entry->size = static_cast<uint32_t>(member.bytes.size());
  entry->offset = static_cast<uint32_t>(out->size());
  entry->member = &member;

  constexpr uint64_t kLocalBytes = 30;
  if (kLocalBytes + member.name.size() + data.size() >
      kMaxBytes - out->size()) {
    return TooLarge("more than 4 GiB");
  }
  ByteWriter writer(out);
  writer.U32(kLocalMagic);
  WriteCommon(*entry, kVersion, entry->flags, &writer);
  writer.Append(member.name);
  writer.Append(data);
  return {};
}

void WriteDirectoryEntry(const Entry& entry, bool differs, ByteWriter* writer) {
  constexpr uint16_t kZip64Version = 45;
  const uint16_t flags =
      differs ? static_cast<uint16_t>(entry.flags | kFlagMaximum) : entry.flags;
  writer->U32(kCentralMagic);
  writer->U16(kVersion);  // made by: DOS attributes
  WriteCommon(entry, differs ? kZip64Version : kVersion, flags, writer);
  writer->U16(0);  // comment
  writer->U16(0);  // disk
  writer->U16(0);  // internal attributes
  writer->U32(0x20);
  writer->U32(entry.offset);
  writer->Append(entry.member->name);
}

}  // namespace

Result<std::vector<std::byte>> WriteZip(
    const std::vector<ArchiveMember>& members, const ZipOptions& options) {
  if (members.size() > kMaxCount) return TooLarge("more than 65535 members");
  std::vector<std::byte> out;
  std::vector<Entry> entries(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    ESPIAL_TRY(WriteMember(members[i], options, &out, &entries[i]));
  }
  const uint64_t directory = out.size();
  ByteWriter writer(&out);
  for (const Entry& entry : entries) {
    WriteDirectoryEntry(entry, options.headers_differ, &writer);
  }
  if (out.size() > kMaxBytes) return TooLarge("more than 4 GiB");
  writer.U32(kEndMagic);
  writer.U16(0);  // this disk
  writer.U16(0);  // the directory's disk
  writer.U16(static_cast<uint16_t>(members.size()));
  writer.U16(static_cast<uint16_t>(members.size()));
  writer.U32(static_cast<uint32_t>(out.size() - 12 - directory));
  writer.U32(static_cast<uint32_t>(directory));
  writer.U16(0);  // comment
  return out;
}

}  // namespace espial::forge

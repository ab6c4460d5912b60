#include "tests/parsers/archive/zip/zip_builder.h"

#include <zlib.h>

#include <cstdlib>
#include <utility>

namespace espial::archive_zip {
namespace {

void Put16(uint32_t value, std::string* out) {
  out->push_back(static_cast<char>(value & 0xFFU));
  out->push_back(static_cast<char>(value >> 8U & 0xFFU));
}
void Put32(uint64_t value, std::string* out) {
  Put16(static_cast<uint32_t>(value & 0xFFFFU), out);
  Put16(static_cast<uint32_t>(value >> 16U & 0xFFFFU), out);
}
void Put64(uint64_t value, std::string* out) {
  Put32(value & 0xFFFFFFFFU, out);
  Put32(value >> 32U, out);
}

uint32_t Crc(const std::string& text) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()),
            static_cast<uInt>(text.size())));
}

}  // namespace

std::string Deflate(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    std::abort();
  }
  std::string in = text;
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string BuildZip(const std::vector<BuiltMember>& members,
                     const ZipOptions& options) {
  std::string out = options.prefix;
  const uint64_t zero = options.corrected ? 0 : options.prefix.size();
  std::string directory;
  for (const BuiltMember& member : members) {
    const std::string data = member.raw_data  ? *member.raw_data
                             : member.deflate ? Deflate(member.content)
                                              : member.content;
    const uint16_t method =
        member.method.value_or(member.deflate ? uint16_t{8} : uint16_t{0});
    const uint32_t crc = Crc(member.content);
    const uint64_t offset = out.size() - zero;
    const auto flags =
        static_cast<uint16_t>(member.flags | (member.descriptor ? 8U : 0U));

    Put32(0x04034B50, &out);
    Put16(member.local_version, &out);
    Put16(flags, &out);
    Put16(member.local_method.value_or(method), &out);
    Put32(0x59216000, &out);
    Put32(member.descriptor ? 0 : crc, &out);
    Put32(member.descriptor ? 0 : data.size(), &out);
    Put32(member.descriptor ? 0 : member.content.size(), &out);
    const std::string local_name = member.local_name.value_or(member.name);
    Put16(static_cast<uint32_t>(local_name.size()), &out);
    Put16(0, &out);
    out += local_name + data;
    if (member.descriptor) {
      Put32(0x08074B50, &out);
      Put32(crc, &out);
      Put32(data.size(), &out);
      Put32(member.content.size(), &out);
    }

    std::string extra = member.extra;
    if (member.zip64) {
      Put16(1, &extra);
      Put16(24, &extra);
      Put64(member.content.size(), &extra);
      Put64(data.size(), &extra);
      Put64(offset, &extra);
    }
    Put32(0x02014B50, &directory);
    Put16(20, &directory);
    Put16(20, &directory);
    Put16(flags, &directory);
    Put16(method, &directory);
    Put32(0x59216000, &directory);
    Put32(member.crc.value_or(crc), &directory);
    const uint64_t unknown = 0xFFFFFFFF;
    Put32(member.zip64
              ? unknown
              : member.packed.value_or(static_cast<uint32_t>(data.size())),
          &directory);
    Put32(member.zip64 ? unknown
                       : member.unpacked.value_or(
                             static_cast<uint32_t>(member.content.size())),
          &directory);
    Put16(static_cast<uint32_t>(member.name.size()), &directory);
    Put16(static_cast<uint32_t>(extra.size()), &directory);
    Put16(0, &directory);
    Put16(0, &directory);
    Put16(0, &directory);
    Put32(0, &directory);
    Put32(member.zip64
              ? unknown
              : member.local_offset.value_or(static_cast<uint32_t>(offset)),
          &directory);
    directory += member.name + extra;
  }
  const uint64_t start = out.size() - zero;
  out += directory;
  if (options.zip64_end) {
    const uint64_t at = out.size() - zero;
    Put32(0x06064B50, &out);
    Put64(44, &out);
    Put16(45, &out);
    Put16(45, &out);
    Put32(0, &out);
    Put32(0, &out);
    Put64(members.size(), &out);
    Put64(members.size(), &out);
    Put64(directory.size(), &out);
    Put64(start, &out);
    Put32(0x07064B50, &out);
    Put32(0, &out);
    Put64(at, &out);
    Put32(1, &out);
  }
  Put32(0x06054B50, &out);
  Put16(0, &out);
  Put16(0, &out);
  const uint32_t entries =
      options.entries.value_or(static_cast<uint16_t>(members.size()));
  Put16(options.zip64_end ? 0xFFFF : entries, &out);
  Put16(options.zip64_end ? 0xFFFF : entries, &out);
  Put32(options.zip64_end ? 0xFFFFFFFF : directory.size(), &out);
  Put32(options.zip64_end ? 0xFFFFFFFF : start, &out);
  Put16(static_cast<uint32_t>(options.comment.size()), &out);
  return out + options.comment;
}

}  // namespace espial::archive_zip

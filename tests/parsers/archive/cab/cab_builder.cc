#include "tests/parsers/archive/cab/cab_builder.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace espial::archive_cab {
namespace {

constexpr size_t kBlock = 32768;

void Put16(uint32_t value, std::string* out) {
  out->push_back(static_cast<char>(value & 0xFFU));
  out->push_back(static_cast<char>(value >> 8U & 0xFFU));
}
void Put32(uint32_t value, std::string* out) {
  Put16(value & 0xFFFFU, out);
  Put16(value >> 16U, out);
}

uint32_t Byte(const std::string& text, size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// The checksum of [MS-CAB] 2.4, written apart from the parser's.
uint32_t Sum(const std::string& text, uint32_t seed) {
  uint32_t sum = seed;
  size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    sum ^= Byte(text, i) | Byte(text, i + 1) << 8U | Byte(text, i + 2) << 16U |
           Byte(text, i + 3) << 24U;
  }
  const size_t rest = text.size() - i;
  if (rest == 3) {
    sum ^= Byte(text, i) << 16U | Byte(text, i + 1) << 8U | Byte(text, i + 2);
  } else if (rest == 2) {
    sum ^= Byte(text, i) << 8U | Byte(text, i + 1);
  } else if (rest == 1) {
    sum ^= Byte(text, i);
  }
  return sum;
}

std::string MszipBlock(const std::string& data, const std::string& history) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    std::abort();
  }
  if (!history.empty()) {
    deflateSetDictionary(&stream,
                         reinterpret_cast<const Bytef*>(history.data()),
                         static_cast<uInt>(history.size()));
  }
  std::string out(data.size() + 1024, '\0');
  std::string in = data;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return "CK" + out;
}

// LZX with nothing but uncompressed blocks. Bits fill 16-bit words from the
// top: 0 (no E8 translation), 3 bits type 3, 24 bits length, then padding to a
// word, three offsets, and the bytes, padded to an even number.
std::string LzxBlock(const std::string& data, bool first) {
  uint64_t bits = 0;
  unsigned count = 0;
  const auto put = [&](uint64_t value, unsigned width) {
    bits = bits << width | value;
    count += width;
  };
  if (first) put(0, 1);
  put(3, 3);
  put(data.size(), 24);
  const unsigned padded = (count + 15) / 16 * 16;
  bits <<= padded - count;
  std::string out;
  for (unsigned done = 0; done < padded; done += 16) {
    Put16(static_cast<uint32_t>(bits >> (padded - 16 - done) & 0xFFFFU), &out);
  }
  for (int i = 0; i < 3; ++i) Put32(1, &out);
  out += data;
  if (data.size() % 2 != 0) out.push_back('\0');
  return out;
}

struct Packed {
  std::string data;
  uint32_t unpacked = 0;
};

std::vector<Packed> Compress(const BuiltFolder& folder) {
  std::string all;
  for (const BuiltFile& file : folder.files) all += file.content;
  std::vector<Packed> blocks;
  std::string history;
  for (size_t at = 0; at < all.size(); at += kBlock) {
    const std::string data = all.substr(at, kBlock);
    Packed block;
    block.unpacked = static_cast<uint32_t>(data.size());
    switch (folder.compression) {
      case BuiltCompression::kStored:
        block.data = data;
        break;
      case BuiltCompression::kMszip:
        block.data = MszipBlock(data, history);
        break;
      case BuiltCompression::kLzx:
        block.data = LzxBlock(data, at == 0);
        break;
    }
    history = data;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

void PutBlock(const std::string& data, uint32_t unpacked,
              const CabOptions& options, std::string* out) {
  std::string sizes;
  Put16(static_cast<uint32_t>(data.size()), &sizes);
  Put16(unpacked, &sizes);
  Put32(options.checksums ? Sum(sizes, Sum(data, 0)) : 0, out);
  *out += sizes;
  out->append(options.block_reserve, 'r');
  *out += data;
}

uint16_t TypeOf(BuiltCompression compression) {
  return compression == BuiltCompression::kLzx
             ? uint16_t{3 | 15 << 8}
             : static_cast<uint16_t>(compression);
}

}  // namespace

std::string BuildCab(const std::vector<BuiltFolder>& folders,
                     const CabOptions& options) {
  const bool reserve = options.header_reserve != 0 ||
                       options.folder_reserve != 0 ||
                       options.block_reserve != 0;
  size_t files = 0;
  std::string table;
  std::vector<std::string> data;
  std::vector<size_t> counts;
  for (size_t i = 0; i < folders.size(); ++i) {
    uint32_t offset = 0;
    for (const BuiltFile& file : folders[i].files) {
      Put32(static_cast<uint32_t>(file.content.size()), &table);
      Put32(offset, &table);
      Put16(static_cast<uint32_t>(i), &table);
      Put32(0x6000'5921, &table);
      Put16(file.attributes, &table);
      table += file.name;
      table.push_back('\0');
      offset += static_cast<uint32_t>(file.content.size());
      ++files;
    }
    const std::vector<Packed> blocks = Compress(folders[i]);
    std::string bytes;
    for (const Packed& block : blocks) {
      PutBlock(block.data, block.unpacked, options, &bytes);
    }
    data.push_back(std::move(bytes));
    counts.push_back(blocks.size());
  }
  const size_t head = 36 + (reserve ? 4U + options.header_reserve : 0U) +
                      folders.size() * (8U + options.folder_reserve);
  size_t size = head + table.size();
  for (const std::string& bytes : data) size += bytes.size();

  std::string out = "MSCF";
  Put32(0, &out);
  Put32(static_cast<uint32_t>(size), &out);
  Put32(0, &out);
  Put32(static_cast<uint32_t>(head), &out);
  Put32(0, &out);
  Put16(0x0103, &out);
  Put16(static_cast<uint32_t>(folders.size()), &out);
  Put16(static_cast<uint32_t>(files), &out);
  Put16(reserve ? 4 : 0, &out);
  Put16(77, &out);
  Put16(0, &out);
  if (reserve) {
    Put16(options.header_reserve, &out);
    out.push_back(static_cast<char>(options.folder_reserve));
    out.push_back(static_cast<char>(options.block_reserve));
    out.append(options.header_reserve, 'h');
  }
  size_t at = head + table.size();
  for (size_t i = 0; i < folders.size(); ++i) {
    Put32(static_cast<uint32_t>(at), &out);
    Put16(static_cast<uint32_t>(counts[i]), &out);
    Put16(TypeOf(folders[i].compression), &out);
    out.append(options.folder_reserve, 'f');
    at += data[i].size();
  }
  out += table;
  for (const std::string& bytes : data) out += bytes;
  return out;
}

std::vector<std::string> BuildCabSet(const BuiltFolder& folder,
                                     const std::vector<std::string>& names,
                                     uint16_t set_id) {
  const std::vector<Packed> blocks = Compress(folder);
  const size_t parts = names.size();
  // Every border lies in the middle of a block; REQUIRES parts - 1 blocks.
  if (blocks.size() + 1 < parts) std::abort();
  std::vector<std::string> out;
  for (size_t part = 0; part < parts; ++part) {
    const bool first = part == 0;
    const bool last = part + 1 == parts;
    std::string data;
    size_t count = 0;
    const CabOptions options;
    if (!first) {
      const Packed& block = blocks[part - 1];
      PutBlock(block.data.substr(block.data.size() / 2), block.unpacked,
               options, &data);
      ++count;
    }
    if (last) {
      for (size_t i = parts - 1; i < blocks.size(); ++i) {
        PutBlock(blocks[i].data, blocks[i].unpacked, options, &data);
        ++count;
      }
    } else {
      const Packed& block = blocks[part];
      PutBlock(block.data.substr(0, block.data.size() / 2), 0, options, &data);
      ++count;
    }
    std::string table;
    uint32_t offset = 0;
    for (const BuiltFile& file : folder.files) {
      Put32(static_cast<uint32_t>(file.content.size()), &table);
      Put32(offset, &table);
      Put16(first ? 0xFFFEU : last ? 0xFFFDU : 0xFFFFU, &table);
      Put32(0, &table);
      Put16(file.attributes, &table);
      table += file.name;
      table.push_back('\0');
      offset += static_cast<uint32_t>(file.content.size());
    }
    std::string links;
    if (!first) links += names[part - 1] + '\0' + "disk" + '\0';
    if (!last) links += names[part + 1] + '\0' + "disk" + '\0';
    const size_t head = 36 + links.size() + 8;
    std::string cab = "MSCF";
    Put32(0, &cab);
    Put32(static_cast<uint32_t>(head + table.size() + data.size()), &cab);
    Put32(0, &cab);
    Put32(static_cast<uint32_t>(head), &cab);
    Put32(0, &cab);
    Put16(0x0103, &cab);
    Put16(1, &cab);
    Put16(static_cast<uint32_t>(folder.files.size()), &cab);
    Put16((first ? 0U : 1U) | (last ? 0U : 2U), &cab);
    Put16(set_id, &cab);
    Put16(static_cast<uint32_t>(part), &cab);
    cab += links;
    Put32(static_cast<uint32_t>(head + table.size()), &cab);
    Put16(static_cast<uint32_t>(count), &cab);
    Put16(TypeOf(folder.compression), &cab);
    cab += table + data;
    out.push_back(std::move(cab));
  }
  return out;
}

size_t FileEntryAt(const std::string& cab, size_t index) {
  size_t at = GetU32(cab, 16);
  for (; index > 0; --index) at = cab.find('\0', at + 16) + 1;
  return at;
}

size_t FirstBlockAt(const std::string& cab, size_t folder) {
  return GetU32(cab, kFolderAt + folder * 8);
}

size_t BlockAtIndex(const std::string& cab, size_t folder, size_t index) {
  size_t at = FirstBlockAt(cab, folder);
  for (; index > 0; --index) at += 8U + GetU16(cab, at + 4);
  return at;
}

uint16_t GetU16(const std::string& bytes, size_t at) {
  return static_cast<uint16_t>(Byte(bytes, at) | Byte(bytes, at + 1) << 8U);
}
uint32_t GetU32(const std::string& bytes, size_t at) {
  return GetU16(bytes, at) | static_cast<uint32_t>(GetU16(bytes, at + 2))
                                 << 16U;
}
void SetU16(std::string* bytes, size_t at, uint16_t value) {
  (*bytes)[at] = static_cast<char>(value & 0xFFU);
  (*bytes)[at + 1] = static_cast<char>(value >> 8U);
}
void SetU32(std::string* bytes, size_t at, uint32_t value) {
  SetU16(bytes, at, static_cast<uint16_t>(value & 0xFFFFU));
  SetU16(bytes, at + 2, static_cast<uint16_t>(value >> 16U));
}

std::string SampleText(size_t size, uint32_t seed) {
  static constexpr const char* kWords[] = {
      "enrollment ",  "policy ", "0x80070002 ", "Autopilot\r\n", "device ",
      "certificate ", "<![LOG[", "component=",  "ESP ",          "ProviderID "};
  uint32_t state = seed * 2654435761U + 1;
  std::string out;
  while (out.size() < size) {
    state = state * 1664525U + 1013904223U;
    out += kWords[state >> 16U & 7U];
    if ((state & 0x3000U) == 0) out += std::to_string(state);
  }
  out.resize(size);
  return out;
}

std::string SampleNoise(size_t size, uint32_t seed) {
  uint64_t state = seed * 0x9E3779B97F4A7C15U + 1;
  std::string out;
  while (out.size() < size) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    out.push_back(static_cast<char>(state >> 32U & 0xFFU));
  }
  return out;
}

}  // namespace espial::archive_cab

#include "parsers/registry/hive/base_block.h"

#include <espial/core/text.h>

namespace espial::registry_hive {
namespace {

constexpr uint64_t kChecksumAt = 508;
constexpr uint64_t kNameAt = 48;
constexpr uint64_t kNameBytes = 64;

// XOR of the 127 numbers in front of the checksum; 0 and -1 are never stored.
uint32_t ComputeChecksum(Bytes bytes) {
  uint32_t sum = 0;
  for (uint64_t i = 0; i < kChecksumAt; i += 4) sum ^= LoadU32(&bytes[i]);
  if (sum == 0) return 1;
  if (sum == 0xFFFFFFFFU) return 0xFFFFFFFEU;
  return sum;
}

std::string ReadFileName(Bytes units) {
  size_t end = 0;
  while (end + 2 <= units.size() && LoadU16(&units[end]) != 0) end += 2;
  std::string name;
  AppendUtf16Le(units.first(end), &name);
  return name;
}

}  // namespace

bool HasBaseBlock(Bytes bytes) {
  return bytes.size() >= kSectorBytes &&
         AsChars(bytes.first(4)) == std::string_view("regf");
}

BaseBlock ReadBaseBlock(Bytes bytes) {
  ByteReader reader(bytes.first(kSectorBytes));
  reader.Skip(4, "base block signature");
  BaseBlock block;
  block.sequence1 = reader.U32("primary sequence");
  block.sequence2 = reader.U32("secondary sequence");
  block.written = reader.U64("last written");
  block.major = reader.U32("major version");
  block.minor = reader.U32("minor version");
  block.type = reader.U32("file type");
  reader.Skip(4, "file format");
  block.root = reader.U32("root cell");
  block.bins_size = reader.U32("hive bins size");
  block.file_name = ReadFileName(bytes.subspan(kNameAt, kNameBytes));
  block.stored_checksum = LoadU32(&bytes[kChecksumAt]);
  block.computed_checksum = ComputeChecksum(bytes);
  return block;
}

}  // namespace espial::registry_hive

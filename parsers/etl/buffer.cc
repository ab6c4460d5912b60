#include "parsers/etl/buffer.h"

namespace espial::etl {

std::optional<BufferHeader> ReadBufferHeader(Bytes bytes) {
  constexpr uint16_t kKnownFlags = 0x7F;
  constexpr uint16_t kMostType = 7;
  BufferHeader header;
  ByteReader reader(bytes);
  header.size = reader.U32("BufferSize");
  header.saved = reader.U32("SavedOffset");
  reader.Seek(0x34, "BufferFlag");
  header.flags = reader.U16("BufferFlag");
  header.type = reader.U16("BufferType");
  reader.Seek(kBufferHeaderBytes, "buffer header");
  if (!reader.ok()) return std::nullopt;
  if (header.size < kLeastBufferBytes || header.size > kMostBufferBytes ||
      header.size % kLeastBufferBytes != 0) {
    return std::nullopt;
  }
  if (header.flags > kKnownFlags || header.type > kMostType) {
    return std::nullopt;
  }
  return header;
}

}  // namespace espial::etl

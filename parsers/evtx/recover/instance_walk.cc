#include "parsers/evtx/recover/instance_walk.h"

namespace espial::evtx {

bool ReadInstanceParts(Bytes bytes, uint32_t at, uint32_t end, Frame frame,
                       InstanceParts* parts) {
  constexpr uint32_t kHead = 10;  // token, unknown, short id, offset
  if (end > bytes.size() || at > end || end - at < kHead) return false;
  const std::byte* p = bytes.data();
  parts->short_id = LoadU32(p + at + 2);
  parts->definition = LoadU32(p + at + 6);
  uint32_t next = at + kHead;
  parts->definition_inside =
      frame == Frame::kChunk
          ? parts->definition == next
          : end - next >= kTemplateHeaderSize &&
                LoadU32(p + next + 4) == parts->short_id &&
                LoadU32(p + next + 20) <= end - next - kTemplateHeaderSize;
  if (parts->definition_inside) {
    if (end - next < kTemplateHeaderSize) return false;
    const uint32_t size = LoadU32(p + next + 20);
    next += kTemplateHeaderSize;
    if (size > end - next) return false;
    next += size;
  }
  if (end - next < 4) return false;
  parts->count = LoadU32(p + next);
  next += 4;
  if (parts->count > (end - next) / 4) return false;
  parts->descriptors = next;
  parts->values = next + parts->count * 4;
  uint64_t size = 0;
  for (uint32_t i = 0; i < parts->count; ++i) {
    size += LoadU16(p + next + size_t{4} * i);
  }
  if (size > end - parts->values) return false;
  parts->end = parts->values + static_cast<uint32_t>(size);
  return true;
}

}  // namespace espial::evtx

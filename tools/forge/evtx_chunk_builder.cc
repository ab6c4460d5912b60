#include "tools/forge/evtx_chunk_builder.h"

#include <espial/core/bytes.h>
#include <espial/core/text.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace espial::forge {
namespace {

constexpr uint64_t kNoId = ~uint64_t{0};

// The hash that links names and templates: h * 65599 + unit.
uint32_t HashUnits(Bytes units) {
  uint32_t hash = 0;
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    hash = hash * 65599U + LoadU16(units.data() + i);
  }
  return hash;
}

void Store(std::span<std::byte> bytes, size_t offset, uint64_t value,
           size_t width) {
  for (size_t i = 0; i < width; ++i) {
    bytes[offset + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}

}  // namespace

uint32_t EvtxCrc32(std::span<const std::byte> a, std::span<const std::byte> b) {
  uLong crc = crc32(0, nullptr, 0);
  for (const auto part : {a, b}) {
    if (part.empty()) continue;
    crc = crc32(crc, reinterpret_cast<const Bytef*>(part.data()),
                static_cast<uInt>(part.size()));
  }
  return static_cast<uint32_t>(crc);
}

void SealEvtxChunk(std::span<std::byte> chunk) {
  const uint32_t free = LoadU32(chunk.data() + 48);
  if (free >= kEvtxChunkHeaderSize && free <= kEvtxChunkSize) {
    Store(chunk, 52,
          EvtxCrc32(
              chunk.subspan(kEvtxChunkHeaderSize, free - kEvtxChunkHeaderSize)),
          4);
  }
  Store(chunk, 124, EvtxCrc32(chunk.first(120), chunk.subspan(128, 384)), 4);
}

EvtxChunkBuilder::EvtxChunkBuilder() : bytes_(kEvtxChunkHeaderSize) {}

void EvtxChunkBuilder::Mark() {
  marked_size_ = bytes_.size();
  marked_tables_ = tables_;
  new_names_.clear();
  new_templates_.clear();
}

void EvtxChunkBuilder::Rollback() {
  bytes_.resize(marked_size_);
  tables_ = marked_tables_;
  for (const std::string& name : new_names_) names_.erase(name);
  for (const std::string& key : new_templates_) templates_.erase(key);
  new_names_.clear();
  new_templates_.clear();
}

void EvtxChunkBuilder::PutString(std::string_view utf8) {
  const std::string units = ToUtf16Le(utf8);
  Put(units.size() / 2, 2);
  PutBytes(AsBytes(units));
}

void EvtxChunkBuilder::PutName(std::string_view name) {
  if (const auto known = names_.find(name); known != names_.end()) {
    Put(known->second, 4);
    return;
  }
  const size_t offset = position() + 4;
  const std::string units = ToUtf16Le(name);
  const uint32_t hash = HashUnits(AsBytes(units)) & 0xffffU;
  uint32_t& head = tables_.names[hash % tables_.names.size()];
  Put(offset, 4);
  Put(head, 4);
  Put(hash, 2);
  Put(units.size() / 2, 2);
  PutBytes(AsBytes(units));
  Put(0, 2);
  head = static_cast<uint32_t>(offset);
  names_.emplace(name, static_cast<uint32_t>(offset));
  new_names_.emplace_back(name);
}

void EvtxChunkBuilder::Patch(size_t offset, uint64_t value, size_t width) {
  Store(bytes_, offset, value, width);
}

size_t EvtxChunkBuilder::FindTemplate(const std::string& key) const {
  const auto known = templates_.find(key);
  return known == templates_.end() ? 0 : known->second;
}

void EvtxChunkBuilder::BeginTemplate(const std::string& key,
                                     const std::array<std::byte, 16>& guid) {
  const auto offset = static_cast<uint32_t>(position());
  uint32_t& head =
      tables_.templates[HashUnits(guid) % tables_.templates.size()];
  Put(head, 4);
  PutBytes(guid);
  head = offset;
  templates_.emplace(key, offset);
  new_templates_.push_back(key);
}

std::vector<std::byte> EvtxChunkBuilder::Finish(const Header& header) const {
  std::vector<std::byte> chunk = bytes_;
  chunk.resize(kEvtxChunkSize);
  std::memcpy(chunk.data(), "ElfChnk", 8);
  Store(chunk, 8, header.first_number, 8);
  Store(chunk, 16, header.last_number, 8);
  Store(chunk, 24, header.first_id, 8);
  Store(chunk, 32, header.last_id, 8);
  Store(chunk, 40, 128, 4);
  Store(chunk, 44, header.last_record_offset, 4);
  Store(chunk, 48, std::min(bytes_.size(), kEvtxChunkSize), 4);
  Store(chunk, 120, 1, 4);
  for (size_t i = 0; i < tables_.names.size(); ++i) {
    Store(chunk, 128 + 4 * i, tables_.names[i], 4);
  }
  for (size_t i = 0; i < tables_.templates.size(); ++i) {
    Store(chunk, 384 + 4 * i, tables_.templates[i], 4);
  }
  SealEvtxChunk(chunk);
  return chunk;
}

std::vector<std::byte> EvtxChunkBuilder::FinishInFlight(
    uint64_t first_number) const {
  std::vector<std::byte> chunk = Finish({first_number, kNoId, kNoId, kNoId, 0});
  Store(chunk, 48, kEvtxChunkHeaderSize, 4);
  std::fill(chunk.begin() + 128, chunk.begin() + kEvtxChunkHeaderSize,
            std::byte{0});
  SealEvtxChunk(chunk);
  return chunk;
}

}  // namespace espial::forge

#include "parsers/evtx/recover/template_library.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/instance_walk.h"

namespace espial::evtx {
namespace {

// Bytes of definitions that are read and written for one chunk. Those of a real
// chunk do not overlap, and come to a few times its size with their names.
constexpr uint64_t kDefinitionBudget = uint64_t{1} << 20U;
// Definitions of one short id that are told apart. Real ones have one or two.
constexpr size_t kMaxVariants = 16;

// Whether a value of type `found` can stand in a slot of type `declared`.
bool TypeFits(uint8_t declared, uint8_t found) {
  if (found == kWireNull) return true;
  // Some writers declare an array and bring one item, or the other way round.
  constexpr uint8_t kBase = 0x7f;
  if ((found & kBase) == (declared & kBase)) return true;
  // A size is written as a number of the machine's width.
  return declared == kWireSizeT &&
         (found == kWireUInt32 || found == kWireUInt64 || found == kWireHex32 ||
          found == kWireHex64);
}

}  // namespace

std::optional<PortableTemplate> ReadTemplate(Bytes chunk, uint32_t offset) {
  const Bytes head = SliceClamped(chunk, offset, kTemplateHeaderSize);
  if (head.size() < kTemplateHeaderSize) return std::nullopt;
  PortableTemplate result;
  result.short_id = LoadU32(head.data() + 4);
  std::memcpy(result.guid.data(), head.data() + 4, result.guid.size());
  const uint32_t old_size = LoadU32(head.data() + 20);
  if (old_size > chunk.size() - offset - kTemplateHeaderSize) {
    return std::nullopt;
  }
  result.bytes.assign(head.begin(), head.end());
  std::fill_n(result.bytes.begin(), 4, std::byte{0});
  const auto begin = static_cast<uint32_t>(offset + kTemplateHeaderSize);
  TokenCopier copier(chunk, &result.bytes);
  if (!copier.Copy(begin, begin + old_size)) return std::nullopt;
  const uint64_t size = result.bytes.size() - kTemplateHeaderSize;
  for (size_t i = 0; i < 4; ++i) {
    result.bytes[20 + i] = static_cast<std::byte>(size >> (8 * i) & 0xffU);
  }
  result.links = copier.links();
  result.slots = copier.slots();
  std::sort(result.slots.begin(), result.slots.end(),
            [](const SlotType& a, const SlotType& b) {
              return std::pair(a.slot, a.type) > std::pair(b.slot, b.type);
            });
  result.slots.erase(std::unique(result.slots.begin(), result.slots.end()),
                     result.slots.end());
  return result;
}

void CollectTemplates(Bytes chunk, std::span<const RecordSpan> records,
                      uint32_t max_depth,
                      std::vector<PortableTemplate>* found) {
  std::unordered_set<uint32_t> seen;
  uint64_t budget = kDefinitionBudget;
  for (const RecordSpan& record : records) {
    ForEachInstance(
        chunk, record.offset + kRecordHeaderSize,
        record.offset + record.size - 4, Frame::kChunk, max_depth,
        [&](uint32_t, const InstanceParts& parts) {
          const Bytes head =
              SliceClamped(chunk, parts.definition, kTemplateHeaderSize);
          if (head.size() < kTemplateHeaderSize ||
              LoadU32(head.data() + 4) != parts.short_id ||
              !seen.insert(parts.definition).second) {
            return true;
          }
          const uint64_t cost =
              std::min<uint64_t>(LoadU32(head.data() + 20), kChunkSize) +
              kTemplateHeaderSize;
          if (cost > budget) return false;
          budget -= cost;
          if (auto definition = ReadTemplate(chunk, parts.definition)) {
            budget -= std::min<uint64_t>(budget, definition->bytes.size());
            found->push_back(*std::move(definition));
          }
          return true;
        });
  }
}

void TemplateLibrary::Add(PortableTemplate definition) {
  const auto [first, last] = by_short_id_.equal_range(definition.short_id);
  size_t variants = 0;
  for (auto it = first; it != last; ++it) {
    if (++variants == kMaxVariants) return;
    if (it->second->bytes == definition.bytes) return;
  }
  const uint64_t cost = sizeof(PortableTemplate) + definition.bytes.size() +
                        definition.links.size() * sizeof(uint32_t) +
                        definition.slots.size() * sizeof(SlotType);
  if (cost > kMaxBytes - bytes_) return;
  bytes_ += cost;
  templates_.push_back(std::move(definition));
  by_short_id_.emplace(templates_.back().short_id, &templates_.back());
}

const PortableTemplate* TemplateLibrary::Find(
    const TemplateWanted& wanted) const {
  const PortableTemplate* best = nullptr;
  const auto [first, last] = by_short_id_.equal_range(wanted.short_id);
  for (auto it = first; it != last; ++it) {
    const PortableTemplate* candidate = it->second;
    if ((wanted.guid && candidate->guid != *wanted.guid) ||
        !TypesFit(*candidate, wanted.types)) {
      continue;
    }
    if (best != nullptr) return nullptr;
    best = candidate;
  }
  return best;
}

bool TypesFit(const PortableTemplate& definition,
              std::span<const uint8_t> types) {
  return std::all_of(definition.slots.begin(), definition.slots.end(),
                     [&](const SlotType& slot) {
                       return slot.slot < types.size() &&
                              TypeFits(slot.type, types[slot.slot]);
                     });
}

}  // namespace espial::evtx

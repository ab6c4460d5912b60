// Template definitions of a whole run, by what they are and not by where.
//
// A record of another use of its chunk often names a definition that was
// overwritten since. The same definition often stands in another chunk of the
// file, or in another log of the same machine. It is told by its GUID; its size
// says nothing, as it depends on which names were written in it for the first
// time in its chunk.
//
//   TemplateLibrary library;
//   for (const ChunkSpan& span : map.chunks) {
//     std::vector<PortableTemplate> found;
//     CollectTemplates(chunk bytes, records, depth, &found);   // any thread
//     for (auto& t : found) library.Add(std::move(t));         // one thread
//   }
//   const PortableTemplate* t = library.Find(want);
//
// Find is const and may be called from any number of threads once nothing is
// added any more.
#pragma once

#include <espial/core/bytes.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/records.h"
#include "parsers/evtx/recover/token_copier.h"

namespace espial::evtx {

// A definition that needs no chunk: its names stand in it.
struct PortableTemplate {
  uint32_t short_id = 0;  // the first 32 bits of the GUID
  std::array<std::byte, 16> guid{};
  // Chain link 0, GUID, size, binary XML. Offsets of names count from the
  // first byte.
  std::vector<std::byte> bytes;
  // Where in `bytes` those offsets stand: whoever puts the definition
  // somewhere adds that place to each.
  std::vector<uint32_t> links;
  // Each once, the highest slot first.
  std::vector<SlotType> slots;
};

// The definition at `offset` of `chunk`; nothing when it is not whole and
// sound.
std::optional<PortableTemplate> ReadTemplate(Bytes chunk, uint32_t offset);

// Appends the sound definitions that the records of a chunk name, each once, in
// the order of their first use. Work is bounded by a small multiple of the
// chunk's size.
void CollectTemplates(Bytes chunk, std::span<const RecordSpan> records,
                      uint32_t max_depth, std::vector<PortableTemplate>* found);

// What is known of a definition that is gone: of its head, as much as is left,
// and the values of the instance that names it.
struct TemplateWanted {
  uint32_t short_id = 0;
  // Where the head of the definition is left: all of it.
  std::optional<std::array<std::byte, 16>> guid;
  // Types of the values, in their order.
  std::span<const uint8_t> types;
};

class TemplateLibrary {
 public:
  // What a library holds at most; more is not kept.
  static constexpr uint64_t kMaxBytes = uint64_t{64} << 20U;

  // Keeps `definition` unless an equal one is there.
  void Add(PortableTemplate definition);

  // The one definition that `wanted` can mean. Null when there is none, and
  // when several that differ fit equally: a guess would invent an event.
  [[nodiscard]] const PortableTemplate* Find(
      const TemplateWanted& wanted) const;

  [[nodiscard]] size_t size() const { return templates_.size(); }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  std::deque<PortableTemplate> templates_;
  std::unordered_multimap<uint32_t, const PortableTemplate*> by_short_id_;
  uint64_t bytes_ = 0;
};

// Whether values of these types can fill the slots of `definition`.
bool TypesFit(const PortableTemplate& definition,
              std::span<const uint8_t> types);

}  // namespace espial::evtx

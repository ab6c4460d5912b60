// The compiled definitions of one chunk, by their offset: no hashing for each
// instance, one look into the shared cache for each definition of the chunk.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/evtx_render.h>

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/fast_program.h"
#include "parsers/evtx/render/program_cache.h"

namespace espial::evtx {

class TemplateTable {
 public:
  // `cache` must outlive this; it holds programs of this style alone.
  TemplateTable(const Style& style, ProgramCache* cache);
  TemplateTable(const TemplateTable&) = delete;
  TemplateTable& operator=(const TemplateTable&) = delete;

  // Begins a chunk, which must live until the next call.
  void BeginChunk(Bytes chunk);

  // The program of the definition at `offset`, which must carry that short id;
  // null when only the plain renderer can deal with it. Lives until the next
  // chunk.
  const FastProgram* Find(uint32_t offset, uint32_t short_id) {
    if (offset > chunk_.size() ||
        chunk_.size() - offset < kTemplateHeaderSize ||
        LoadU32(chunk_.data() + offset + 4) != short_id) {
      return nullptr;
    }
    const uint16_t known = places_[offset];
    return known != 0 ? programs_[known] : Resolve(offset);
  }

 private:
  const FastProgram* Resolve(uint32_t offset);
  const FastProgram* Load(uint32_t offset);

  Style style_;
  ProgramCache* cache_;
  Bytes chunk_;
  // By offset: the index in programs_; 0: not looked for yet.
  std::unique_ptr<std::array<uint16_t, kChunkSize>> places_storage_;
  uint16_t* places_;
  std::vector<const FastProgram*> programs_;
  std::vector<uint32_t> used_places_;
  // What this thread has had from the cache: found without a lock.
  std::unordered_map<DefinitionKey, std::vector<const CachedProgram*>,
                     DefinitionHash>
      seen_;
  // What is no business of other chunks.
  std::vector<std::unique_ptr<const FastProgram>> own_;
  // To compile with; begun when the first definition asks for it.
  bool xml_begun_ = false;
  Arena arena_;
  ChunkXml xml_;
};

}  // namespace espial::evtx

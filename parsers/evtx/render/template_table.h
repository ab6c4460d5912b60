// The compiled definitions of one chunk, by their offset: no hashing for each
// instance, one look into the shared cache for each definition of the chunk.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/bare_shape.h"
#include "parsers/evtx/render/fast_program.h"
#include "parsers/evtx/render/program_cache.h"

namespace espial::evtx {

template <typename P>
class BasicTemplateTable {
 public:
  using Cache = BasicProgramCache<P>;
  using Shaped = ShapedProgram<P>;
  // Compiles a definition; false when its form is one it does not know.
  using Compile =
      std::function<bool(const Program& program, Bytes chunk, P* out)>;

  // `cache` must outlive this; it holds what such a `compile` makes, alone.
  BasicTemplateTable(Compile compile, Cache* cache)
      : compile_(std::move(compile)),
        cache_(cache),
        places_(std::make_unique<std::array<uint16_t, kChunkSize>>()) {}
  BasicTemplateTable(const BasicTemplateTable&) = delete;
  BasicTemplateTable& operator=(const BasicTemplateTable&) = delete;

  // Begins a chunk, which must live until the next call.
  void BeginChunk(Bytes chunk) {
    chunk_ = chunk.first(std::min(chunk.size(), kChunkSize));
    for (const uint32_t offset : used_places_) (*places_)[offset] = 0;
    used_places_.clear();
    programs_.assign(1, nullptr);
    own_.clear();
    own_shapes_.clear();
    new_shapes_ = 0;
    xml_begun_ = false;
  }

  // The program of the definition at `offset`, which must carry that short id;
  // null when only the plain renderer can deal with it. Lives until the next
  // chunk.
  const P* Find(uint32_t offset, uint32_t short_id) {
    if (offset > chunk_.size() ||
        chunk_.size() - offset < kTemplateHeaderSize ||
        LoadU32(chunk_.data() + offset + 4) != short_id) {
      return nullptr;
    }
    const uint16_t known = (*places_)[offset];
    return known != 0 ? programs_[known] : Resolve(offset);
  }

  // The program of elements that stand in `range` without a template, and the
  // values of its slots. As Find().
  const P* Bare(Range range, std::vector<TextPlace>* texts) {
    // Whoever makes a log of nothing but new shapes shall not have each
    // compared with all.
    const bool look = new_shapes_ < kMostNewShapes;
    if (look) {
      const size_t known = shapes_.size();
      if (const Shaped* found = FindShape(0, range, texts)) {
        return found->program.get();
      }
      cache_->AddShapes(&shapes_);
      if (const Shaped* found = FindShape(known, range, texts)) {
        return found->program.get();
      }
    }
    ++new_shapes_;
    BeginXml();
    xml_.Compile(range, &bare_);
    texts->clear();
    if (bare_.error) return nullptr;
    auto made = std::make_unique<Shaped>();
    const bool keep = look && made->shape.Remember(chunk_, range.begin, &bare_);
    if (keep && !made->shape.Matches(chunk_, range, texts)) return nullptr;
    auto program = std::make_unique<P>();
    const bool compiled = compile_(bare_, chunk_, program.get());
    if (compiled) made->program = std::move(program);
    const P* const result = made->program.get();
    std::unique_ptr<const Shaped> kept = std::move(made);
    if (keep) cache_->KeepShape(&kept);
    if (kept) own_shapes_.push_back(std::move(kept));
    return result;
  }

 private:
  // Elements within elements of one definition; deeper ones are for the plain
  // renderer, which knows the limit that the user set.
  static constexpr uint32_t kMaxDepth = 16;
  // Definitions of one GUID and size that are kept by a thread.
  static constexpr size_t kMostVariants = 64;
  static constexpr size_t kMostKeys = 20'000;
  // Shapes of elements without a template that a chunk may bring before none is
  // looked for any more.
  static constexpr uint32_t kMostNewShapes = 64;

  // The one of shapes_, from `first` on, that fits.
  const Shaped* FindShape(size_t first, Range range,
                          std::vector<TextPlace>* texts) {
    for (size_t i = first; i < shapes_.size(); ++i) {
      if (!shapes_[i]->shape.Matches(chunk_, range, texts)) continue;
      const auto found = shapes_.begin() + static_cast<ptrdiff_t>(i);
      std::rotate(shapes_.begin(), found, found + 1);
      return shapes_[0];
    }
    return nullptr;
  }

  const P* Resolve(uint32_t offset) {
    const P* program = Load(offset);
    programs_.push_back(program);
    // At most one for each offset: the index fits.
    (*places_)[offset] = static_cast<uint16_t>(programs_.size() - 1);
    used_places_.push_back(offset);
    return program;
  }

  const P* Load(uint32_t offset) {
    const uint64_t have = chunk_.size() - offset - kTemplateHeaderSize;
    if (LoadU32(chunk_.data() + offset + 20) > have) return nullptr;
    const DefinitionKey key = KeyOf(chunk_, offset);
    // Hostile logs have any number of them.
    if (seen_.size() > kMostKeys) seen_.clear();
    std::vector<const CachedProgram<P>*>& seen = seen_[key];
    for (size_t i = 0; i < seen.size(); ++i) {
      if (!seen[i]->content.Matches(chunk_, offset)) continue;
      // The one that fits one chunk fits the next one, most likely.
      std::swap(seen[i], seen[0]);
      return seen[0]->program.get();
    }
    const bool shared = seen.size() < kMostVariants;
    if (shared) {
      if (const auto* found = cache_->Find(key, chunk_, offset)) {
        seen.push_back(found);
        return found->program.get();
      }
    }
    const Program* program = CompilePlain(offset);
    if (program->error) return nullptr;
    auto made = std::make_unique<P>();
    CachedProgram<P> cached;
    if (compile_(*program, chunk_, made.get()))
      cached.program = std::move(made);
    if (shared && cached.content.Remember(chunk_, offset, *program)) {
      if (const auto* kept = cache_->Keep(key, &cached)) {
        seen.push_back(kept);
        return kept->program.get();
      }
    }
    own_.push_back(std::move(cached.program));
    return own_.back().get();
  }

  void BeginXml() {
    if (!xml_begun_) {
      xml_begun_ = true;
      arena_.Reset();
      xml_.Reset(chunk_, 0, &arena_, kMaxDepth);
    }
    xml_.BeginRecord();
  }

  const Program* CompilePlain(uint32_t offset) {
    BeginXml();
    return xml_.Template(offset, LoadU32(chunk_.data() + offset + 4));
  }

  Compile compile_;
  Cache* cache_;
  Bytes chunk_;
  // By offset: the index in programs_; 0: not looked for yet.
  std::unique_ptr<std::array<uint16_t, kChunkSize>> places_;
  std::vector<const P*> programs_;
  std::vector<uint32_t> used_places_;
  // What this thread has had from the cache: found without a lock.
  std::unordered_map<DefinitionKey, std::vector<const CachedProgram<P>*>,
                     DefinitionHash>
      seen_;
  // What is no business of other chunks.
  std::vector<std::unique_ptr<const P>> own_;
  std::vector<std::unique_ptr<const Shaped>> own_shapes_;
  // Those of the cache that this thread has seen; what was used last is first.
  std::vector<const Shaped*> shapes_;
  uint32_t new_shapes_ = 0;
  // To compile with; begun when the first definition asks for it.
  bool xml_begun_ = false;
  Arena arena_;
  ChunkXml xml_;
  Program bare_;
};

using TemplateTable = BasicTemplateTable<FastProgram>;

}  // namespace espial::evtx

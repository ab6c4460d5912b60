#include "parsers/evtx/render/template_table.h"

#include <algorithm>
#include <utility>

#include "parsers/evtx/render/program_writer.h"

namespace espial::evtx {
namespace {

// Elements within elements of one definition; deeper ones are for the plain
// renderer, which knows the limit that the user set.
constexpr uint32_t kMaxDepth = 16;
// Definitions of one content that are kept by a thread.
constexpr size_t kMostVariants = 64;

}  // namespace

TemplateTable::TemplateTable(const Style& style, ProgramCache* cache)
    : style_(style),
      cache_(cache),
      places_storage_(std::make_unique<std::array<uint16_t, kChunkSize>>()),
      places_(places_storage_->data()) {}

void TemplateTable::BeginChunk(Bytes chunk) {
  chunk_ = chunk.first(std::min(chunk.size(), kChunkSize));
  for (const uint32_t offset : used_places_) places_[offset] = 0;
  used_places_.clear();
  programs_.assign(1, nullptr);
  own_.clear();
  xml_begun_ = false;
}

const FastProgram* TemplateTable::Resolve(uint32_t offset) {
  const FastProgram* program = Load(offset);
  programs_.push_back(program);
  // At most one for each offset: the index fits.
  places_[offset] =
      static_cast<uint16_t>(std::min<size_t>(programs_.size() - 1, 0xffff));
  used_places_.push_back(offset);
  return program;
}

const FastProgram* TemplateTable::Load(uint32_t offset) {
  const uint64_t have = chunk_.size() - offset - kTemplateHeaderSize;
  if (LoadU32(chunk_.data() + offset + 20) > have) return nullptr;
  const DefinitionKey key = KeyOf(chunk_, offset);
  std::vector<const CachedProgram*>& seen = seen_[key];
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i]->content.Matches(chunk_, offset)) continue;
    // The one that fits one chunk fits the next one, most likely.
    std::swap(seen[i], seen[0]);
    return seen[0]->program.get();
  }
  if (seen.size() < kMostVariants) {
    if (const CachedProgram* found = cache_->Find(key, chunk_, offset)) {
      seen.push_back(found);
      return found->program.get();
    }
  }
  if (!xml_begun_) {
    xml_begun_ = true;
    arena_.Reset();
    xml_.Reset(chunk_, 0, &arena_, kMaxDepth);
  }
  xml_.BeginRecord();
  const Program* program =
      xml_.Template(offset, LoadU32(chunk_.data() + offset + 4));
  if (program->error) return nullptr;
  auto made = std::make_unique<FastProgram>();
  const bool fits = style_.markup == Markup::kXml
                        ? CompileXml(*program, chunk_, style_, made.get())
                        : CompileJson(*program, chunk_, style_, made.get());
  std::unique_ptr<const FastProgram> fast;
  if (fits) fast = std::move(made);
  CachedProgram cached;
  if (seen.size() < kMostVariants &&
      cached.content.Remember(chunk_, offset, *program)) {
    cached.program = std::move(fast);
    if (const CachedProgram* kept = cache_->Keep(key, &cached)) {
      seen.push_back(kept);
      return kept->program.get();
    }
    fast = std::move(cached.program);
  }
  own_.push_back(std::move(fast));
  return own_.back().get();
}

}  // namespace espial::evtx

#include "parsers/evtx/render/fast_renderer.h"

#include <algorithm>

#include "parsers/evtx/render/program_writer.h"

namespace espial::evtx {
namespace {

// Real chunks stay below a tenth of this. One that does not is hostile, and
// goes to the plain renderer, which counts what it does.
constexpr uint64_t kMostChunkBound = uint64_t{32} << 20U;

// Braces and the line feed around a record.
constexpr size_t kAround = 8;

}  // namespace

FastRenderer::FastRenderer(const Style& style, ProgramCache* cache)
    : style_(style),
      templates_(
          [style](const Program& program, Bytes chunk, FastProgram* out) {
            return style.markup == Markup::kXml
                       ? CompileXml(program, chunk, style, out)
                       : CompileJson(program, chunk, style, out);
          },
          cache),
      values_(style) {}

void FastRenderer::BeginChunk(Bytes chunk) {
  chunk_ = chunk.first(std::min(chunk.size(), kChunkSize));
  chunk_bound_ = 0;
  templates_.BeginChunk(chunk_);
  values_.BeginChunk(chunk_);
}

bool FastRenderer::Render(Range range, OutBuffer* out) {
  if (!slots_.Read(chunk_, range, &templates_)) return false;
  chunk_bound_ += slots_.bound();
  if (chunk_bound_ > kMostChunkBound) return false;
  char* const begin = out->Reserve(slots_.bound() + kAround);
  char* end = begin;
  if (style_.markup == Markup::kXml) {
    end = Xml(slots_.root(), begin);
    if (end == nullptr) return false;
  } else {
    *end++ = '{';
    end = Json(slots_.root(), end);
    if (end == nullptr) return false;
    *end++ = '}';
  }
  *end++ = '\n';
  out->Commit(end);
  return true;
}

}  // namespace espial::evtx

#include "parsers/evtx/render/chunk_renderer.h"

#include <charconv>
#include <utility>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

// Text of a chunk that is written out before the chunk is done: real chunks
// give a few hundred kilobytes.
constexpr size_t kDrainBytes = size_t{2} << 20U;

}  // namespace

ChunkRenderer::ChunkRenderer(const Style& style, Framing framing,
                             ProgramCache* cache)
    : framing_(framing),
      use_fast_(cache != nullptr && style.codepage == nullptr),
      plain_(style),
      fast_(style, cache) {}

void ChunkRenderer::Render(Bytes file, const PlannedChunk& planned,
                           const ClaimedIds& claimed, uint32_t max_depth,
                           OutBuffer* out, std::vector<Damage>* damage,
                           const Drain& drain, const PlannedChunk* next) {
  chunk_ = SliceClamped(file, planned.span.offset, planned.span.size);
  base_ = planned.span.offset;
  max_depth_ = max_depth;
  plain_begun_ = false;
  if (use_fast_) fast_.BeginChunk(chunk_);
  next_.Begin(next == nullptr
                  ? Bytes()
                  : SliceClamped(file, next->span.offset, next->span.size));
  ListRecords(chunk_, planned.span.header, claimed, &list_);
  for (RecordTrouble& trouble : list_.troubles) {
    damage->push_back({{},
                       {trouble.code, trouble.what, base_ + trouble.offset,
                        std::move(trouble.detail)},
                       trouble.bytes_lost,
                       trouble.lossy});
  }
  for (const RecordSpan& span : list_.records) {
    if (!planned.Holds(span)) continue;
    next_.Fetch(span.offset + span.size);
    RenderRecord(span, out, damage);
    if (out->size() > kDrainBytes) drain(out);
  }
}

void ChunkRenderer::RenderRecord(const RecordSpan& span, OutBuffer* out,
                                 std::vector<Damage>* damage) {
  const uint32_t begin = span.offset + kRecordHeaderSize;
  const uint32_t end = span.offset + span.size - 4;
  const size_t start = out->size();
  if (framing_ == Framing::kNumbered) {
    constexpr std::string_view kHead = "Record ";
    char* at = out->Reserve(kHead.size() + 24);
    at = std::copy(kHead.begin(), kHead.end(), at);
    at = std::to_chars(at, at + 20, span.id).ptr;
    *at++ = '\n';
    out->Commit(at);
  }
  ++records_;
  if (use_fast_ && fast_.Render({begin, end}, out)) return;
  ++irregular_;
  if (!plain_begun_) plain_.BeginChunk(chunk_, base_, max_depth_);
  plain_begun_ = true;
  text_.clear();
  if (Status status = plain_.Render({begin, end}, &text_); !status) {
    // Half a record would look like a whole one.
    out->Commit(out->text().data() + start);
    Error error = std::move(status).error();
    error.detail += "; record " + std::to_string(span.id) + " not printed";
    damage->push_back({{}, std::move(error), span.size, true});
    --records_;
    return;
  }
  text_ += '\n';
  out->Append(text_);
}

}  // namespace espial::evtx

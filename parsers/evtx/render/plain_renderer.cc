#include "parsers/evtx/render/plain_renderer.h"

#include "parsers/evtx/render/plain_json.h"
#include "parsers/evtx/render/plain_xml.h"

namespace espial::evtx {

PlainRenderer::PlainRenderer(const Style& style)
    : style_(style), walker_(&xml_, &tree_) {
  if (style.markup == Markup::kJson) {
    // JSON shows what is absent as null, and a list of one as what it holds.
    walker_.set_rules({true, 2});
  }
}

void PlainRenderer::BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth) {
  base_ = base;
  arena_.Reset();
  xml_.Reset(chunk, base, &arena_, max_depth);
}

Status PlainRenderer::Render(Range range, std::string* out) {
  xml_.BeginRecord();
  tree_.Clear();
  ESPIAL_TRY(walker_.Fragment(range));
  if (tree_.root() == kNoNode) {
    return Error{Errc::kBadValue, "record", base_ + range.begin,
                 "expected an element, found none"};
  }
  if (style_.markup == Markup::kJson) {
    PlainJson(tree_, style_, &keys_, out).Record();
  } else {
    PlainXml(tree_, style_, out).Record();
  }
  return {};
}

}  // namespace espial::evtx

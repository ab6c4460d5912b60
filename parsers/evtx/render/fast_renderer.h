#pragma once
#include <espial/core/bytes.h>
#include <espial/evtx_render.h>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/render/out_buffer.h"
namespace espial::evtx {
class ProgramCache {};
class FastRenderer {
 public:
  FastRenderer(const Style&, ProgramCache*) {}
  void BeginChunk(Bytes) {}
  bool Render(Range, OutBuffer*) { return false; }
};
}  // namespace espial::evtx

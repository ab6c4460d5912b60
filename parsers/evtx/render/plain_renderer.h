// Renders records by way of a tree: slow, simple, and right for whatever
// binary XML there is.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/evtx_render.h>

#include <string>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/render/record_tree.h"
#include "parsers/evtx/render/unique_keys.h"
#include "parsers/evtx/walker.h"

namespace espial::evtx {

class PlainRenderer {
 public:
  explicit PlainRenderer(const Style& style);
  PlainRenderer(const PlainRenderer&) = delete;
  PlainRenderer& operator=(const PlainRenderer&) = delete;

  // Begins a chunk, which must live until the next call; `base` is its offset
  // in the file, for errors.
  void BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth);

  // Appends the record whose binary XML is `range`. On an error nothing is
  // appended.
  Status Render(Range range, std::string* out);

 private:
  Style style_;
  Arena arena_;
  ChunkXml xml_;
  RecordTree tree_;
  Walker<RecordTree> walker_;
  std::vector<TakenKey> keys_;
  uint64_t base_ = 0;
};

}  // namespace espial::evtx

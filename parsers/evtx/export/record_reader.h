// Reads records into the tree that the export formats want: nothing of what
// Windows leaves out when it renders is left out, and an array is one value.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/records.h"
#include "parsers/evtx/render/record_tree.h"
#include "parsers/evtx/walker.h"

namespace espial::evtx {

class RecordReader {
 public:
  RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // Begins a chunk, which must live until the next call; `base` is its offset
  // in the file, for errors. Templates are compiled once a chunk.
  void BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth);

  // Reads a record of the chunk. On an error the tree holds what comes before
  // it.
  Status Read(const RecordSpan& span);

  // Of the last record read; its text lives until the next BeginChunk.
  [[nodiscard]] const RecordTree& tree() const { return tree_; }

 private:
  Arena arena_;
  ChunkXml xml_;
  RecordTree tree_;
  Walker<RecordTree> walker_;
  uint64_t base_ = 0;
};

}  // namespace espial::evtx

// The binary XML of one chunk: names, template definitions and instances, all
// found by their offset in the chunk.
//
// Everything is compiled or decoded once and lives until Reset(). Work is
// bounded: whatever a hostile chunk makes a name, a template or a record
// expand to is taken from one budget, and what exceeds it is an error of the
// record.
//
// Neither the name table nor the template table of the chunk header is used:
// names and definitions are where the tokens say they are, so damaged tables
// and cyclic chains cost nothing.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "parsers/evtx/offset_map.h"
#include "parsers/evtx/program.h"

namespace espial::evtx {

// A run of bytes of the chunk.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A template instance, taken apart: which definition, which values.
struct Instance {
  uint32_t definition = 0;   // offset of the definition
  uint32_t short_id = 0;     // first 32 bits of the GUID it must have
  uint32_t descriptors = 0;  // offset of the first of `count` descriptors
  uint32_t values = 0;       // offset of the first value
  uint32_t count = 0;
  uint32_t end = 0;  // offset behind the last value
};

// Whether the first element, whose token ends at `at`, has a dependency id, and
// with it all up to `end`. REQUIRES: at <= end <= chunk.size().
bool HasDependencyId(Bytes chunk, uint32_t at, uint32_t end);

class ChunkXml {
 public:
  ChunkXml() = default;
  ChunkXml(const ChunkXml&) = delete;
  ChunkXml& operator=(const ChunkXml&) = delete;

  // Begins a chunk. `base` is its offset in the Source, for errors; `arena`
  // takes the text, `max_depth` bounds nested elements and nested instances.
  void Reset(Bytes chunk, uint64_t base, Arena* arena, uint32_t max_depth);

  [[nodiscard]] Bytes chunk() const { return chunk_; }
  [[nodiscard]] uint32_t max_depth() const { return max_depth_; }
  [[nodiscard]] Arena* arena() const { return arena_; }

  // The compiled definition at `offset`, which must carry that short id.
  // Never null; Program::error says what is wrong with it.
  const Program* Template(uint32_t offset, uint32_t short_id);

  // Compiles the binary XML in `range`, which is neither a definition nor
  // shared, into `program`.
  void Compile(Range range, Program* program);

  // The instance whose token 0x0c stands at `at`; everything of it lies before
  // `end`.
  Result<Instance> ReadInstance(uint32_t at, uint32_t end) const;

  // Gives one record its share of what is left of the chunk's budget.
  void BeginRecord();
  // Takes `units` (about one a byte of output or an operation) from the
  // record's share; false when it is used up.
  bool Spend(uint64_t units) {
    if (units > record_budget_) {
      record_budget_ = 0;
      return false;
    }
    record_budget_ -= units;
    return true;
  }
  [[nodiscard]] Error OverBudget(uint32_t at) const;

  [[nodiscard]] Error Wrong(const char* what, uint32_t at,
                            std::string detail) const;
  [[nodiscard]] Error Truncated(const char* what, uint32_t at, uint64_t need,
                                uint64_t have) const;

 private:
  friend class Compiler;

  // The name at `offset`; null when the chunk holds none there or the budget
  // is used up.
  const Name* NameAt(uint32_t offset);

  Bytes chunk_;
  uint64_t base_ = 0;
  Arena* arena_ = nullptr;
  uint32_t max_depth_ = 0;
  uint64_t chunk_budget_ = 0;
  uint64_t record_budget_ = 0;

  OffsetMap<const Name> names_;
  OffsetMap<Program> templates_;
  // A deque never moves what it holds. Programs are reused from chunk to chunk
  // for their memory; names live in the arena.
  std::deque<Program> program_store_;
  size_t programs_used_ = 0;
  // Stands for what is no definition: no operation, only an error, valid until
  // the next call of Template.
  Program unusable_;
  std::string scratch_;
};

}  // namespace espial::evtx

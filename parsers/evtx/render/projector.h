// Reads the values of a projection out of records, in place.
#pragma once

#include <espial/evtx.h>

#include <string>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/render/plain_renderer.h"
#include "parsers/evtx/render/projection_program.h"
#include "parsers/evtx/render/template_table.h"

namespace espial::evtx {

using ProjectionCache = BasicProgramCache<ProjectionProgram>;

// One a thread. Not thread-safe.
class Projector {
 public:
  // Both must outlive this.
  Projector(const std::vector<std::string>& fields, ProjectionCache* cache);
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  // Begins a chunk; as PlainRenderer has it.
  void BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth);
  // Sets values() from the record whose binary XML is `range`. False when the
  // record cannot be read.
  bool Read(Range range);
  [[nodiscard]] const std::vector<FieldValue>& values() const {
    return values_;
  }

 private:
  bool ReadInstance(Range range, uint32_t depth);
  // Elements without a template.
  bool ReadBare(Range range);
  // By way of a tree.
  bool ReadPlain(Range range);
  void PlainSection(uint32_t section);
  void PlainField(const TreeNode& element);
  void PlainValue(const TreeNode& owner, uint16_t place);
  void Set(uint16_t place, const FieldValue& value) {
    if (values_[place].is_null()) values_[place] = value;
  }

  const std::vector<std::string>& fields_;
  BasicTemplateTable<ProjectionProgram> templates_;
  std::vector<FieldValue> values_;
  std::vector<TextPlace> texts_;
  Bytes chunk_;
  uint64_t base_ = 0;
  uint32_t max_depth_ = 0;
  bool plain_begun_ = false;
  Arena arena_;
  ChunkXml xml_;
  RecordTree tree_;
  Walker<RecordTree> walker_;
};

}  // namespace espial::evtx

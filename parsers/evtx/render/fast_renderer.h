// Renders records by compiled templates: no tree, no allocation, each value
// straight from the chunk into the text.
//
// What is irregular (no template, a form that a template does not fix, values
// of odd sizes) is left to the plain renderer; what is rendered here is what
// that would print, byte for byte.
//
// Memory. A record is looked at as a whole first (RecordSlots): every offset
// is checked, and the text that it can become is bounded from above. That much
// room is reserved once; from there on text is written through bare pointers
// without a check.
#pragma once

#include <espial/core/bytes.h>
#include <espial/evtx_render.h>

#include <cstdint>
#include <memory>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/render/fast_program.h"
#include "parsers/evtx/render/out_buffer.h"
#include "parsers/evtx/render/record_slots.h"
#include "parsers/evtx/render/template_table.h"
#include "parsers/evtx/render/value_text.h"

namespace espial::evtx {

// One a thread. Not thread-safe.
class FastRenderer {
 public:
  // `cache` must outlive this, and serve this style alone.
  FastRenderer(const Style& style, ProgramCache* cache);
  FastRenderer(const FastRenderer&) = delete;
  FastRenderer& operator=(const FastRenderer&) = delete;

  // Begins a chunk, which must live until the next call.
  void BeginChunk(Bytes chunk);

  // Appends the record whose binary XML is `range`, and a line feed. False
  // when it is irregular; then nothing was appended.
  bool Render(Range range, OutBuffer* out);

 private:
  // Each returns the end of what it wrote, or null when the record turns out
  // to be irregular.
  char* Xml(const RecordInstance& instance, char* out);
  char* XmlOps(const FastProgram& program, RecordSlot* slots, size_t first,
               size_t last, char* out);
  char* XmlRepeat(const FastProgram& program, RecordSlot* slots, size_t begin,
                  char* out);
  template <Escape kEscape>
  char* XmlValue(const RecordSlot& slot, char* out);

  char* Json(const RecordInstance& instance, char* out);
  char* JsonElement(const FastProgram& program, const FastElement& element,
                    const RecordSlot* slots, char* out);
  char* JsonAttributes(const FastProgram& program, const FastElement& element,
                       const RecordSlot* slots, char* out);
  char* JsonScalar(const RecordSlot& slot, uint8_t flags, char* out);
  char* JsonList(const RecordSlot& slot, uint8_t flags, char* out);
  char* JsonNested(const RecordSlot& slot, uint8_t flags, char* out);
  char* JsonMember(const FastProgram& program, const FastOp& op,
                   const RecordSlot& slot, char* out);

  Style style_;
  TemplateTable templates_;
  RecordSlots slots_;
  ValueText values_;
  Bytes chunk_;
  // Text that the records of this chunk may have become so far.
  uint64_t chunk_bound_ = 0;
};

}  // namespace espial::evtx

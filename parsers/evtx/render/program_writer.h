// Helps compilers to write a FastProgram.
#pragma once

#include <espial/evtx_render.h>

#include <string>
#include <string_view>

#include "parsers/evtx/program.h"
#include "parsers/evtx/render/fast_program.h"
#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {

class ProgramWriter {
 public:
  // `chunk` holds the typed literals of the definition.
  ProgramWriter(Bytes chunk, const Style& style, FastProgram* program)
      : chunk_(chunk), style_(style), program_(*program) {}

  // Adds to the literal text that runs from operation to operation.
  void Text(std::string_view text) { run_ += text; }
  std::string* run() { return &run_; }
  // A literal beside that run, which it does not end.
  Literal Aside(std::string_view text);
  // An operation that begins with the literal text so far.
  FastOp& Op(FastOp::Code code, uint16_t slot = 0);
  // The index of the next operation.
  uint32_t Here();
  // An operation whose target is yet to be set; its index.
  uint32_t Jump(FastOp::Code code, uint16_t slot);
  // Sets where operation `index` goes on.
  void Patch(uint32_t index, uint32_t target) {
    program_.ops[index].target = target;
  }
  // An operation looks at a slot, or prints it.
  void Name(uint16_t slot) {
    if (slot >= uses_.size()) uses_.resize(slot + size_t{1});
  }
  void Use(uint16_t slot) {
    Name(slot);
    ++uses_[slot];
  }
  // Ends the program.
  void Finish();

  // Text of a piece of content that needs no value: appended to `out`, escaped.
  // False when `op` is no such piece.
  bool StaticText(const espial::evtx::Op& op, Escape escape,
                  std::string* out) const;

 private:
  void Flush();

  Bytes chunk_;
  const Style& style_;
  FastProgram& program_;
  std::string run_;
  std::vector<uint32_t> uses_;
};

// Compiles `program`, whose offsets are those of `chunk`. False when its form
// is one that only the plain renderer knows.
bool CompileXml(const Program& program, Bytes chunk, const Style& style,
                FastProgram* out);
bool CompileJson(const Program& program, Bytes chunk, const Style& style,
                 FastProgram* out);

}  // namespace espial::evtx

// Turns binary XML into a Program. See FORMAT.md for the tokens.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/program.h"

namespace espial::evtx {

class Compiler {
 public:
  Compiler(ChunkXml* xml, Range range, Program* program);

  // Compiles until the end token or the end of the range. On an error the
  // program keeps what came before, closed properly.
  void Run();

 private:
  struct Open {
    uint32_t op = 0;  // the kBeginElement
    uint32_t content_parts = 0;
  };

  // Each returns false when error_ was set.
  bool Step();
  bool OpenElement(bool attributes);
  bool AttributeList();
  bool BeginAttribute();
  void EndAttribute();
  bool EndElement();
  bool ValueToken();
  bool Slot(bool optional);
  bool NestedInstance();
  bool CountedText(Op::Code code, const char* what);

  bool ReadName(Name* name);
  bool Need(uint64_t size, const char* what);
  uint8_t U8() { return std::to_integer<uint8_t>(data_[at_++]); }
  uint16_t U16();
  uint32_t U32();
  bool Fail(const char* what, std::string detail);
  // Adds an operation that is a piece of content of what is open.
  Op& AddContent(Op::Code code);
  Op& Add(Op::Code code);

  ChunkXml& xml_;
  const std::byte* data_;  // of the chunk
  uint32_t at_;
  uint32_t end_;
  Program& program_;
  std::vector<Open> open_;
  bool in_attribute_ = false;
  uint32_t attribute_op_ = 0;
  uint32_t attribute_parts_ = 0;
  bool dependency_known_ = false;
  bool has_dependency_ = true;
  bool done_ = false;
};

}  // namespace espial::evtx

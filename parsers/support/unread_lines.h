// Lines that a parser of a text format could not read, told run by run.
#pragma once

#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/support/text_source.h"

namespace espial {

// Gathers lines that follow each other into one damage, so that a foreign
// block in a file costs one entry and not thousands. Not thread-safe.
class UnreadLines {
 public:
  // `what` names a line in messages: "registry line". The sink must outlive
  // this object.
  UnreadLines(const char* what, Sink* sink) : what_(what), sink_(sink) {}

  // `line` was not read, because `expected` was to stand there. A literal.
  void Add(const TextLine& line, std::string_view expected);
  // Reports what was gathered. Call it before anything else is put into the
  // sink, to keep the order of the bytes, and at the end.
  void Flush();

 private:
  const char* what_;
  Sink* sink_;
  uint64_t first_ = 0;  // line number; 0 when nothing is gathered
  uint64_t last_ = 0;
  uint64_t offset_ = 0;
  uint64_t bytes_ = 0;
  std::string_view expected_;
  std::string found_;
};

}  // namespace espial

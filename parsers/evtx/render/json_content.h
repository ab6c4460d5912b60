// What an element or an attribute of a template holds, as JSON has to know it
// before any value is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "parsers/evtx/program.h"
#include "parsers/evtx/render/program_writer.h"

namespace espial::evtx {

// What stands in quotes or between tags.
struct JsonContent {
  size_t slots = 0;
  uint16_t slot = 0;  // the last of them
  bool elements = false;
  std::string text;           // of all that is no slot, escaped
  size_t texts = 0;           // how many pieces that are not empty
  bool bare = false;          // the last of those is a number
  uint16_t filled = kNoSlot;  // a slot that is such a piece, and all there is
  // The operations of the program that it comes from: [first, last).
  size_t first = 0;
  size_t last = 0;

  // What is known without values: bare, quoted, or nothing.
  void AppendScalar(std::string* out) const;
  [[nodiscard]] std::string Scalar() const;

  [[nodiscard]] bool is_static() const { return slots == 0 && !elements; }
  [[nodiscard]] bool is_slot() const {
    return slots == 1 && texts == 0 && !elements;
  }
  [[nodiscard]] bool is_mixed() const {
    return slots > 0 && texts > 0 && !elements;
  }
};

// Reads the operations [first, last) into `content`. False when only a tree can
// render them.
bool SurveyContent(const std::vector<Op>& ops, const ProgramWriter& writer,
                   size_t first, size_t last, JsonContent* content);

}  // namespace espial::evtx

// A template definition, compiled for reading all of its fields in place.
#pragma once

#include <espial/core/text.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/program.h"

namespace espial::evtx {

// Folded names without spaces, and their numbers.
using NameNumbers = std::map<std::string, uint32_t, std::less<>>;

struct FieldProgram {
  struct Item {
    enum class Kind : uint8_t { kSystem, kField, kNested };
    Kind kind = Kind::kField;
    bool constant = false;
    uint16_t slot = kNoSlot;     // of the value; of no constant
    uint16_t depends = kNoSlot;  // the element is there unless this is null
    uint32_t place = 0;          // SystemField, or number of the name
    std::string text;            // of a constant
  };
  // The definition is a whole event; else a section of one.
  bool whole = false;
  std::vector<Item> items;  // in document order

  [[nodiscard]] size_t bytes() const { return items.size() * 64; }
};

// False when the fields depend on more than one value each, or on elements
// within values: then only a walk can tell them.
bool CompileFields(const Program& program, const NameNumbers& names,
                   FieldProgram* out);

}  // namespace espial::evtx

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
    enum class Kind : uint8_t {
      kSystem,
      kField,
      kSections,  // the value holds a section, as elements
      kElements,  // the value holds what is in a section
    };
    Kind kind = Kind::kField;
    bool constant = false;
    uint16_t slot = kNoSlot;     // of the value; of no constant
    uint16_t depends = kNoSlot;  // the element is there unless this is null
    uint16_t section = kNoSlot;  // the same of the section that it stands in
    bool repeats = false;        // an array is one such field for each item
    uint32_t place = 0;          // SystemField, or number of the name
    std::string text;            // of a constant
  };
  // The definition is a whole event; else a section of one, or an element that
  // stands in a section: nothing but its place tells which.
  bool whole = false;
  bool section = false;      // whether `items` tell all of a section
  bool element = false;      // whether `fields` tell all of an element
  std::vector<Item> items;   // in document order, of an event or a section
  std::vector<Item> fields;  // the same of an element in a section

  [[nodiscard]] size_t bytes() const {
    return (items.size() + fields.size()) * sizeof(Item);
  }
};

// False when the fields depend on more than one value each, or on elements
// within values: then only a walk can tell them.
bool CompileFields(const Program& program, const NameNumbers& names,
                   FieldProgram* out);

}  // namespace espial::evtx

// The shape of elements that stand without a template: all of their bytes but
// the text between the tags and in attributes.
//
// Whoever writes such records writes few shapes over and over. A shape that is
// known is compared, not compiled: its text becomes slots of the program that
// was compiled when it was first seen.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <vector>

#include "parsers/evtx/chunk_xml.h"
#include "parsers/evtx/program.h"

namespace espial::evtx {

// UTF-16 text of a chunk. It may hold zeros, which are part of it.
struct TextPlace {
  uint32_t offset = 0;
  uint16_t size = 0;
};

class BareShape {
 public:
  // Remembers the elements that begin at `begin`, compiled to `program`, and
  // makes slots of the texts that may differ. False, and `program` is left
  // alone, when what it means may depend on more than is remembered.
  bool Remember(Bytes chunk, uint32_t begin, Program* program);

  // Whether the elements in `range` have this shape; then `texts` are the
  // values of the slots. Takes time by the size of the shape at most.
  bool Matches(Bytes chunk, Range range, std::vector<TextPlace>* texts) const;

 private:
  struct Field {
    enum class Kind : uint8_t {
      kSize,  // of an element or its attributes: any, but 0 only where it was 0
      kName,  // by its offset; perhaps the name itself behind it
      kText,  // count and characters
      kFilledText,  // the same, and not empty
    };
    uint32_t at = 0;  // in the chunk that it was remembered from
    Kind kind = Kind::kSize;
    bool zero = false;
    uint32_t before = 0;  // bytes in front of it that must be the same
    uint32_t name = 0;    // in names_: count and characters
    uint32_t name_size = 0;
  };

  [[nodiscard]] bool NameMatches(Bytes chunk, uint32_t name,
                                 const Field& field) const;

  std::vector<Field> fields_;
  std::vector<std::byte> bytes_;
  std::vector<std::byte> names_;
  bool has_dependency_ = false;
  bool has_end_ = false;  // the end token, and behind it whatever there is
};

}  // namespace espial::evtx

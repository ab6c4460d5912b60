// From a position in decoded text back to the line and offset in the Source.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/text.h>

#include <cstdint>
#include <string_view>

namespace espial {

struct Place {
  uint64_t offset = 0;  // in the Source
  uint64_t line = 0;    // from 1; 0 where there are no lines
};

// Answers for positions that never decrease, so that a whole text costs one
// pass. Holds views; not thread-safe.
class TextPlaces {
 public:
  // Every position stands at `place`: text inside a value.
  explicit TextPlaces(Place place) : place_(place) {}
  // `text` was decoded from `bytes`, whose first byte stands at `base` in the
  // Source.
  TextPlaces(std::string_view text, Bytes bytes, Encoding encoding,
             uint64_t base)
      : text_(text),
        bytes_(bytes),
        encoding_(encoding),
        moving_(true),
        place_{base, 1},
        base_(base) {}

  // REQUIRES: `position` is not below that of the last call; one behind the
  // text stands at its end.
  Place At(size_t position);

 private:
  // Bytes in the Source of the character that begins at text_[position_].
  [[nodiscard]] uint64_t SourceBytes(size_t length) const;

  std::string_view text_;
  Bytes bytes_;
  Encoding encoding_ = Encoding::kUtf8;
  bool moving_ = false;
  Place place_;
  uint64_t base_ = 0;
  size_t position_ = 0;
};

}  // namespace espial

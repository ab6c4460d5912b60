#include "parsers/support/text_places.h"

#include <algorithm>

namespace espial {

uint64_t TextPlaces::SourceBytes(size_t length) const {
  switch (encoding_) {
    case Encoding::kUtf16Le:
    case Encoding::kUtf16Be:
      return length == 4 ? 4 : 2;
    case Encoding::kCp1252:
      return 1;
    case Encoding::kUtf8:
      break;
  }
  // U+FFFD in the text stands in the Source as itself or as one invalid byte.
  if (text_.substr(position_, length) == "\xEF\xBF\xBD") {
    const Bytes there = SliceClamped(bytes_, place_.offset - base_, length);
    return AsChars(there) == "\xEF\xBF\xBD" ? 3 : 1;
  }
  return length;
}

Place TextPlaces::At(size_t position) {
  if (!moving_) return place_;
  const size_t target = std::min(position, text_.size());
  while (position_ < target) {
    const auto lead = static_cast<unsigned char>(text_[position_]);
    size_t length = 1;
    if (lead >= 0xC0) length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    length = std::min(length, text_.size() - position_);
    place_.offset += SourceBytes(length);
    if (lead == '\n') ++place_.line;
    position_ += length;
  }
  // Half a unit at the end of UTF-16 is a character of one byte.
  place_.offset = std::min(place_.offset, base_ + bytes_.size());
  return place_;
}

}  // namespace espial

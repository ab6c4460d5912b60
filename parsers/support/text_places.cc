#include "parsers/support/text_places.h"

#include <algorithm>
#include <cstring>

namespace espial {
namespace {

// How many ASCII characters `text` begins with.
size_t AsciiPrefix(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080U;
  size_t i = 0;
  for (; text.size() - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

}  // namespace

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
  const bool wide =
      encoding_ == Encoding::kUtf16Le || encoding_ == Encoding::kUtf16Be;
  while (position_ < target) {
    const std::string_view rest = text_.substr(position_, target - position_);
    if (const size_t run = AsciiPrefix(rest); run > 0) {
      const auto* begin = rest.data();
      place_.line +=
          static_cast<uint64_t>(std::count(begin, begin + run, '\n'));
      place_.offset += run * (wide ? 2 : 1);
      position_ += run;
      continue;
    }
    const auto lead = static_cast<unsigned char>(text_[position_]);
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    length = std::min(length, text_.size() - position_);
    place_.offset += SourceBytes(length);
    position_ += length;
  }
  // Half a unit at the end of UTF-16 is a character of one byte.
  place_.offset = std::min(place_.offset, base_ + bytes_.size());
  return place_;
}

}  // namespace espial

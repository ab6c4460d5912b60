// All of a Source as one UTF-8 text, for formats whose records no line ends.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/text.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/support/text_places.h"

namespace espial {

// Text that is valid UTF-8 in the Source is a view of it; any other is decoded
// into memory of its own, at most three bytes for a byte of the Source.
//
// What the text says of its own encoding is not asked: exports are written
// anew, redirected and pasted, and keep the first writer's declaration. The
// bytes decide: byte order mark, zeros of UTF-16, valid UTF-8; then UTF-8 with
// invalid sequences where valid ones outnumber them, else cp1252. Not movable:
// the views point into it. Immutable after construction.
class TextDocument {
 public:
  explicit TextDocument(Bytes bytes);
  TextDocument(const TextDocument&) = delete;
  TextDocument& operator=(const TextDocument&) = delete;

  // Without byte order mark.
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Encoding encoding() const { return encoding_; }
  // From positions of text() to places of the Source.
  [[nodiscard]] TextPlaces places() const {
    return {text_, bytes_, encoding_, base_};
  }
  // See ReportInvalidText.
  void ReportInvalid(Sink& sink) const;

 private:
  Bytes bytes_;
  uint64_t base_ = 0;
  Encoding encoding_ = Encoding::kUtf8;
  DecodedText decoded_;
  std::string_view text_;
};

}  // namespace espial

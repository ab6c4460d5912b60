// The text of a CMTrace log, without a copy where there need not be one.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/text.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/support/text_places.h"

namespace espial::cmtrace {

// The markers of a log are ASCII, so UTF-8 and ANSI are read as they stand and
// only what is given out is decoded; UTF-16 is decoded as a whole. Holds views
// of the bytes; not thread-safe.
class LogText {
 public:
  explicit LogText(Bytes bytes);
  // `places_` points into this object.
  LogText(const LogText&) = delete;
  LogText& operator=(const LogText&) = delete;

  // Positions below are in this text. Not necessarily valid UTF-8.
  [[nodiscard]] std::string_view text() const { return text_; }

  // A part of text() as UTF-8: the part itself, or *buffer. Counts what had to
  // be replaced.
  std::string_view Utf8(std::string_view part, std::string* buffer);

  // The offset in the Source of text()[position].
  // REQUIRES: positions do not decrease from call to call.
  uint64_t OffsetOf(size_t position);
  // Bytes in the Source of text()[from, to). REQUIRES: as OffsetOf, for both.
  uint64_t BytesOf(size_t from, size_t to) {
    const uint64_t first = OffsetOf(from);
    return OffsetOf(to) - first;
  }

  [[nodiscard]] Encoding encoding() const { return encoding_; }
  [[nodiscard]] uint64_t replaced() const { return replaced_; }
  [[nodiscard]] uint64_t first_replaced() const { return first_replaced_; }

 private:
  void Count(uint64_t replaced, uint64_t offset);

  Encoding encoding_ = Encoding::kUtf8;
  uint64_t base_ = 0;  // of text_ in the Source, where nothing was decoded
  size_t plain_until_ = 0;
  bool decoded_ = false;
  std::string buffer_;
  std::string_view text_;
  TextPlaces places_{Place{}};
  uint64_t replaced_ = 0;
  uint64_t first_replaced_ = 0;
};

}  // namespace espial::cmtrace

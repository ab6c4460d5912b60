// The text of a Source: its encoding, and its lines with their exact places.
//
// Parsers of text formats stand on LineReader. It hands out one line at a time
// as UTF-8; memory does not grow with the input. A line that is UTF-8 in the
// Source already is a view into it; any other is decoded into a buffer that
// the reader reuses.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial {

// The encoding of all of `bytes`. As DetectEncoding, but text without byte
// order mark counts as UTF-8 only when the whole of it is valid (a sequence
// that the end cuts is allowed); else it is cp1252. Reads everything once.
DetectedEncoding DetectTextEncoding(Bytes bytes);

// How many bytes at the start of `text` are valid UTF-8.
size_t ValidUtf8Prefix(std::string_view text);

// At most `size` bytes of `text`, not cut within a UTF-8 sequence, with "..."
// behind when something was left out. For messages.
std::string Clip(std::string_view text, size_t size = 120);

// Reports that `replaced` invalid sequences became U+FFFD, the first at
// `offset`; nothing when there were none. Costs no data.
void ReportInvalidText(uint64_t replaced, uint64_t offset, Encoding encoding,
                       Sink& sink);

// One line of a text.
struct TextLine {
  // Without its line end. Valid until the next call on the reader; as long as
  // the Source when `in_source` says that it points there.
  std::string_view text;
  bool in_source = false;
  // What ended it: "\r\n", "\n", or "" where the text ends without one.
  std::string_view ending;
  uint64_t number = 0;  // from 1
  uint64_t offset = 0;  // of the first byte, in the Source
  uint64_t size = 0;    // bytes in the Source, line end included
  // Bytes left out of `text` because of Limits::text_line_bytes.
  uint64_t cut_bytes = 0;

  // Bytes that an ASCII character takes in the Source: 1 or 2.
  uint64_t unit = 1;

  // The place of text[position] in the Source. REQUIRES: all characters before
  // it are ASCII, as an indent is.
  [[nodiscard]] uint64_t OffsetOf(size_t position) const {
    return offset + position * unit;
  }
};

// Reads lines from the first to the last. Not thread-safe. The bytes must
// outlive it.
class LineReader {
 public:
  LineReader(Bytes bytes, const Limits& limits);

  // The next line; false at the end. A text that ends with a line end has no
  // further, empty line behind it.
  bool Next(TextLine* line);

  [[nodiscard]] Encoding encoding() const { return encoding_; }
  // Invalid sequences of the lines read so far, and where the first stood.
  [[nodiscard]] uint64_t replaced() const { return replaced_; }
  [[nodiscard]] uint64_t first_replaced() const { return first_replaced_; }
  // Reports them: see ReportInvalidText.
  void ReportInvalid(Sink& sink) const {
    ReportInvalidText(replaced_, first_replaced_, encoding_, sink);
  }

 private:
  // Offset behind the next line feed, or the size of the bytes.
  [[nodiscard]] size_t FindLineEnd(size_t from) const;
  std::string_view Decode(Bytes bytes, uint64_t offset);

  Bytes bytes_;
  uint64_t line_limit_;
  Encoding encoding_ = Encoding::kUtf8;
  size_t position_ = 0;
  uint64_t number_ = 0;
  // Bytes below this offset are UTF-8 as they stand.
  size_t plain_until_ = 0;
  std::string buffer_;
  uint64_t replaced_ = 0;
  uint64_t first_replaced_ = 0;
};

}  // namespace espial

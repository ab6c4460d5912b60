#include "parsers/cmtrace/log_text.h"

#include <algorithm>
#include <utility>

#include "parsers/support/text_source.h"

namespace espial::cmtrace {

LogText::LogText(Bytes bytes) {
  const DetectedEncoding found = DetectTextEncoding(bytes);
  encoding_ = found.encoding;
  base_ = found.bom_bytes;
  const Bytes body = bytes.subspan(found.bom_bytes);
  if (encoding_ == Encoding::kUtf16Le || encoding_ == Encoding::kUtf16Be) {
    decoded_ = true;
    DecodedText decoded = DecodeText(body, encoding_);
    buffer_ = std::move(decoded.text);
    text_ = buffer_;
    places_ = TextPlaces(text_, body, encoding_, base_);
    Count(decoded.replaced, base_ + decoded.first_replaced_offset);
    return;
  }
  text_ = AsChars(body);
  if (encoding_ == Encoding::kUtf8) plain_until_ = ValidUtf8Prefix(text_);
}

void LogText::Count(uint64_t replaced, uint64_t offset) {
  if (replaced == 0) return;
  if (replaced_ == 0) first_replaced_ = offset;
  replaced_ += replaced;
}

std::string_view LogText::Utf8(std::string_view part, std::string* buffer) {
  if (decoded_ || part.empty()) return part;
  const auto at = static_cast<size_t>(part.data() - text_.data());
  if (at + part.size() <= plain_until_) return part;
  const bool plain = encoding_ == Encoding::kUtf8
                         ? ValidUtf8Prefix(part) == part.size()
                         : std::all_of(part.begin(), part.end(),
                                       [](char c) { return (c & 0x80) == 0; });
  if (plain) return part;
  DecodedText decoded = DecodeText(AsBytes(part), encoding_);
  Count(decoded.replaced, base_ + at + decoded.first_replaced_offset);
  *buffer = std::move(decoded.text);
  return *buffer;
}

uint64_t LogText::OffsetOf(size_t position) {
  return decoded_ ? places_.At(position).offset : base_ + position;
}

}  // namespace espial::cmtrace

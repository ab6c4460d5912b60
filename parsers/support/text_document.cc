#include "parsers/support/text_document.h"

#include "parsers/support/text_source.h"

namespace espial {
namespace {

// Whether text that is not valid UTF-8 is UTF-8 with damage all the same: more
// of its bytes above 0x7F stand in valid sequences than alone. Bytes of code
// pages rarely form a sequence.
bool IsDamagedUtf8(std::string_view text) {
  uint64_t sequences = 0;
  uint64_t alone = 0;
  while (!text.empty()) {
    const size_t valid = ValidUtf8Prefix(text);
    for (size_t i = 0; i < valid; ++i) {
      if (static_cast<unsigned char>(text[i]) >= 0xC0) ++sequences;
    }
    if (valid == text.size()) break;
    ++alone;
    text.remove_prefix(valid + 1);
  }
  return sequences > alone;
}

}  // namespace

TextDocument::TextDocument(Bytes bytes) {
  const DetectedEncoding found = DetectTextEncoding(bytes);
  base_ = found.bom_bytes;
  bytes_ = bytes.subspan(found.bom_bytes);
  encoding_ = found.encoding;
  text_ = AsChars(bytes_);
  if (encoding_ == Encoding::kCp1252 && IsDamagedUtf8(text_)) {
    encoding_ = Encoding::kUtf8;
  }
  const bool plain =
      (encoding_ == Encoding::kUtf8 || encoding_ == Encoding::kCp1252) &&
      ValidUtf8Prefix(text_) == text_.size();
  if (plain) {
    encoding_ = Encoding::kUtf8;
    return;
  }
  decoded_ = DecodeText(bytes_, encoding_);
  text_ = decoded_.text;
}

void TextDocument::ReportInvalid(Sink& sink) const {
  ReportInvalidText(decoded_.replaced, base_ + decoded_.first_replaced_offset,
                    encoding_, sink);
}

}  // namespace espial

#include "parsers/support/text_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace espial {
namespace {

// Index of the first byte above 0x7F at or behind `from`, or the size.
size_t FindNonAscii(std::string_view text, size_t from) {
  constexpr uint64_t kHighBits = 0x8080808080808080U;
  size_t i = from;
  while (text.size() - i >= 32) {
    uint64_t words[4];
    std::memcpy(words, text.data() + i, sizeof(words));
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
    i += 32;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

// Bytes of the sequence that `lead` begins; 1 for a byte that begins none.
size_t SequenceLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  if (byte >= 0xC0) return 2;
  return 1;
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Whether `tail` could become one valid sequence if more bytes followed.
bool IsCutSequence(std::string_view tail) {
  if (tail.empty() || tail.size() >= SequenceLength(tail[0])) return false;
  return std::all_of(tail.begin() + 1, tail.end(), IsContinuation);
}

// DetectTextEncoding; *plain is the offset up to which the bytes are UTF-8 as
// they stand.
DetectedEncoding Detect(Bytes bytes, size_t* plain) {
  DetectedEncoding found = DetectEncoding(bytes);
  *plain = 0;
  if (found.encoding != Encoding::kUtf8 &&
      found.encoding != Encoding::kCp1252) {
    return found;
  }
  const std::string_view text = AsChars(bytes);
  *plain = ValidUtf8Prefix(text);
  if (found.bom_bytes != 0) return found;
  if (*plain == text.size() || IsCutSequence(text.substr(*plain))) {
    found.encoding = Encoding::kUtf8;
  } else {
    found.encoding = Encoding::kCp1252;
    *plain = FindNonAscii(text, 0);
  }
  return found;
}

// Appends the ASCII characters that UTF-16LE `units` begin with; returns how
// many bytes they took.
size_t AppendAsciiUnits(Bytes units, std::string* out) {
  constexpr uint64_t kNotAscii = 0xFF80FF80FF80FF80U;
  const size_t start = out->size();
  out->resize(start + units.size() / 2);
  char* to = out->data() + start;
  const std::byte* from = units.data();
  size_t i = 0;
  for (; units.size() - i >= 8; i += 8) {
    const uint64_t word = LoadU64(from + i);
    if ((word & kNotAscii) != 0) break;
    *to++ = static_cast<char>(word);
    *to++ = static_cast<char>(word >> 16U);
    *to++ = static_cast<char>(word >> 32U);
    *to++ = static_cast<char>(word >> 48U);
  }
  for (; units.size() - i >= 2; i += 2) {
    const uint16_t unit = LoadU16(from + i);
    if (unit >= 0x80) break;
    *to++ = static_cast<char>(unit);
  }
  out->resize(static_cast<size_t>(to - out->data()));
  return i;
}

}  // namespace

size_t ValidUtf8Prefix(std::string_view text) {
  size_t i = 0;
  for (;;) {
    i = FindNonAscii(text, i);
    if (i == text.size()) return i;
    const size_t length = SequenceLength(text[i]);
    const std::string_view sequence = text.substr(i, length);
    if (sequence.size() < length || !IsValidUtf8(sequence)) return i;
    i += length;
  }
}

DetectedEncoding DetectTextEncoding(Bytes bytes) {
  size_t plain = 0;
  return Detect(bytes, &plain);
}

std::string Clip(std::string_view text, size_t size) {
  if (text.size() <= size) return std::string(text);
  while (size > 0 && IsContinuation(text[size])) --size;
  return std::string(text.substr(0, size)) + "...";
}

void ReportInvalidText(uint64_t replaced, uint64_t offset, Encoding encoding,
                       Sink& sink) {
  if (replaced == 0) return;
  Damage damage;
  damage.error = {Errc::kBadValue, "text", offset,
                  "expected valid " + std::string(EncodingName(encoding)) +
                      ", found " + std::to_string(replaced) +
                      " invalid sequences, read as U+FFFD"};
  damage.lossy = false;
  sink.OnDamage(std::move(damage));
}

LineReader::LineReader(Bytes bytes, const Limits& limits)
    : bytes_(bytes), line_limit_(limits.text_line_bytes) {
  const DetectedEncoding found = Detect(bytes, &plain_until_);
  encoding_ = found.encoding;
  position_ = found.bom_bytes;
}

size_t LineReader::FindLineEnd(size_t from) const {
  const bool wide =
      encoding_ == Encoding::kUtf16Le || encoding_ == Encoding::kUtf16Be;
  size_t at = from;
  while (at < bytes_.size()) {
    const void* hit = std::memchr(bytes_.data() + at, '\n', bytes_.size() - at);
    if (hit == nullptr) break;
    const auto place =
        static_cast<size_t>(static_cast<const std::byte*>(hit) - bytes_.data());
    if (!wide) return place + 1;
    // A line feed is the unit 000A at an even distance from the line's start.
    const bool little = encoding_ == Encoding::kUtf16Le;
    const bool low_byte = (place - from) % 2 == (little ? 0U : 1U);
    if (low_byte && little && place + 1 < bytes_.size() &&
        bytes_[place + 1] == std::byte{0}) {
      return place + 2;
    }
    if (low_byte && !little && bytes_[place - 1] == std::byte{0}) {
      return place + 1;
    }
    at = place + 1;
  }
  return bytes_.size();
}

std::string_view LineReader::Decode(Bytes bytes, uint64_t offset) {
  const std::string_view chars = AsChars(bytes);
  if (offset + bytes.size() <= plain_until_) return chars;
  uint64_t replaced = 0;
  uint64_t first = offset;
  buffer_.clear();
  switch (encoding_) {
    case Encoding::kUtf8:
    case Encoding::kCp1252:
      if (encoding_ == Encoding::kUtf8
              ? ValidUtf8Prefix(chars) == chars.size()
              : FindNonAscii(chars, 0) == chars.size()) {
        return chars;
      }
      [[fallthrough]];
    case Encoding::kUtf16Be: {
      DecodedText decoded = DecodeText(bytes, encoding_);
      replaced = decoded.replaced;
      first += decoded.first_replaced_offset;
      buffer_.swap(decoded.text);
      break;
    }
    case Encoding::kUtf16Le:
      replaced = AppendUtf16Le(bytes.subspan(AppendAsciiUnits(bytes, &buffer_)),
                               &buffer_);
      break;
  }
  if (replaced != 0) {
    // AppendUtf16Le does not say where: decode such a line once more.
    if (encoding_ == Encoding::kUtf16Le && replaced_ == 0) {
      first += DecodeText(bytes, encoding_).first_replaced_offset;
    }
    if (replaced_ == 0) first_replaced_ = first;
    replaced_ += replaced;
  }
  return buffer_;
}

bool LineReader::Next(TextLine* line) {
  if (position_ >= bytes_.size()) return false;
  const size_t start = position_;
  const size_t end = FindLineEnd(start);
  position_ = end;
  const bool wide =
      encoding_ == Encoding::kUtf16Le || encoding_ == Encoding::kUtf16Be;
  const size_t unit = wide ? 2 : 1;
  Bytes body = bytes_.subspan(start, end - start);
  if (wide && body.size() % 2 != 0) {
    // Half a unit at the end of the text holds no character.
    if (replaced_++ == 0) first_replaced_ = end - 1;
    body = body.first(body.size() - 1);
  }
  const auto ends_with = [&](char c) {
    if (body.size() < unit) return false;
    const Bytes last = body.last(unit);
    if (!wide) return last[0] == static_cast<std::byte>(c);
    const size_t low = encoding_ == Encoding::kUtf16Le ? 0 : 1;
    return last[low] == static_cast<std::byte>(c) &&
           last[1 - low] == std::byte{0};
  };
  line->ending = {};
  if (ends_with('\n')) {
    body = body.first(body.size() - unit);
    line->ending = "\n";
    if (ends_with('\r')) {
      body = body.first(body.size() - unit);
      line->ending = "\r\n";
    }
  }
  line->cut_bytes = 0;
  if (body.size() > line_limit_) {
    auto kept = static_cast<size_t>(line_limit_ & ~uint64_t{1});
    // Do not cut within a sequence of UTF-8.
    if (encoding_ == Encoding::kUtf8) {
      const std::string_view chars = AsChars(body);
      for (int i = 0; i < 3 && kept > 0 && IsContinuation(chars[kept]); ++i) {
        --kept;
      }
    }
    line->cut_bytes = body.size() - kept;
    body = body.first(kept);
  }
  line->number = ++number_;
  line->offset = start;
  line->size = end - start;
  line->unit = unit;
  line->text = Decode(body, start);
  line->in_source = line->text.data() == AsChars(body).data();
  return true;
}

}  // namespace espial

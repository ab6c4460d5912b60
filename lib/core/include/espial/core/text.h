// Text: decoding to UTF-8, comparing, matching, numbers.
//
// Inside Espial all text is UTF-8. Input that is not valid survives: a lone
// surrogate or an invalid byte becomes U+FFFD and is counted, so that the
// caller can report it.
#pragma once

#include <espial/core/bytes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial {

enum class Encoding : uint8_t { kUtf8, kUtf16Le, kUtf16Be, kCp1252 };
std::string_view EncodingName(Encoding encoding);  // "UTF-16LE", ...

// What DetectEncoding found.
struct DetectedEncoding {
  Encoding encoding = Encoding::kUtf8;
  // Bytes of the byte order mark to skip; 0 when there is none.
  uint32_t bom_bytes = 0;
};

// The encoding of a text: byte order mark, else many zero bytes at odd (LE) or
// even (BE) places, else valid UTF-8, else cp1252.
// Looks at the first 64 KiB at most.
DetectedEncoding DetectEncoding(Bytes bytes);

// Decoded text and what was lost in decoding.
struct DecodedText {
  std::string text;
  Encoding encoding = Encoding::kUtf8;
  // Invalid sequences that became U+FFFD, and where the first stood.
  uint64_t replaced = 0;
  uint64_t first_replaced_offset = 0;
};

// Decodes all of `bytes`. A trailing odd byte of UTF-16 counts as one
// replacement. A byte order mark is part of the text: skip it before.
DecodedText DecodeText(Bytes bytes, Encoding encoding);
// DetectEncoding and DecodeText in one, byte order mark removed.
DecodedText DecodeText(Bytes bytes);

// Appends UTF-16LE code units as UTF-8. Lone surrogates become U+FFFD.
// Returns the number of replacements.
uint64_t AppendUtf16Le(Bytes units, std::string* out);
// Appends cp1252 as UTF-8. The five unassigned bytes become U+FFFD.
uint64_t AppendCp1252(Bytes bytes, std::string* out);
// Appends one code point; surrogates and values above 0x10FFFF become U+FFFD.
void AppendUtf8(uint32_t code_point, std::string* out);
// UTF-8 to UTF-16LE bytes, for writers. Invalid input becomes U+FFFD.
std::string ToUtf16Le(std::string_view utf8);

bool IsValidUtf8(std::string_view text);
// `text` with invalid sequences replaced by U+FFFD.
std::string RepairUtf8(std::string_view text);

// Case folding of ASCII and, outside it, of the Latin-1, Latin Extended-A,
// Greek and Cyrillic letters by their simple mapping. Enough for names of
// Windows objects; the rest compares as is.
bool EqualsFold(std::string_view a, std::string_view b);
bool StartsWithFold(std::string_view text, std::string_view prefix);
bool EndsWithFold(std::string_view text, std::string_view suffix);
bool ContainsFold(std::string_view text, std::string_view part);
std::string Fold(std::string_view text);

// Whether all of `text` fits `pattern`: '*' any run, '?' one code point, every
// other character itself, case folded. Linear in the product of the lengths.
bool MatchesGlob(std::string_view pattern, std::string_view text);

// Text without ASCII white space at both ends.
std::string_view Trim(std::string_view text);

// A whole number, all of `text`: decimal, or hexadecimal behind 0x/0X.
std::optional<uint64_t> ParseUnsigned(std::string_view text);
// The same with an optional sign.
std::optional<int64_t> ParseSigned(std::string_view text);
// Hexadecimal digits only, 1 to 16 of them.
std::optional<uint64_t> ParseHex(std::string_view digits);
// Lower-case hexadecimal, at least `width` digits, no prefix.
std::string ToHex(uint64_t value, int width = 1);

// A GUID as 16 bytes of a Windows structure, printed
// "{54849625-5478-4994-a5ba-3e3b0328c30d}". REQUIRES: 16 bytes.
std::string FormatGuid(Bytes guid);
// The 16 bytes of a GUID text, with or without braces.
std::optional<std::array<std::byte, 16>> ParseGuid(std::string_view text);
// "S-1-5-21-..."; nothing when the bytes are no SID. Bytes behind the SID are
// ignored. The authority prints decimal below 2^32, else as hexadecimal.
std::optional<std::string> FormatSid(Bytes sid);

// `text` made safe for one line of a terminal: control characters (C0, DEL,
// C1) become "\xNN" forms, so that no input can move a cursor.
std::string EscapeControls(std::string_view text);

// Which quotes XML has as references: none in text, those of the delimiter in
// the value of an attribute.
enum class XmlQuotes : uint8_t { kAsTheyAre, kDouble, kBoth };
// Appends `text` with '&', '<' and '>' as references of XML, and the quotes
// that `quotes` names. Characters that XML cannot hold stay.
void AppendXmlEscaped(std::string_view text, XmlQuotes quotes,
                      std::string* out);

}  // namespace espial

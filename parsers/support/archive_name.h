// Names of archive members: what an archive wrote, made fit for a provenance.
//
// Archives store any bytes as a name. What comes out here is UTF-8, relative,
// '/' separated, without "." and ".." parts, drive letters, control characters
// and ':' (which would name an alternate stream on Windows). Everything else
// survives unchanged: Windows collectors put spaces, brackets and parentheses
// into names and mean them.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::archive {

// A name as it will be shown.
struct MemberName {
  std::string text;
  // The archive's name ends with a separator, or consists of nothing but
  // separators and dots: an entry for a folder.
  bool folder = false;
  // What had to be changed and is worth a report, in words; empty when nothing
  // was. Backslashes alone are no oddity.
  std::string oddity;
};

// `decoded` is UTF-8; invalid sequences become U+FFFD. A name of which nothing
// is left becomes "unnamed-<index>".
MemberName NormalizeMemberName(std::string_view decoded, uint64_t index);

// Decodes a name whose encoding the archive does not state: UTF-8 when it is
// valid UTF-8; else code page 437 or 1252, whichever turns more of the bytes
// above 0x7F into letters (437, which the ZIP specification names, on a tie).
std::string DecodeZipName(Bytes raw);

// The same for cabinets, whose names are UTF-8 when the attribute says so, and
// in the ANSI code page of the writing PC otherwise: valid UTF-8, else 1252.
std::string DecodeCabName(Bytes raw, bool is_utf8);

// Appends code page 437 as UTF-8; bytes below 0x80 are ASCII.
void AppendCp437(Bytes bytes, std::string* out);

}  // namespace espial::archive

// Secrets that show what they are by their shape.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lib/report/redact/classes.h"

namespace espial::report {

// One of them in a text.
struct PatternHit {
  size_t begin = 0;
  size_t end = 0;
  SecretClass secret = SecretClass::kNone;
  // A mail address or UPN: where its '@' (or "%40") stands, and ends.
  size_t at = 0;
  size_t at_end = 0;
};

// Appends all that `text` holds: mail addresses and UPNs, SIDs, IPv4, IPv6 and
// MAC addresses, JWTs, bearer tokens, product keys, folders of users, parts of
// distinguished names, thumbprints and other long hexadecimal, long base64.
// In any order; they may overlap. Linear in the text.
void FindPatterns(std::string_view text, std::vector<PatternHit>* hits);

// The value behind each "key: value", "key=value" and "\"key\":\"value\"" whose
// key names a secret, as ClassOfKeyInText() has it.
void FindKeyedValues(std::string_view text, std::vector<PatternHit>* hits);

// Whether the dotted number at `begin` is a version by what stands in front.
bool FollowsVersion(std::string_view text, size_t begin);

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsAlpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool IsAlnum(char c) { return IsDigit(c) || IsAlpha(c); }
inline bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
// Part of a word: letters of any script count.
inline bool IsWord(char c) {
  return IsAlnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace espial::report

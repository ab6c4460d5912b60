#include "tools/capture/shapes.h"

#include <espial/core/text.h>

#include <optional>

namespace espial::capture {
namespace {

constexpr size_t kDigits = 8;
constexpr std::string_view kId = "id-";
constexpr std::string_view kDomainSid = "S-1-5-21-x";
constexpr std::string_view kEntraSid = "S-1-12-1-x";
// What stands behind the digits of an id, as a GUID and as the words of a SID,
// which are those of the GUID's bytes.
constexpr std::string_view kGuidTail = "-0000-4000-8000-000000000000";
constexpr std::string_view kEntraTail = "-1073741824-128-0";

bool IsWordChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

// The digits of a pseudonym at the start of `text`.
std::optional<uint64_t> DigitsAt(std::string_view text) {
  if (text.size() < kDigits) return std::nullopt;
  if (text.size() > kDigits && IsWordChar(text[kDigits])) return std::nullopt;
  return ParseHex(text.substr(0, kDigits));
}

// Takes `prefix` and the digits behind it off the start of `text`.
std::optional<uint64_t> Take(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return std::nullopt;
  const auto digits = DigitsAt(text->substr(prefix.size()));
  if (digits) text->remove_prefix(prefix.size() + kDigits);
  return digits;
}

}  // namespace

std::string ShapePseudonyms(std::string_view text) {
  std::string out;
  bool in_word = false;
  while (!text.empty()) {
    std::string_view rest = text;
    if (in_word) {
      // A pseudonym begins a word.
    } else if (Take(kId, &rest)) {
      out.append(text.substr(kId.size(), kDigits)).append(kGuidTail);
    } else if (const auto domain = Take(kDomainSid, &rest)) {
      out.append("S-1-5-21-").append(std::to_string(*domain)).append("-0-0");
      if (const auto account = Take("-x", &rest)) {
        out.append("-").append(std::to_string(*account));
      }
    } else if (const auto id = Take(kEntraSid, &rest)) {
      out.append("S-1-12-1-").append(std::to_string(*id)).append(kEntraTail);
    }
    if (rest.size() == text.size()) {
      in_word = IsWordChar(text[0]);
      out += text[0];
      rest.remove_prefix(1);
    } else {
      in_word = true;
    }
    text = rest;
  }
  return out;
}

}  // namespace espial::capture

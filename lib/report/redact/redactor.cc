#include <espial/core/text.h>
#include <espial/report/redact.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lib/report/redact/patterns.h"
#include "lib/report/redact/redactor_state.h"

namespace espial::report {
namespace {

bool IsBase64(char c) { return IsAlnum(c) || c == '+' || c == '/' || c == '='; }

// The whole of the encoded data around a match: hexadecimal, else base64.
std::pair<size_t, size_t> EncodedRun(std::string_view text, size_t begin,
                                     size_t end) {
  const bool hex =
      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                  text.begin() + static_cast<std::ptrdiff_t>(end), IsHex);
  const auto fits = [hex](char c) { return hex ? IsHex(c) : IsBase64(c); };
  while (begin > 0 && fits(text[begin - 1])) --begin;
  while (end < text.size() && fits(text[end])) ++end;
  return {begin, end};
}

// A host of everybody is no secret, but what it is called below that may be:
// it is looked at as any other text.
PatternHit WithoutPublicHost(std::string_view text, PatternHit hit) {
  if (hit.at_end != 0 &&
      IsPublicHost(text.substr(hit.at_end, hit.end - hit.at_end)) &&
      !EqualsFold(text.substr(hit.begin, hit.at - hit.begin), "fooUser")) {
    hit.end = hit.at;
    hit.at = hit.at_end = 0;
  }
  return hit;
}

std::string ReplacementOf(const Pseudonyms& names, std::string_view text,
                          const PatternHit& hit) {
  const std::string_view found = text.substr(hit.begin, hit.end - hit.begin);
  if (hit.at_end != 0) {
    return names.Mail(text.substr(hit.begin, hit.at - hit.begin),
                      text.substr(hit.at, hit.at_end - hit.at),
                      text.substr(hit.at_end, hit.end - hit.at_end));
  }
  switch (hit.secret) {
    case SecretClass::kSid:
      return names.Sid(found);
    case SecretClass::kIp:
      // That no address was given out says much.
      if (found.starts_with("169.254.")) {
        return "169.254." + names.Of(hit.secret, found);
      }
      if (StartsWithFold(found, "fe80:")) {
        return "fe80::" + names.Of(hit.secret, found);
      }
      return names.Of(hit.secret, found);
    case SecretClass::kName:
      if (ParseGuid(found)) return names.Id(found);
      return names.Of(hit.secret, found);
    default:
      return names.Of(hit.secret, found);
  }
}

}  // namespace

Redactor::Redactor(std::string_view key)
    : state_(std::make_unique<State>(key)) {}
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;
Redactor::~Redactor() = default;

std::string Redactor::Text(std::string_view text, std::string_view name) const {
  const Pseudonyms& names = state_->names;
  std::vector<PatternHit> hits;
  FindPatterns(text, &hits);
  std::vector<PatternHit> keyed;
  FindKeyedValues(text, &keyed);
  for (const PatternHit& hit : keyed) {
    // Names were learned; these are used once and never seen again.
    if (hit.secret == SecretClass::kToken ||
        hit.secret == SecretClass::kProductKey) {
      hits.push_back(hit);
    }
  }
  if (NamesVersion(name)) {
    std::erase_if(hits, [](const PatternHit& hit) {
      return hit.secret == SecretClass::kIp;
    });
  }
  for (PatternHit& hit : hits) hit = WithoutPublicHost(text, hit);
  // The longest of those that begin at one place comes first.
  std::sort(hits.begin(), hits.end(),
            [](const PatternHit& a, const PatternHit& b) {
              return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
            });

  std::string out;
  size_t copied = 0;
  auto hit = hits.begin();
  for (size_t at = 0; at < text.size();) {
    while (hit != hits.end() && hit->begin < at) ++hit;
    const SecretIndex::Match match = state_->secrets.At(text, at);
    const size_t hit_size =
        hit != hits.end() && hit->begin == at ? hit->end - hit->begin : 0;
    if (hit_size == 0 && match.size == 0) {
      ++at;
      continue;
    }
    size_t begin = at;
    size_t end = at + std::max(hit_size, match.size);
    std::string replacement;
    if (match.size > 0 && match.size >= hit_size) {
      replacement = match.text;
      if (match.encoded) {
        std::tie(begin, end) = EncodedRun(text, at, end);
        begin = std::max(begin, copied);
        // An id is the whole run.
        if (begin != at || end != at + match.size) {
          replacement =
              names.Of(SecretClass::kData, text.substr(begin, end - begin));
        }
      }
    } else if (const std::string_view found = text.substr(at, hit_size);
               IsPseudonym(found)) {
      replacement = found;
    } else {
      replacement = ReplacementOf(names, text, *hit);
    }
    out.append(text, copied, begin - copied).append(replacement);
    copied = at = end;
  }
  out.append(text, copied);
  if (name.empty() || out != text) return out;
  return state_->WholeValue(std::move(out), name);
}

std::string Redactor::Data(std::string_view bytes) const {
  return state_->names.Of(SecretClass::kData, bytes);
}

std::string Redactor::State::WholeValue(std::string text,
                                        std::string_view name) const {
  const SecretClass secret = ClassOfName(name);
  if (secret == SecretClass::kNone || IsWellKnown(text)) return text;
  if (text.size() > 4096 || text.starts_with("S-1-") || text[0] == '%') {
    return text;
  }
  switch (secret) {
    case SecretClass::kUser:
    case SecretClass::kComputer:
      // Not a path, and no sentence.
      if (text.find_first_of("/\\:=") != std::string::npos) return text;
      if (IsPublicHost(text)) return text;
      return names.Of(secret, text);
    case SecretClass::kDomain:
      if (text.find_first_of("/\\:= ") != std::string::npos) return text;
      return names.Domain(text);
    case SecretClass::kIp:
      return text;
    case SecretClass::kId:
      if (!ParseGuid(text)) return text;
      if (text.find_first_of("123456789abcdefABCDEF") == std::string::npos) {
        return text;
      }
      return names.Id(text);
    default:
      return names.Of(secret, text);
  }
}

}  // namespace espial::report

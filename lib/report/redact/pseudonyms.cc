#include "lib/report/redact/pseudonyms.h"

#include <espial/core/text.h>

#include <algorithm>
#include <vector>

#include "lib/report/redact/sha256.h"

namespace espial::report {
namespace {

constexpr uint64_t kFirstDomainRid = 1100;
constexpr size_t kDigits = 8;
constexpr std::string_view kLocalEnding = ".example";
constexpr std::string_view kTenantEnding = ".onmicrosoft.com";
// What Autopilot puts where no user is known yet.
constexpr std::string_view kNobody = "fooUser";

std::vector<std::string_view> SplitDashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t dash = text.find('-');
    parts.push_back(text.substr(0, dash));
    if (dash == std::string_view::npos) return parts;
    text.remove_prefix(dash + 1);
  }
}

bool IsPlainPseudonym(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 1 + kDigits) return false;
  return text.starts_with(prefix) && text[prefix.size()] == '-' &&
         std::all_of(text.end() - kDigits, text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool IsDomainPseudonym(std::string_view text) {
  for (const std::string_view ending : {kLocalEnding, kTenantEnding}) {
    if (text.ends_with(ending)) {
      text.remove_suffix(ending.size());
      break;
    }
  }
  return IsPlainPseudonym(text, ClassPrefix(SecretClass::kDomain));
}

}  // namespace

bool IsPseudonym(std::string_view text) {
  for (const std::string_view sign : {"@", "%40"}) {
    const size_t at = text.find(sign);
    if (at == std::string_view::npos) continue;
    const std::string_view local = text.substr(0, at);
    return (IsPlainPseudonym(local, ClassPrefix(SecretClass::kUser)) ||
            EqualsFold(local, kNobody)) &&
           IsDomainPseudonym(text.substr(at + sign.size()));
  }
  for (auto secret = static_cast<uint8_t>(SecretClass::kUser);
       secret <= static_cast<uint8_t>(SecretClass::kData); ++secret) {
    if (IsPlainPseudonym(text, ClassPrefix(static_cast<SecretClass>(secret)))) {
      return true;
    }
  }
  return false;
}

std::string Pseudonyms::Digits(SecretClass secret,
                               std::string_view text) const {
  std::string message(ClassPrefix(secret));
  message.push_back('\0');
  message += Fold(text);
  const Digest digest = HmacSha256(key_, message);
  std::string digits;
  for (size_t i = 0; i < kDigits / 2; ++i) digits += ToHex(digest[i], 2);
  return digits;
}

std::string Pseudonyms::Of(SecretClass secret, std::string_view text) const {
  std::string out(ClassPrefix(secret));
  out.push_back('-');
  return out += Digits(secret, text);
}

std::string Pseudonyms::Domain(std::string_view domain) const {
  if (IsPublicHost(domain)) return std::string(domain);
  if (EndsWithFold(domain, kTenantEnding)) {
    domain.remove_suffix(kTenantEnding.size());
    return Of(SecretClass::kDomain, domain).append(kTenantEnding);
  }
  std::string out = Of(SecretClass::kDomain, domain);
  if (domain.find('.') != std::string_view::npos) out += kLocalEnding;
  return out;
}

std::string Pseudonyms::Host(std::string_view host) const {
  const size_t dot = host.find('.');
  std::string out = Of(SecretClass::kComputer, host.substr(0, dot));
  if (dot != std::string_view::npos) out += '.' + Domain(host.substr(dot + 1));
  return out;
}

std::string Pseudonyms::Mail(std::string_view local, std::string_view at,
                             std::string_view domain) const {
  std::string out = EqualsFold(local, kNobody) ? std::string(local)
                                               : Of(SecretClass::kUser, local);
  return out.append(at) + Domain(domain);
}

std::string Pseudonyms::Sid(std::string_view sid) const {
  const std::vector<std::string_view> parts = SplitDashes(sid);
  if (parts.size() >= 8 && parts[2] == "12" && parts[3] == "1") {
    // Four little-endian words of a GUID.
    std::string bytes;
    for (size_t i = 4; i < 8; ++i) {
      const uint64_t word = ParseUnsigned(parts[i]).value_or(0);
      for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<char>(word >> shift & 0xFFU));
      }
    }
    return "S-1-12-1-x" + Digits(SecretClass::kId, FormatGuid(AsBytes(bytes)));
  }
  std::string domain;
  for (size_t i = 4; i < parts.size() && i < 7; ++i) {
    domain.append(parts[i]).push_back('-');
  }
  std::string out = "S-1-5-21-x" + Digits(SecretClass::kSid, domain);
  for (size_t i = 7; i < parts.size(); ++i) {
    const auto rid = ParseUnsigned(parts[i]);
    if (rid && *rid < kFirstDomainRid) {
      out.append("-").append(parts[i]);
    } else {
      out += "-x" + Digits(SecretClass::kSid, sid);
    }
  }
  return out;
}

std::string Pseudonyms::Id(std::string_view text) const {
  if (const auto guid = ParseGuid(text)) {
    return "id-" + Digits(SecretClass::kId, FormatGuid(*guid));
  }
  return Of(SecretClass::kId, text);
}

}  // namespace espial::report

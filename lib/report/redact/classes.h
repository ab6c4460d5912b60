// What is secret: the classes, the names that announce them, and what only
// looks like it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::report {

enum class SecretClass : uint8_t {
  kNone,
  kUser,      // account, UPN's first half, person
  kComputer,  // host name without domain
  kDomain,    // DNS or NetBIOS name of a domain or tenant
  kOrganization,
  kId,  // of tenant, device, user: a GUID mostly
  kSerial,
  kSid,
  kIp,
  kMac,
  kSsid,
  kThumbprint,
  kToken,
  kProductKey,
  kName,  // part of a distinguished name
  kData,  // hardware hash, certificate, binary: too long to look into
};
// How pseudonyms of the class begin: "user", "PC", ...
std::string_view ClassPrefix(SecretClass secret);

// What a value of that name is: a field ("TargetUserName"), registry value
// ("NV Domain"), path of JSON or XML ("a.b[0].TenantId"), label of an output.
SecretClass ClassOfName(std::string_view name);
// Those among them that are trusted in the middle of a line too: "SSID: x".
SecretClass ClassOfKeyInText(std::string_view name);
// Whether it says that the value is a version, which looks like an address.
bool NamesVersion(std::string_view name);

// Words that stand in such fields and tell nothing: SYSTEM, WORKGROUP, N/A;
// and common words, which would be replaced all over the place.
bool IsWellKnown(std::string_view text);
// Hosts and domains of Microsoft and of the Internet at large.
bool IsPublicHost(std::string_view host);
// Issuers and containers that every device has.
bool IsPublicSubject(std::string_view name);

}  // namespace espial::report

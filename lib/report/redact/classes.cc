#include "lib/report/redact/classes.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace espial::report {
namespace {

const std::unordered_set<std::string_view>& WellKnown() {
  static const std::unordered_set<std::string_view> words = {
      // Accounts and authorities of Windows.
      "system", "local system", "localsystem", "local service", "localservice",
      "network service", "networkservice", "nt authority", "nt service",
      "nt-authority", "builtin", "window manager", "font driver host",
      "iis apppool", "anonymous logon", "anonymous", "everyone", "iusr",
      "administrator", "administrators", "guest", "guests", "defaultaccount",
      "wdagutilityaccount", "defaultuser0", "defaultuser1", "defaultuser100000",
      "default", "default user", "all users", "public", "systemprofile",
      "azuread", "microsoftaccount", "workgroup", "minwinpc", "localhost",
      "foouser", "autopilot",
      // Fillers.
      "none", "null", "(null)", "n/a", "na", "-", "--", "unknown", "not set",
      "not available", "not applicable", "not specified", "empty",
      "default string", "system serial number", "to be filled by o.e.m.",
      "o.e.m.", "oem", "invalid", "undefined", "blank", "true", "false", "yes",
      "no", "unset", "not found", "failed", "redacted",
      // Words that a device's texts are full of.
      "a", "an", "and", "are", "as", "at", "be", "by", "can", "cannot", "could",
      "for", "from", "has", "have", "if", "in", "is", "it", "not", "of", "on",
      "or", "the", "this", "that", "to", "was", "were", "will", "with", "user",
      "users", "admin", "account", "device", "devices", "computer", "machine",
      "windows", "microsoft", "service", "services", "network", "local",
      "domain", "client", "server", "host", "name", "error", "warning", "info",
      "information", "test", "pc", "laptop", "desktop", "cloud", "internal",
      "corp", "lan", "home", "office", "security", "policy", "application",
      "update", "data", "event", "log", "logs", "state", "status", "type",
      "value", "version", "id", "key", "com", "net", "org", "www", "intune",
      "azure", "entra", "profile", "string", "software", "program", "file",
      "files", "join", "joined", "enrollment", "setup", "success", "failure"};
  return words;
}

constexpr std::array<std::string_view, 44> kPublicDomains = {
    "microsoft.com",
    "microsoftonline.com",
    "microsoftonline-p.com",
    "microsoftazuread-sso.com",
    "windows.com",
    "windows.net",
    "windowsupdate.com",
    "windowsazure.com",
    "office.com",
    "office.net",
    "office365.com",
    "live.com",
    "outlook.com",
    "hotmail.com",
    "msftconnecttest.com",
    "msftncsi.com",
    "msauth.net",
    "msftauth.net",
    "msedge.net",
    "azure.com",
    "azure.net",
    "azure-api.net",
    "azureedge.net",
    "azurefd.net",
    "azure-devices.net",
    "azurewebsites.net",
    "azure-devices-provisioning.net",
    "trafficmanager.net",
    "akamaized.net",
    "akamai.net",
    "akadns.net",
    "digicert.com",
    "globalsign.com",
    "verisign.com",
    "symantec.com",
    "aka.ms",
    "bing.com",
    "msn.com",
    "skype.com",
    "xboxlive.com",
    "amd.com",
    "infineon.com",
    "intel.com",
    "w3.org"};

// Names below a public domain that are those of customers.
constexpr std::array<std::string_view, 3> kTenantSuffixes = {
    ".onmicrosoft.com", ".sharepoint.com", ".b2clogin.com"};

}  // namespace

std::string_view ClassPrefix(SecretClass secret) {
  switch (secret) {
    case SecretClass::kNone:
      break;
    case SecretClass::kUser:
      return "user";
    case SecretClass::kComputer:
      return "PC";
    case SecretClass::kDomain:
      return "domain";
    case SecretClass::kOrganization:
      return "org";
    case SecretClass::kId:
      return "id";
    case SecretClass::kSerial:
      return "serial";
    case SecretClass::kSid:
      return "sid";
    case SecretClass::kIp:
      return "ip";
    case SecretClass::kMac:
      return "mac";
    case SecretClass::kSsid:
      return "ssid";
    case SecretClass::kThumbprint:
      return "thumbprint";
    case SecretClass::kToken:
      return "token";
    case SecretClass::kProductKey:
      return "key";
    case SecretClass::kName:
      return "name";
    case SecretClass::kData:
      return "data";
  }
  return "secret";
}

bool IsWellKnown(std::string_view text) {
  const std::string folded = Fold(Trim(text));
  if (folded.empty() || WellKnown().count(folded) != 0) return true;
  if (folded.starts_with("dwm-") || folded.starts_with("umfd-")) return true;
  // Codes are no names.
  return folded.starts_with("0x");
}

bool IsPublicHost(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  for (const std::string_view suffix : kTenantSuffixes) {
    if (EndsWithFold(host, suffix)) return false;
    if (EqualsFold(host, suffix.substr(1))) return true;
  }
  return std::any_of(kPublicDomains.begin(), kPublicDomains.end(),
                     [&](std::string_view domain) {
                       if (!EndsWithFold(host, domain)) return false;
                       return host.size() == domain.size() ||
                              host[host.size() - domain.size() - 1] == '.';
                     });
}

bool IsPublicSubject(std::string_view name) {
  constexpr std::array<std::string_view, 16> kParts = {
      "Microsoft", "MS-Organization", "Windows",   "DigiCert", "GlobalSign",
      "VeriSign",  "Symantec",        "Baltimore", "Infineon", "Intel",
      "STMicro",   "Nuvoton",         "Qualcomm",  "AMD",      "TPM",
      "Entrust"};
  constexpr std::array<std::string_view, 10> kContainers = {
      "Users",  "Computers",          "Configuration", "Schema",  "Sites",
      "System", "Domain Controllers", "Policies",      "Builtin", "Services"};
  return std::any_of(
             kParts.begin(), kParts.end(),
             [&](std::string_view part) { return ContainsFold(name, part); }) ||
         std::any_of(kContainers.begin(), kContainers.end(),
                     [&](std::string_view container) {
                       return EqualsFold(name, container);
                     });
}

}  // namespace espial::report

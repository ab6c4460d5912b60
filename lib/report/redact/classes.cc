#include "lib/report/redact/classes.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace espial::report {
namespace {

// Names as letters and digits, lower case.
using Table = std::unordered_map<std::string_view, SecretClass>;

const Table& Names() {
  using enum SecretClass;
  static const Table names = {
      {"targetusername", kUser},
      {"subjectusername", kUser},
      {"targetoutboundusername", kUser},
      {"callerusername", kUser},
      {"clientusername", kUser},
      {"username", kUser},
      {"user", kUser},
      {"userdisplayname", kUser},
      {"useremail", kUser},
      {"useraccount", kUser},
      {"useridentity", kUser},
      {"userinfo", kUser},
      {"userprincipalname", kUser},
      {"upn", kUser},
      {"userupn", kUser},
      {"email", kUser},
      {"emailaddress", kUser},
      {"mail", kUser},
      {"account", kUser},
      {"accountname", kUser},
      {"samaccountname", kUser},
      {"targetuser", kUser},
      {"targetaccount", kUser},
      {"currentuser", kUser},
      {"enrolleduser", kUser},
      {"enrolledby", kUser},
      {"primaryuser", kUser},
      {"assigneduser", kUser},
      {"executingaccountname", kUser},
      {"loggedonuser", kUser},
      {"loggedinuser", kUser},
      {"loginname", kUser},
      {"logonname", kUser},
      {"logonuser", kUser},
      {"lastloggedonuser", kUser},
      {"lastloggedonsamuser", kUser},
      {"lastloggedondisplayname", kUser},
      {"lastusedusername", kUser},
      {"defaultusername", kUser},
      {"altdefaultusername", kUser},
      {"registeredowner", kUser},
      {"fullname", kUser},
      {"givenname", kUser},
      {"surname", kUser},
      {"principalname", kUser},
      {"cloudassignedtenantupn", kUser},
      {"logonusername", kUser},

      {"computer", kComputer},
      {"computername", kComputer},
      {"activecomputername", kComputer},
      {"machinename", kComputer},
      {"devicename", kComputer},
      {"cloudassigneddevicename", kComputer},
      {"hostname", kComputer},
      {"nvhostname", kComputer},
      {"dnshostname", kComputer},
      {"localhostname", kComputer},
      {"systemname", kComputer},
      {"csname", kComputer},
      {"workstation", kComputer},
      {"workstationname", kComputer},
      {"workstations", kComputer},
      {"netbiosname", kComputer},
      {"netbioscomputername", kComputer},
      {"dcname", kComputer},
      {"dcfqdn", kComputer},
      {"domaincontroller", kComputer},
      {"domaincontrollername", kComputer},
      {"logonserver", kComputer},
      {"clientname", kComputer},
      {"remotehost", kComputer},
      {"remotemachine", kComputer},

      {"domain", kDomain},
      {"domainname", kDomain},
      {"subjectdomainname", kDomain},
      {"targetdomainname", kDomain},
      {"targetdnsdomainname", kDomain},
      {"domaindnsname", kDomain},
      {"domainfqdn", kDomain},
      {"dnsdomain", kDomain},
      {"dnsdomainname", kDomain},
      {"dnsforestname", kDomain},
      {"forest", kDomain},
      {"forestname", kDomain},
      {"nvdomain", kDomain},
      {"dhcpdomain", kDomain},
      {"userdomain", kDomain},
      {"userdnsdomain", kDomain},
      {"netbiosdomain", kDomain},
      {"netbiosdomainname", kDomain},
      {"machinedomain", kDomain},
      {"joineddomain", kDomain},
      {"defaultdomainname", kDomain},
      {"cachemachinedomainname", kDomain},
      {"idpdomain", kDomain},
      {"realm", kDomain},
      {"searchlist", kDomain},
      {"dnssuffix", kDomain},
      {"primarydnssuffix", kDomain},
      {"dnssuffixsearchlist", kDomain},
      {"connectionspecificdnssuffix", kDomain},
      {"tenantdomain", kDomain},
      {"aadtenantdomain", kDomain},
      {"cloudassignedtenantdomain", kDomain},

      {"tenantname", kOrganization},
      {"tenantdisplayname", kOrganization},
      {"cloudassignedtenantname", kOrganization},
      {"registeredorganization", kOrganization},
      {"organization", kOrganization},
      {"organizationname", kOrganization},

      {"tenantid", kId},
      {"aadtenantid", kId},
      {"azureadtenantid", kId},
      {"cloudassignedtenantid", kId},
      {"tenantguid", kId},
      {"directoryid", kId},
      {"deviceid", kId},
      {"aaddeviceid", kId},
      {"azureaddeviceid", kId},
      {"entradeviceid", kId},
      {"intunedeviceid", kId},
      {"manageddeviceid", kId},
      {"mdmdeviceid", kId},
      {"entdmid", kId},
      {"ztdid", kId},
      {"zerotouchid", kId},
      {"zerotouchdeviceid", kId},
      {"ztdregistrationid", kId},
      {"aadobjectid", kId},
      {"deviceobjectid", kId},
      {"userobjectid", kId},
      {"objectid", kId},
      {"userid", kId},
      {"aaduserid", kId},
      {"azureaduserid", kId},
      {"accountid", kId},
      {"useraccountid", kId},
      {"machineguid", kId},
      {"machineid", kId},
      {"sqmmachineid", kId},
      {"systemuuid", kId},
      {"smbiosuuid", kId},
      {"uuid", kId},
      {"targetobjectid", kId},

      {"serial", kSerial},
      {"serialnumber", kSerial},
      {"serialno", kSerial},
      {"deviceserialnumber", kSerial},
      {"biosserialnumber", kSerial},
      {"systemserialnumber", kSerial},
      {"smbiossystemserialnumber", kSerial},
      {"baseboardserialnumber", kSerial},
      {"chassisserialnumber", kSerial},
      {"diskserialnumber", kSerial},
      {"hardwareserialnumber", kSerial},
      {"assettag", kSerial},
      {"smbiosassettag", kSerial},

      {"ssid", kSsid},
      {"connectionssid", kSsid},
      {"wlanssid", kSsid},
      {"profilename", kSsid},
      {"networkname", kSsid},
      {"ssidname", kSsid},

      {"mac", kMac},
      {"macaddress", kMac},
      {"physicaladdress", kMac},
      {"permanentaddress", kMac},
      {"bssid", kMac},
      {"localmac", kMac},
      {"peermac", kMac},
      {"dhcpv6clientduid", kMac},

      {"ipaddress", kIp},
      {"clientaddress", kIp},
      {"sourceaddress", kIp},
      {"dhcpipaddress", kIp},

      {"thumbprint", kThumbprint},
      {"certthumbprint", kThumbprint},
      {"certificatethumbprint", kThumbprint},
      {"certhash", kThumbprint},

      {"token", kToken},
      {"accesstoken", kToken},
      {"refreshtoken", kToken},
      {"idtoken", kToken},
      {"bearertoken", kToken},
      {"usertoken", kToken},
      {"devicetoken", kToken},
      {"authorization", kToken},
      {"assertion", kToken},
      {"clientassertion", kToken},
      {"clientsecret", kToken},
      {"secret", kToken},
      {"sharedsecret", kToken},
      {"password", kToken},
      {"passwd", kToken},
      {"pwd", kToken},
      {"defaultpassword", kToken},
      {"apikey", kToken},
      {"sig", kToken},
      {"sharedaccesssignature", kToken},
      {"cookie", kToken},
      {"bitlockerrecoverykey", kToken},
      {"recoverypassword", kToken},

      {"productkey", kProductKey},
      {"oa3xoriginalproductkey", kProductKey},
      {"backupproductkeydefault", kProductKey},

      {"hardwarehash", kData},
      {"devicehash", kData},
      {"devicehardwaredata", kData},
  };
  return names;
}

// Too common to be trusted behind any colon of a sentence.
const std::unordered_set<std::string_view>& LooseNames() {
  static const std::unordered_set<std::string_view> names = {
      "user",   "account",     "computer", "domain",       "forest",
      "mail",   "email",       "serial",   "workstations", "token",
      "secret", "cookie",      "realm",    "mac",          "organization",
      "uuid",   "profilename", "userid",   "objectid"};
  return names;
}

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

// Lower case, letters and digits of the last part of a path.
std::string Plain(std::string_view name) {
  while (name.ends_with(']')) {
    const size_t open = name.rfind('[');
    if (open == std::string_view::npos) break;
    name = name.substr(0, open);
  }
  const size_t separator = name.find_last_of("./\\@");
  if (separator != std::string_view::npos) name.remove_prefix(separator + 1);
  std::string plain;
  if (name.size() > 64) return plain;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain.push_back(c);
  }
  return plain;
}

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

SecretClass ClassOfName(std::string_view name) {
  const auto found = Names().find(Plain(name));
  return found == Names().end() ? SecretClass::kNone : found->second;
}

SecretClass ClassOfKeyInText(std::string_view name) {
  const std::string plain = Plain(name);
  if (LooseNames().count(plain) != 0) return SecretClass::kNone;
  const auto found = Names().find(plain);
  return found == Names().end() ? SecretClass::kNone : found->second;
}

bool NamesVersion(std::string_view name) {
  const std::string plain = Plain(name);
  return plain.find("version") != std::string::npos ||
         plain.find("build") != std::string::npos || plain == "ver";
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

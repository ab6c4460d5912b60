// The names that announce secrets.
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "lib/report/redact/classes.h"

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

}  // namespace espial::report

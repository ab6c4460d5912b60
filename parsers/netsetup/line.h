// A line of NetSetup.LOG or netlogon.log.
#pragma once

#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::netsetup {

struct Line {
  std::string_view stamp;  // as written
  // kAssumed with a year, kNone without one or when it cannot be.
  Time time;
  bool has_year = false;
  std::string_view category;  // "[LOGON]" without brackets; netlogon.log only
  uint32_t thread = 0;        // "[10752]" behind the category
  std::string_view text;      // behind all that, leading blanks kept
};

// Nothing when `line` does not begin with "MM/DD/YYYY HH:MM:SS:mmm " or
// "MM/DD HH:MM:SS ".
std::optional<Line> ReadLine(std::string_view line);

// The function that writes, at the start of a text: "NetpDoDomainJoin" of
// "NetpDoDomainJoin: status: 0x0". Empty when the text begins with another
// word.
std::string_view FunctionOf(std::string_view text);

// The status that a text states: the first number behind ": ", "returned " and
// their like which is not named as flags or options.
std::optional<uint32_t> StatusOf(std::string_view text);

// The error of LDAP in "ldap_bind failed on DC1: 81: Server Down".
std::optional<uint32_t> LdapErrorOf(std::string_view text);

// The symbol of a status of Win32 or of the network API; empty for others.
std::string_view StatusName(uint32_t status);

// A value that a text names.
struct Named {
  std::string_view field;
  std::string_view value;
};
// "  Domain: contoso.com": a line of details of the function before it.
std::optional<Named> ReadDetail(std::string_view text);
// The domain controller behind the first "\\", without the backslashes.
std::string_view ServerOf(std::string_view text);
// What stands in quotes behind `words`: "domain 'contoso.com'".
std::string_view QuotedBehind(std::string_view text, std::string_view words);

}  // namespace espial::netsetup

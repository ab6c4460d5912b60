#include "parsers/netsetup/line.h"

#include <espial/core/text.h>

#include <algorithm>

#include "parsers/support/text_scan.h"

namespace espial::netsetup {
namespace {

bool IsWordChar(char c) { return IsDigit(c) || IsAsciiLetter(c) || c == '_'; }

bool ReadStamp(TextScan* scan, Line* line) {
  Civil civil;
  if (!scan->Digits(2, 2, &civil.month) || !scan->Char('/') ||
      !scan->Digits(2, 2, &civil.day)) {
    return false;
  }
  if (scan->Char('/')) {
    uint32_t year = 0;
    if (!scan->Digits(4, 4, &year)) return false;
    civil.year = static_cast<int32_t>(year);
    line->has_year = true;
  }
  if (!scan->Char(' ') || !scan->Clock(&civil)) return false;
  if (scan->OneOf(":.") && !scan->Fraction(&civil.tick)) return false;
  // Nothing tells the year of a line without one.
  if (line->has_year) line->time = LocalTime(civil, {});
  return true;
}

// "[LOGON] [10752] " at the start of *text.
void TakeCategory(std::string_view* text, Line* line) {
  constexpr size_t kLongest = 24;
  const auto bracket = [](std::string_view from) {
    const size_t end = from.find(']');
    if (!from.starts_with('[') || end == std::string_view::npos || end < 2 ||
        end > kLongest) {
      return std::string_view();
    }
    return from.substr(1, end - 1);
  };
  const std::string_view category = bracket(*text);
  const bool word = std::all_of(category.begin(), category.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (category.empty() || !word) return;
  line->category = category;
  std::string_view rest = text->substr(category.size() + 2);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view thread = bracket(rest);
  TextScan scan(thread);
  if (!thread.empty() && scan.Digits(1, 9, &line->thread) && scan.empty()) {
    rest.remove_prefix(thread.size() + 2);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
  }
  *text = rest;
}

// Beginnings of the names of functions.
constexpr std::string_view kFunctions[] = {"Net",   "ldap_",  "Dsr", "Djoin",
                                           "DsGet", "DsRole", "Wks", "Lsa"};

// Words behind which a number is no status.
constexpr std::string_view kNoStatus[] = {
    "flags",   "options", "attr",     "control", "type",  "mask",
    "version", "bufsize", "error is", "timeout", "number"};

// Whether the number behind `before` is a status.
bool IsStatusPlace(std::string_view before) {
  std::string_view words = before;
  while (words.ends_with(' ')) words.remove_suffix(1);
  if (words.ends_with("returned") || words.ends_with("Returns") ||
      words.ends_with("failed with")) {
    return true;
  }
  if (!words.ends_with(':') && !words.ends_with('=')) return false;
  words.remove_suffix(1);
  while (words.ends_with(' ')) words.remove_suffix(1);
  return std::none_of(
      std::begin(kNoStatus), std::end(kNoStatus),
      [&](std::string_view word) { return EndsWithFold(words, word); });
}

struct StatusSymbol {
  uint32_t status;
  std::string_view symbol;
};

// winerror.h and lmerr.h.
constexpr StatusSymbol kSymbols[] = {
    {0x0, "NERR_Success"},
    {0x2, "ERROR_FILE_NOT_FOUND"},
    {0x5, "ERROR_ACCESS_DENIED"},
    {0x32, "ERROR_NOT_SUPPORTED"},
    {0x35, "ERROR_BAD_NETPATH"},
    {0x3A, "ERROR_BAD_NET_RESP"},
    {0x40, "ERROR_NETNAME_DELETED"},
    {0x43, "ERROR_BAD_NET_NAME"},
    {0x57, "ERROR_INVALID_PARAMETER"},
    {0x4C3, "ERROR_SESSION_CREDENTIAL_CONFLICT"},
    {0x51F, "ERROR_NO_LOGON_SERVERS"},
    {0x525, "ERROR_NO_SUCH_USER"},
    {0x52E, "ERROR_LOGON_FAILURE"},
    {0x533, "ERROR_ACCOUNT_DISABLED"},
    {0x534, "ERROR_NONE_MAPPED"},
    {0x54B, "ERROR_NO_SUCH_DOMAIN"},
    {0x569, "ERROR_LOGON_TYPE_NOT_GRANTED"},
    {0x6BA, "RPC_S_SERVER_UNAVAILABLE"},
    {0x6BE, "RPC_S_CALL_FAILED"},
    {0x6BF, "RPC_S_CALL_FAILED_DNE"},
    {0x6D9, "EPT_S_NOT_REGISTERED"},
    {0x6FB, "ERROR_NO_TRUST_SAM_ACCOUNT"},
    {0x6FD, "ERROR_TRUSTED_RELATIONSHIP_FAILURE"},
    {0x773, "ERROR_PASSWORD_MUST_CHANGE"},
    {0x775, "ERROR_ACCOUNT_LOCKED_OUT"},
    {0x8B0, "NERR_UserExists"},
    {0xA83, "NERR_SetupAlreadyJoined"},
    {0xA84, "NERR_SetupNotJoined"},
    {0xA85, "NERR_SetupDomainController"},
    {0xA87, "NERR_InvalidWorkgroupName"},
    {0xA89, "NERR_ComputerAccountNotFound"},
    {0xA8A, "NERR_PersonalSku"},
    {0xA9F, "NERR_ProvisioningBlobUnsupported"},
    {0xAAC, "NERR_AccountReuseBlockedByPolicy"},
    {0x2030, "ERROR_DS_NO_SUCH_OBJECT"},
    {0x2071, "ERROR_DS_OBJ_STRING_NAME_EXISTS"},
    {0x2098, "ERROR_DS_INSUFF_ACCESS_RIGHTS"},
    {0x216D, "ERROR_DS_MACHINE_ACCOUNT_QUOTA_EXCEEDED"},
    {0x232A, "DNS_ERROR_RCODE_SERVER_FAILURE"},
    {0x232B, "DNS_ERROR_RCODE_NAME_ERROR"},
    {0x251D, "DNS_INFO_NO_RECORDS"},
    {0x2554, "DNS_ERROR_NON_RFC_NAME"},
};

// Labels of details, and the fields they are.
constexpr Named kDetails[] = {
    {"Machine", "HostName"},        {"Machine", "lpMachineName"},
    {"NetbiosName", "NetbiosName"}, {"Domain", "Domain"},
    {"Domain", "lpDomain"},         {"OU", "MachineAccountOU"},
    {"OU", "lpMachineAccountOU"},   {"Account", "Account"},
    {"Account", "lpAccount"},       {"Options", "Options"},
    {"Options", "dwOptions"},       {"OsVersion", "OS Version"},
    {"Build", "Build number"},      {"Sku", "SKU"},
};

}  // namespace

std::optional<Line> ReadLine(std::string_view line) {
  Line result;
  TextScan scan(line);
  if (!ReadStamp(&scan, &result)) return std::nullopt;
  result.stamp = line.substr(0, line.size() - scan.rest().size());
  if (!scan.Char(' ')) return std::nullopt;
  result.text = scan.rest();
  if (!result.has_year) TakeCategory(&result.text, &result);
  return result;
}

std::string_view FunctionOf(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && IsWordChar(text[end])) ++end;
  if (end < text.size() && text[end] != ':' && text[end] != ' ') return {};
  const std::string_view word = text.substr(0, end);
  const bool known = std::any_of(std::begin(kFunctions), std::end(kFunctions),
                                 [&](std::string_view start) {
                                   return word.size() > start.size() &&
                                          word.starts_with(start);
                                 });
  return known ? word : std::string_view();
}

std::optional<uint32_t> StatusOf(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (!IsDigit(text[at]) || at == 0 || IsWordChar(text[at - 1]) ||
        !IsStatusPlace(text.substr(0, at))) {
      continue;
    }
    const bool hex = text.substr(at).starts_with("0x");
    size_t end = hex ? at + 2 : at;
    while (end < text.size() &&
           (hex ? IsHexDigitChar(text[end]) : IsDigit(text[end]))) {
      ++end;
    }
    // A version, a time or a name is no status.
    const bool more = end < text.size() &&
                      (IsWordChar(text[end]) ||
                       ((text[end] == '.' || text[end] == ':') &&
                        end + 1 < text.size() && IsWordChar(text[end + 1])));
    const auto number = ParseUnsigned(text.substr(at, end - at));
    // Behind a colon, only hexadecimal is a status.
    const bool colon = !hex && Trim(text.substr(0, at)).ends_with(':');
    if (!more && !colon && number && *number <= UINT32_MAX) {
      return static_cast<uint32_t>(*number);
    }
    at = end;
  }
  return std::nullopt;
}

std::optional<uint32_t> LdapErrorOf(std::string_view text) {
  const size_t call = text.find("ldap_");
  if (call == std::string_view::npos) return std::nullopt;
  const size_t failed = text.find(" failed", call);
  if (failed == std::string_view::npos) return std::nullopt;
  for (size_t at = text.find(": ", failed); at != std::string_view::npos;
       at = text.find(": ", at + 2)) {
    TextScan scan(text.substr(at + 2));
    uint32_t number = 0;
    if (scan.Digits(1, 3, &number) && scan.Char(':')) return number;
  }
  return std::nullopt;
}

std::string_view StatusName(uint32_t status) {
  for (const StatusSymbol& known : kSymbols) {
    if (known.status == status) return known.symbol;
  }
  return {};
}

std::optional<Named> ReadDetail(std::string_view text) {
  if (!text.starts_with(' ') && !text.starts_with('\t')) return std::nullopt;
  const std::string_view detail = Trim(text);
  const size_t colon = detail.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view label = Trim(detail.substr(0, colon));
  const std::string_view value = Trim(detail.substr(colon + 1));
  if (value.empty() || value == "(NULL)") return std::nullopt;
  for (const Named& known : kDetails) {
    if (known.value == label) return Named{known.field, value};
  }
  return std::nullopt;
}

std::string_view ServerOf(std::string_view text) {
  const size_t at = text.find("\\\\");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + 2);
  size_t end = 0;
  while (end < rest.size() &&
         (IsWordChar(rest[end]) || rest[end] == '.' || rest[end] == '-')) {
    ++end;
  }
  return rest.substr(0, end);
}

std::string_view QuotedBehind(std::string_view text, std::string_view words) {
  const size_t at = text.find(words);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + words.size());
  if (!rest.starts_with('\'')) return {};
  const size_t end = rest.find('\'', 1);
  return end == std::string_view::npos ? std::string_view()
                                       : rest.substr(1, end - 1);
}

}  // namespace espial::netsetup

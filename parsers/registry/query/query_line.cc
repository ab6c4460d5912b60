#include "parsers/registry/query/query_line.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>

namespace espial::registry_query {
namespace {

constexpr std::string_view kGap = "    ";

constexpr std::array<std::string_view, 6> kRoots = {
    "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER",   "HKEY_CLASSES_ROOT",
    "HKEY_USERS",         "HKEY_CURRENT_CONFIG", "HKEY_PERFORMANCE_DATA"};

// English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish,
// Danish and Norwegian, Finnish, Polish, Czech, Russian, Japanese, Chinese.
constexpr std::array<std::string_view, 18> kDefaultNames = {
    "(Default)",
    "(Standard)",
    "(par d\u00E9faut)",
    "(Par d\u00E9faut)",
    "(Predeterminado)",
    "(predeterminado)",
    "(Predefinito)",
    "(predefinito)",
    "(Padr\u00E3o)",
    "(Standaard)",
    "(standard)",
    "(oletus)",
    "(Domy\u015Blna)",
    "(V\u00FDchoz\u00ED)",
    "(\u041F\u043E \u0443\u043C\u043E\u043B\u0447\u0430\u043D\u0438\u044E)",
    "(\u043F\u043E \u0443\u043C\u043E\u043B\u0447\u0430\u043D\u0438\u044E)",
    "(\u65E2\u5B9A)",
    "(\u9ED8\u8BA4)"};

constexpr std::array<std::string_view, 5> kNotSet = {
    "(value not set)", "(Wert nicht festgelegt)", "(Wert nicht gesetzt)",
    "(valeur non d\u00E9finie)", "(valor no establecido)"};

constexpr std::array<std::string_view, 7> kErrors = {
    "ERROR:", "FEHLER:", "ERREUR:", "ERREUR :", "ERRORE:", "ERRO:", "FOUT:"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the type that `text` begins with: "REG_SZ", and with /z the number
// of the type behind it, "REG_SZ (1)"; 0 when there is none.
size_t TypeLength(std::string_view text, size_t* with_number) {
  if (!text.starts_with("REG_")) return 0;
  size_t end = 4;
  while (end < text.size() &&
         ((text[end] >= 'A' && text[end] <= 'Z') || text[end] == '_')) {
    ++end;
  }
  if (end == 4) return 0;
  *with_number = end;
  std::string_view rest = text.substr(end);
  if (rest.starts_with(" (")) {
    size_t digits = 2;
    while (digits < rest.size() && IsDigit(rest[digits])) ++digits;
    if (digits > 2 && digits < rest.size() && rest[digits] == ')') {
      *with_number = end + digits + 1;
    }
  }
  return end;
}

template <size_t kSize>
bool IsOneOf(std::string_view text,
             const std::array<std::string_view, kSize>& all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

}  // namespace

bool IsKeyLine(std::string_view line) {
  if (!line.starts_with("HKEY_")) return false;
  return std::any_of(kRoots.begin(), kRoots.end(), [&](std::string_view root) {
    return line.starts_with(root) &&
           (line.size() == root.size() || line[root.size()] == '\\');
  });
}

bool SplitValueLine(std::string_view line, ValueLine* value) {
  if (!line.starts_with(kGap)) return false;
  const std::string_view text = line.substr(kGap.size());
  // Names hold gaps as well: what counts is a type behind one.
  for (size_t at = text.find("    REG_"); at != std::string_view::npos;
       at = text.find("    REG_", at + 1)) {
    const std::string_view rest = text.substr(at + kGap.size());
    size_t end = 0;
    const size_t length = TypeLength(rest, &end);
    if (length == 0) continue;
    const std::string_view behind = rest.substr(end);
    // Editors cut the gap in front of empty data.
    if (!behind.starts_with(kGap) && !Trim(behind).empty()) continue;
    value->name = text.substr(0, at);
    value->type = rest.substr(0, length);
    value->data = behind.substr(std::min(kGap.size(), behind.size()));
    return true;
  }
  return false;
}

bool IsDefaultName(std::string_view name) {
  return IsOneOf(name, kDefaultNames);
}

bool IsNotSet(std::string_view data) { return IsOneOf(data, kNotSet); }

bool IsErrorLine(std::string_view line) {
  return std::any_of(
      kErrors.begin(), kErrors.end(),
      [&](std::string_view label) { return line.starts_with(label); });
}

bool IsFooter(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || line[0] == ' ') {
    return false;
  }
  const std::string_view rest = Trim(line.substr(colon + 1));
  size_t digits = 0;
  while (digits < rest.size() && IsDigit(rest[digits])) ++digits;
  const std::string_view tail = rest.substr(digits);
  return digits > 0 && digits <= 10 && tail.starts_with(' ') &&
         std::none_of(tail.begin(), tail.end(), IsDigit);
}

}  // namespace espial::registry_query

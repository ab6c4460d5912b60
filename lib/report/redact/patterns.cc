#include "lib/report/redact/patterns.h"

#include <espial/core/text.h>

#include <algorithm>

#include "lib/report/redact/pattern_parts.h"

namespace espial::report {
namespace {

// A relative name is no longer.
constexpr size_t kMostName = 256;
// Longer than any number: a hash, or a text of ten characters.
constexpr size_t kLeastHex = 20;
constexpr size_t kLeastBase64 = 60;

bool IsLocalPart(char c) {
  return IsWord(c) || std::string_view("._+'-#%").find(c) != std::string::npos;
}

// Where the name in front of the '@' at `at` begins.
size_t LocalBegin(std::string_view text, size_t at) {
  size_t begin = at;
  const size_t least = at < kMostName ? 0 : at - kMostName;
  while (begin > least && IsLocalPart(text[begin - 1])) --begin;
  // Behind an escape of a URL ("user%3Danna"), or of JSON ("\u0027anna").
  for (size_t i = begin; i + 3 <= at; ++i) {
    if (text[i] == '%' && IsHex(text[i + 1]) && IsHex(text[i + 2])) {
      begin = i + 3;
      i += 2;
    }
  }
  if (begin > 0 && text[begin - 1] == '\\' && CharAt(text, begin) == 'u' &&
      begin + 5 <= at &&
      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin) + 1,
                  text.begin() + static_cast<std::ptrdiff_t>(begin) + 5,
                  IsHex)) {
    begin += 5;
  }
  while (begin < at && !IsWord(text[begin])) ++begin;
  return begin;
}

// Where the host name that begins at `begin` ends; `begin` when it has no dot
// and no top level of letters.
size_t HostEnd(std::string_view text, size_t begin) {
  size_t end = RunEnd(text, begin,
                      [](char c) { return IsWord(c) || c == '-' || c == '.'; });
  while (end > begin && !IsWord(text[end - 1])) --end;
  const size_t dot = text.substr(begin, end - begin).rfind('.');
  if (dot == std::string_view::npos || dot == 0) return begin;
  const std::string_view top =
      text.substr(begin + dot + 1, end - begin - dot - 1);
  const bool letters = std::all_of(
      top.begin(), top.end(), [](char c) { return IsWord(c) && !IsDigit(c); });
  return top.size() >= 2 && letters ? end : begin;
}

void FindMail(std::string_view text, Hits* hits) {
  const auto add = [&](size_t at, size_t at_end) {
    const size_t begin = LocalBegin(text, at);
    const size_t end = HostEnd(text, at_end);
    if (begin == at || end == at_end) return;
    hits->push_back({begin, end, SecretClass::kUser, at, at_end});
  };
  for (size_t at = text.find('@'); at != std::string_view::npos;
       at = text.find('@', at + 1)) {
    add(at, at + 1);
  }
  for (size_t at = text.find("%40"); at != std::string_view::npos;
       at = text.find("%40", at + 1)) {
    add(at, at + 3);
  }
}

void FindTokens(std::string_view text, Hits* hits) {
  for (size_t at = text.find("eyJ"); at != std::string_view::npos;
       at = text.find("eyJ", at + 1)) {
    if (at > 0 && IsWord(text[at - 1])) continue;
    const size_t end = RunEnd(text, at, [](char c) {
      return IsAlnum(c) || c == '-' || c == '_' || c == '.' || c == '=';
    });
    if (end - at >= 20) hits->push_back({at, end, SecretClass::kToken, 0, 0});
    at = std::max(at, end - 1);
  }
  for (size_t at = text.find("earer "); at != std::string_view::npos;
       at = text.find("earer ", at + 1)) {
    const size_t begin = at + 6;
    const size_t end = RunEnd(text, begin, [](char c) {
      return IsAlnum(c) ||
             std::string_view("._~+/=-").find(c) != std::string_view::npos;
    });
    if (end - begin >= 8) {
      hits->push_back({begin, end, SecretClass::kToken, 0, 0});
    }
  }
}

bool IsSlash(char c) { return c == '\\' || c == '/'; }

// The folder behind "\Users\" and "/home/".
void FindUserFolders(std::string_view text, Hits* hits) {
  for (size_t slash = text.find_first_of("\\/");
       slash != std::string_view::npos;
       slash = text.find_first_of("\\/", slash + 1)) {
    const std::string_view rest = text.substr(slash + 1);
    size_t begin = slash + 1;
    if (StartsWithFold(rest, "Users") && IsSlash(CharAt(rest, 5))) {
      begin += 6;
    } else if (text[slash] == '/' && rest.starts_with("home/")) {
      begin += 5;
    } else {
      continue;
    }
    begin = RunEnd(text, begin, IsSlash);
    size_t end = RunEnd(text, begin, [](char c) {
      return !IsSlash(c) && static_cast<unsigned char>(c) >= 0x20 &&
             std::string_view("\"<>|:*?;,&!").find(c) == std::string_view::npos;
    });
    // A space belongs to a folder's name only within a longer path.
    if (!IsSlash(CharAt(text, end)) || end - begin > 64) {
      end = begin +
            std::min(text.substr(begin, end - begin).find(' '), end - begin);
    }
    while (end > begin && (text[end - 1] == '.' || text[end - 1] == '\'' ||
                           text[end - 1] == ')')) {
      --end;
    }
    if (end == begin || end - begin > kMostName) continue;
    const std::string_view name = text.substr(begin, end - begin);
    // Keys of hives below HKEY_USERS are SIDs, which have a shape of their own.
    if (IsWellKnown(name) || StartsWithFold(name, "S-1-")) continue;
    hits->push_back({begin, end, SecretClass::kUser, 0, 0});
  }
}

// CN=, OU=, DC=, O=, E= of distinguished names.
void FindNameParts(std::string_view text, Hits* hits) {
  const bool has_common_name = ContainsFold(text, "CN=");
  for (size_t equals = text.find('='); equals != std::string_view::npos;
       equals = text.find('=', equals + 1)) {
    size_t begin = equals;
    while (begin > 0 && equals - begin < 3 && IsAlpha(text[begin - 1])) {
      --begin;
    }
    const std::string_view type = text.substr(begin, equals - begin);
    if (begin > 0 && IsWord(text[begin - 1])) continue;
    const bool common = EqualsFold(type, "CN");
    const bool strong =
        common || EqualsFold(type, "OU") || EqualsFold(type, "DC");
    const bool weak = EqualsFold(type, "O") || EqualsFold(type, "E");
    if (!strong && !(weak && has_common_name)) continue;
    size_t end = RunEnd(
        text, equals + 1,
        [](char c) {
          return static_cast<unsigned char>(c) >= 0x20 &&
                 std::string_view(",;\"'/+<>|\\()").find(c) ==
                     std::string_view::npos;
        },
        kMostName);
    while (end > equals + 1 && text[end - 1] == ' ') --end;
    const std::string_view name = text.substr(equals + 1, end - equals - 1);
    if (name.empty() || name.size() > kMostName) continue;
    if (IsPublicSubject(name) || (!common && IsWellKnown(name))) continue;
    if (EqualsFold(type, "DC") && name.size() <= 3) continue;  // com, net, de
    hits->push_back({equals + 1, end, SecretClass::kName, 0, 0});
  }
}

bool IsBase64(char c) {
  return IsAlnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
}

// Whether a long run of the alphabet is data, and no path or long name.
bool LooksLikeData(std::string_view run) {
  size_t digits = 0;
  size_t upper = 0;
  size_t lower = 0;
  size_t separators = 0;
  for (const char c : run) {
    if (IsDigit(c)) {
      ++digits;
    } else if (c == '/' || c == '-' || c == '_') {
      ++separators;
    } else if (c >= 'A' && c <= 'Z') {
      ++upper;
    } else if (c >= 'a' && c <= 'z') {
      ++lower;
    }
  }
  // Data have one sign in 32 for each separator, names one in 10.
  return digits * 20 > run.size() && upper * 10 > run.size() &&
         lower * 10 > run.size() && separators * 12 < run.size();
}

// All long runs in one pass.
void FindRuns(std::string_view text, Hits* hits) {
  if (text.size() < kLeastHex) return;
  for (size_t begin = 0; begin < text.size();) {
    if (!IsBase64(text[begin])) {
      ++begin;
      continue;
    }
    const size_t end = RunEnd(text, begin, IsBase64);
    if (end - begin >= kLeastBase64 &&
        LooksLikeData(text.substr(begin, end - begin))) {
      hits->push_back({begin, end, SecretClass::kData, 0, 0});
    }
    for (size_t at = begin; end - begin >= kLeastHex && at < end;) {
      if (!IsHex(text[at])) {
        ++at;
        continue;
      }
      const size_t hex_end = RunEnd(text, at, IsHex);
      const bool bounded =
          (at == 0 || !IsWord(text[at - 1]) ||
           (text[at - 1] == 'x' && at >= 2 && text[at - 2] == '0')) &&
          (hex_end == text.size() || !IsWord(text[hex_end]));
      if (hex_end - at >= kLeastHex && bounded) {
        hits->push_back(
            {at, hex_end,
             hex_end - at == 40 ? SecretClass::kThumbprint : SecretClass::kData,
             0, 0});
      }
      at = hex_end;
    }
    begin = end;
  }
}

}  // namespace

bool FollowsVersion(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end > 0 && std::string_view(" :=\"'([v").find(text[end - 1]) !=
                        std::string_view::npos) {
    --end;
  }
  size_t word = end;
  while (word > 0 && end - word < 64 && IsAlnum(text[word - 1])) --word;
  return NamesVersion(text.substr(word, end - word));
}

void FindPatterns(std::string_view text, std::vector<PatternHit>* hits) {
  FindMail(text, hits);
  FindAddresses(text, hits);
  FindTokens(text, hits);
  FindUserFolders(text, hits);
  FindNameParts(text, hits);
  FindRuns(text, hits);
}

void FindKeyedValues(std::string_view text, std::vector<PatternHit>* hits) {
  for (size_t sign = text.find_first_of(":="); sign != std::string_view::npos;
       sign = text.find_first_of(":=", sign + 1)) {
    size_t key_end = sign;
    while (key_end > 0 &&
           std::string_view(" \t\"'\\.").find(text[key_end - 1]) !=
               std::string_view::npos) {
      --key_end;
    }
    size_t key = key_end;
    while (key > 0 && key_end - key < 40 &&
           (IsAlnum(text[key - 1]) || text[key - 1] == '_' ||
            text[key - 1] == '-')) {
      --key;
    }
    if (key_end - key < 3) continue;
    const SecretClass secret =
        ClassOfKeyInText(text.substr(key, key_end - key));
    if (secret == SecretClass::kNone) continue;
    size_t begin = sign + 1;
    while (begin < text.size() &&
           std::string_view(" \t\"'\\[{").find(text[begin]) !=
               std::string_view::npos) {
      ++begin;
    }
    // A quoted value may hold spaces.
    const bool quoted = begin > sign + 1 && text[begin - 1] == '"';
    // Tokens have any length, and hold no other value.
    const bool is_token = secret == SecretClass::kToken;
    const size_t end = RunEnd(
        text, begin,
        [quoted](char c) {
          return static_cast<unsigned char>(c) >= 0x20 &&
                 std::string_view(",;\"'<>&)]}").find(c) ==
                     std::string_view::npos &&
                 (quoted || c != ' ');
        },
        is_token ? text.size() : kMostName);
    if (end == begin || (!is_token && end - begin > kMostName)) continue;
    if (is_token) sign = end - 1;
    hits->push_back({begin, end, secret, 0, 0});
  }
}

}  // namespace espial::report

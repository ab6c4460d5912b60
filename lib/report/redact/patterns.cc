#include "lib/report/redact/patterns.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>

namespace espial::report {
namespace {

// A relative name is no longer.
constexpr size_t kMostName = 256;
// Longer than any number: a hash, or a text of ten characters.
constexpr size_t kLeastHex = 20;
constexpr size_t kLeastBase64 = 60;

using Hits = std::vector<PatternHit>;

char CharAt(std::string_view text, size_t at) {
  return at < text.size() ? text[at] : '\0';
}

// Looks at no more than `most` characters, and one.
template <typename Fits>
size_t RunEnd(std::string_view text, size_t begin, const Fits& fits,
              size_t most = std::string_view::npos - 1) {
  const size_t stop =
      text.size() - begin > most ? begin + most + 1 : text.size();
  while (begin < stop && fits(text[begin])) ++begin;
  return begin;
}

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

void FindSids(std::string_view text, Hits* hits) {
  for (size_t at = text.find("-1-"); at != std::string_view::npos;
       at = text.find("-1-", at + 1)) {
    if (at == 0 || (text[at - 1] != 'S' && text[at - 1] != 's')) continue;
    const std::string_view rest = text.substr(at + 3);
    if (!rest.starts_with("5-21-") && !rest.starts_with("12-1-")) continue;
    size_t end =
        RunEnd(text, at, [](char c) { return IsDigit(c) || c == '-'; });
    while (text[end - 1] == '-') --end;
    if (end > at + 8) hits->push_back({at - 1, end, SecretClass::kSid, 0, 0});
  }
}

// Four numbers below 256 with dots between them; where they end, or 0.
size_t AddressEnd(std::string_view text, size_t begin,
                  std::array<unsigned, 4>* octets) {
  size_t at = begin;
  for (size_t i = 0; i < 4; ++i) {
    if (i > 0 && CharAt(text, at++) != '.') return 0;
    const size_t end = RunEnd(text, at, IsDigit);
    if (end == at || end - at > 3) return 0;
    unsigned number = 0;
    for (; at < end; ++at) {
      number = number * 10 + static_cast<unsigned>(text[at] - '0');
    }
    if (number > 255) return 0;
    (*octets)[i] = number;
  }
  return at;
}

void FindIp4(std::string_view text, Hits* hits) {
  for (size_t dot = text.find('.'); dot != std::string_view::npos;
       dot = text.find('.', dot + 1)) {
    size_t begin = dot;
    while (begin > 0 && dot - begin < 4 && IsDigit(text[begin - 1])) --begin;
    if (begin == dot || dot - begin > 3) continue;
    if (begin > 0 && (IsWord(text[begin - 1]) || text[begin - 1] == '.')) {
      continue;
    }
    std::array<unsigned, 4> octets{};
    const size_t end = AddressEnd(text, begin, &octets);
    if (end == 0) continue;
    const char behind = CharAt(text, end);
    if (IsWord(behind) || (behind == '.' && IsDigit(CharAt(text, end + 1)))) {
      continue;
    }
    // Loopback, nothing, everybody, groups, masks.
    if (octets[0] == 127 || octets[0] == 0 || octets[0] >= 224) continue;
    if (FollowsVersion(text, begin)) continue;
    hits->push_back({begin, end, SecretClass::kIp, 0, 0});
  }
}

// Addresses of colons and hexadecimal: IPv6 and MAC. A time of day has two
// colons, and no double one.
void FindColons(std::string_view text, Hits* hits) {
  size_t from = 0;
  for (size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', from)) {
    size_t begin = colon;
    while (begin > from && IsHex(text[begin - 1])) --begin;
    const size_t end =
        RunEnd(text, colon, [](char c) { return IsHex(c) || c == ':'; });
    from = std::max(end, colon + 1);
    if (begin > 0 && IsWord(text[begin - 1])) continue;
    // "Address: fe80::1": the colon of the sentence is none of the address.
    const std::string_view run = text.substr(begin, end - begin);
    if (end < text.size() && (IsWord(text[end]))) continue;
    const size_t colons =
        static_cast<size_t>(std::count(run.begin(), run.end(), ':'));
    const size_t digits = run.size() - colons;
    const bool pairs = colons == 5 && run.size() == 17;
    if (pairs) {
      hits->push_back({begin, end, SecretClass::kMac, 0, 0});
      continue;
    }
    const bool shortened = run.find("::") != std::string_view::npos;
    const bool has_number = std::any_of(run.begin(), run.end(), IsDigit);
    if (colons < 2 || colons > 7 || digits < 3 || !has_number) continue;
    if (shortened || colons == 7) {
      hits->push_back({begin, end, SecretClass::kIp, 0, 0});
    }
  }
}

// Groups of the same length with dashes: MAC addresses and product keys.
void FindDashes(std::string_view text, Hits* hits) {
  const auto groups_end = [&](size_t begin, size_t count, size_t length,
                              auto fits) -> size_t {
    size_t at = begin;
    for (size_t group = 0; group < count; ++group) {
      if (group > 0 && CharAt(text, at++) != '-') return 0;
      for (size_t i = 0; i < length; ++i) {
        if (at >= text.size() || !fits(text[at])) return 0;
        ++at;
      }
    }
    if (at < text.size() && (IsWord(text[at]) || text[at] == '-')) return 0;
    return at;
  };
  for (size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    const auto try_at = [&](size_t length, size_t count, auto fits,
                            SecretClass secret) {
      if (dash < length) return;
      const size_t begin = dash - length;
      if (begin > 0 && (IsWord(text[begin - 1]) || text[begin - 1] == '-')) {
        return;
      }
      if (const size_t end = groups_end(begin, count, length, fits); end != 0) {
        hits->push_back({begin, end, secret, 0, 0});
      }
    };
    try_at(2, 6, IsHex, SecretClass::kMac);
    try_at(5, 5, IsAlnum, SecretClass::kProductKey);
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
  FindSids(text, hits);
  FindIp4(text, hits);
  FindColons(text, hits);
  FindDashes(text, hits);
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

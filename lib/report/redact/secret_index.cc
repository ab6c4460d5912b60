#include "lib/report/redact/secret_index.h"

#include <espial/core/text.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lib/report/redact/patterns.h"
#include "lib/report/redact/spellings.h"

namespace espial::report {
namespace {

constexpr size_t kLeastSecret = 3;
constexpr size_t kMostSecret = 256;
// A hostile bundle may name any number of users; more are still redacted where
// they are named.
constexpr size_t kMostSecrets = 50'000;
// Long enough to be no part of another word.
constexpr size_t kUnmistakable = 10;
constexpr size_t kUnmistakableWithDigit = 6;

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The same for every case of the same text. REQUIRES: that many characters.
uint32_t StartOf(std::string_view text, size_t characters, uint32_t mask) {
  uint32_t hash = 0;
  for (size_t i = 0; i < characters; ++i) {
    auto byte = static_cast<unsigned char>(LowerAscii(text[i]));
    // The bytes of a letter beyond ASCII differ with its case.
    if (byte >= 0x80) byte = 0x80;
    hash = hash * 1009 + byte;
  }
  return (hash ^ hash >> 20U) & mask;
}

constexpr size_t kStart = 4;
constexpr uint32_t kStartMask = (1U << 20U) - 1;
constexpr uint32_t kShortStartMask = (1U << 16U) - 1;

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsDigit);
}

bool IsNumber(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsDigit);
}

// A generic label of a domain tells nothing alone.
std::string_view OrganizationLabel(std::string_view domain) {
  const size_t last = domain.rfind('.');
  if (last == std::string_view::npos) return {};
  domain = domain.substr(0, last);
  if (EndsWithFold(domain, ".onmicrosoft")) {
    domain.remove_suffix(std::string_view(".onmicrosoft").size());
  }
  const size_t dot = domain.rfind('.');
  return dot == std::string_view::npos ? domain : domain.substr(dot + 1);
}

}  // namespace

void SecretIndex::Learn(SecretClass secret, std::string_view value) {
  value = Trim(value);
  while (value.ends_with('.') || value.ends_with('\0')) value.remove_suffix(1);
  if (value.size() < kLeastSecret || value.size() > 16 * kMostSecret) return;
  if (IsWellKnown(value) || learned_.size() >= kMostSecrets) return;
  if (StartsWithFold(value, "S-1-") || value.front() == '%') return;
  switch (secret) {
    case SecretClass::kUser:
      return LearnUser(value);
    case SecretClass::kComputer:
      return LearnHost(value);
    case SecretClass::kDomain:
      return LearnList(value);
    case SecretClass::kId:
      return LearnId(value);
    case SecretClass::kSerial:
    case SecretClass::kToken:
      if (value.size() < 4) return;
      break;
    case SecretClass::kIp:  // their shape says it
    case SecretClass::kNone:
      return;
    default:
      break;
  }
  if (ParseGuid(value)) return LearnId(value);
  Add(secret, value, pseudonyms_.Of(secret, value));
}

void SecretIndex::LearnUser(std::string_view value) {
  if (ParseGuid(value)) return LearnId(value);
  // "CONTOSO\anna, anna@contoso.com" of dsregcmd.
  if (const size_t comma = value.find(", "); comma != std::string_view::npos) {
    Learn(SecretClass::kUser, value.substr(0, comma));
    return Learn(SecretClass::kUser, value.substr(comma + 2));
  }
  const size_t slash = value.rfind('\\');
  if (slash != std::string_view::npos) {
    const std::string_view domain = value.substr(0, slash);
    // A path is no account.
    if (domain.find_first_of("\\:/") != std::string_view::npos) return;
    Learn(SecretClass::kDomain, domain);
    return Learn(SecretClass::kUser, value.substr(slash + 1));
  }
  const size_t at = value.find('@');
  if (at != std::string_view::npos && at > 0) {
    return LearnMail(value.substr(0, at), value.substr(at + 1));
  }
  if (value.find('/') != std::string_view::npos) return;
  // Accounts of computers end with '$'.
  if (value.ends_with('$')) return LearnHost(value.substr(0, value.size() - 1));
  if (IsNumber(value) && value.size() < 5) return;
  Add(SecretClass::kUser, value, pseudonyms_.Of(SecretClass::kUser, value));
}

void SecretIndex::LearnMail(std::string_view local, std::string_view domain) {
  if (domain.find_first_of(" @/\\") != std::string_view::npos) return;
  Learn(SecretClass::kUser, local);
  Learn(SecretClass::kDomain, domain);
}

void SecretIndex::LearnHost(std::string_view value) {
  while (value.starts_with('\\')) value.remove_prefix(1);
  if (value.ends_with('$')) value.remove_suffix(1);
  if (value.find_first_of(" \\/:%@=") != std::string_view::npos) return;
  if (IsPublicHost(value)) return;
  const size_t dot = value.find('.');
  if (dot != std::string_view::npos) {
    if (IsNumber(value.substr(value.rfind('.') + 1))) return;  // an address
    Learn(SecretClass::kDomain, value.substr(dot + 1));
    value = value.substr(0, dot);
  }
  if (value.size() < kLeastSecret || IsWellKnown(value)) return;
  if (IsNumber(value) && value.size() < 5) return;
  Add(SecretClass::kComputer, value,
      pseudonyms_.Of(SecretClass::kComputer, value));
}

void SecretIndex::LearnList(std::string_view value) {
  // Search lists hold several.
  for (size_t at = 0; at <= value.size();) {
    const size_t end = std::min(value.find_first_of(",; \n", at), value.size());
    LearnDomain(value.substr(at, end - at));
    at = end + 1;
  }
}

void SecretIndex::LearnDomain(std::string_view value) {
  while (value.ends_with('.')) value.remove_suffix(1);
  if (value.size() < kLeastSecret || value.size() > kMostSecret) return;
  if (IsWellKnown(value) || IsPublicHost(value)) return;
  if (value.find_first_of("\\/:%@=()<>\"") != std::string_view::npos) return;
  if (ParseGuid(value) || IsNumber(value)) return;
  if (value.find('.') != std::string_view::npos &&
      IsNumber(value.substr(value.rfind('.') + 1))) {
    return;
  }
  Add(SecretClass::kDomain, value, pseudonyms_.Domain(value));
  const std::string_view label = OrganizationLabel(value);
  if (label.size() > kLeastSecret && !IsWellKnown(label)) {
    Add(SecretClass::kOrganization, label,
        pseudonyms_.Of(SecretClass::kOrganization, label));
  }
}

void SecretIndex::LearnId(std::string_view value) {
  const auto guid = ParseGuid(value);
  if (!guid) {
    // Not a number of a device on a bus, and not a word.
    if (value.size() < 8 || !HasDigit(value) || value.size() > kMostSecret) {
      return;
    }
    if (value.find_first_of(" \\/&") != std::string_view::npos) return;
    Add(SecretClass::kId, value, pseudonyms_.Id(value));
    return;
  }
  if (std::all_of(guid->begin(), guid->end(),
                  [](std::byte b) { return b == std::byte{}; })) {
    return;
  }
  std::string dashed = FormatGuid(*guid);
  dashed = dashed.substr(1, dashed.size() - 2);
  Add(SecretClass::kId, dashed, pseudonyms_.Id(dashed));
  const std::string_view replacement = *replacements_.back();
  std::string plain = dashed;
  plain.erase(std::remove(plain.begin(), plain.end(), '-'), plain.end());
  AddSpelling({plain, replacement, false, false, true});
  AddSpelling({HexOf(AsChars(*guid)), replacement, false, false, true});
}

void SecretIndex::Add(SecretClass secret, std::string_view text,
                      std::string replacement) {
  if (text.size() < kLeastSecret || text.size() > 16 * kMostSecret) return;
  // A text is one secret, whatever it was called first.
  if (!learned_.insert(Fold(text)).second && secret != SecretClass::kId) return;
  replacements_.push_back(
      std::make_unique<const std::string>(std::move(replacement)));
  const std::string_view shown = *replacements_.back();
  const bool unmistakable =
      text.size() >= kUnmistakable || (text.size() >= kUnmistakableWithDigit &&
                                       HasDigit(text) && !IsNumber(text));
  std::string in_xml;
  AppendXmlEscaped(text, XmlQuotes::kBoth, &in_xml);
  const std::set<std::string> spellings = {
      std::string(text), PercentEncoded(text), in_xml, JsonEscaped(text),
      UpperAscii(Fold(text))};
  for (const std::string& spelling : spellings) {
    AddSpelling({spelling, shown, !unmistakable, false, false});
  }
  if (text.size() > kMostSecret) return;
  const std::set<std::string> cases = {std::string(text), Fold(text),
                                       UpperAscii(text)};
  for (const std::string& spelling : cases) AddEncoded(spelling, shown);
}

void SecretIndex::AddEncoded(std::string_view text,
                             std::string_view replacement) {
  constexpr size_t kLeastDigits = 10;
  const std::string units = Utf16Le(text);
  for (const std::string_view bytes : {text, std::string_view(units)}) {
    std::string hex = HexOf(bytes);
    // The last zero byte belongs to the next unit where the order is the other.
    if (bytes.data() == units.data() && hex.ends_with("00")) {
      hex.resize(hex.size() - 2);
    }
    if (hex.size() >= kLeastDigits) {
      AddSpelling({std::move(hex), replacement, false, false, true});
    }
    for (size_t skew = 0; skew < 3; ++skew) {
      std::string core = Base64Core(bytes, skew);
      if (core.size() < kLeastDigits - 2) continue;
      AddSpelling({std::move(core), replacement, false, true, true});
    }
  }
}

void SecretIndex::AddSpelling(Spelling spelling) {
  const size_t size = spelling.text.size();
  Bucket* bucket = nullptr;
  if (size >= kStart) {
    const uint32_t start = StartOf(spelling.text, kStart, kStartMask);
    starts_.set(start);
    bucket = &by_start_[start];
  } else {
    const uint32_t start = StartOf(spelling.text, size, kShortStartMask);
    short_starts_.set(start);
    bucket = &by_short_start_[start];
  }
  (*bucket)[size][Fold(spelling.text)].push_back(std::move(spelling));
}

bool SecretIndex::Fits(const Spelling& spelling, std::string_view text,
                       size_t at) {
  const size_t end = at + spelling.text.size();
  if (spelling.exact_case && text.compare(at, end - at, spelling.text) != 0) {
    return false;
  }
  if (!spelling.bounded) return true;
  return (at == 0 || !IsWord(text[at - 1])) &&
         (end == text.size() || !IsWord(text[end]));
}

const SecretIndex::Spelling* SecretIndex::FindIn(const Bucket& bucket,
                                                 std::string_view text,
                                                 size_t at) {
  for (const auto& [size, by_text] : bucket) {
    if (size > text.size() - at) continue;
    const auto found = by_text.find(Fold(text.substr(at, size)));
    if (found == by_text.end()) continue;
    for (const Spelling& spelling : found->second) {
      if (Fits(spelling, text, at)) return &spelling;
    }
  }
  return nullptr;
}

SecretIndex::Match SecretIndex::At(std::string_view text, size_t at) const {
  const std::string_view rest = text.substr(at);
  const Spelling* spelling = nullptr;
  if (rest.size() >= kStart) {
    const uint32_t start = StartOf(rest, kStart, kStartMask);
    if (starts_.test(start)) {
      spelling = FindIn(by_start_.find(start)->second, text, at);
    }
  }
  if (spelling == nullptr && rest.size() >= kLeastSecret) {
    const uint32_t start = StartOf(rest, kLeastSecret, kShortStartMask);
    if (short_starts_.test(start)) {
      spelling = FindIn(by_short_start_.find(start)->second, text, at);
    }
  }
  if (spelling == nullptr) return {};
  return {spelling->text.size(), spelling->replacement, spelling->encoded};
}

}  // namespace espial::report

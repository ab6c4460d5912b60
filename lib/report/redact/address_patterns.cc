// Secrets of digits and separators: SIDs, IP and MAC addresses, product keys.
#include <algorithm>
#include <array>

#include "lib/report/redact/pattern_parts.h"

namespace espial::report {
namespace {

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

}  // namespace

void FindAddresses(std::string_view text, Hits* hits) {
  FindSids(text, hits);
  FindIp4(text, hits);
  FindColons(text, hits);
  FindDashes(text, hits);
}

}  // namespace espial::report

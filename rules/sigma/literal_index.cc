#include "rules/sigma/literal_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace espial::rules {
namespace {

// Folded, as values are that texts are looked for in.
constexpr std::string_view kCommon =
    "c:\\windows\\system32\\svchost.exe -k netsvcs -p -s "
    "c:\\windows\\system32\\cmd.exe /c "
    "\"c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe\" "
    "-noprofile -executionpolicy bypass -command "
    "c:\\windows\\syswow64\\ c:\\windows\\explorer.exe "
    "c:\\windows\\system32\\services.exe c:\\windows\\system32\\lsass.exe "
    "c:\\windows\\system32\\rundll32.exe c:\\windows\\system32\\conhost.exe "
    "c:\\program files\\ c:\\program files (x86)\\ "
    "c:\\programdata\\microsoft\\ "
    "c:\\users\\administrator\\appdata\\local\\temp\\ \\appdata\\roaming\\ "
    "\\device\\harddiskvolume1\\windows\\system32\\ "
    "hklm\\system\\currentcontrolset\\services\\ hklm\\software\\microsoft\\"
    "windows\\currentversion\\ hku\\s-1-5-21- s-1-5-18 s-1-5-19 s-1-5-20 "
    "nt authority\\system nt authority\\network service local service "
    "microsoft corporation microsoft windows operating system windows nt "
    "microsoft-windows- security-auditing .dll .exe .ps1 .sys .local "
    "http://schemas.microsoft.com/ https:// 0x00000000 0x3e7 0000-0000 "
    "%%1936 %%1842 kerberos ntlm negotiate advapi user32 workstation "
    "127.0.0.1 ::ffff: sha1= md5= sha256= imphash= true false null high medium "
    "$_.  function param string object get-item set-item write-host -value "
    "invoke-command new-object module version host name engine";

constexpr uint32_t kRarityBits = 14;

// By hash of four bytes: whether they are common.
using CommonGrams = std::array<bool, size_t{1} << kRarityBits>;

uint32_t RarityOf(uint32_t gram) {
  return gram * 0x85EBCA6BU >> (32 - kRarityBits);
}

const CommonGrams& Common() {
  static const CommonGrams grams = [] {
    CommonGrams out{};
    for (size_t i = 0; i + 4 <= kCommon.size(); ++i) {
      uint32_t gram = 0;
      std::memcpy(&gram, kCommon.data() + i, 4);
      out[RarityOf(gram)] = true;
    }
    return out;
  }();
  return grams;
}

}  // namespace

bool IsCommonText(std::string_view folded) {
  return kCommon.find(folded) != std::string_view::npos;
}

LiteralIndex::LiteralIndex(std::span<const Literal> literals)
    : literals_(literals.begin(), literals.end()), entries_(1) {
  // At most one bit of 32 is set.
  const auto wanted = std::max<size_t>(literals_.size() * 64, 512);
  const auto bits =
      std::min<uint32_t>(static_cast<uint32_t>(std::bit_width(wanted - 1)), 24);
  shift_ = 32 - bits;
  bits_.assign((size_t{1} << bits) / 64, 0);
  heads_.assign(size_t{1} << (bits - kHeadShift), 0);
  entries_.reserve(2 * literals_.size() + 1);
  std::vector<std::string> rest;
  for (uint32_t i = 0; i < literals_.size(); ++i) {
    if (AddByGrams(i)) continue;
    rest.emplace_back(literals_[i].text);
    rest_literals_.push_back(i);
  }
  if (!rest.empty()) rest_ = std::make_unique<const AhoCorasick>(rest);
}

uint32_t LiteralIndex::Crowd(uint32_t gram) const {
  uint32_t others = 0;
  for (uint32_t at = heads_[SlotOf(gram) >> kHeadShift];
       at != 0 && others < kMostOfGram; at = entries_[at].next) {
    ++others;
  }
  return others;
}

void LiteralIndex::AddGram(uint32_t gram, size_t offset, uint32_t literal) {
  const uint32_t slot = SlotOf(gram);
  bits_[slot / 64] |= uint64_t{1} << (slot % 64);
  uint32_t& head = heads_[slot >> kHeadShift];
  entries_.push_back({gram, static_cast<uint32_t>(offset), literal, head});
  head = static_cast<uint32_t>(entries_.size() - 1);
}

bool LiteralIndex::AddByGrams(uint32_t literal) {
  const std::string_view text = literals_[literal].text;
  const CommonGrams& common = Common();
  const auto cost_of = [&](uint32_t gram) {
    const uint32_t others = Crowd(gram);
    // A full place is no choice at all.
    if (others >= kMostOfGram) return uint32_t{1'000'000};
    return others + (common[RarityOf(gram)] ? 100 : 0);
  };
  uint32_t best = 1'000'000;
  size_t offset = 0;
  for (size_t i = 0; i + kGram < text.size(); ++i) {
    const uint32_t cost =
        cost_of(GramAt(text.data() + i)) + cost_of(GramAt(text.data() + i + 1));
    if (cost >= best) continue;
    best = cost;
    offset = i;
  }
  if (best >= 1'000'000) return false;
  for (size_t i = offset; i < offset + 2; ++i) {
    AddGram(GramAt(text.data() + i), i, literal);
  }
  return true;
}

}  // namespace espial::rules

#include "rules/engine/error_code.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <array>

namespace espial::rules {
namespace {

constexpr std::string_view kSignInPrefix = "AADSTS";

// Codes whose bits under `mask` are `value` belong to `name`. More exact masks
// stand first.
struct Family {
  uint32_t mask;
  uint32_t value;
  std::string_view name;
};
constexpr std::array<Family, 22> kFamilies = {{
    {0xFFFFF000, 0xC0048000, "cloud sign-on provider"},
    {0xFFFFFF00, 0x80073C00, "app package deployment"},
    {0xFFFFFF00, 0x80073D00, "app package deployment"},
    {0xFFFF0000, 0x80070000, "Win32"},
    {0xFFFF0000, 0x80090000, "cryptography and security"},
    {0xFFFF0000, 0x80180000, "MDM enrollment"},
    {0xFFFF0000, 0x80190000, "HTTP"},
    {0xFFFF0000, 0x801C0000, "device registration and Windows Hello"},
    {0xFFFF0000, 0x80240000, "Windows Update"},
    {0xFFFF0000, 0x80280000, "TPM"},
    {0xFFFF0000, 0x80290000, "TPM platform provider"},
    {0xFFFF0000, 0x80CF0000, "Intune client"},
    {0xFFFF0000, 0x80D00000, "Delivery Optimization"},
    {0xFFFF0000, 0x81030000, "Windows Autopilot"},
    {0xFFFF0000, 0x87D10000, "Intune apps"},
    {0xFFFF0000, 0x87D30000, "Intune apps"},
    {0xFFFF0000, 0x8A150000, "Windows Package Manager"},
    {0xFFFF0000, 0xC0000000, "NTSTATUS"},
    {0xFFFF0000, 0xCAA20000, "sign-in server (OAuth)"},
    {0xFFFF0000, 0xCAA30000, "sign-in server (HTTP)"},
    {0xFFFF0000, 0xCAA80000, "network within sign-in"},
    {0xFFFF0000, 0xCAA90000, "sign-in library"},
}};

void Add(std::vector<CodeKey>* keys, std::string key, std::string reason = {}) {
  for (const CodeKey& known : *keys) {
    if (known.key == key) return;
  }
  const bool derived = !reason.empty();
  keys->push_back({std::move(key), std::move(reason), derived});
}

}  // namespace

std::string FormatCode(uint32_t code) { return fmt::format("0x{:08x}", code); }

std::optional<uint32_t> ParseCode(std::string_view text) {
  text = Trim(text);
  if (text.empty() || text.size() > 24) return std::nullopt;
  if (text[0] == '-') {
    const auto number = ParseSigned(text);
    if (!number || *number < INT32_MIN) return std::nullopt;
    return static_cast<uint32_t>(static_cast<uint64_t>(*number));
  }
  const auto number = ParseUnsigned(text);
  if (!number) return std::nullopt;
  // A negative number that was extended to 64 bits and printed unsigned.
  if (*number > UINT32_MAX && *number < 0xFFFFFFFF80000000) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(*number);
}

std::vector<CodeKey> CodeKeys(std::string_view text) {
  text = Trim(text);
  std::vector<CodeKey> keys;
  if (StartsWithFold(text, kSignInPrefix)) {
    size_t end = kSignInPrefix.size();
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > kSignInPrefix.size()) {
      Add(&keys, std::string(kSignInPrefix) +
                     std::string(text.substr(kSignInPrefix.size(),
                                             end - kSignInPrefix.size())));
    }
    return keys;
  }
  const auto code = ParseCode(text);
  if (!code) return keys;
  // Small numbers are listed in decimal or in hexadecimal, by area; the way in
  // which it was asked for goes first.
  const bool asked_hex = StartsWithFold(text, "0x");
  if (!asked_hex && *code < 0x80000000U) Add(&keys, fmt::format("{}", *code));
  Add(&keys, FormatCode(*code));
  if (asked_hex && *code < 0x80000000U) Add(&keys, fmt::format("{}", *code));

  const uint32_t low = *code & 0xFFFFU;
  const uint32_t high = *code & 0xFFFF0000U;
  const auto add_small = [&](uint32_t number, const std::string& reason) {
    Add(&keys, FormatCode(number), reason);
    Add(&keys, fmt::format("{}", number), reason);
  };
  if (high == 0x80070000U || high == 0xC0070000U) {
    add_small(low, fmt::format("Win32 code {} within the HRESULT", low));
  } else if (high == 0x80190000U && low >= 0x190 && low <= 0x1FF) {
    add_small(low, fmt::format("HTTP status {} within the HRESULT", low));
  } else if (high == 0xCAA80000U) {
    add_small(low, fmt::format("WinHTTP code {} within the code", low));
  } else if (high == 0xCAA30000U && low >= 100 && low <= 599) {
    Add(&keys, FormatCode(0x80190000U | low),
        fmt::format("HTTP status {} within the code", low));
  } else if (high == 0xD0000000U) {
    Add(&keys, FormatCode(0xC0000000U | low),
        "the NTSTATUS within the HRESULT");
  }
  return keys;
}

std::string_view CodeFamily(uint32_t code) {
  for (const Family& family : kFamilies) {
    if ((code & family.mask) == family.value) return family.name;
  }
  return {};
}

}  // namespace espial::rules

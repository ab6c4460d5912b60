#include "parsers/mdmreport/decode.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <array>

namespace espial::mdmreport {
namespace {

struct Name {
  uint64_t value;
  std::string_view text;
};

// EnterpriseDesktopAppManagement CSP, Status.
constexpr std::array<Name, 11> kMsiStatus = {{
    {0, "none"},
    {10, "initialized"},
    {20, "download in progress"},
    {25, "pending download retry"},
    {30, "download failed"},
    {40, "download completed"},
    {48, "pending user session"},
    {50, "enforcement in progress"},
    {55, "pending enforcement retry"},
    {60, "enforcement failed"},
    {70, "enforcement completed"},
}};

// Only what is documented: the others are numbers.
constexpr std::array<Name, 1> kEnrollmentTypes = {{{6, "MDMDeviceWithAAD"}}};

template <size_t kSize>
std::optional<Decoded> NameOf(const std::array<Name, kSize>& names,
                              std::string_view value) {
  const auto number = ParseUnsigned(value);
  if (!number) return std::nullopt;
  for (const Name& name : names) {
    if (name.value == *number) {
      return Decoded{"name", std::string(name.text), "string", std::nullopt};
    }
  }
  return std::nullopt;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

uint32_t Number(std::string_view digits) {
  return static_cast<uint32_t>(ParseUnsigned(digits).value_or(0));
}

// "20250602T140733Z"
std::optional<Ticks> ReadOmaTime(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z' ||
      !AllDigits(text.substr(0, 8)) || !AllDigits(text.substr(9, 6))) {
    return std::nullopt;
  }
  Civil civil;
  civil.year = static_cast<int32_t>(Number(text.substr(0, 4)));
  civil.month = Number(text.substr(4, 2));
  civil.day = Number(text.substr(6, 2));
  civil.hour = Number(text.substr(9, 2));
  civil.minute = Number(text.substr(11, 2));
  civil.second = Number(text.substr(13, 2));
  return FromCivil(civil);
}

// A FILETIME between 1990 and 2200; anything else is a number.
std::optional<Ticks> ReadFileTime(std::string_view text) {
  if (text.size() != 18 || !AllDigits(text)) return std::nullopt;
  const uint64_t ticks = ParseUnsigned(text).value_or(0);
  constexpr uint64_t kFirst = 122'756'256'000'000'000;
  constexpr uint64_t kLast = 189'026'784'000'000'000;
  if (ticks < kFirst || ticks >= kLast) return std::nullopt;
  return Ticks{ticks};
}

Decoded Utc(Ticks ticks, int digits) {
  return {"utc", FormatUtc(ticks, digits), "time", std::nullopt};
}

bool NamesResult(std::string_view element) {
  constexpr std::array<std::string_view, 8> kResults = {
      "LastError", "Error",         "ErrorCode",  "HRESULT",
      "Result",    "LastErrorCode", "LastResult", "LastSessionResult"};
  return std::any_of(
      kResults.begin(), kResults.end(),
      [&](std::string_view name) { return EqualsFold(name, element); });
}

}  // namespace

std::optional<uint32_t> ReadResult(std::string_view text) {
  text = Trim(text);
  if (const auto number = ParseUnsigned(text)) {
    if (*number <= UINT32_MAX) return static_cast<uint32_t>(*number);
    return std::nullopt;
  }
  const auto number = ParseSigned(text);
  if (!number || *number < INT32_MIN || *number > 0) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

std::optional<Decoded> Decode(std::string_view section,
                              std::string_view element,
                              std::string_view value) {
  value = Trim(value);
  if (value.empty() || value.size() > 20) return std::nullopt;
  if (const auto time = ReadOmaTime(value)) return Utc(*time, 0);
  if (EndsWithFold(element, "Time")) {
    if (const auto time = ReadFileTime(value)) return Utc(*time, 7);
  }
  if (element == "Status" &&
      StartsWithFold(section, "EnterpriseDesktopAppManagement")) {
    return NameOf(kMsiStatus, value);
  }
  if (element == "EnrollmentType") return NameOf(kEnrollmentTypes, value);
  if (NamesResult(element)) {
    const auto result = ReadResult(value);
    if (!result || *result == 0) return std::nullopt;
    return Decoded{"hex", "0x" + ToHex(*result, 8), "number", *result};
  }
  return std::nullopt;
}

}  // namespace espial::mdmreport

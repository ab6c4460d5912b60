// What raw values of the MDM report say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial::mdmreport {

// A second fact beside the raw one: the raw name, '#' and `suffix`.
struct Decoded {
  std::string_view suffix;  // "name", "utc", "hex"
  std::string text;
  std::string_view type;
  std::optional<uint64_t> number;
};

// Decodes the value of the element `element` in the section `section`:
//   Status of an MSI package           #name "failed"
//   EnrollmentType                     #name
//   results (LastError, Error, ...)    #hex  "0x80070643"
//   20250602T140733Z, FILETIME numbers #utc  ISO 8601
// Nothing when there is nothing to say.
std::optional<Decoded> Decode(std::string_view section,
                              std::string_view element, std::string_view value);

// A result as Windows means it: the low 32 bits of a decimal number of either
// sign, or of "0x...". Nothing when the text is none or does not fit.
std::optional<uint32_t> ReadResult(std::string_view text);

}  // namespace espial::mdmreport

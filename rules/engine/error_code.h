// Spellings of error codes, and the codes that they are made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// A key to look up in the table of error codes, and why it is looked up.
struct CodeKey {
  std::string
      key;  // as the table spells it: "0x80070774", "1603", "AADSTS50034"
  std::string reason;  // "Win32 code 1908 within the HRESULT"; "" for itself
  bool derived = false;
};

// The number that a spelling stands for (0x hexadecimal, decimal, negative
// decimal), if it is a 32-bit code.
std::optional<uint32_t> ParseCode(std::string_view text);

// All keys under which `text` may be listed, the most exact first: the code
// itself in the spellings of the table, then codes that are part of it. Empty
// when the text is no code.
std::vector<CodeKey> CodeKeys(std::string_view text);

// The family that a 32-bit code belongs to: "MDM enrollment", "Win32"; empty
// when none is known.
std::string_view CodeFamily(uint32_t code);

// "0x80070774".
std::string FormatCode(uint32_t code);

}  // namespace espial::rules

// Registry values: their types, their bytes, and how messages name them.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace espial {

// The types by their numbers (winnt.h).
enum RegistryType : uint32_t {
  kRegNone = 0,
  kRegSz = 1,
  kRegExpandSz = 2,
  kRegBinary = 3,
  kRegDword = 4,
  kRegDwordBigEndian = 5,
  kRegLink = 6,
  kRegMultiSz = 7,
  kRegResourceList = 8,
  kRegFullResourceDescriptor = 9,
  kRegResourceRequirementsList = 10,
  kRegQword = 11,
};

// A key path longer than this is refused. Windows cannot make one; and every
// value repeats its key, so that a cap keeps the output linear in the input.
inline constexpr size_t kMaxRegistryKeyBytes = 16384;

// "REG_SZ", ..., "REG_0x1234" for a type without a name.
std::string RegistryTypeName(uint32_t type);

// How the characters of strings are stored in the bytes of a value.
enum class RegistryText : uint8_t {
  kUtf16Le,
  kAnsi,   // cp1252
  kGuess,  // UTF-16LE when the bytes look like it, else cp1252
};

// A value as Fact::data and Fact::number want it.
struct RegistryData {
  std::string text;
  std::optional<uint64_t> number;
  // Invalid sequences of a string that became U+FFFD.
  uint64_t replaced = 0;
};

// Strings lose the NULs at their end; the strings of REG_MULTI_SZ are joined by
// '\n'. A number whose bytes are too few or too many for its type comes as
// hexadecimal, like binary data does.
RegistryData DecodeRegistryValue(uint32_t type, Bytes bytes, RegistryText text);

// Whether `text` begins with `mark`, which is in lower case; ASCII letters of
// `text` count in either case. Every value asks: StartsWithFold costs too much.
bool StartsWithMark(std::string_view text, std::string_view mark);

// The number that `digits` spell: 1 to 16 hexadecimal digits and nothing else.
// As ParseHex of core, without a division a digit.
std::optional<uint64_t> ParseHexNumber(std::string_view digits);

// Appends the bytes of "01,ab,..." to `bytes`; white space and empty items are
// passed over. With `runs`, items may also be longer runs of digit pairs and a
// backslash is white space. False when something else stands in `text`; *bad is
// then where.
bool ParseHexBytes(std::string_view text, bool runs, std::string* bytes,
                   size_t* bad);

// "value 'X' of HKEY_...", "default value of HKEY_...", for messages; clipped.
std::string DescribeRegistryValue(std::string_view key, std::string_view name);

}  // namespace espial

// How one text is written in other syntaxes and encodings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace espial::report {

// UTF-16, little endian, of UTF-8.
std::string Utf16Le(std::string_view text);
// Lower-case hexadecimal.
std::string HexOf(std::string_view bytes);
// What is always there of the base64 of any text that holds `bytes` behind
// `skew` other bytes (0 to 2).
std::string Base64Core(std::string_view bytes, size_t skew);
std::string UpperAscii(std::string_view text);
// As in a URL.
std::string PercentEncoded(std::string_view text);
// Beyond ASCII as JSON may write it.
std::string JsonEscaped(std::string_view text);

}  // namespace espial::report

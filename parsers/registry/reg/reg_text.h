// The pieces of a .reg line. See FORMAT.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace espial::registry_reg {

// Which header a file begins with.
enum class Header { kNone, kVersion4, kVersion5 };
Header ReadHeader(std::string_view line);

// Index of the first unescaped quote of `text` at or behind `from`; npos when
// there is none.
size_t FindClosingQuote(std::string_view text, size_t from);

// Appends `text` with \\ and \" unescaped; any other backslash stands for
// itself.
void AppendUnescaped(std::string_view text, std::string* out);

// `text` up to a comment, without white space at both ends. For data that
// cannot hold a ';' itself.
std::string_view WithoutComment(std::string_view text);

// Whether nothing but white space or a comment stands in `text`.
bool IsBlankOrComment(std::string_view text);

// Whether `line` is, beyond doubt, a key line: "[HKEY_...]" or "[-HKEY_...]".
bool IsKeyLine(std::string_view line);

}  // namespace espial::registry_reg

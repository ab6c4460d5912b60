// The lines of `reg query`. See FORMAT.md.
#pragma once

#include <cstddef>
#include <string_view>

namespace espial::registry_query {

// Whether `line` names a key: "HKEY_LOCAL_MACHINE" or another root at its
// start, and then '\' or nothing.
bool IsKeyLine(std::string_view line);

// "    NAME    REG_TYPE    DATA", in views of the line.
struct ValueLine {
  std::string_view name;
  std::string_view type;  // "REG_SZ"
  std::string_view data;
};
// False when the line has another form.
bool SplitValueLine(std::string_view line, ValueLine* value);

// "(Default)", in the languages that are known.
bool IsDefaultName(std::string_view name);
// "(value not set)", which stands for a default value that is not there.
bool IsNotSet(std::string_view data);

// "ERROR: ...", which reg.exe writes instead of a key.
bool IsErrorLine(std::string_view line);
// "End of search: 3 match(es) found.", in any language: words, a colon, a
// number, words.
bool IsFooter(std::string_view line);

}  // namespace espial::registry_query

// The modifiers of Sigma that turn one text of a rule into others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

// RFC 4648 with padding.
std::string Base64(std::string_view bytes);
// What stands of `bytes` in base64 wherever they are within longer bytes: one
// text for each of the three offsets. Without the characters that depend on
// what stands around them.
std::vector<std::string> Base64Offsets(std::string_view bytes);

std::string Utf16Be(std::string_view text);
// Little endian behind a byte order mark.
std::string Utf16WithMark(std::string_view text);

// Every way to write the dashes of a command line: '-', '/', en dash, em dash,
// horizontal bar, in the place of each of them that begins a word. Empty when
// there are more than `most`.
std::vector<std::string> WindowsDashes(std::string_view text, size_t most);

}  // namespace espial::rules

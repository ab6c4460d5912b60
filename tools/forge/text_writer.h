// Text in the encodings that Windows writes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/forge/scenario.h"

namespace espial::forge {

// UTF-8 in the encoding of a scenario's file; UTF-16LE gets its mark.
std::vector<std::byte> EncodeText(std::string_view utf8, FileEncoding encoding);

// UTF-8 in Windows code page 1252. What it does not have becomes '?'.
std::string ToCp1252(std::string_view utf8);

// The characters as bytes.
std::vector<std::byte> ToBytes(std::string_view text);

}  // namespace espial::forge

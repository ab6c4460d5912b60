// Comma-separated values as RFC 4180 has them.
#pragma once

#include <espial/core/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace espial::forge {

// All rows of `text`, the header first. Rows end in LF or CRLF; an empty line
// is no row. A quote that is never closed is an error that names its line.
Result<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text);

}  // namespace espial::forge

// CSV as in RFC 4180, with a header row.
#pragma once

#include <espial/core/arena.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/diagnostics.h"

namespace espial::rules {

// Reads `text`, whose header must be exactly `columns`. The
// rows come back in order, each with columns.size() cells. Cells live in
// `text`, or in `arena` where quotes had to be resolved. Every row that does
// not fit is reported and left out.
std::vector<std::vector<std::string_view>> ParseCsv(
    std::string_view text, std::span<const std::string_view> columns,
    Arena* arena, const Reporter& reporter);

}  // namespace espial::rules

// CSV as in RFC 4180, with a header row.
#pragma once

#include <espial/core/arena.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "rules/engine/diagnostics.h"

namespace espial::rules {

// A row: its cells, which are valid for the call, and the line where it
// begins, from 1.
using CsvRowFunction =
    std::function<void(std::span<const std::string_view> cells, uint32_t line)>;

// Reads `text`, whose header must be exactly `columns`, and calls `take` for
// each row in order, with columns.size() cells. The text of a cell lives in
// `text`, or in `arena` where quotes had to be resolved. Every row that does
// not fit is reported and left out.
void ParseCsv(std::string_view text, std::span<const std::string_view> columns,
              Arena* arena, const Reporter& reporter,
              const CsvRowFunction& take);

}  // namespace espial::rules

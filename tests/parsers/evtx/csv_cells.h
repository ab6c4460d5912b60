// One line of CSV, taken apart after RFC 4180.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace espial::evtx {

// The cells of `line`, whose line feed is gone; none when its quotes are wrong.
inline std::vector<std::string> CsvCells(std::string_view line) {
  std::vector<std::string> cells(1);
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ',') {
      cells.emplace_back();
    } else if (line[i] != '"') {
      cells.back() += line[i];
    } else {
      // Quotes open a cell at its start only, and close it at its end.
      if (!cells.back().empty()) return {};
      for (++i;; ++i) {
        if (i >= line.size()) return {};
        if (line[i] == '"' && (i + 1 == line.size() || line[i + 1] != '"')) {
          break;
        }
        if (line[i] == '"') ++i;
        cells.back() += line[i];
      }
      if (i + 1 < line.size() && line[i + 1] != ',') return {};
    }
  }
  return cells;
}

}  // namespace espial::evtx

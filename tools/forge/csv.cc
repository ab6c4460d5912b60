#include "tools/forge/csv.h"

#include <utility>

namespace espial::forge {
namespace {

// Takes a cell in quotes from the start of `text`, the opening quote gone
// already; false when it never closes.
bool TakeQuoted(std::string_view* text, std::string* cell) {
  while (true) {
    const size_t quote = text->find('"');
    if (quote == std::string_view::npos) return false;
    cell->append(text->substr(0, quote));
    text->remove_prefix(quote + 1);
    if (!text->starts_with('"')) return true;
    cell->push_back('"');
    text->remove_prefix(1);
  }
}

}  // namespace

Result<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  size_t line = 1;
  while (!text.empty()) {
    std::string cell;
    if (text.starts_with('"')) {
      text.remove_prefix(1);
      if (!TakeQuoted(&text, &cell)) {
        return Error{
            Errc::kInvalidArgument, "events.csv", 0,
            "line " + std::to_string(line) + ": a quote is never closed"};
      }
    }
    const size_t end = text.find_first_of(",\n");
    cell.append(text.substr(0, end));
    const bool ends_row = end == std::string_view::npos || text[end] == '\n';
    if (ends_row && cell.ends_with('\r')) cell.pop_back();
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    for (const char c : cell) line += c == '\n' ? 1 : 0;
    row.push_back(std::move(cell));
    if (!ends_row) {
      if (!text.empty()) continue;
      row.emplace_back();  // The text ends in a comma.
    }
    if (row.size() > 1 || !row[0].empty()) rows.push_back(std::move(row));
    row.clear();
    ++line;
  }
  return rows;
}

}  // namespace espial::forge

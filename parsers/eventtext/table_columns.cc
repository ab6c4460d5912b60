// Which column of a table holds what.
#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <array>

#include "parsers/eventtext/local_date.h"
#include "parsers/eventtext/records.h"

namespace espial::eventtext {
namespace {

constexpr size_t kMostColumns = 64;
// What Event Viewer writes unless the user chose other columns.
constexpr std::array<Role, 5> kUsual = {
    Role::kLevel, Role::kDate, Role::kProvider, Role::kId, Role::kTask};

bool IsDate(std::string_view text) {
  return ParseIso8601(Trim(text)).has_value() ||
         ParseLocalDate(text).has_value();
}

bool IsNumber(std::string_view text) {
  text = Trim(text);
  return !text.empty() && text.size() < 12 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// Whether the cell of that role, where the table has such a column, is one.
bool Fits(const TableColumns& columns, const std::vector<std::string>& cells,
          Role role, bool (*is)(std::string_view)) {
  for (size_t i = 0; i < columns.roles.size(); ++i) {
    if (columns.roles[i] == role) return i < cells.size() && is(cells[i]);
  }
  return true;
}

bool Has(const TableColumns& columns, Role role) {
  return std::find(columns.roles.begin(), columns.roles.end(), role) !=
         columns.roles.end();
}

using Lookup = std::optional<Role> (*)(std::string_view);

void Assign(TableColumns* columns, Lookup lookup) {
  columns->roles.clear();
  for (const std::string& header : columns->headers) {
    const Role role = lookup(header).value_or(Role::kCount);
    columns->roles.push_back(Has(*columns, role) ? Role::kCount : role);
  }
}

}  // namespace

bool SplitRow(std::string_view line, char delimiter, bool in_quotes,
              std::vector<std::string>* cells) {
  if (cells->empty()) cells->emplace_back();
  for (size_t i = 0; i < line.size(); ++i) {
    std::string& cell = cells->back();
    if (in_quotes) {
      const size_t quote = std::min(line.find('"', i), line.size());
      cell.append(line.substr(i, quote - i));
      i = quote;
      if (quote + 1 < line.size() && line[quote + 1] == '"') {
        cell += '"';
        ++i;
      } else if (quote < line.size()) {
        in_quotes = false;
      }
    } else if (line[i] == delimiter) {
      // What is behind the last column is part of it.
      if (cells->size() == kMostColumns) {
        cell += delimiter;
      } else {
        cells->emplace_back();
      }
    } else if (line[i] == '"' && cell.empty()) {
      in_quotes = true;
    } else {
      cell += line[i];
    }
  }
  return in_quotes;
}

bool IsRow(const TableColumns& columns, const std::vector<std::string>& cells) {
  return Fits(columns, cells, Role::kDate, IsDate) &&
         Fits(columns, cells, Role::kId, IsNumber);
}

TableColumns FindColumns(std::string_view header, std::string_view row) {
  TableColumns columns;
  size_t most = 0;
  for (const char delimiter : {',', ';', '\t'}) {
    const auto count = static_cast<size_t>(
        std::count(header.begin(), header.end(), delimiter));
    if (count > most) {
      most = count;
      columns.delimiter = delimiter;
    }
  }
  if (most == 0 || header.size() > 4096) return columns;
  if (SplitRow(header, columns.delimiter, false, &columns.headers)) {
    return columns;
  }
  Assign(&columns, RecordProperty);
  const auto names = [&](std::string_view name) {
    return std::any_of(
        columns.headers.begin(), columns.headers.end(),
        [&](const std::string& one) { return EqualsFold(one, name); });
  };
  // Other tools have one of the two as well, and write UTC.
  const bool named = (names("TimeCreated") && names("Id")) ||
                     (names("TimeGenerated") && names("EventID"));
  if (named && Has(columns, Role::kId)) {
    columns.properties = true;
    columns.rest = Role::kCount;
    return columns;
  }
  Assign(&columns, ViewerColumn);
  const bool known = Has(columns, Role::kDate) && Has(columns, Role::kId);
  if (!known && columns.headers.size() == kUsual.size()) {
    columns.roles.assign(kUsual.begin(), kUsual.end());
  }
  if (Has(columns, Role::kMessage)) columns.rest = Role::kCount;
  std::vector<std::string> cells;
  SplitRow(row, columns.delimiter, false, &cells);
  const bool fits = Trim(row).empty() ? known : IsRow(columns, cells);
  const size_t least = known ? 2 : kUsual.size();
  if (!fits || columns.headers.size() < least || !Has(columns, Role::kDate) ||
      !Has(columns, Role::kId)) {
    columns.roles.clear();
  }
  return columns;
}

}  // namespace espial::eventtext

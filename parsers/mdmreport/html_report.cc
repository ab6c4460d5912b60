// The report as people see it: tables with an id, rows of a label and a value,
// or of columns under a header.
#include <espial/core/text.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parsers/mdmreport/report_reader.h"
#include "parsers/support/fact_names.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::mdmreport {
namespace {

constexpr std::string_view kReport = "MDMDiagHtmlReport";
constexpr size_t kMostName = 400;
constexpr size_t kMostColumns = 64;

struct Cell {
  std::string text;
  size_t position = 0;
  bool label = false;
};

struct Table {
  std::string id;
  uint32_t depth = 0;  // of its element
  uint64_t number = 0;
  std::vector<Cell> cells;  // of the row that is open
  std::vector<std::string> headers;
  bool in_cell = false;
  uint64_t rows = 0;
};

bool IsLabel(const XmlToken& token) {
  if (EqualsFold(token.name, "th")) return true;
  for (const XmlAttribute& attribute : token.attributes) {
    if (EqualsFold(attribute.name, "class") &&
        (ContainsFold(attribute.value, "label") ||
         ContainsFold(attribute.value, "header"))) {
      return true;
    }
  }
  return false;
}

class HtmlReader {
 public:
  HtmlReader(const Source& source, const Limits& limits, Sink& sink)
      : limits_(limits),
        sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        reader_(document_, {true, 128, "report"}, sink) {}

  Status Read();

 private:
  void OnStart(const XmlToken& token);
  void OnEnd(const XmlToken& token);
  void EndRow(Table* table);
  void Emit(const Table& table, const std::string& name, const Cell& cell);

  const Limits& limits_;
  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  XmlReader reader_;
  std::vector<Table> tables_;
  uint64_t count_ = 0;
  uint64_t facts_ = 0;
  uint64_t text_bytes_ = 0;
  size_t last_ = 0;
  bool full_ = false;
  NameCounter names_;
};

Status HtmlReader::Read() {
  XmlToken token;
  while (!full_ && reader_.Next(&token)) {
    if (token.kind == XmlTokenKind::kStart) {
      OnStart(token);
    } else if (token.kind == XmlTokenKind::kEnd) {
      OnEnd(token);
    } else if (token.kind == XmlTokenKind::kText && !tables_.empty() &&
               tables_.back().in_cell) {
      Cell& cell = tables_.back().cells.back();
      if (cell.position == 0 && !Trim(token.text).empty()) {
        cell.position = token.position;
      }
      cell.text += token.text;
    }
  }
  document_.ReportInvalid(sink_);
  if (reader_.truncated()) {
    const uint64_t end = document_.places().At(document_.text().size()).offset;
    sink_.OnDamage({{},
                    {Errc::kTruncated, "report", end,
                     "expected </html>, found the end of the text"},
                    0,
                    true});
  }
  if (facts_ == 0) {
    return Error{Errc::kTruncated, "report", 0,
                 "expected a table with a row, found none"};
  }
  return {};
}

void HtmlReader::OnStart(const XmlToken& token) {
  if (EqualsFold(token.name, "table")) {
    Table table;
    const XmlAttribute* id = nullptr;
    for (const XmlAttribute& attribute : token.attributes) {
      if (EqualsFold(attribute.name, "id")) id = &attribute;
    }
    table.number = ++count_;
    table.depth = token.depth;
    table.id = id != nullptr && !Trim(id->value).empty()
                   ? Clip(Trim(id->value), kMostName)
               : tables_.empty() ? "table[" + std::to_string(count_) + "]"
                                 : tables_.back().id;
    tables_.push_back(std::move(table));
    return;
  }
  if (tables_.empty()) return;
  Table& table = tables_.back();
  if (EqualsFold(token.name, "tr")) {
    EndRow(&table);
  } else if (EqualsFold(token.name, "td") || EqualsFold(token.name, "th")) {
    table.in_cell = table.cells.size() < kMostColumns;
    if (table.in_cell) table.cells.push_back({{}, 0, IsLabel(token)});
  } else if (table.in_cell && EqualsFold(token.name, "br")) {
    table.cells.back().text += ' ';
  }
}

void HtmlReader::OnEnd(const XmlToken& token) {
  if (tables_.empty()) return;
  Table& table = tables_.back();
  if (EqualsFold(token.name, "table")) {
    if (token.depth != table.depth) return;
    if (!reader_.truncated()) EndRow(&table);
    tables_.pop_back();
  } else if (EqualsFold(token.name, "tr")) {
    // A row that the end of the text cut lacks cells, or the end of one.
    if (!reader_.truncated()) EndRow(&table);
  } else if (EqualsFold(token.name, "td") || EqualsFold(token.name, "th")) {
    table.in_cell = false;
  }
}

void HtmlReader::EndRow(Table* table) {
  std::vector<Cell> cells = std::exchange(table->cells, {});
  table->in_cell = false;
  if (cells.empty()) return;
  ++table->rows;
  size_t labels = 0;
  for (Cell& cell : cells) {
    cell.text = CollapseSpace(cell.text);
    labels += cell.label ? 1 : 0;
  }
  if (labels == cells.size()) {
    table->headers.clear();
    for (const Cell& cell : cells) {
      table->headers.push_back(Clip(cell.text, kMostName));
    }
    return;
  }
  const auto strip = [](std::string_view text) {
    if (text.ends_with(':')) text.remove_suffix(1);
    return Clip(Trim(text), kMostName);
  };
  if (labels > 0) {
    // A label, then what belongs to it, once or more in a row.
    std::string name;
    for (const Cell& cell : cells) {
      if (cell.label) {
        name = strip(cell.text);
      } else {
        Emit(*table, name, cell);
      }
    }
    return;
  }
  if (table->headers.size() < cells.size()) {
    if (cells.size() == 2) {
      Emit(*table, strip(cells[0].text), cells[1]);
      return;
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      Emit(*table,
           "row[" + std::to_string(table->rows) + "]/column[" +
               std::to_string(i + 1) + "]",
           cells[i]);
    }
    return;
  }
  if (cells.size() == 1) {
    Emit(*table, table->headers[0], cells[0]);
    return;
  }
  // The first cell names the row; rows of the same name are numbered.
  std::string first = strip(cells[0].text);
  const uint32_t count = names_.Count(table->number, first);
  if (count > 1) first += "[" + std::to_string(count) + "]";
  for (size_t i = 1; i < cells.size(); ++i) {
    Emit(*table, first + "/" + table->headers[i], cells[i]);
  }
}

void HtmlReader::Emit(const Table& table, const std::string& name,
                      const Cell& cell) {
  if (full_) return;
  // Cells of an outer table may end behind those of one within it.
  last_ = std::max(last_, cell.position);
  const Place place = places_.At(last_);
  std::string full = name.empty() ? "value" : name;
  const std::string key = std::string(kReport) + "/" + table.id;
  const uint32_t count = names_.Count(0, key + "\n" + full);
  if (count > 1) full += "[" + std::to_string(count) + "]";
  text_bytes_ += key.size() + full.size() + cell.text.size();
  if (text_bytes_ > limits_.text_value_bytes) {
    full_ = true;
    sink_.OnDamage({{},
                    {Errc::kLimitExceeded, "report facts", place.offset,
                     "line " + std::to_string(place.line) + ": limit " +
                         std::to_string(limits_.text_value_bytes) +
                         " bytes of text in all"},
                    0,
                    true});
    return;
  }
  const FactNumber number = ReadFactNumber(cell.text);
  Fact fact;
  fact.kind = FactKind::kXml;
  fact.key = key;
  fact.name = full;
  fact.type = number.type;
  fact.data = cell.text;
  if (number.has_number) fact.number = number.number;
  fact.line = place.line;
  fact.offset = place.offset;
  ++facts_;
  sink_.OnFact(fact);
}

}  // namespace

Status ReadHtmlReport(const Source& source, const Limits& limits, Sink& sink) {
  return HtmlReader(source, limits, sink).Read();
}

}  // namespace espial::mdmreport

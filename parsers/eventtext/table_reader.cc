// Tables: what Event Viewer saves as CSV and as text, and Export-Csv.
#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/eventtext/records.h"
#include "parsers/support/text_source.h"

namespace espial::eventtext {
namespace {

class TableReader {
 public:
  TableReader(Bytes bytes, const Limits& limits, RecordVisitor* visitor)
      : bytes_(bytes),
        limits_(limits),
        visitor_(*visitor),
        lines_(bytes, limits) {}

  void Read();

 private:
  bool ReadHeader();
  void OnLine();
  // Takes more of the record that is open.
  void Continue();
  void Flush(bool cut);
  void Report(Errc code, const char* what, uint64_t line, uint64_t offset,
              const std::string& detail, uint64_t lost);

  Bytes bytes_;
  const Limits& limits_;
  RecordVisitor& visitor_;
  LineReader lines_;
  TextLine line_;
  TableColumns columns_;
  std::vector<std::string> cells_;
  std::vector<std::string> next_;
  RawRecord record_;
  bool open_ = false;       // a record is being gathered
  bool in_quotes_ = false;  // and ends within quotes so far
  bool plain_ = false;      // and its last cell had no quotes
  uint64_t size_ = 0;
  uint64_t cut_ = 0;
  std::string ending_;
};

void TableReader::Report(Errc code, const char* what, uint64_t line,
                         uint64_t offset, const std::string& detail,
                         uint64_t lost) {
  visitor_.OnDamage(
      {{},
       {code, what, offset, "line " + std::to_string(line) + ": " + detail},
       lost,
       true});
}

// Finds the header among the first lines.
bool TableReader::ReadHeader() {
  std::string header;
  for (int i = 0; i < 8 && lines_.Next(&line_); ++i) {
    const std::string_view text = line_.text;
    if (Trim(text).empty() || text.starts_with("#TYPE ") ||
        text.starts_with("sep=")) {
      continue;
    }
    header = text;
    // The row behind it, on a copy of the reader.
    LineReader ahead = lines_;
    TextLine row;
    columns_ = FindColumns(header, ahead.Next(&row) ? row.text : "");
    return !columns_.roles.empty();
  }
  return false;
}

void TableReader::Read() {
  if (!ReadHeader()) return;
  while (lines_.Next(&line_)) OnLine();
  Flush(in_quotes_ || ending_.empty());
  visitor_.OnInvalidText(lines_.replaced(), lines_.first_replaced(),
                         lines_.encoding());
}

void TableReader::OnLine() {
  if (line_.cut_bytes > 0) {
    Report(Errc::kLimitExceeded, "event table line", line_.number, line_.offset,
           "limit " + std::to_string(limits_.text_line_bytes) + " bytes",
           line_.cut_bytes);
  }
  const std::string_view text = line_.text;
  if (in_quotes_ && columns_.properties) {
    Continue();
    return;
  }
  next_.clear();
  // Within quotes, a row of its own means that the last quote is missing. Most
  // lines of a message are told from one by their first delimiter.
  const bool may_be_row =
      columns_.properties ? !Trim(text).empty()
                          : text.find(columns_.delimiter) != std::string::npos;
  bool next_open = false;
  bool is_row = false;
  if (may_be_row) {
    next_open = SplitRow(text, columns_.delimiter, false, &next_);
    is_row = columns_.properties || IsRow(columns_, next_);
  }
  if (!is_row) {
    const bool more =
        open_ && (in_quotes_ || (plain_ && columns_.delimiter == '\t'));
    if (more) {
      Continue();
    } else if (!Trim(text).empty()) {
      Flush(false);
      Report(line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue,
             "event table row", line_.number, line_.offset,
             "expected a date and an event id in their columns, found '" +
                 Clip(text, 60) + "'",
             line_.size);
    }
    return;
  }
  Flush(in_quotes_);
  std::swap(cells_, next_);
  in_quotes_ = next_open;
  open_ = true;
  plain_ = !next_open && !text.ends_with('"');
  record_.Clear();
  record_.line = line_.number;
  record_.offset = line_.offset;
  size_ = line_.size;
  cut_ = 0;
  ending_ = line_.ending;
}

void TableReader::Continue() {
  std::string& cell = cells_.back();
  if (cell.size() + line_.text.size() > limits_.text_value_bytes) {
    cut_ += line_.size;
    // Only the quotes matter from here on.
    std::vector<std::string> dropped;
    in_quotes_ = SplitRow(line_.text, columns_.delimiter, in_quotes_, &dropped);
    return;
  }
  cell += ending_;
  ending_ = line_.ending;
  if (in_quotes_) {
    in_quotes_ = SplitRow(line_.text, columns_.delimiter, true, &cells_);
  } else {
    cell += line_.text;
  }
}

// Hands out the record that was gathered.
void TableReader::Flush(bool cut) {
  if (!open_) return;
  open_ = false;
  in_quotes_ = false;
  if (cut) {
    Report(Errc::kTruncated, "event table row", record_.line, record_.offset,
           "expected its end, found the next row or the end of the text", 0);
  }
  if (cut_ > 0) {
    Report(
        Errc::kLimitExceeded, "event table cell", record_.line, record_.offset,
        "limit " + std::to_string(limits_.text_value_bytes) + " bytes", cut_);
  }
  if (columns_.properties && !IsRow(columns_, cells_)) {
    Report(Errc::kBadValue, "event table row", record_.line, record_.offset,
           "expected a date and an event id in their columns, found '" +
               Clip(cells_[0], 60) + "'",
           std::min<uint64_t>(size_, bytes_.size()));
    return;
  }
  for (size_t i = 0; i < cells_.size(); ++i) {
    Role role = i < columns_.roles.size() ? columns_.roles[i] : columns_.rest;
    std::string& cell = cells_[i];
    // More than one column behind the headers: the message held delimiters
    // that should have been quoted.
    if (i > columns_.roles.size()) {
      std::string& last = columns_.rest == Role::kCount
                              ? record_.extra.back().second
                              : record_[columns_.rest];
      last += columns_.delimiter + cell;
      continue;
    }
    if (role != Role::kCount) {
      record_[role] = std::move(cell);
    } else {
      record_.extra.emplace_back(
          i < columns_.headers.size() ? columns_.headers[i] : "Data",
          std::move(cell));
    }
  }
  visitor_.OnRecord(record_);
}

}  // namespace

void RawRecord::Clear() {
  for (std::string& value : values) value.clear();
  extra.clear();
}

void ReadTable(Bytes bytes, const Limits& limits, RecordVisitor* visitor) {
  TableReader(bytes, limits, visitor).Read();
}

}  // namespace espial::eventtext

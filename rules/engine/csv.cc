#include "rules/engine/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

namespace espial::rules {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, Arena* arena, const Reporter& reporter)
      : text_(text), arena_(arena), reporter_(reporter) {}

  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  [[nodiscard]] uint32_t line() const { return line_; }

  // Reads one row; false when a quote is not closed or misplaced.
  bool ReadRow(std::vector<std::string_view>* cells) {
    cells->clear();
    while (true) {
      std::string_view cell;
      if (!ReadCell(&cell)) return false;
      cells->push_back(cell);
      if (position_ < text_.size() && text_[position_] == ',') {
        ++position_;
        continue;
      }
      EndLine();
      return true;
    }
  }

 private:
  static bool EndsCell(char c) { return c == ',' || c == '\r' || c == '\n'; }

  void EndLine() {
    if (position_ < text_.size() && text_[position_] == '\r') ++position_;
    if (position_ < text_.size() && text_[position_] == '\n') ++position_;
    ++line_;
  }

  bool ReadCell(std::string_view* cell) {
    if (position_ >= text_.size() || text_[position_] != '"') {
      size_t end = position_;
      while (end < text_.size() && !EndsCell(text_[end])) ++end;
      *cell = text_.substr(position_, end - position_);
      position_ = end;
      return true;
    }
    const uint32_t first_line = line_;
    ++position_;
    std::string resolved;
    bool doubled = false;
    const size_t begin = position_;
    while (true) {
      const size_t quote = text_.find('"', position_);
      if (quote == std::string_view::npos) {
        reporter_.Error({first_line, 1}, "E024", "a quote is not closed");
        position_ = text_.size();
        return false;
      }
      line_ += static_cast<uint32_t>(
          std::count(text_.begin() + static_cast<ptrdiff_t>(position_),
                     text_.begin() + static_cast<ptrdiff_t>(quote), '\n'));
      resolved += text_.substr(position_, quote - position_);
      position_ = quote + 1;
      if (position_ < text_.size() && text_[position_] == '"') {
        doubled = true;
        resolved += '"';
        ++position_;
        continue;
      }
      *cell =
          doubled ? arena_->Copy(resolved) : text_.substr(begin, quote - begin);
      break;
    }
    if (position_ < text_.size() && !EndsCell(text_[position_])) {
      reporter_.Error({line_, 1}, "E024", "text stands behind a closing quote");
      position_ = std::min(text_.find('\n', position_), text_.size());
      EndLine();
      return false;
    }
    return true;
  }

  std::string_view text_;
  Arena* arena_;
  const Reporter& reporter_;
  size_t position_ = 0;
  uint32_t line_ = 1;
};

}  // namespace

void ParseCsv(std::string_view text, std::span<const std::string_view> columns,
              Arena* arena, const Reporter& reporter,
              const CsvRowFunction& take) {
  CsvReader reader(text, arena, reporter);
  std::vector<std::string_view> cells;
  if (!reader.ReadRow(&cells) ||
      !std::equal(cells.begin(), cells.end(), columns.begin(), columns.end())) {
    reporter.Error(
        {}, "E024",
        fmt::format("the header must be {}", fmt::join(columns, ",")));
    return;
  }
  while (!reader.at_end()) {
    const uint32_t line = reader.line();
    if (!reader.ReadRow(&cells)) continue;
    if (cells.size() != columns.size()) {
      reporter.Error({line, 1}, "E024",
                     fmt::format("expected {} cells, found {}", columns.size(),
                                 cells.size()));
      continue;
    }
    take(cells, line);
  }
}

}  // namespace espial::rules

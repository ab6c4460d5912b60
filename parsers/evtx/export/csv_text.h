// Cells of CSV after RFC 4180, one record a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace espial::evtx {

// Writes the cells of one line.
class CsvLine {
 public:
  explicit CsvLine(std::string* out) : out_(*out) {}

  // Control characters become "\x0a", invalid UTF-8 becomes U+FFFD, and quotes
  // stand around the cell where it needs them.
  CsvLine& Cell(std::string_view text);
  CsvLine& Cell(uint64_t number) { return Cell(std::to_string(number)); }
  void End() { out_ += '\n'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace espial::evtx

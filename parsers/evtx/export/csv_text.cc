#include "parsers/evtx/export/csv_text.h"

#include <espial/core/text.h>

namespace espial::evtx {

CsvLine& CsvLine::Cell(std::string_view text) {
  if (!first_) out_ += ',';
  first_ = false;
  const std::string clean =
      EscapeControls(IsValidUtf8(text) ? std::string(text) : RepairUtf8(text));
  // Blanks at the ends are part of the cell, but not every reader thinks so.
  const bool plain =
      clean.find_first_of(",\"") == std::string::npos &&
      (clean.empty() || (clean.front() != ' ' && clean.back() != ' '));
  if (plain) {
    out_ += clean;
    return *this;
  }
  out_ += '"';
  for (const char c : clean) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

}  // namespace espial::evtx

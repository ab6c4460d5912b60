// The records of an export as texts, before anything is made of them.
//
// Three layouts: the blocks of `wevtutil qe /f:text`, tables (CSV, or separated
// by tabs) and the lists of PowerShell's Format-List. Each reader makes one
// pass and holds one record; an export is read twice, since only all of its
// dates tell what they mean.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/damage.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/eventtext/labels.h"

namespace espial::eventtext {

struct RawRecord {
  std::array<std::string, kRoles> values;
  // Columns without a role: header and text.
  std::vector<std::pair<std::string, std::string>> extra;
  uint64_t line = 0;    // from 1
  uint64_t offset = 0;  // in the Source

  std::string& operator[](Role role) {
    return values[static_cast<size_t>(role)];
  }
  const std::string& operator[](Role role) const {
    return values[static_cast<size_t>(role)];
  }
  void Clear();
};

class RecordVisitor {
 public:
  virtual ~RecordVisitor() = default;
  virtual void OnRecord(const RawRecord& record) = 0;
  virtual void OnDamage(Damage damage) = 0;
  // At the end: see ReportInvalidText.
  virtual void OnInvalidText(uint64_t replaced, uint64_t first,
                             Encoding encoding) = 0;
};

enum class Layout : uint8_t { kNone, kWevtutil, kTable, kList };

// By the first lines of a text.
Layout FindLayout(std::string_view head);

// Text of a message or column beyond Limits::text_value_bytes is cut and
// reported.
void ReadWevtutil(Bytes bytes, const Limits& limits, RecordVisitor* visitor);
void ReadList(Bytes bytes, const Limits& limits, RecordVisitor* visitor);
void ReadTable(Bytes bytes, const Limits& limits, RecordVisitor* visitor);

// How tables are read; for the layout's recognition too.
struct TableColumns {
  char delimiter = ',';
  // The header names PowerShell's properties, not Event Viewer's columns.
  bool properties = false;
  std::vector<std::string> headers;
  // Of each column; kCount for one without a role. A column behind the headers
  // has the role `rest`.
  std::vector<Role> roles;
  Role rest = Role::kMessage;
};
// Nothing (no roles) when `header` is no header of a table of events. `row` is
// the line behind it: it tells where the language of the header is unknown.
TableColumns FindColumns(std::string_view header, std::string_view row);

// Splits a line at `delimiter`, quotes removed. Returns whether a quote is open
// at its end.
bool SplitRow(std::string_view line, char delimiter, bool in_quotes,
              std::vector<std::string>* cells);

// Whether the cells are those of a record: a date and an id stand where they
// must.
bool IsRow(const TableColumns& columns, const std::vector<std::string>& cells);

}  // namespace espial::eventtext

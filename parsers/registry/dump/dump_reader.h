// Reads one registry dump line by line: see FORMAT.md.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/sink.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/registry/dump/dump_line.h"
#include "parsers/support/registry_json.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::registry_dump {

// `text` is a string as it stands in the file, closing quote included.
bool IsClosed(std::string_view text);

// Whether a closed string was cut all the same, so that its last quote is one
// of its own. Judged only where the file ends within a key.
bool EndsInside(std::string_view text);

class DumpReader {
 public:
  DumpReader(const Source& source, const ParseContext& context, Sink& sink)
      : limits_(context.limits),
        sink_(sink),
        lines_(source.bytes(), context.limits),
        unread_("registry dump line", &sink) {}

  Status Read();

 private:
  // The value whose end is not known yet.
  struct Pending {
    bool open = false;
    // Some line of it is missing: report and emit nothing.
    bool over_limit = false;
    DataForm form = DataForm::kUnknown;
    std::string_view name;
    std::string_view data;
    uint64_t line = 0;
    uint64_t offset = 0;    // of the name's quote, or of '@'
    uint64_t end = 0;       // offset behind the last line that belongs to it
    uint64_t blank = 0;     // blank lines seen behind it
    bool line_end = false;  // its last line has a line end
    bool owned = false;     // `data` is data_buffer_
  };

  void OnKey(const DumpLine& line);
  void OnValue(const DumpLine& line);
  void OnOther();
  // The pending value is complete; at the end of the file it may be cut.
  void Finish(bool at_end);
  void FinishString(bool at_end);
  void FinishNumber(bool at_end);
  void FinishHex(bool at_end);
  void FinishUnknown(bool at_end);
  void Emit(std::string_view type, std::string_view data,
            std::optional<uint64_t> number);
  void Report(Errc code, const char* what, const std::string& detail,
              bool dropped, bool lossy);
  // Makes the data of the pending value a text of our own that can grow.
  void Own();
  [[nodiscard]] bool Continues() const;
  void ReportCutLine();

  const Limits& limits_;
  Sink& sink_;
  LineReader lines_;
  UnreadLines unread_;
  TextLine line_;
  bool has_key_ = false;
  bool any_ = false;
  std::string key_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;
  Pending pending_;
  std::string name_buffer_;
  std::string data_buffer_;
};

}  // namespace espial::registry_dump

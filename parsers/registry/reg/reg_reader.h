// Reads one registry export line by line: see FORMAT.md.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/sink.h>
#include <espial/parsers/parser.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/registry/reg/reg_text.h"
#include "parsers/support/registry_json.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::registry_reg {

class RegReader {
 public:
  RegReader(const Source& source, const ParseContext& context, Sink& sink)
      : limits_(context.limits),
        sink_(sink),
        lines_(source.bytes(), context.limits),
        unread_("registry line", &sink) {}

  Status Read();

 private:
  enum class State { kBetween, kInString, kInHex };

  // A value that goes on in the next line, or is read right now.
  struct Pending {
    std::string_view name;  // name_buffer_
    uint64_t line = 0;
    uint64_t offset = 0;
    uint64_t end = 0;  // offset behind its last line
    uint32_t type = 0;
  };

  void OnLine();
  void OnKey(std::string_view text);
  void OnValue(std::string_view text);
  void OnData(std::string_view data);
  void OnNumber(std::string_view data, size_t most, bool dword);
  void OnString(std::string_view data);
  void OnHex(std::string_view data);
  // A line within a string or hex run; false when it is not part of it, and is
  // to be read as a line of its own.
  bool GoOnString();
  bool GoOnHex();
  // Adds a line of hex digits; finishes the value when none follows.
  void AddHex(std::string_view digits);
  // Takes `more` bytes from what a value may hold; false (and reported) when
  // they are too many.
  bool Grow(uint64_t more);
  void AtEnd();

  // `text` was dropped: reports the pending value and forgets it.
  void Drop(Errc code, const char* what, const std::string& detail);
  void Note(const char* what, const std::string& detail);
  void Report(Errc code, const char* what, const std::string& detail,
              uint64_t bytes_lost, bool lossy);
  void Emit(std::string_view type, std::string_view data,
            std::optional<uint64_t> number);

  const Limits& limits_;
  Sink& sink_;
  LineReader lines_;
  UnreadLines unread_;
  TextLine line_;
  Header header_ = Header::kNone;
  bool any_ = false;
  bool has_key_ = false;
  bool key_deleted_ = false;
  std::string key_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;
  State state_ = State::kBetween;
  Pending pending_;
  std::string name_buffer_;
  std::string data_;
  uint64_t deleted_keys_ = 0;
  uint64_t deleted_values_ = 0;
};

}  // namespace espial::registry_reg

// Facts of what a command or tool printed.
//
//   AzureAdJoined : YES                        label and value
//   DHCP Enabled. . . . . . . . . . . : Yes    with a leader of dots
//   Time Zone:      (UTC+01:00) Berlin         with a colon alone
#pragma once

#include <espial/core/time.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/support/text_source.h"

namespace espial {

// A line "label : value"; views into the line.
struct LabelledValue {
  std::string_view label;
  std::string_view value;  // may be empty
  size_t value_at = 0;     // where the value begins in the line
};

// Splits a line at its first " : ", else at the first ':' with white space or
// nothing behind it. Leaders of dots, and white space around, belong to
// neither part. Nothing where the label would be empty, longer than 100 bytes,
// or hold what labels do not (quotes, brackets of structures, tabs).
std::optional<LabelledValue> SplitLabel(std::string_view line);

// The number of a value that is one: decimal, or hexadecimal behind 0x, or a
// code in brackets at its end: "FAIL [0x54b]", "ERROR (0x80070520)".
std::optional<uint64_t> CodeOf(std::string_view value);

// A code as programs print it at the end of what they say: the last run of "0x"
// and 8 hexadecimal digits; nothing when there is none.
std::optional<uint64_t> LastCode(std::string_view text);

// "2019-06-06 20:48:33.000 UTC": a time that says that it is UTC.
std::optional<Ticks> UtcTimeOf(std::string_view value);

// Puts facts of one command into a sink. Not thread-safe.
class OutputFacts {
 public:
  // `key` is the command: "dsregcmd /status"; a literal. The sink must outlive
  // this object.
  OutputFacts(std::string_view key, Sink* sink) : key_(key), sink_(sink) {}

  // A fact named "section/label", or the label alone where the section is
  // empty. Type and number are told from the value: "time" (data is then ISO
  // 8601 and number the ticks), "bool" (YES and NO), "number", "string".
  void Add(std::string_view section, std::string_view label,
           std::string_view value, const TextLine& line, size_t value_at = 0);
  // A fact of a type and number that the caller knows.
  void AddTyped(std::string_view section, std::string_view label,
                std::string_view type, std::string_view data,
                std::optional<uint64_t> number, const TextLine& line,
                size_t value_at = 0);

  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] Sink& sink() { return *sink_; }

 private:
  std::string_view key_;
  Sink* sink_;
  std::string name_;
  uint64_t count_ = 0;
};

}  // namespace espial

// The lines of a captured output, and the facts that are made of them.
#pragma once

#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "parsers/support/output_facts.h"
#include "parsers/support/text_source.h"

namespace espial::output {

// A label in one of the languages of Windows, and the name that it has in
// facts: the English one. '?' stands for any character, so that a letter that
// the console wrote in another code page than it is read in fits too.
struct KnownLabel {
  std::string_view pattern;
  std::string_view name;
};

// The name of `label`; the label itself where it is not known.
std::string_view NameOf(std::string_view label,
                        std::span<const KnownLabel> known);

// Not thread-safe. Source, limits and sink must outlive it.
class Capture {
 public:
  // `key` is a literal.
  Capture(const Source& source, const Limits& limits, std::string_view key,
          Sink* sink)
      : source_(source),
        limits_(limits),
        lines_(source.bytes(), limits),
        facts_(key, sink),
        sink_(*sink) {}

  // The next line with something in it; false at the end. A line that is too
  // long, or that the end of the file may have cut, is told and left out.
  bool Next();
  [[nodiscard]] const TextLine& line() const { return line_; }
  // Without white space at both ends.
  [[nodiscard]] std::string_view text() const { return text_; }
  // Bytes of white space in front.
  [[nodiscard]] size_t indent() const { return indent_; }
  // Whether nothing but blank lines stood in front of it since the line before.
  [[nodiscard]] bool after_blank() const { return after_blank_; }

  [[nodiscard]] OutputFacts& facts() { return facts_; }
  [[nodiscard]] const Source& source() const { return source_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] Sink& sink() { return sink_; }

  // A fact of a text; its number is the code that stands in it, if any.
  void Add(std::string_view section, std::string_view label,
           std::string_view value, size_t value_at = 0);
  // A fact of a number.
  void Count(std::string_view label, uint64_t number);

  // Ends the intake.
  void Finish() { lines_.ReportInvalid(sink_); }

 private:
  const Source& source_;
  const Limits& limits_;
  LineReader lines_;
  OutputFacts facts_;
  Sink& sink_;
  TextLine line_;
  std::string_view text_;
  size_t indent_ = 0;
  bool after_blank_ = false;
};

// How the lines of an output that has no reader of its own are understood.
struct LabelShape {
  std::span<const KnownLabel> known;
  // Lines without a label that begin in the first column are titles of
  // sections; else they are items.
  bool titles = false;
  // " = " separates too.
  bool equals = false;
};

// Reads sections and labels:
//   title                       a section, where a rule of dashes follows
//   -----
//   title:                      a section, where it stands in the first columns
//     label : value             fact "section/label"
//             value             a further value of that label
//     item                      fact "section[n]"
// A line without a label that holds an error code is a fact "result".
void ReadLabels(const LabelShape& shape, Capture* capture);

}  // namespace espial::output
